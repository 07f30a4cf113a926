import type { Permission } from "../../../authority/index.ts";
import type { Problem, Result } from "../../../base/index.ts";
import type { ApprovalVote, Principal } from "../../../domain/index.ts";
import type { Approver } from "../../../govern/approvals/index.ts";

/** Who may do what *now*: asked at each step, so that authority that went away does not act on. */
export interface Directory {
  mayDo(
    principal: Principal,
    permission: Permission,
    workspace: string | null,
  ): Promise<Result<boolean, Problem>>;
  /** Everybody who may decide approvals in the workspace. */
  approvers(workspace: string): Promise<Result<readonly Approver[], Problem>>;
  /** May the voter still decide, and are they still in one of the groups that their vote counted for? */
  entitled(
    workspace: string,
    votes: readonly ApprovalVote[],
  ): Promise<Result<(vote: ApprovalVote) => boolean, Problem>>;
}
