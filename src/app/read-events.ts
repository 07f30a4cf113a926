import { err, ok, type Problem, type Result } from "../base/index.ts";
import type { AuditEvent, ReadGap } from "../domain/index.ts";
import type { EventFile } from "./config/index.ts";
import { readTextFile } from "./read-text-file.ts";

export interface ReadEvents {
  readonly events: readonly AuditEvent[];
  readonly gaps: readonly ReadGap[];
}

/** Recorded audit logs, all of them or none. `path` is where it lies, `shown` how the person wrote it. */
export async function readEventFiles(
  files: readonly (EventFile & { readonly shown: string })[],
): Promise<Result<ReadEvents, readonly Problem[]>> {
  const events: AuditEvent[] = [];
  const gaps: ReadGap[] = [];
  for (const { kind, path, shown } of files) {
    const text = await readTextFile(path, shown);
    if (!text.ok) return err([text.error]);
    const read = await readEventText(kind, text.value, shown);
    if (!read.ok) return err([read.error]);
    events.push(...read.value.events);
    gaps.push(...read.value.gaps);
  }
  return ok({ events, gaps });
}

async function readEventText(
  kind: EventFile["kind"],
  text: string,
  file: string,
): Promise<Result<ReadEvents, Problem>> {
  if (kind === "cloudtrail") {
    const { readCloudTrail } = await import("../observe/sources/cloudtrail/index.ts");
    return readCloudTrail(text, { file });
  }
  const { readKubernetesAudit } = await import("../observe/sources/kubernetes-audit/index.ts");
  return readKubernetesAudit(text, { file });
}
