import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { realHost } from "../../src/cli/commands/rego.ts";
import { regoCommand } from "../../src/engines/rego/cli/index.ts";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import { command, mustRun } from "./command.ts";
import { describeWithPeers } from "./skip.ts";

const SAMPLE = join(PROJECT_ROOT, "test/real/rego-sample");

/** Command lines whose JSON, sentences and exit code must be those of the opa tool. */
const EVAL: readonly (readonly string[])[] = [
  ["-d", "app", "-d", "lib", "-d", "roles:roles", "-i", "input.json", "data.app.authz"],
  ["-d", ".", "--ignore", "cases", "--ignore", "bundle", "-i", "input.json", "data.app.authz.deny"],
  ["-d", "app", "-d", "lib", "-i", "input.json", "x := data.app.authz.limits[n]; x > 2"],
  ["-b", "bundle", "data"],
  ["-d", "bundle", "data.pay"],
  ["-d", "some.where:bundle/pay/data.json", "data.some"],
  ["x := [1, 2][_]; y = x + 1; not false; count([x, y])"],
  ['[{"a", 1, null}, {1: 2}, "<&>", 1.50, 12345678901234567890, 1e3]'],
  ["1 == 2"],
  ["1 == 2; true"],
  ["data.nowhere"],
  ["some x in [1, 2]"],
  ["walk([1, {2}], [path, value])"],
  ["x := {"],
  ["nope(1)"],
  ["-d", "cases/broken.rego", "data"],
  ["-d", "cases/unparsed.rego", "data"],
  ["-d", "nowhere", "data"],
  ["-i", "nowhere", "data"],
  ["--strict-builtin-errors", "1 / 0"],
  ["--fail", "data.nowhere"],
  ["--fail-defined", "1"],
  ["-f", "values", "x := [1, 2][_]; x + 1"],
  ["-f", "bindings", "x := [1, 2][_]"],
  ["-f", "raw", '"text"; {1, 2}'],
  ["-f", "pretty", "x := [1, 2][_]; y := {x}"],
  ["-f", "pretty", '{"a": [1, {}, []]}'],
  ["-f", "pretty", "data.nowhere"],
  ["-f", "discard", "1"],
  [
    "-d",
    "app",
    "-d",
    "lib",
    "-d",
    "roles:roles",
    "-i",
    "input.json",
    "--package",
    "app.authz",
    "allow; limits[x]",
  ],
  ["-d", "app", "-d", "lib", "--import", "data.lib.net", 'net.internal("10.0.0.1")'],
  [
    "-d",
    "app",
    "-d",
    "lib",
    "--package",
    "app.authz",
    "--import",
    "data.lib.net as n",
    "n.internal(input.ip)",
  ],
  ["-i", "input.json", "--import", "input.user", "user"],
  ["--package", "no.such", "x := 1"],
  ["--package", "app.1", "1"],
  ["--import", "nope", "1"],
  ["--import", "data.x=y", "1"],
];

const OTHERS: readonly (readonly string[])[] = [
  ["check", "app", "lib"],
  ["check", "cases/broken.rego"],
  ["check", "cases/unparsed.rego"],
  ["check", "-f", "json", "cases/unparsed.rego"],
  ["check", "-s", "schema.json", "app", "lib"],
  ["check", "nowhere"],
  ["fmt", "-l", "."],
  ["fmt", "app/authz.rego"],
  ["fmt", "cases/unparsed.rego"],
  ["check", "--capabilities", "cases/without-v1.json", "app", "lib"],
  ["check", "--v0-compatible", "--capabilities", "cases/without-v1.json", "cases/every.rego"],
  ["check", "--v0-compatible", "--capabilities", "cases/without-v1.json", "cases/v1-import.rego"],
  ["fmt", "--v0-v1", "cases/old.rego"],
  ["fmt", "--v0-v1", "-l", "cases/old.rego"],
  ["fmt", "--v0-v1", "app/authz.rego"],
  ["fmt", "--drop-v0-imports", "cases/between.rego"],
  ["fmt", "--drop-v0-imports", "--v0-compatible", "cases/old.rego"],
  ["deps", "-d", "app", "-d", "lib", "-d", "roles:roles", "-f", "json", "data.app.authz.deny"],
  ["deps", "-d", "app", "-d", "lib", "data.app.authz"],
  ["deps", "input.x"],
];

