export {
  type ApprovalRules,
  type Approver,
  type NewApproval,
  requestApproval,
  revokeApproval,
  useApproval,
  type VoteContext,
  vote,
} from "./change-approval.ts";
export type * from "./ports.ts";
export {
  approvalStatus,
  coversOfApproval,
  type Entitled,
  holdsSet,
} from "./status.ts";
