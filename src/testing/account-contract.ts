import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { EVERYWHERE } from "../authority/index.ts";
import type { Account, KeptBinding, SignedIn, Token } from "../authority/ports.ts";
import type { Store } from "../store/index.ts";
import { REPORT_TIME } from "./index.ts";
import { freshEntry, okValue, problemIn } from "./record.ts";

const hex = (bytes = 12) => randomBytes(bytes).toString("hex");

export function anAccount(over: Partial<Account> = {}): Account {
  return {
    id: `acc_${hex()}`,
    issuer: "https://id.example.com",
    subject: hex(),
    name: "ana@example.com",
    groups: ["platform"],
    state: "active",
    createdAt: REPORT_TIME,
    version: 1,
    ...over,
  };
}

export function aToken(over: Partial<Token> = {}): Token {
  return {
    id: `tok_${hex()}`,
    name: "ci",
    prefix: `tru_${hex(4)}`,
    secretHash: hex(32),
    account: null,
    scopes: ["check"],
    createdBy: "local:ana",
    createdAt: REPORT_TIME,
    expiresAt: REPORT_TIME,
    revokedAt: null,
    usedAt: null,
    ...over,
  };
}

export function aBinding(principal: string, over: Partial<KeptBinding> = {}): KeptBinding {
  return {
    id: `rbd_${hex()}`,
    role: "viewer",
    to: { kind: "principal", principal },
    scope: EVERYWHERE,
    createdBy: "local:ana",
    createdAt: REPORT_TIME,
    ...over,
  };
}

function aSession(account: string, over: Partial<SignedIn> = {}): SignedIn {
  return {
    id: `ses_${hex()}`,
    secretHash: hex(32),
    account,
    method: "oidc",
    createdAt: REPORT_TIME,
    seenAt: REPORT_TIME,
    endsAt: "2030-01-01T00:00:00.000Z",
    ...over,
  };
}

/** What every store of accounts does. */
export function accountContract(store: () => Store): void {
  const entry = () => freshEntry({ kind: "account" });
  const size = async () => okValue(await store().audit.head()).size;

  it("keeps one account of a subject of an issuer, and changes the version before only", async () => {
    const { accounts } = store();
    const account = anAccount({ name: "x\u0000y" });
    const before = await size();
    okValue(await accounts.addAccount(account, [entry()]));
    expect(await size()).toBe(before + 1);
    const twin = anAccount({ subject: account.subject });
    expect(problemIn(await accounts.addAccount(twin, [entry()])).code).toBe("account_taken");
    const elsewhere = anAccount({ subject: account.subject, issuer: "https://other.example.com" });
    okValue(await accounts.addAccount(elsewhere, [entry()]));
    expect(okValue(await accounts.account(account.id))).toEqual(account);
    expect(okValue(await accounts.accountOf(account.issuer, account.subject))).toEqual(account);
    expect(okValue(await accounts.accountOf(account.issuer, "nobody"))).toBeNull();
    const next = { ...account, groups: ["b"], version: 2 };
    okValue(await accounts.changeAccount(next, [entry()]));
    expect(problemIn(await accounts.changeAccount(next, [entry()])).code).toBe("version_conflict");
    expect(await size()).toBe(before + 3);
    expect(okValue(await accounts.accounts())).toEqual(expect.arrayContaining([next, elsewhere]));
  });

  it("ends sessions one by one, all of somebody, and with the account", async () => {
    const { accounts } = store();
    const account = anAccount();
    okValue(await accounts.addAccount(account, [entry()]));
    const [first, second, third] = [1, 2, 3].map(() => aSession(account.id)) as [
      SignedIn,
      SignedIn,
      SignedIn,
    ];
    for (const session of [first, second, third]) okValue(await accounts.openSession(session, [entry()]));
    okValue(await accounts.touchSession(first.id, "2026-12-01T00:00:00.000Z"));
    expect(okValue(await accounts.sessionBy(first.secretHash))).toEqual({
      ...first,
      seenAt: "2026-12-01T00:00:00.000Z",
    });
    expect(okValue(await accounts.endSessions({ id: first.id }, [entry()]))).toBe(1);
    expect(okValue(await accounts.sessionBy(first.secretHash))).toBeNull();
    expect(okValue(await accounts.endSessions({ account: account.id }, []))).toBe(2);
    const fourth = aSession(account.id);
    okValue(await accounts.openSession(fourth, []));
    okValue(await accounts.changeAccount({ ...account, state: "disabled", version: 2 }, [entry()]));
    expect(okValue(await accounts.sessionBy(fourth.secretHash))).toBeNull();
  });

  it("keeps tokens with their bindings, revokes once, and takes the bindings away", async () => {
    const { accounts } = store();
    const token = aToken();
    okValue(await accounts.addToken(token, [aBinding(token.id)], [entry()]));
    okValue(await accounts.touchToken(token.id, REPORT_TIME));
    const used = { ...token, usedAt: REPORT_TIME };
    expect(okValue(await accounts.tokensBy(token.prefix))).toEqual([used]);
    expect(okValue(await accounts.token(token.id))).toEqual(used);
    expect(okValue(await accounts.tokens(null))).toContainEqual(used);
    expect(okValue(await accounts.tokens(`acc_${hex()}`))).toEqual([]);
    const bound = async () =>
      okValue(await accounts.bindings()).filter(
        ({ to }) => to.kind === "principal" && to.principal === token.id,
      );
    expect(await bound()).toHaveLength(1);
    const before = await size();
    okValue(await accounts.revokeToken(token.id, REPORT_TIME, [entry()]));
    expect(problemIn(await accounts.revokeToken(token.id, REPORT_TIME, [entry()])).code).toBe(
      "token_revoked",
    );
    expect(problemIn(await accounts.revokeToken("tok_0", REPORT_TIME, [entry()])).code).toBe("token_missing");
    expect(await size()).toBe(before + 1);
    expect(await bound()).toEqual([]);
    expect(okValue(await accounts.token(token.id))?.revokedAt).toBe(REPORT_TIME);
  });

  it("binds and unbinds, with an entry each", async () => {
    const { accounts } = store();
    const binding = aBinding("acc_1", {
      to: { kind: "group", group: "platform" },
      scope: { workspaces: ["prod-*"], teams: null, labels: { __proto__x: "1" } },
    });
    okValue(await accounts.bind([binding], [entry()]));
    expect(okValue(await accounts.bindings())).toContainEqual(binding);
    okValue(await accounts.unbind(binding.id, [entry()]));
    const before = await size();
    expect(problemIn(await accounts.unbind(binding.id, [entry()])).code).toBe("binding_missing");
    expect(await size()).toBe(before);
  });

  it("gives a single use to exactly one of many, and to none that asks for another kind", async () => {
    const { accounts } = store();
    const once = { kind: "link", secretHash: hex(32), expiresAt: REPORT_TIME, document: { a: "b" } } as const;
    okValue(await accounts.keepOnce(once));
    expect(okValue(await accounts.takeOnce("flow", once.secretHash))).toBeNull();
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => accounts.takeOnce("link", once.secretHash).then(okValue)),
    );
    expect(taken.filter((one) => one !== null)).toEqual([once]);
    const old = { ...once, secretHash: hex(32) };
    okValue(await accounts.keepOnce(old));
    expect(okValue(await accounts.forgetEnded("2029-01-01T00:00:00.000Z"))).toBe(1);
    expect(okValue(await accounts.takeOnce("link", old.secretHash))).toBeNull();
  });
}
