import { isJsonObject, type Json, type PropertyPath, sha256Hex } from "../../base/index.ts";
import {
  type Change,
  type PropertyChange,
  type RemovedNoise,
  resourceKey,
  type Transition,
  UNKNOWN_ACTOR,
} from "../../domain/index.ts";
import {
  below,
  configuredSecrets,
  membersOf,
  type PathSet,
  pathSet,
  relation,
  type SecretPathRule,
} from "../secrets/index.ts";
import { changeDigest } from "./digest.ts";
import { isUnordered } from "./list-order.ts";
import { type DifferingNodes, NORMALISERS } from "./normalise/index.ts";
import { anyPattern, anyPatternEnd } from "./path-patterns.ts";
import { type Difference, diffProperties } from "./property-diff.ts";
import { tagsOf } from "./tags.ts";

export interface DetectOptions {
  readonly workspace: string;
  /** Key of the ChangeDigest and of secret markers. */
  readonly estateKey: string | Uint8Array;
  readonly secretPaths?: readonly SecretPathRule[];
}

export interface Detection {
  readonly changes: readonly Change[];
  /**
   * Observed transitions of which nothing was left: action `no_op`, no properties, what was removed in
   * `noise`.
   */
  readonly quiet: readonly Change[];
}

/**
 * Transitions → Changes that are really there. Actor, channel and cause are still unknown: see `correlate`.
 */
export function detect(transitions: readonly Transition[], options: DetectOptions): Change[] {
  return [...detectWithNoise(transitions, options).changes];
}

/**
 * The same, telling also what was false drift. An observed update without a property left is quiet. A planned
 * change stays even without properties, since the tool will act. Data reads are left out. Of two observed
 * transitions of one resource, real drift goes before `unapplied_commit`: the plan's wish to undo a drift is
 * not a second finding.
 */
export function detectWithNoise(transitions: readonly Transition[], options: DetectOptions): Detection {
  const changes: Change[] = [];
  const quiet: Change[] = [];
  const drifted = new Set<string>();
  for (const transition of inOrder(transitions)) {
    if (transition.action === "read") continue;
    const key = `${transition.resource.type}|${transition.resource.address}`;
    if (transition.causeHint === "unapplied_commit" && drifted.has(key)) continue;
    const change = toChange(transition, options);
    if (transition.origin === "observed" && change.properties.length === 0 && isUpdate(transition)) {
      if (change.noise.length > 0) quiet.push({ ...change, action: "no_op" });
      continue;
    }
    if (transition.origin === "observed") drifted.add(key);
    changes.push(change);
  }
  return { changes, quiet };
}

/** Drift before what the code wants; each in the order given. */
function inOrder(transitions: readonly Transition[]): readonly Transition[] {
  const late = transitions.filter((transition) => transition.causeHint === "unapplied_commit");
  if (late.length === 0) return transitions;
  return [...transitions.filter((transition) => transition.causeHint !== "unapplied_commit"), ...late];
}

function isUpdate({ before, after }: Transition): boolean {
  return before !== null && after !== null;
}

function toChange(transition: Transition, options: DetectOptions): Change {
  const { resource, before, after, origin } = transition;
  const marked = sensitivePaths(transition, options.secretPaths ?? []);
  const { properties, noise, sensitive, secrets } = compare(transition, marked);
  const facts = { workspace: options.workspace, resource, action: transition.action, properties };
  return {
    id: sha256Hex(`${origin}|${options.workspace}|${resourceKey(resource)}`).slice(0, 12),
    digest: changeDigest(facts, secrets, options.estateKey),
    origin,
    action: transition.action,
    resource,
    tags: tagsOf(after) ?? tagsOf(before) ?? {},
    before,
    after,
    properties,
    sensitive,
    unknown: transition.unknown,
    actor: UNKNOWN_ACTOR,
    channel: origin === "planned" ? "iac" : "unknown",
    pipeline: null,
    time: null,
    drift: transition.drift,
    relevant: transition.relevant,
    cause: origin === "observed" ? firstCause(transition) : null,
    noise,
    planIndex: transition.planIndex,
  };
}

