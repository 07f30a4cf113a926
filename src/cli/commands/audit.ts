import { open } from "node:fs/promises";
import { app } from "../../app/index.ts";
import { codeOf, err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { columns } from "../columns.ts";
import { deliver, type OutputOptions } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";
import { noteProblems, type Terminal } from "../terminal.ts";

export interface ListOptions extends OutputOptions {
  readonly limit: number;
}

export function auditList(options: ListOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.auditList(context, options.limit),
      async ({ size, entries }) => {
        const document = {
          schema: "trueup.audit-list/v1" as const,
          size,
          entries: entries.map(({ index, entry }) => ({ index, entry })),
        };
        const problems = await deliver(document, options, invocation.terminal);
        noteProblems(invocation.terminal, problems);
        return problems.length > 0 ? EXIT.failed : EXIT.ok;
      },
    );
}

export interface VerifyOptions {
  readonly key?: string;
  readonly checkpoint?: readonly string[];
}

export function auditVerify(file: string | undefined, options: VerifyOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) =>
        app.auditVerify(context, {
          file: file ?? null,
          key: options.key ?? null,
          checkpoints: options.checkpoint ?? [],
        }),
      (report) => {
        const { terminal } = invocation;
        terminal.out(report.says);
        const facts = [
          ["log", report.origin ?? "unknown"],
          ["entries", String(report.entries)],
          ["root", report.root],
          ["signed checkpoints that hold", String(report.checkpoints)],
        ];
        terminal.out(columns(["FACT", "VALUE"], facts));
        if (report.faults.length > 0) {
          const rows = report.faults.map(({ entry, line, code, message }) => [
            entry === null ? "-" : String(entry),
            line === null ? "-" : String(line),
            code,
            message,
          ]);
          terminal.out(`\n${columns(["ENTRY", "LINE", "FAULT", "SAYS"], rows)}`);
          const more = report.faultCount - report.faults.length;
          if (more > 0) terminal.out(`and ${more} more`);
        }
        return report.status === "broken" ? EXIT.denied : EXIT.ok;
      },
    );
}

export interface ExportOptions {
  readonly output?: string;
}

export function auditExport(options: ExportOptions) {
  return async (invocation: Invocation): Promise<ExitCode> => {
    const { terminal } = invocation;
    const sink = await openSink(options.output, terminal);
    if (!sink.ok) {
      noteProblems(terminal, [sink.error]);
      return EXIT.failed;
    }
    return runAction(
      invocation,
      (context) => app.auditExport(context, { write: sink.value.write }),
      async ({ entries }) => {
        await sink.value.close();
        if (options.output !== undefined) terminal.note(`${entries} entries written to ${options.output}`);
        return EXIT.ok;
      },
    );
  };
}

interface Sink {
  readonly write: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openSink(file: string | undefined, terminal: Terminal): Promise<Result<Sink, Problem>> {
  if (file === undefined) {
    return ok({ write: async (text) => terminal.out(text), close: async () => undefined });
  }
  try {
    const handle = await open(file, "w", 0o600);
    return ok({
      write: async (text) => {
        await handle.write(text);
      },
      close: () => handle.close(),
    });
  } catch (cause) {
    const code = codeOf(cause) ?? "unknown error";
    return err(problem("output_unwritable", `the export cannot be written (${code})`, { place: { file } }));
  }
}

export function auditImport(file: string) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.auditImport(context, file),
      ({ imported, skipped }) => {
        invocation.terminal.out(`${imported} entries imported, ${skipped} were there already.`);
        return EXIT.ok;
      },
    );
}

export interface PruneOptions {
  readonly before: string;
}

export function auditPrune(options: PruneOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.auditPrune(context, options.before),
      ({ from, to, tombstone }) => {
        invocation.terminal.out(
          tombstone === null
            ? "nothing pruned: the record goes in whole partitions, and the first is not old enough"
            : `entries ${from} to ${to - 1} pruned; entry ${tombstone} of the record says so`,
        );
        return EXIT.ok;
      },
    );
}

export interface CheckpointOptions {
  readonly publicKey?: boolean;
}

export function auditCheckpoint(options: CheckpointOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.auditCheckpoint(context, undefined),
      ({ note, publicKey }) => {
        invocation.terminal.out(options.publicKey === true ? publicKey : note);
        return EXIT.ok;
      },
    );
}
