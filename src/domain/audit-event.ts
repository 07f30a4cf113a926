import type { Json } from "../base/index.ts";
import type { Actor, Channel } from "./actor.ts";

/** A record of a foreign audit log (CloudTrail, Kubernetes audit, …), reduced to the six facts that an auditor asks for. */
export interface AuditEvent {
  /** Identifier in the foreign log (`eventID`, `auditID`). */
  readonly id: string;
  /** Name of the Source that read it. */
  readonly source: string;
  /** RFC 3339, as the platform recorded it (end of the request). */
  readonly time: string;
  readonly actor: Actor;
  readonly channel: Channel;
  /** Platform action: `ec2:AuthorizeSecurityGroupIngress`, `patch networking.k8s.io/networkpolicies`. */
  readonly action: string;
  /** Did it write? Reads are kept out of attribution. */
  readonly write: boolean;
  readonly outcome: "succeeded" | "denied" | "failed";
  readonly account: string | null;
  readonly region: string | null;
  /** Candidate resource types in the source's naming (`aws_security_group`); empty when the action does not tell. */
  readonly types: readonly string[];
  /** Every identifier, ARN, name or `namespace/name` in the record that may name a resource. */
  readonly identifiers: readonly string[];
  /** Values that the call set, as far as the record carries them; secrets already removed. */
  readonly parameters: Json;
}
