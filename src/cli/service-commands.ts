import { type Command, InvalidArgumentError, Option } from "commander";
import type { Describing } from "./governance-commands.ts";

/** `token`, `workspace`: who may come, and what the estate consists of. */
export function describeEstate({ program, command, runs, collect }: Describing): void {
  const token = command(program, "token", "secrets for programs", "trueup token list");
  const tokens = () => import("./commands/token.ts");
  runs(
    command(
      token,
      "create",
      "make a machine's token; its secret is printed once",
      "trueup token create ci --scope check,scan,gate --expires 90d",
    )
      .argument("<name>", "what it is for")
      .requiredOption(
        "--scope <scopes>",
        "what it may do at most, e.g. check,scan,gate (repeatable)",
        collect,
      )
      .option("--expires <duration>", "when it ends, at most 366d (default: 90d)")
      .option("--role <role>", "role that it has", "engineer")
      .option("--workspace <glob>", "where the role holds (repeatable; default: everywhere)", collect),
    async (name, options) => (await tokens()).tokenCreate(name, options),
  );
  runs(command(token, "list", "list tokens, of people and of machines", "trueup token list"), async () =>
    (await tokens()).tokenList(),
  );
  runs(
    command(token, "revoke", "revoke a token", "trueup token revoke tok_0123456789abcdef01234567").argument(
      "<id>",
      "its id",
    ),
    async (id) => (await tokens()).tokenRevoke(id),
  );

  const workspace = command(
    program,
    "workspace",
    "say what the estate consists of: what the server scans",
    "trueup workspace list",
  );
  const code = (to: Command): Command =>
    to
      .option("--dir <folder>", "a folder on this machine")
      .option("--git <url>", "a repository: https, ssh or file")
      .option("--ref <ref>", "branch or tag of the repository (default: its default branch)")
      .option("--path <folder>", "folder within the repository", ".")
      .addOption(new Option("--tool <tool>", "what plans it").choices(["tofu", "terraform"]).default("tofu"))
      .option("--label <name=value>", "what policies read, e.g. env=prod (repeatable)", collect)
      .option("--account <account>", "cloud account")
      .option("--owner <owner>", "team or person (repeatable)", collect)
      .option("--cron <line>", "when it is scanned by itself, five fields")
      .option("--timezone <name>", "of the cron line", "UTC");
  runs(
    code(
      command(
        workspace,
        "add",
        "add a workspace",
        "trueup workspace add payments --dir infra/payments --label env=prod --cron '17 */4 * * *'",
      ),
    ).argument("<name>", "names it in findings and in the record"),
    async (name, options) => (await import("./commands/workspace.ts")).workspaceAdd(name, options),
  );
  runs(command(workspace, "list", "list workspaces", "trueup workspace list"), async () =>
    (await import("./commands/workspace.ts")).workspaceList(),
  );
  runs(
    command(
      workspace,
      "remove",
      "remove a workspace; its findings stay",
      "trueup workspace remove payments",
    ).argument("<name>", "its name or id"),
    async (name) => (await import("./commands/workspace.ts")).workspaceRemove(name),
  );
  runs(
    code(
      command(
        workspace,
        "discover",
        "find workspaces in a folder or repository by globs",
        "trueup workspace discover mono --git https://example.com/infra.git --include 'live/**'",
      ),
    )
      .argument("<name>", "names of what is found begin with it")
      .requiredOption("--include <glob>", "folders to look at (repeatable)", collect)
      .option("--exclude <glob>", "folders to leave out (repeatable)", collect)
      .option("--dry-run", "only tell"),
    async (name, options) => (await import("./commands/workspace.ts")).workspaceDiscover(name, options),
  );
}

/** `store`, `serve`, `worker`: what a company runs, and what it keeps. */
export function describeService({ program, command, runs, collect, wholeNumber }: Describing): void {
  const store = command(program, "store", "look after the store", "trueup store backup trueup.tgz");
  runs(
    command(store, "backup", "write the whole store to one file", "trueup store backup trueup.tgz").argument(
      "<file>",
      "file to write",
    ),
    async (file) => (await import("./commands/store.ts")).storeBackup(file),
  );
  runs(
    command(store, "restore", "make the store from a backup", "trueup store restore trueup.tgz").argument(
      "<file>",
      "a file that trueup store backup wrote",
    ),
    async (file) => (await import("./commands/store.ts")).storeRestore(file),
  );
  runs(command(store, "migrate", "bring the tables up to date", "trueup store migrate"), async () =>
    (await import("./commands/store.ts")).storeMigrate(),
  );
  runs(
    command(
      store,
      "grants",
      "print the SQL that lets a role use the store, and not change the record",
      "trueup store grants trueup_app | psql",
    ).argument("<role>", "role of the servers and workers"),
    async (role) => (await import("./commands/store.ts")).storeGrants(role),
  );

  runs(
    command(
      program,
      "serve",
      "run the server: the API, its judge, and live events",
      "trueup serve --port 7070",
    )
      .option("--host <address>", "address to listen on", "127.0.0.1")
      .option("--port <number>", "port to listen on; 0: any free one", portNumber, 7070)
      .option("--tls-cert <file>", "certificate chain in PEM")
      .option("--tls-key <file>", "key of the certificate in PEM")
      .option("--insecure-behind-proxy", "serve other machines without TLS: a proxy in front does it")
      .option("--trust-proxy <address>", "proxy whose X-Forwarded-* headers count (repeatable)", collect)
      .option("--limit <number>", "requests of one caller in a minute", wholeNumber, 60_000)
      .option("--no-worker", "leave scans and other jobs to `trueup worker`")
      .addOption(
        new Option("--log-level <level>", "what is logged")
          .choices(["debug", "info", "warn", "error", "silent"])
          .default("info"),
      ),
    async (options) => (await import("./commands/serve.ts")).serve(options),
  );

  runs(
    command(
      program,
      "worker",
      "work on scans, deliveries and what is due, apart from the server",
      "TRUEUP_STORE=postgres://trueup@db/trueup trueup worker",
    )
      .option("--scans <number>", "scans at once", wholeNumber)
      .addOption(
        new Option("--log-level <level>", "what is logged")
          .choices(["debug", "info", "warn", "error", "silent"])
          .default("info"),
      ),
    async (options) => (await import("./commands/worker.ts")).worker(options),
  );
}

function portNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError("It is no port.");
  }
  return number;
}
