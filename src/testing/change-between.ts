import {
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEqual,
  type PropertyPath,
  parsePath,
} from "../base/index.ts";
import {
  type Change,
  type ChangeAction,
  type Environment,
  type PropertyChange,
  UNKNOWN_ACTOR,
} from "../domain/index.ts";

/** An environment without labels. */
export const SANDBOX: Environment = { workspace: "sandbox", labels: {}, account: null };
export const PROD: Environment = { workspace: "payments", labels: { env: "prod" }, account: null };

/** A planned change of any type from whole attribute objects: its top-level properties, as the simplest reader would tell them. */
export function changeBetween(
  type: string,
  before: JsonObject | null,
  after: JsonObject | null,
  extra: Partial<Change> = {},
): Change {
  const action: ChangeAction = before === null ? "create" : after === null ? "delete" : "update";
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const properties = names
    .map((name) => propertyOf([name], side(before, name), side(after, name)))
    .filter(({ before: old, after: now }) => !jsonEqual(old, now));
  return {
    id: "000000000000",
    digest: "0".repeat(64),
    origin: "planned",
    action,
    resource: {
      provider: type.split("_")[0] ?? "",
      account: null,
      region: null,
      type,
      id: null,
      address: `${type}.it`,
      name: "it",
      module: null,
    },
    tags: {},
    before,
    after,
    properties,
    sensitive: [],
    unknown: [],
    actor: UNKNOWN_ACTOR,
    channel: "unknown",
    pipeline: null,
    time: null,
    drift: null,
    relevant: true,
    cause: null,
    noise: [],
    planIndex: null,
    ...extra,
  };
}

/** One property by path or by path text. */
export function propertyOf(
  path: PropertyPath | string,
  before: Json,
  after: Json,
  extra: Partial<PropertyChange> = {},
): PropertyChange {
  const steps = typeof path === "string" ? (parsePath(path) ?? []) : path;
  return { path: steps, before, after, sensitive: false, unknown: false, ...extra };
}

function side(value: JsonObject | null, name: string): Json {
  return isJsonObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}
