import { type Json, once, type PropertyPath } from "../../base/index.ts";
import type { Cause, Change, RedactedChange, ResourceRef } from "../../domain/index.ts";
import {
  addSecretTexts,
  below,
  type PathSet,
  pathSet,
  replaceAt,
  type Scrubber,
  type SecretValues,
  visitAt,
} from "../secrets/index.ts";

/**
 * The only form of a Change that may be stored, logged or shown. Secret values become markers at their own
 * paths, in `before`, `after` and `properties`; wherever else a known secret's text occurs (a connection
 * string, a key, a sentence of evidence) it is scrubbed.
 */
export function redact(change: Change, scrubber: Scrubber): RedactedChange {
  const secrets = pathSet(change.sensitive);
  const { scrub } = scrubber;
  const clean = (value: Json, within: PathSet): Json =>
    scrubber.scrubJson(replaceAt(value, within, (secret) => scrubber.marker(secret)));
  const path = (steps: PropertyPath): PropertyPath =>
    steps.map((step) => (typeof step === "string" ? scrub(step) : step));
  // Made when somebody looks: of a large plan most changes are counted and never shown.
  const before = once(() => clean(change.before, secrets));
  const after = once(() => clean(change.after, secrets));
  const properties = once(() =>
    change.properties.map((property) => {
      const within = below(secrets, property.path);
      return {
        ...property,
        path: path(property.path),
        before: clean(property.before, within),
        after: clean(property.after, within),
      };
    }),
  );
  // Field by field: a new one of Change has to be thought about here. Copying all but some costs ten times as much.
  return {
    id: change.id,
    digest: change.digest,
    origin: change.origin,
    action: change.action,
    resource: cleanResource(change.resource, scrub),
    tags: cleanTags(change.tags, scrub),
    get before() {
      return before();
    },
    get after() {
      return after();
    },
    get properties() {
      return properties();
    },
    sensitive: change.sensitive.map(path),
    unknown: change.unknown.map(path),
    actor: change.actor,
    channel: change.channel,
    pipeline: change.pipeline,
    time: change.time,
    drift: change.drift,
    relevant: change.relevant,
    cause: change.cause === null ? null : cleanCause(change.cause, scrub),
    noise: change.noise.map((removed) => ({ ...removed, path: path(removed.path) })),
    planIndex: change.planIndex,
    redacted: true,
  };
}

type Scrub = (text: string) => string;

/** The address may carry an instance key, and an id whatever a provider made it of. */
function cleanResource(resource: ResourceRef, scrub: Scrub): ResourceRef {
  const { id, address, module } = resource;
  return {
    ...resource,
    id: id === null ? null : scrub(id),
    address: scrub(address),
    module: module === null ? null : scrub(module),
  };
}

function cleanTags(tags: Readonly<Record<string, string>>, scrub: Scrub): Readonly<Record<string, string>> {
  const entries = Object.entries(tags);
  if (entries.every(([key, value]) => scrub(key) === key && scrub(value) === value)) return tags;
  // `fromEntries` defines its members, so that a tag called `__proto__` stays one.
  return Object.fromEntries(entries.map(([key, value]) => [scrub(key), scrub(value)]));
}

function cleanCause(cause: Cause, scrub: Scrub): Cause {
  return { ...cause, evidence: cause.evidence.map(({ ref, says }) => ({ ref, says: scrub(says) })) };
}

/**
 * Every clear secret text in Changes, by their sensitive paths: what a Scrubber must know besides a reading's
 * own `secrets`.
 */
export function changeSecrets(changes: readonly Change[]): SecretValues {
  const found = new Set<string>();
  for (const change of changes) {
    if (change.sensitive.length === 0) continue;
    const secrets = pathSet(change.sensitive);
    visitAt(change.before, secrets, (value) => addSecretTexts(value, found));
    visitAt(change.after, secrets, (value) => addSecretTexts(value, found));
  }
  return [...found];
}
