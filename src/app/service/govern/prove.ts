import {
  canonicalJson,
  isJsonObject,
  member,
  ok,
  type Problem,
  type Result,
  rfc3339,
} from "../../../base/index.ts";
import type { Principal, ReviewItem, ReviewProof } from "../../../domain/index.ts";
import { exceptionStatus } from "../../../govern/exceptions/index.ts";
import type { GovernService } from "./governing.ts";
import { proveReviewItem } from "./reviews.ts";

/**
 * Proof by reading: a scan later than a choice, in which the finding is not there any more, shows that reality and code agree again.
 * It follows from what is stored, so that a process which died after a scan loses no proof. Returns how many items it proved.
 */
export async function proveByReading(
  service: GovernService,
  principal: Principal,
): Promise<Result<number, Problem>> {
  const reviews = await service.store.reviews.list({ open: true });
  if (!reviews.ok) return reviews;
  let proven = 0;
  for (const review of reviews.value) {
    for (const item of review.items) {
      const proof =
        item.finding === null ? await standsNoMore(service, item) : await readAgain(service, item);
      if (!proof.ok) return proof;
      if (proof.value === null) continue;
      const done = await proveReviewItem(
        { service, principal },
        { review: review.id, item: item.id, proof: proof.value },
      );
      if (!done.ok) return done;
      proven++;
    }
  }
  return ok(proven);
}

async function readAgain(
  { store }: GovernService,
  { finding: id, decision, proof, workspace }: ReviewItem,
): Promise<Result<ReviewProof | null, Problem>> {
  if (id === null || decision === null || proof !== null) return ok(null);
  if (!["adopt", "roll_back", "already_back"].includes(decision.choice)) return ok(null);
  const finding = await store.findings.find(id);
  if (!finding.ok) return finding;
  if (finding.value?.status !== "resolved") return ok(null);
  const history = await store.findings.history(id);
  if (!history.ok) return history;
  const gone = history.value.at(-1);
  if (gone?.scan != null && isSince(gone.time, decision.at)) return ok(proofBy(gone.scan, gone.time));
  // It was back before somebody said so: the next scan that read everything shows that it still is.
  const last = await store.scans.last(workspace);
  if (!last.ok) return last;
  if (last.value === null || !isSince(last.value.time, decision.at)) return ok(null);
  const { id: scan, time, summary } = last.value;
  const gaps = isJsonObject(summary) ? member(summary, "gaps") : undefined;
  return ok(Array.isArray(gaps) && gaps.length === 0 ? proofBy(scan, time) : null);
}

/** Items of a regular review that no scan reads: the exception was renewed or is over, the grant's own review is closed. */
async function standsNoMore(
  { store, clock }: GovernService,
  { id, kind, decision, proof }: ReviewItem,
): Promise<Result<ReviewProof | null, Problem>> {
  if (decision === null || proof !== null) return ok(null);
  const at = rfc3339(clock.now());
  if (kind === "grant") {
    const grant = await store.grants.find(id);
    if (!grant.ok) return grant;
    const reviewed = grant.value?.reviewedAt ?? null;
    if (reviewed === null || decision.choice === "escalate") return ok(null);
    return ok({ kind: "read_again", ref: id, says: `its own review was closed at ${reviewed}`, at });
  }
  if (kind !== "exception") return ok(null);
  const held = await store.exceptions.find(id);
  if (!held.ok || held.value === null) return held.ok ? ok(null) : held;
  const { rule, scope } = held.value;
  if (decision.choice === "renew") {
    const others = await store.exceptions.list({ rule });
    if (!others.ok) return others;
    const renewal = others.value.find(
      (one) =>
        one.id !== id &&
        one.granted !== null &&
        isSince(one.requestedAt, decision.at) &&
        canonicalJson({ ...one.scope }) === canonicalJson({ ...scope }),
    );
    if (renewal === undefined) return ok(null);
    return ok({ kind: "renewed", ref: renewal.id, says: `it was granted again until ${renewal.until}`, at });
  }
  const status = exceptionStatus(held.value, clock.now());
  if (decision.choice === "escalate" || (status !== "revoked" && status !== "expired")) return ok(null);
  return ok({ kind: "read_again", ref: id, says: `the exception is ${status}`, at });
}

function isSince(time: string, decided: string): boolean {
  return Date.parse(time) >= Date.parse(decided);
}

function proofBy(scan: string, at: string): ReviewProof {
  return { kind: "read_again", ref: scan, says: `scan ${scan} found no difference from the code`, at };
}
