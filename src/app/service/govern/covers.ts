import { ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { ApprovalRequest, Cover } from "../../../domain/index.ts";
import { coversOfApproval } from "../../../govern/approvals/index.ts";
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
  for (const [workspace, requests] of byWorkspace(approvals.value)) {
    const entitled = await directory.entitled(
      workspace,
      requests.flatMap(({ votes }) => votes),
    );
    if (!entitled.ok) return entitled;
    for (const request of requests) covers.push(...coversOfApproval(request, now, entitled.value));
  }
  return ok(covers);
}

/** Who may still say yes is asked once a workspace: this is read for every decision. */
function byWorkspace(requests: readonly ApprovalRequest[]): ReadonlyMap<string, readonly ApprovalRequest[]> {
  const grouped = new Map<string, ApprovalRequest[]>();
  for (const request of requests) {
    const held = grouped.get(request.workspace);
    if (held === undefined) grouped.set(request.workspace, [request]);
    else held.push(request);
  }
  return grouped;
}
