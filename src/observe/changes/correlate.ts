import type { Actor, AuditEvent, Cause, Change, PipelineRef, PipelineRun } from "../../domain/index.ts";
import { type Candidate, type Chosen, choose, type IndexedEvent, REMOVES } from "./attribution/choose.ts";
import { identifiersOf, namespaceWildcard, type Strength, samePrincipal } from "./attribution/identifiers.ts";
import { type CallValues, callValues } from "./attribution/values.ts";

export interface CorrelateOptions {
  readonly events: readonly AuditEvent[];
  readonly runs: readonly PipelineRun[];
  /** Milliseconds since the epoch: later events are of another scan. */
  readonly now: number;
  /** Principals (globs) under which the pipeline works. */
  readonly pipelineIdentities?: readonly string[];
}

/** Evidence is for people: the call that did it and the last few before. */
const MAX_EVIDENCE = 6;

/**
 * Observed changes with who, when, through which channel and why, as far as recorded events tell. Planned
 * changes, and those that the plan itself explains (`unapplied_commit`), come back as they are. The README's
 * table says how sure each join is.
 */
export function correlate(changes: readonly Change[], options: CorrelateOptions): Change[] {
  const index = indexEvents(options.events, options.now);
  return changes.map((change) => {
    if (change.origin !== "observed" || change.cause?.kind === "unapplied_commit") return change;
    const candidates = candidatesFor(change, index);
    const chosen = choose(change, candidates);
    if (chosen !== null) return attribute(change, chosen, candidates, options);
    const denied = candidates.filter(({ event }) => event.outcome === "denied");
    if (denied.length === 0) return change;
    const evidence = denied
      .slice(-MAX_EVIDENCE)
      .map(({ event }) => ({ ref: event.id, says: sentence(event) }));
    return { ...change, cause: { kind: "unknown", confidence: "low", evidence } };
  });
}

type EventIndex = ReadonlyMap<string, readonly IndexedEvent[]>;

/** Write events by each identifier that they carry. */
function indexEvents(events: readonly AuditEvent[], now: number): EventIndex {
  const index = new Map<string, IndexedEvent[]>();
  for (const event of events) {
    const at = Date.parse(event.time);
    if (!event.write || Number.isNaN(at) || at > now) continue;
    let values: CallValues | null = null;
    const call = (): CallValues => {
      values ??= callValues(event.parameters);
      return values;
    };
    const entry = { event, at, call };
    for (const identifier of new Set(event.identifiers)) {
      const list = index.get(identifier);
      if (list === undefined) index.set(identifier, [entry]);
      else list.push(entry);
    }
  }
  return index;
}

/** Events that name the resource, are of its account and region and may change its type; oldest first. */
function candidatesFor(change: Change, index: EventIndex): Candidate[] {
  const found = new Map<AuditEvent, Candidate>();
  const { type, account, region, id } = change.resource;
  const consider = (identifier: string, strength: Strength): void => {
    for (const entry of index.get(identifier) ?? []) {
      const { event } = entry;
      if (account !== null && event.account !== null && account !== event.account) continue;
      if (region !== null && event.region !== null && region !== event.region) continue;
      const namesType = event.types.includes(type);
      // An event whose action tells no type may still name the resource by an identifier that is its alone.
      if (!namesType && (event.types.length > 0 || strength === "name")) continue;
      const known = found.get(event);
      if (known === undefined || (known.strength === "name" && strength === "exact"))
        found.set(event, { ...entry, strength });
    }
  };
  for (const [identifier, strength] of identifiersOf(change)) consider(identifier, strength);
  const wildcard = id === null ? null : namespaceWildcard(id);
  if (wildcard !== null) consider(wildcard, "name");
  return [...found.values()].filter(({ event }) => fitsAction(change, event)).sort((a, b) => a.at - b.at);
}

const REMOVES_WHOLE =
  /:(?:DeleteSecurityGroup|DeleteBucket|DeleteRole|DeleteUser|DeleteDB|DeleteFunction|DeleteTable|DeleteVpc|DeleteSubnet|DeleteVolume|TerminateInstances|DeleteLogGroup|DeleteTrail|DeletePolicy|DeleteHostedZone|DeleteDetector|DeleteSecret)(?:$|Instance|Cluster)/;