function firstCause({ causeHint }: Transition): NonNullable<Change["cause"]> {
  if (causeHint === null) return { kind: "unknown", confidence: "low", evidence: [] };
  return {
    kind: "unapplied_commit",
    confidence: "high",
    evidence: [
      { ref: "plan", says: "the plan changes this resource although nothing moved outside the code" },
    ],
  };
}

function sensitivePaths(transition: Transition, rules: readonly SecretPathRule[]): readonly PropertyPath[] {
  if (rules.length === 0) return transition.sensitive;
  const { type } = transition.resource;
  const configured = [
    ...configuredSecrets(type, transition.before, rules),
    ...configuredSecrets(type, transition.after, rules),
  ];
  if (configured.length === 0) return transition.sensitive;
  return membersOf(pathSet([...transition.sensitive, ...configured]));
}

interface Comparison {
  readonly properties: readonly PropertyChange[];
  readonly noise: readonly RemovedNoise[];
  readonly sensitive: readonly PropertyPath[];
  readonly secrets: PathSet;
}

function compare(transition: Transition, marked: readonly PropertyPath[]): Comparison {
  const { before, after, resource } = transition;
  const noise: RemovedNoise[] = [];
  const unknown = pathSet(transition.unknown);
  const isMetadata = anyPattern(transition.metadata);
  const isListedSet = anyPatternEnd(transition.sets);
  const about = { provider: resource.provider, type: resource.type, before, after };
  const isSet = (path: PropertyPath, left: readonly Json[], right: readonly Json[]): boolean =>
    isListedSet(path) || isUnordered(path, left, right);

  const isNoise = (path: PropertyPath, left: Json, right: Json): boolean => {
    const metadata = isMetadata(path);
    if (!metadata && relation(unknown, path) !== "apart") return false;
    const nodes: DifferingNodes = {
      path,
      before: left,
      after: right,
      resource: about,
      isMetadata: metadata,
      isSet: Array.isArray(left) && Array.isArray(right) && isSet(path, left, right),
    };
    const removedBy = NORMALISERS.find((normaliser) => normaliser.isNoise(nodes));
    if (removedBy === undefined) return false;
    // Of a resource that comes or goes whole, an empty member is no difference that anybody could have seen.
    if (before !== null && after !== null) noise.push({ normaliser: removedBy.name, path });
    return true;
  };

  const differences = diffProperties(wholeOf(before, after), wholeOf(after, before), {
    isSet,
    isNoise,
    mayBeNoise: isMetadata,
  });
  const sensitive = withMoved(marked, differences);
  const secrets = pathSet(sensitive);
  const properties: PropertyChange[] = differences.map(({ path, before: left, after: right }) => ({
    path,
    before: left,
    after: right,
    sensitive: relation(secrets, path) !== "apart",
    unknown: relation(unknown, path) === "inside",
  }));
  const listed = pathSet(properties.filter((property) => property.unknown).map((property) => property.path));
  for (const path of transition.unknown) {
    if (path.length === 0 || isMetadata(path) || relation(listed, path) === "inside") continue;
    // A value known only after apply counts as a change of its own, so that a rule that watches its path sees
    // it.
    properties.push({
      path,
      before: null,
      after: null,
      sensitive: relation(secrets, path) !== "apart",
      unknown: true,
    });
  }
  return { properties, noise, sensitive, secrets };
}

/** An edited element that stands elsewhere now takes the secrets of its old place along. */
function withMoved(
  marked: readonly PropertyPath[],
  differences: readonly Difference[],
): readonly PropertyPath[] {
  if (marked.length === 0 || differences.every(({ path, beforePath }) => path === beforePath)) return marked;
  const secrets = pathSet(marked);
  const moved = differences.flatMap(({ path, beforePath }) =>
    path === beforePath ? [] : membersOf(below(secrets, beforePath)).map((rest) => [...path, ...rest]),
  );
  return moved.length === 0 ? marked : [...marked, ...moved];
}

/** A resource that does not exist on one side is compared as if all its properties were missing there. */
function wholeOf(side: Json, other: Json): Json {
  return side === null && isJsonObject(other) ? {} : side;
}
