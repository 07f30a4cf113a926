import type { Account, SignedIn } from "../../../authority/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { type IdentityService, identityEntry } from "./entries.ts";
import { hashOf, newId, newSecret, sameText } from "./secrets.ts";

/** Without use a session ends after the first, however much it is used after the second. */
export const SESSION_IDLE_MS = 8 * 3_600_000;
export const SESSION_LIFE_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

export interface OpenedSession {
  /** For the cookie; told this once. */
  readonly secret: string;
  readonly endsAt: string;
}

/** Starts a session of somebody who proved who they are. A fresh secret each time: none that was there before is taken over. */
export async function openSession(
  service: IdentityService,
  account: Account,
  method: SignedIn["method"],
  from: Pick<Principal, "sourceIp" | "userAgent">,
): Promise<Result<OpenedSession, Problem>> {
  const now = service.clock.now();
  const secret = newSecret();
  const session: SignedIn = {
    id: newId("ses"),
    secretHash: hashOf(secret),
    account: account.id,
    method,
    createdAt: rfc3339(now),
    seenAt: rfc3339(now),
    endsAt: rfc3339(now + SESSION_LIFE_MS),
  };
  const principal = { ...principalFor(account, session), ...from };
  const opened = await service.store.accounts.openSession(session, [
    identityEntry(service, principal, {
      kind: "sign_in",
      subject: account.id,
      answer: "signed_in",
      because: `${account.name} signed in`,
      details: { session: session.id, issuer: account.issuer, groups: [...account.groups] },
    }),
  ]);
  return opened.ok ? ok({ secret, endsAt: session.endsAt }) : opened;
}

/** Whose session this is. Problem: `credentials_expired`. */
export async function principalOfSession(
  service: IdentityService,
  secret: string,
): Promise<Result<Principal, Problem>> {
  const { accounts } = service.store;
  const found = await accounts.sessionBy(hashOf(secret));
  if (!found.ok) return found;
  const session = found.value;
  const now = service.clock.now();
  if (session === null || hasEnded(session, now)) return err(SESSION_ENDED);
  const account = await accounts.account(session.account);
  if (!account.ok) return account;
  if (account.value === null || account.value.state !== "active") return err(SESSION_ENDED);
  if (now - Date.parse(session.seenAt) >= MINUTE_MS) {
    const touched = await accounts.touchSession(session.id, rfc3339(now));
    if (!touched.ok) return touched;
  }
  return ok(principalFor(account.value, session));
}

/** Ends the session, or all of its account. */
export async function signOut(
  service: IdentityService,
  principal: Principal,
  everywhere: boolean,
): Promise<Result<number, Problem>> {
  const which = everywhere ? { account: principal.id } : { id: principal.session ?? "" };
  return service.store.accounts.endSessions(which, [
    identityEntry(service, principal, {
      kind: "sign_in",
      subject: principal.id,
      answer: "signed_out",
      because: `${principal.name} signed out${everywhere ? " everywhere" : ""}`,
      details: { session: principal.session, everywhere },
    }),
  ]);
}

/** What a page of ours must send along with each change: nobody who cannot read our answers can know it. */
export function csrfToken(secret: string): string {
  return hashOf(`csrf ${secret}`);
}

export function isCsrfToken(given: string, secret: string): boolean {
  return sameText(given, csrfToken(secret));
}

/** A clock that was set back lets no session live longer than its life. */
function hasEnded({ createdAt, seenAt, endsAt }: SignedIn, now: number): boolean {
  const idle = now - Date.parse(seenAt);
  return (
    now >= Date.parse(endsAt) || idle >= SESSION_IDLE_MS || now < Date.parse(createdAt) - SESSION_LIFE_MS
  );
}

function principalFor({ id, name, groups }: Account, session: SignedIn): Principal {
  return {
    id,
    kind: "human",
    name,
    groups,
    method: session.method,
    scopes: null,
    sourceIp: null,
    userAgent: null,
    session: session.id,
  };
}

const SESSION_ENDED = problem("credentials_expired", "the session has ended", { hint: "sign in again" });