/** What is gone was deleted by something that deletes; what is still there was not deleted. */
function fitsAction(change: Change, event: AuditEvent): boolean {
  const deletesObject = /^delete(?:collection)? /.test(event.action);
  if (change.after === null) return deletesObject || REMOVES.test(event.action);
  return !deletesObject && !REMOVES_WHOLE.test(event.action);
}

function attribute(
  change: Change,
  chosen: Chosen,
  candidates: readonly Candidate[],
  options: CorrelateOptions,
): Change {
  const { event } = chosen;
  const identities = options.pipelineIdentities ?? [];
  const actor = actorOf(event, identities, options.runs);
  const run = actor.kind === "pipeline" ? runOf(change, event.actor, options.runs) : null;
  const pipeline = run === null ? null : refOf(run);
  const earlier = candidates.filter(({ event: other }) => other !== event).slice(-(MAX_EVIDENCE - 1));
  const evidence = [
    { ref: event.id, says: sentence(event) },
    ...(run === null ? [] : [{ ref: run.run, says: `pipeline run \`${run.run}\` was let make this change` }]),
    ...earlier.reverse().map(({ event: other }) => ({ ref: other.id, says: sentence(other) })),
  ];
  const cause: Cause = { kind: causeOf(actor, run), confidence: confidenceOf(change, chosen), evidence };
  return { ...change, actor, channel: event.channel, pipeline, time: event.time, cause };
}

/** A pipeline's identity stays one, whoever holds its credentials. */
function actorOf(event: AuditEvent, identities: readonly string[], runs: readonly PipelineRun[]): Actor {
  const { actor } = event;
  const isPipeline =
    identities.some((identity) => samePrincipal(actor.principal, identity)) ||
    runs.some((run) => samePrincipal(actor.principal, run.identity));
  return isPipeline && actor.kind !== "pipeline" ? { ...actor, kind: "pipeline" } : actor;
}

/** The run that has this identity and whose recorded Decision let exactly this change through. */
function runOf(change: Change, actor: Actor, runs: readonly PipelineRun[]): PipelineRun | null {
  return (
    runs.find(
      (run) => samePrincipal(actor.principal, run.identity) && run.changeDigests.includes(change.digest),
    ) ?? null
  );
}

function refOf({ run, commit, ref, verified, approved }: PipelineRun): PipelineRef {
  return { run, commit, ref, verified, approved };
}

/**
 * What a run was let do is no bypass; why it still shows as drift (a state not refreshed, another workspace)
 * is not known.
 */
function causeOf(actor: Actor, run: PipelineRun | null): Cause["kind"] {
  if (run !== null) return "unknown";
  return actor.kind === "service" ? "platform" : "bypassed_pipeline";
}

/** See the table in the README. */
function confidenceOf(
  change: Change,
  { strength, matches, isShared, call, event }: Chosen,
): Cause["confidence"] {
  const types = event.types.length > 0;
  if (change.after === null) return strength === "exact" && types ? "high" : "medium";
  if (isShared) return "medium";
  if (strength === "exact" && matches) return types ? "high" : "medium";
  if (matches) return "medium";
  // A call that shows its values, and none of them is there now, probably did something else.
  return strength === "exact" && !call().isVisible ? "medium" : "low";
}

function sentence(event: AuditEvent): string {
  const who = event.actor.person ?? event.actor.principal ?? "somebody unknown";
  const how =
    event.channel === "unknown"
      ? ""
      : event.channel === "console"
        ? " from the console"
        : ` through ${event.channel}`;
  const from = event.actor.sourceIp === null ? "" : ` (${event.actor.sourceIp})`;
  const outcome = { succeeded: "", denied: ", denied", failed: ", failed" }[event.outcome];
  return `\`${event.action}\` by ${who}${how}${from} at ${event.time}${outcome}`;
}
