import type { Actor, ActorKind } from "./actor.ts";
import type { PipelineRef } from "./pipeline-run.ts";

/** How somebody proved who they are to the server, or that the command line runs on their own machine. */
export type AuthenticationMethod = "oidc" | "local_account" | "token" | "ci_oidc" | "command_line";

/** Whoever asks Trueup for something: authenticated, not yet authorised. */
export interface Principal {
  /**
   * `acc_…` (also for a token that acts for a person), `tok_…` (a machine's token), `ci:<issuer>:<subject>` or `local:<user>`;
   * stable, and what "never the requester" compares.
   */
  readonly id: string;
  readonly kind: ActorKind;
  /** For people to read: an e-mail address, a token's name. */
  readonly name: string;
  /** Groups of the identity provider; roles may be bound to them. */
  readonly groups: readonly string[];
  readonly method: AuthenticationMethod;
  /** A token may do only this much of what its bindings allow; `null`: no further limit. */
  readonly scopes: readonly string[] | null;
  readonly sourceIp: string | null;
  readonly userAgent: string | null;
  /** Session or token id, never the secret. */
  readonly session: string | null;
  /** The run that a CI job's token proved; absent for everybody else. */
  readonly pipeline?: PipelineRef;
}

/** The principal as the record names it. */
export function actorOfPrincipal(principal: Principal): Actor {
  const { kind, id, name, groups, sourceIp, userAgent, session } = principal;
  const isPerson = kind === "human";
  return {
    kind,
    principal: id,
    person: isPerson ? name : null,
    personRule: isPerson ? principal.method : null,
    groups,
    sourceIp,
    userAgent,
    session,
  };
}
