import { authorize, type RoleBinding, type WorkspaceFacts } from "../../../authority/index.ts";
import { ok, type Problem, type Result } from "../../../base/index.ts";
import type { Person, Principal } from "../../../domain/index.ts";
import type { Directory } from "./directory.ts";

/** A person who may sign in, with the groups that they are in now. */
export interface KnownPerson extends Person {
  readonly groups: readonly string[];
}

export interface DirectorySource {
  /** Every binding that holds now. */
  bindings(): Promise<Result<readonly RoleBinding[], Problem>>;
  /** Everybody who may still sign in. */
  people(): Promise<Result<readonly KnownPerson[], Problem>>;
  facts(workspace: string): Promise<Result<WorkspaceFacts, Problem>>;
}

/** A {@link Directory} over roles and accounts: each question is answered from what is bound now. */
export function roleDirectory(source: DirectorySource): Directory {
  async function deciders(workspace: string): Promise<Result<readonly KnownPerson[], Problem>> {
    const [bindings, people, facts] = await Promise.all([
      source.bindings(),
      source.people(),
      source.facts(workspace),
    ]);
    if (!bindings.ok) return bindings;
    if (!people.ok) return people;
    if (!facts.ok) return facts;
    return ok(
      people.value.filter(
        (one) => authorize(asPrincipal(one), bindings.value, "approvals.decide", facts.value).ok,
      ),
    );
  }
  return {
    async mayDo(principal, permission, workspace) {
      const bindings = await source.bindings();
      if (!bindings.ok) return bindings;
      const facts = workspace === null ? ok(null) : await source.facts(workspace);
      if (!facts.ok) return facts;
      return ok(authorize(principal, bindings.value, permission, facts.value).ok);
    },
    approvers: deciders,
    async entitled(workspace, votes) {
      if (votes.length === 0) return ok(() => false);
      const people = await deciders(workspace);
      if (!people.ok) return people;
      const byId = new Map(people.value.map((one) => [one.id, one]));
      return ok(({ by, groups }) => {
        const now = byId.get(by.id);
        return now !== undefined && groups.some((group) => now.groups.includes(group));
      });
    },
  };
}

function asPrincipal({ id, name, groups }: KnownPerson): Principal {
  return {
    id,
    kind: "human",
    name,
    groups,
    method: "local_account",
    scopes: null,
    sourceIp: null,
    userAgent: null,
    session: null,
  };
}

/**
 * The directory of a machine without a server: whoever may open the store may do everything with it, and nobody else is there to
 * agree. What needs a second person therefore needs a server.
 */
export const localDirectory: Directory = {
  mayDo: async () => ok(true),
  approvers: async () => ok([]),
  entitled: async () => ok(() => true),
};
