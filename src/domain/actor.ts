export type ActorKind = "human" | "pipeline" | "agent" | "service" | "unknown";

/** The principal that an outside system saw, and the human, pipeline, agent or service behind it. */
export interface Actor {
  readonly kind: ActorKind;
  /** As the platform names it: an ARN, a Kubernetes username, a CI identity. `null` when unknown. */
  readonly principal: string | null;
  /** The person behind the principal, when a rule could tell (see `personRule`). */
  readonly person: string | null;
  /** Which rule named the person: `source_identity`, `session_name`, … `null` when no person is known. */
  readonly personRule: string | null;
  readonly groups: readonly string[];
  readonly sourceIp: string | null;
  readonly userAgent: string | null;
  readonly session: string | null;
}

export const UNKNOWN_ACTOR: Actor = {
  kind: "unknown",
  principal: null,
  person: null,
  personRule: null,
  groups: [],
  sourceIp: null,
  userAgent: null,
  session: null,
};

/** By which transport a change came. Authority is a separate fact: see {@link PipelineRef}. */
export type Channel = "console" | "api" | "cli" | "iac" | "kubernetes" | "unknown";
