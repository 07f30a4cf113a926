import type { Problem, Result } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import type { RoleBinding } from "./binding.ts";

/** A person who signs in. */
export interface Account {
  /** `acc_` and 24 hexadecimal characters. */
  readonly id: string;
  /** `local`, or the issuer of the identity provider; with `subject` unique. */
  readonly issuer: string;
  readonly subject: string;
  /** For people to read: an e-mail address, a name. Never what anything is decided by. */
  readonly name: string;
  /** As the identity provider told them at the last sign-in. */
  readonly groups: readonly string[];
  /** `disabled`: neither sessions nor tokens of theirs hold. */
  readonly state: "active" | "disabled";
  /** RFC 3339, as all times here. */
  readonly createdAt: string;
  readonly version: number;
}

/** A browser that somebody signed in with. The secret is in its cookie, here is only the SHA-256 of it. */
export interface SignedIn {
  /** `ses_` and 24 hexadecimal characters. */
  readonly id: string;
  /** 64 hexadecimal characters. */
  readonly secretHash: string;
  readonly account: string;
  readonly method: "oidc" | "local_account";
  readonly createdAt: string;
  /** Last use, to within a minute. */
  readonly seenAt: string;
  /** Ends then, however much it is used. */
  readonly endsAt: string;
}

/** A secret for programs. */
export interface Token {
  /** `tok_` and 24 hexadecimal characters. */
  readonly id: string;
  readonly name: string;
  /** First characters of the secret; the rest is known to its holder only. */
  readonly prefix: string;
  readonly secretHash: string;
  /** The person it acts for: with their id, roles and groups of now. `null`: a machine's own, with bindings of its own. */
  readonly account: string | null;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  /** To within a minute. */
  readonly usedAt: string | null;
}

/** A binding that somebody made, with who and when. */
export interface KeptBinding extends RoleBinding {
  readonly createdBy: string;
  readonly createdAt: string;
}

/** `link`: a link to sign in by. `flow`: a sign-in on its way through the identity provider. */
export type SingleUseKind = "link" | "flow";

export interface SingleUse {
  readonly kind: SingleUseKind;
  readonly secretHash: string;
  readonly expiresAt: string;
  /** What is known when it is taken. */
  readonly document: Readonly<Record<string, string>>;
}

type Audit = readonly AuditEntry[];

/**
 * Accounts, sessions, tokens and bindings. Each change and its audit entries are one transaction. Nothing here looks at a clock:
 * what has ended is told apart by whoever asks.
 */
export interface AccountStore {
  accounts(): Promise<Result<readonly Account[], Problem>>;
  account(id: string): Promise<Result<Account | null, Problem>>;
  accountOf(issuer: string, subject: string): Promise<Result<Account | null, Problem>>;
  /** Problem: `account_taken`, where the issuer's subject has one already. */
  addAccount(account: Account, audit: Audit): Promise<Result<void, Problem>>;
  /** Takes the place of the version before; disabling ends its sessions. Problem: `version_conflict`. */
  changeAccount(account: Account, audit: Audit): Promise<Result<void, Problem>>;

  bindings(): Promise<Result<readonly KeptBinding[], Problem>>;
  bind(bindings: readonly KeptBinding[], audit: Audit): Promise<Result<void, Problem>>;
  /** Problem: `binding_missing`. */
  unbind(id: string, audit: Audit): Promise<Result<void, Problem>>;

  openSession(session: SignedIn, audit: Audit): Promise<Result<void, Problem>>;
  sessionBy(secretHash: string): Promise<Result<SignedIn | null, Problem>>;
  touchSession(id: string, seenAt: string): Promise<Result<void, Problem>>;
  /** One session, or all of an account. How many ended. */
  endSessions(
    which: { readonly id: string } | { readonly account: string },
    audit: Audit,
  ): Promise<Result<number, Problem>>;

  /** With the bindings of a machine's token. */
  addToken(token: Token, bindings: readonly KeptBinding[], audit: Audit): Promise<Result<void, Problem>>;
  /** Newest first; `null`: of everybody. */
  tokens(account: string | null): Promise<Result<readonly Token[], Problem>>;
  token(id: string): Promise<Result<Token | null, Problem>>;
  /** All with this beginning: the caller compares the hashes. */
  tokensBy(prefix: string): Promise<Result<readonly Token[], Problem>>;
  /** Takes its bindings away as well. Problems: `token_missing`, `token_revoked`. */
  revokeToken(id: string, at: string, audit: Audit): Promise<Result<void, Problem>>;
  touchToken(id: string, usedAt: string): Promise<Result<void, Problem>>;

  keepOnce(once: SingleUse): Promise<Result<void, Problem>>;
  /** Gives it to exactly one caller, and `null` to all others. An ended one is given too: see its `expiresAt`. */
  takeOnce(kind: SingleUseKind, secretHash: string): Promise<Result<SingleUse | null, Problem>>;
  /** Forgets sessions and single uses that ended before. */
  forgetEnded(before: string): Promise<Result<number, Problem>>;
}