const TESTS: readonly (readonly string[])[] = [
  ["-f", "json", "app", "lib", "roles:roles"],
  ["-f", "json", "-v", "--run", "admin|twice", "app", "lib", "roles:roles"],
  ["-f", "json", "--run", "nothing", "app", "lib"],
  ["--run", "test_admin", "app", "lib", "roles:roles"],
  ["-v", "--run", "test_admin", "app", "lib", "roles:roles"],
  ["--run", "test_ip", "app", "lib", "roles:roles"],
  ["-z", "--run", "todo_", "app", "lib", "roles:roles"],
  ["--run", "todo_", "app", "lib", "roles:roles"],
  ["cases/broken.rego"],
  ["cases/unparsed.rego"],
  ["nowhere"],
  ["--run", "(", "app", "lib", "roles:roles"],
];

describeWithPeers("the Rego commands and the opa tool", ["opa"], (peers) => {
  const both = async (args: readonly string[]) => {
    const theirs = await command(peers.opa, args, { cwd: SAMPLE });
    const ours = regoCommand(args, realHost(SAMPLE));
    return {
      theirs: [shown(theirs.stdout), shown(theirs.stderr), theirs.code],
      ours: [shown(ours.stdout), shown(ours.stderr), ours.exitCode],
    };
  };

  const lines = [
    ...EVAL.map((args) => ["eval", ...args]),
    ...OTHERS,
    ...TESTS.map((args) => ["test", "-p", "1", ...args]),
  ].map((args) => [args.join(" "), args] as const);

  test.each(lines)("%s", async (_, args) => {
    const { theirs, ours } = await both(args);
    expect(ours).toEqual(theirs);
  });

  test("a bundle that the tool signed is verified", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trueup-rego-"));
    try {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      writeFileSync(join(folder, "k.pem"), privateKey.export({ type: "pkcs1", format: "pem" }));
      writeFileSync(join(folder, "pub.pem"), publicKey.export({ type: "spki", format: "pem" }));
      const build = ["build", "-b", join(SAMPLE, "bundle"), "-o", "s.tar.gz", "--signing-key", "k.pem"];
      await mustRun(peers.opa, build, { cwd: folder });
      const read = (key: string) =>
        regoCommand(
          ["eval", "-b", "s.tar.gz", "--verification-key", key, "-f", "raw", "data.pay.rules.max"],
          realHost(folder),
        );
      expect(read("pub.pem")).toEqual({ stdout: "11\n", stderr: "", exitCode: 0 });
      const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
      writeFileSync(join(folder, "other.pem"), other.export({ type: "spki", format: "pem" }));
      expect(read("other.pem").exitCode).toBe(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("capabilities name the same built-ins with the same types", async () => {
    const read = (text: string) =>
      (JSON.parse(text) as { builtins: { name: string; decl: unknown; infix?: string }[] }).builtins
        .map(({ name, decl, infix }) => ({ name, decl: withoutDescriptions(decl), infix }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    const theirs = await command(peers.opa, ["capabilities", "--current"]);
    const ours = regoCommand(["capabilities", "--current"], realHost(SAMPLE));
    expect(read(ours.stdout)).toEqual(read(theirs.stdout));
  });
});

/** JSON as values, without what no two runs share and without the tool's traces of evaluation; text without times. */
function shown(text: string): unknown {
  const start = text.trimStart().charAt(0);
  if (start === "{" || start === "[") {
    try {
      return neutral(JSON.parse(text));
    } catch {
      // Several documents in one output are compared as text.
    }
  }
  return text.replace(/\([0-9.]+(?:µs|ms|s|ns)\)/g, "(TIME)");
}

const LEFT_OUT = new Set(["duration", "stack_trace", "trace"]);

function neutral(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(neutral).sort(byRow);
  if (typeof json !== "object" || json === null) return json;
  const typeError = "code" in json && json.code === "rego_type_error";
  return Object.fromEntries(
    Object.entries(json)
      .filter(([key]) => !LEFT_OUT.has(key) && !(typeError && key === "details"))
      .map(([key, value]) => [key, neutral(value)]),
  );
}

/** The tool runs tests side by side and lists unsafe variables in no order. */
function byRow(a: unknown, b: unknown): number {
  const place = (value: unknown): string => {
    const { location, message } = (value ?? {}) as {
      location?: { row?: number; col?: number };
      message?: string;
    };
    if (location?.row === undefined || (value as { expressions?: unknown }).expressions !== undefined)
      return "";
    return `${String(location.row).padStart(6, "0")}:${String(location.col).padStart(6, "0")} ${message ?? ""}`;
  };
  return place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0;
}

function withoutDescriptions(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutDescriptions);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json)
      .filter(([key]) => key !== "description")
      .map(([key, value]) => [key, withoutDescriptions(value)]),
  );
}
