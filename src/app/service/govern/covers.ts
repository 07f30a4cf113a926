import { ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { ApprovalCover, Cover } from "../../../domain/index.ts";
import { approvalStatus, coversOfUses } from "../../../govern/approvals/index.ts";
import { coverOfGrant } from "../../../govern/breakglass/index.ts";
import { coverOfException } from "../../../govern/exceptions/index.ts";
import type { Store } from "../../../store/index.ts";
import type { Directory } from "./directory.ts";

/** How long after its end a grant may still be asked about: late events of audit logs find it. */
const GRANT_MEMORY_MS = 400 * 86_400_000;

/**
 * Every cover of the store as data, for scanner, gates and command line alike: one evaluator, so that an end holds everywhere at the
 * same moment. Whether one holds a change is for the verdict to say. Approvals are here only while they are approved, with the
 * authority of their voters as it is now.
 */
export async function storedCovers(
  store: Pick<Store, "grants" | "exceptions" | "approvals">,
  directory: Pick<Directory, "entitled">,
  now: number,
): Promise<Result<readonly Cover[], Problem>> {
  const touches = { from: rfc3339(now - GRANT_MEMORY_MS), until: rfc3339(now + 1) };
  const grants = await store.grants.list({ touches });
  if (!grants.ok) return grants;
  const exceptions = await store.exceptions.list({ liveAt: rfc3339(now) });
  if (!exceptions.ok) return exceptions;
  const approvals = await store.approvals.list({ liveAt: rfc3339(now) });
  if (!approvals.ok) return approvals;
  const covers: Cover[] = [
    ...grants.value.map(coverOfGrant).filter((cover) => cover !== null),
    ...exceptions.value.map(coverOfException).filter((cover) => cover !== null),
  ];
  for (const request of approvals.value) {
    const entitled = await directory.entitled(request.workspace, request.votes);
    if (!entitled.ok) return entitled;
    covers.push(...coversOfUses(request));
    if (approvalStatus(request, now, entitled.value) !== "approved") continue;
    covers.push(
      ...request.digests.map(
        (digest): ApprovalCover => ({
          kind: "approval",
          id: request.id,
          digest,
          set: request.digests,
          approvers: request.votes.filter(({ answer }) => answer === "approve").map(({ by }) => by.name),
          until: request.expiresAt,
          requestIds: [],
        }),
      ),
    );
  }
  return ok(covers);
}
