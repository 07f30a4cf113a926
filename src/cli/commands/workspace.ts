import { app } from "../../app/index.ts";
import { columns } from "../columns.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";

export interface SourceOptions {
  readonly dir?: string;
  readonly git?: string;
  readonly ref?: string;
  readonly path: string;
  readonly tool: "tofu" | "terraform";
  readonly label?: readonly string[];
  readonly account?: string;
  readonly owner?: readonly string[];
  readonly cron?: string;
  readonly timezone: string;
}

export interface DiscoverOptions extends SourceOptions {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly dryRun?: boolean;
}

export function workspaceAdd(name: string, options: SourceOptions) {
  return async (invocation: Invocation): Promise<ExitCode> => {
    const request = requestOf(options);
    if (request === null) return refuse(invocation);
    return runAction(
      invocation,
      (context) => app.workspaceAdd(context, { ...request, name }),
      (workspace) => {
        invocation.terminal.out(`added ${workspace.name} (${workspace.id})`);
        return EXIT.ok;
      },
    );
  };
}

export function workspaceList() {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.workspaceList(context, undefined),
      (workspaces) => {
        const rows = workspaces.map(({ name, source, schedule, enabled, missingSince }) => [
          name,
          source.kind === "git" ? `${source.url}//${source.path}` : source.path,
          schedule === null ? "by hand" : `${schedule.cron} ${schedule.timezone}`,
          missingSince !== null ? `missing since ${missingSince}` : enabled ? "on" : "off",
        ]);
        if (rows.length === 0) invocation.terminal.out("no workspaces; add one with `trueup workspace add`");
        else invocation.terminal.out(columns(["NAME", "CODE", "SCANNED", "STATE"], rows));
        return EXIT.ok;
      },
    );
}

export function workspaceRemove(name: string) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.workspaceRemove(context, name),
      (workspace) => {
        invocation.terminal.out(`removed ${workspace.name}; its findings and its record stay`);
        return EXIT.ok;
      },
    );
}

export function workspaceDiscover(name: string, options: DiscoverOptions) {
  return async (invocation: Invocation): Promise<ExitCode> => {
    const request = requestOf(options);
    if (request === null) return refuse(invocation);
    const { include, exclude, dryRun } = options;
    return runAction(
      invocation,
      (context) =>
        app.workspaceDiscover(context, {
          ...request,
          name,
          include,
          exclude: exclude ?? [],
          dryRun: dryRun ?? false,
        }),
      ({ added, kept, returned, missing }) => {
        const { terminal } = invocation;
        for (const one of added) terminal.out(`${dryRun === true ? "would add" : "added"} ${one}`);
        for (const one of returned) terminal.out(`found again ${one}`);
        for (const one of missing) terminal.out(`missing ${one}`);
        terminal.out(
          `${added.length} new, ${kept.length} there before, ${returned.length} found again, ${missing.length} missing`,
        );
        return EXIT.ok;
      },
    );
  };
}

function requestOf(options: SourceOptions) {
  const { dir, git, ref, path, tool, account, cron, timezone } = options;
  if ((dir === undefined) === (git === undefined)) return null;
  const source =
    git === undefined
      ? ({ kind: "directory", path: dir ?? "" } as const)
      : ({ kind: "git", url: git, ref: ref ?? null, path } as const);
  const labels = Object.fromEntries(
    (options.label ?? []).map((label): [string, string] => {
      const at = label.indexOf("=");
      return at < 0 ? [label, ""] : [label.slice(0, at), label.slice(at + 1)];
    }),
  );
  return {
    source,
    tool,
    labels,
    account: account ?? null,
    owners: options.owner ?? [],
    schedule: cron === undefined ? null : { cron, timezone },
  };
}

function refuse({ terminal }: Invocation): ExitCode {
  noteProblems(terminal, [
    { code: "source_ambiguous", message: "name the code with one of --dir and --git" },
  ]);
  return EXIT.failed;
}
