import type { Account, KeptBinding } from "../../../authority/index.ts";
import { type BindingScope, EVERYWHERE, type Role } from "../../../authority/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { type IdentityService, identityEntry } from "./entries.ts";
import { newId } from "./secrets.ts";

/** What an issuer says of somebody who proved who they are. */
export interface Introduced {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** The account of somebody, made at their first sign-in, with what their issuer says now. Problem: `account_disabled`. */
export async function accountFor(
  service: IdentityService,
  who: Introduced,
): Promise<Result<Account, Problem>> {
  const { accounts } = service.store;
  const found = await accounts.accountOf(who.issuer, who.subject);
  if (!found.ok) return found;
  const before = found.value;
  if (before?.state === "disabled") return err(DISABLED);
  if (before === null) {
    const account: Account = {
      ...who,
      id: newId("acc"),
      state: "active",
      createdAt: rfc3339(service.clock.now()),
      version: 1,
    };
    const added = await accounts.addAccount(account, [entry(service, account, "created")]);
    if (added.ok) return ok(account);
    // Somebody signed in for the first time in two places at once.
    return added.error.code === "account_taken" ? accountFor(service, who) : added;
  }
  const same = before.name === who.name && before.groups.join("\n") === who.groups.join("\n");
  if (same) return ok(before);
  const next: Account = { ...before, ...who, version: before.version + 1 };
  const changed = await accounts.changeAccount(next, [entry(service, next, "changed")]);
  if (changed.ok) return ok(next);
  return changed.error.code === "version_conflict" ? accountFor(service, who) : changed;
}

function entry(service: IdentityService, account: Account, answer: string) {
  return identityEntry(service, themselves(account), {
    kind: "account",
    subject: account.id,
    answer,
    because: `the account of ${account.name} was ${answer} by signing in`,
    details: {
      issuer: account.issuer,
      subject: account.subject,
      name: account.name,
      groups: [...account.groups],
    },
  });
}

function themselves({ id, name, groups, issuer }: Account): Principal {
  return {
    id,
    kind: "human",
    name,
    groups,
    method: issuer === "local" ? "local_account" : "oidc",
    scopes: null,
    sourceIp: null,
    userAgent: null,
    session: null,
  };
}

/** Lets somebody in again or no more; their sessions end at once. Problems: `account_missing`, `own_account`, `version_conflict`. */
export async function changeAccountState(
  service: IdentityService,
  principal: Principal,
  { id, state, version }: { readonly id: string; readonly state: Account["state"]; readonly version: number },
): Promise<Result<Account, Problem>> {
  if (id === principal.id) return err(problem("own_account", "nobody changes their own account"));
  const found = await service.store.accounts.account(id);
  if (!found.ok) return found;
  if (found.value === null) return err(missing(id));
  const next: Account = { ...found.value, state, version: version + 1 };
  const changed = await service.store.accounts.changeAccount(next, [
    identityEntry(service, principal, {
      kind: "account",
      subject: id,
      answer: state,
      because: `the account of ${next.name} was made ${state} by ${principal.name}`,
      details: { name: next.name },
    }),
  ]);
  return changed.ok ? ok(next) : changed;
}

export interface BindRequest {
  readonly role: Role;
  readonly to: KeptBinding["to"];
  readonly scope: BindingScope;
}

/** Gives a role. Problems: `account_missing`, `own_account`. */
export async function bindRole(
  service: IdentityService,
  principal: Principal,
  { role, to, scope }: BindRequest,
): Promise<Result<KeptBinding, Problem>> {
  if (to.kind === "principal") {
    if (to.principal === principal.id) return err(problem("own_account", "nobody gives themselves a role"));
    const found = await service.store.accounts.account(to.principal);
    if (!found.ok) return found;
    if (found.value === null) return err(missing(to.principal));
  }
  const binding: KeptBinding = {
    id: newId("rbd"),
    role,
    to,
    scope: { ...EVERYWHERE, ...scope },
    createdBy: principal.id,
    createdAt: rfc3339(service.clock.now()),
  };
  const bound = await service.store.accounts.bind(
    [binding],
    [bindingEntry(service, principal, binding, "given")],
  );
  return bound.ok ? ok(binding) : bound;
}

/** Takes a role away. Problem: `binding_missing`. */
export async function unbindRole(
  service: IdentityService,
  principal: Principal,
  id: string,
): Promise<Result<KeptBinding, Problem>> {
  const all = await service.store.accounts.bindings();
  if (!all.ok) return all;
  const binding = all.value.find((one) => one.id === id);
  if (binding === undefined) return err(problem("binding_missing", `there is no binding \`${id}\``));
  const done = await service.store.accounts.unbind(id, [bindingEntry(service, principal, binding, "taken")]);
  return done.ok ? ok(binding) : done;
}

export function bindingEntry(
  service: IdentityService,
  principal: Principal,
  binding: KeptBinding,
  answer: "given" | "taken",
) {
  const { role, to, scope } = binding;
  const whom = to.kind === "group" ? `group ${to.group}` : to.principal;
  return identityEntry(service, principal, {
    kind: "role_binding",
    subject: binding.id,
    answer,
    because: `the role ${role} was ${answer} ${answer === "given" ? "to" : "from"} ${whom} by ${principal.name}`,
    details: { role, to: { ...to }, scope: JSON.parse(JSON.stringify(scope)) },
  });
}

function missing(id: string): Problem {
  return problem("account_missing", `there is no account \`${id}\``);
}

const DISABLED = problem("account_disabled", "the account may not sign in", { hint: "ask an admin" });
