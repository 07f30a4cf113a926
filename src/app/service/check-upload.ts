import { ok, type Problem, type Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import { decideChange, type GivenDecision } from "./decisions/decide-change.ts";
import type { Service } from "./service.ts";

export interface CheckUpload {
  readonly workspace: string | null;
  /** The plan as it was sent: its SHA-256 is what an apply is held to. */
  readonly plan: Uint8Array;
  readonly file: string;
  readonly idempotencyKey: string | null;
}

/** `trueup check` on a server: the point is `ci`, and every change is told in full. */
export async function checkUpload(
  service: Service,
  principal: Principal,
  { workspace, plan, file, idempotencyKey }: CheckUpload,
): Promise<Result<GivenDecision, Problem>> {
  const given = await decideChange(service, principal, {
    workspace,
    point: "ci",
    subject: { kind: "plan", text: plan, file },
    actor: null,
    channel: "iac",
    request: null,
    idempotencyKey,
    explain: true,
  });
  return given.ok ? ok(given.value) : given;
}
