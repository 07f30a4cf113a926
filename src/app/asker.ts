import { userInfo } from "node:os";
import { type Actor, type PipelineRef, UNKNOWN_ACTOR } from "../domain/index.ts";
import type { Asker } from "./audit-entries.ts";

type Variables = Readonly<Record<string, string | undefined>>;

export interface Caller {
  readonly asker: Asker;
  /** Never verified here: whoever starts a job can set its variables. */
  readonly pipeline: PipelineRef | null;
}

interface CiVariables {
  readonly marker: string;
  readonly run: string;
  readonly commit: string;
  readonly ref: string;
  readonly person: string;
  readonly repository: string;
}

/** Which variables of which CI say who runs what. Documented by each vendor; read as a claim, not as proof. */
const CI: readonly CiVariables[] = [
  {
    marker: "GITHUB_ACTIONS",
    run: "GITHUB_RUN_ID",
    commit: "GITHUB_SHA",
    ref: "GITHUB_REF",
    person: "GITHUB_ACTOR",
    repository: "GITHUB_REPOSITORY",
  },
  {
    marker: "GITLAB_CI",
    run: "CI_PIPELINE_ID",
    commit: "CI_COMMIT_SHA",
    ref: "CI_COMMIT_REF_NAME",
    person: "GITLAB_USER_LOGIN",
    repository: "CI_PROJECT_PATH",
  },
];

/** Who runs this command: a CI job as its variables claim, or the person at this machine. */
export function callerOf(variables: Variables): Caller {
  const ci = CI.find((candidate) => variables[candidate.marker] === "true");
  if (ci === undefined) return { asker: { actor: localPerson(), channel: "cli" }, pipeline: null };
  const read = (name: string): string | null => variables[name] || null;
  const run = read(ci.run) ?? "unknown";
  const repository = read(ci.repository);
  const actor: Actor = {
    ...UNKNOWN_ACTOR,
    kind: "pipeline",
    principal: repository === null ? run : `${repository}#${run}`,
    person: read(ci.person),
    personRule: read(ci.person) === null ? null : "ci_variable",
    session: run,
  };
  const pipeline = { run, commit: read(ci.commit), ref: read(ci.ref), verified: false, approved: false };
  return { asker: { actor, channel: "iac" }, pipeline };
}

function localPerson(): Actor {
  const name = localName();
  return name === null
    ? UNKNOWN_ACTOR
    : { ...UNKNOWN_ACTOR, kind: "human", principal: name, person: name, personRule: "local_user" };
}

function localName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a uid that has no name.
    return null;
  }
}
