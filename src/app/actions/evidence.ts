import { type AuditLog, type EntryProof, entryProofs } from "../../audit/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import type { AuditEntry } from "../../domain/index.ts";
import {
  CHECKLIST,
  type ChecklistItem,
  OUTCOMES,
  type PlacedEntry,
  type ReconciledChange,
  type ReconciledOutcome,
  type Reconciliation,
  reconcile,
} from "../../govern/evidence/index.ts";
import { type AppOptions, openSession } from "../session.ts";

export interface EvidenceRequest {
  /** RFC 3339 instants or dates, half-open [from, to). */
  readonly from: string;
  readonly to: string;
  /** How many changes of each outcome are told in full. */
  readonly samples: number;
}

/** One change told in full: every entry about it, each with its proof. */
export interface EvidenceStory {
  readonly change: ReconciledChange;
  readonly entries: readonly {
    readonly index: number;
    readonly entry: AuditEntry;
    readonly proof: EntryProof | null;
  }[];
}

export interface EvidenceReport {
  readonly schema: "trueup.evidence/v1";
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  /** Log and root that the proofs are against. */
  readonly log: { readonly origin: string; readonly size: number; readonly root: string };
  readonly population: number;
  readonly counts: Readonly<Record<ReconciledOutcome, number>>;
  readonly attempts: Readonly<Record<string, number>>;
  readonly changes: readonly ReconciledChange[];
  readonly stories: readonly EvidenceStory[];
  readonly checklist: readonly ChecklistItem[];
  readonly problems: readonly Problem[];
}

const PAGE = 2_000;

/** What an auditor samples from: every observed change of a period, reconciled, with stories and proofs. */
export async function evidence(
  options: AppOptions,
  request: EvidenceRequest,
): Promise<Result<EvidenceReport, readonly Problem[]>> {
  const from = Date.parse(request.from);
  const to = Date.parse(request.to);
  if (Number.isNaN(from) || Number.isNaN(to) || from >= to) {
    const hint = "write dates such as 2026-07-01 and 2026-10-01, the second one later";
    return err([problem("period_invalid", "the period is none", { hint })]);
  }
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  return opened.value.withStore(async ({ audit }) => {
    const head = await audit.head();
    if (!head.ok) return err([head.error]);
    const entries = await entriesBetween(audit, from, to);
    if (!entries.ok) return err([entries.error]);
    const leaves = await audit.leaves();
    if (!leaves.ok) return err([leaves.error]);
    const reconciled = reconcile(entries.value);
    const whole = leaves.value.length === head.value.size;
    return ok({
      schema: "trueup.evidence/v1",
      from: rfc3339(from),
      to: rfc3339(to),
      madeAt: rfc3339(options.clock.now()),
      log: { origin: audit.origin, ...head.value },
      population: reconciled.changes.length,
      ...reconciled,
      stories: storiesOf(reconciled, entries.value, request.samples, whole ? leaves.value : null),
      checklist: CHECKLIST,
      problems: whole
        ? []
        : [
            problem(
              "evidence_pruned",
              "the oldest part of the record was pruned: single entries have no proof here",
            ),
          ],
    });
  });
}

async function entriesBetween(
  audit: AuditLog,
  from: number,
  to: number,
): Promise<Result<readonly PlacedEntry[], Problem>> {
  const found: PlacedEntry[] = [];
  for (let index = 0; ; ) {
    const page = await audit.entriesFrom(index, PAGE);
    if (!page.ok) return page;
    for (const logged of page.value) {
      const at = Date.parse(logged.entry.time);
      if (at >= from && at < to) found.push({ index: logged.index, entry: logged.entry });
    }
    const last = page.value.at(-1);
    if (last === undefined || page.value.length < PAGE) return ok(found);
    index = last.index + 1;
  }
}

/** Evenly over each outcome, so that a reader cannot be shown the good ones only. */
function storiesOf(
  { changes }: Reconciliation,
  entries: readonly PlacedEntry[],
  samples: number,
  leaves: readonly string[] | null,
): readonly EvidenceStory[] {
  const byIndex = new Map(entries.map((placed) => [placed.index, placed.entry]));
  const chosen = OUTCOMES.flatMap((outcome) =>
    spread(
      changes.filter((change) => change.outcome === outcome),
      samples,
    ),
  );
  const told = chosen.flatMap((change) => change.entries);
  // The tree is over the whole log: it is walked for all of them in one go.
  const proofs = new Map(entryProofs(leaves ?? [], told).map((proof) => [proof.index, proof]));
  return chosen.map((change) => ({
    change,
    entries: change.entries.flatMap((index) => {
      const entry = byIndex.get(index);
      return entry === undefined ? [] : [{ index, entry, proof: proofs.get(index) ?? null }];
    }),
  }));
}

function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}
