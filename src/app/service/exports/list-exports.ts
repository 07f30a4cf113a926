import type { ExportCursor } from "../../../audit/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import type { ExportFormatName, ExportTarget } from "../../config/exports.ts";
import type { Service } from "../service.ts";

type Shown<T> = { readonly [K in keyof T]: T[K] | null };

/** An export as configured, and how far it has come. */
export interface ListedExport
  extends Shown<
    Pick<ExportCursor, "nextIndex" | "pendingTo" | "updatedAt" | "failedAt" | "nextTry" | "says">
  > {
  readonly name: string;
  readonly configured: boolean;
  readonly format: ExportFormatName | null;
  readonly target: ExportTarget["kind"] | null;
  /** Entries that are still to come. */
  readonly lag: number;
  readonly tries: number;
}

export async function listExports({
  config,
  store,
}: Pick<Service, "config" | "store">): Promise<
  Result<{ readonly size: number; readonly exports: readonly ListedExport[] }, Problem>
> {
  const head = await store.audit.head();
  if (!head.ok) return head;
  const start = await store.audit.start();
  if (!start.ok) return start;
  const cursors = await store.exports.list();
  if (!cursors.ok) return cursors;
  const byName = new Map(cursors.value.map((cursor) => [cursor.name, cursor]));
  const settings = new Map(config.exports.map((one) => [one.name, one]));
  const names = [...new Set([...settings.keys(), ...byName.keys()])].sort();
  const exports = names.map((name): ListedExport => {
    const cursor = byName.get(name);
    const one = settings.get(name);
    return {
      name,
      configured: one !== undefined,
      format: one?.format ?? null,
      target: one?.target.kind ?? null,
      nextIndex: cursor?.nextIndex ?? null,
      pendingTo: cursor?.pendingTo ?? null,
      lag: Math.max(0, head.value.size - (cursor?.nextIndex ?? start.value.size)),
      updatedAt: cursor?.updatedAt ?? null,
      tries: cursor?.tries ?? 0,
      failedAt: cursor?.failedAt ?? null,
      nextTry: cursor?.nextTry ?? null,
      says: cursor?.says ?? null,
    };
  });
  return ok({ size: head.value.size, exports });
}

/** Forgets a cursor that no configuration needs; one that is needed would begin again and send everything twice. */
export async function forgetExport(
  { config, store }: Pick<Service, "config" | "store">,
  name: string,
): Promise<Result<void, Problem>> {
  if (config.exports.some((one) => one.name === name)) {
    return err(
      problem("export_configured", `the export \`${name}\` is configured`, {
        hint: "take it out of `exports` in trueup.yaml and start the servers and workers again first",
      }),
    );
  }
  const gone = await store.exports.forget(name);
  if (!gone.ok) return gone;
  return gone.value ? ok(undefined) : err(problem("not_found", `there is no export \`${name}\``));
}
