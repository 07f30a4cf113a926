import type { Permission } from "../app/index.ts";
import type { Problem, Result } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";

/** What an HTTP request says before anything of it is believed. */
export interface HttpCall {
  /** Upper case. */
  readonly method: string;
  /** Path without the query: `/v1/findings`. */
  readonly path: string;
  /** Value of a header by its lower-case name; several values are joined by `, `. */
  header(name: string): string | null;
  cookie(name: string): string | null;
  /** Address of the caller; a proxy's header counts only where the configuration trusts that proxy. */
  readonly ip: string | null;
  /** Did the request come over TLS, here or at a trusted proxy? */
  readonly secure: boolean;
}

/**
 * Who is calling? `null`: no credentials at all, which only public routes accept. Credentials that do not hold are a Problem
 * (`credentials_invalid` → 401, `csrf_refused` → 403), never a quiet `null`.
 */
export type Authenticate = (call: HttpCall) => Promise<Result<Principal | null, Problem>>;

/** What somebody may see: `null` is everything. */
export interface Scope {
  readonly workspaces: readonly string[] | null;
}

export const EVERYTHING: Scope = { workspaces: null };

/**
 * May this principal do that, in that workspace? `workspace: null` asks whether it may anywhere, and the answer is narrowed to where.
 * A no is a Problem (`forbidden`).
 */
export type Authorize = (
  principal: Principal,
  permission: Permission,
  workspace: string | null,
) => Promise<Result<Scope, Problem>>;

/** Is the workspace one that the caller may see? */
export function maySee(scope: Scope, workspace: string): boolean {
  return scope.workspaces === null || scope.workspaces.includes(workspace);
}
