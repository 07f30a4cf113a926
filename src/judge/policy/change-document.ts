import { type Json, type JsonObject, pathText, setMember } from "../../base/index.ts";
import type {
  Change,
  EnforcementPoint,
  Environment,
  PipelineRef,
  RiskAssessment,
} from "../../domain/index.ts";

export interface DocumentContext {
  readonly point: EnforcementPoint;
  readonly environment: Environment;
  /** Epoch milliseconds of this evaluation. */
  readonly now: number;
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/**
 * The document that change policies see: `trueup.change/v1`, published as `schemas/trueup.change.v1.schema.json`.
 * Holds clear values, lives in memory only. `break_glass` is always null for policies: covers are applied by the
 * truth table alone, so that a policy cannot waive itself.
 */
export function changeDocument(change: Change, risk: RiskAssessment, context: DocumentContext): JsonObject {
  const { resource, actor } = change;
  const { environment } = context;
  return {
    schema: "trueup.change/v1",
    change: {
      id: change.id,
      digest: change.digest,
      origin: change.origin,
      action: change.action,
      resource: {
        address: resource.address,
        type: resource.type,
        provider: resource.provider,
        account: resource.account,
        region: resource.region,
        id: resource.id,
        name: resource.name,
        module: resource.module,
        tags: change.tags,
      },
      before: change.before,
      after: change.after,
      properties: change.properties.map((property) => {
        const path = pathText(property.path);
        const { before, after, sensitive, unknown } = property;
        return { path, before, after, sensitive, unknown, risk: risk.properties[path] ?? risk.class };
      }),
    },
    actor: {
      kind: actor.kind,
      principal: actor.principal,
      person: actor.person,
      groups: actor.groups,
      source_ip: actor.sourceIp,
      user_agent: actor.userAgent,
      session: actor.session,
    },
    channel: change.channel,
    pipeline: pipelineDocument(change.pipeline),
    point: context.point,
    environment: {
      workspace: environment.workspace,
      labels: copyOf(environment.labels),
      account: environment.account,
    },
    risk: { class: risk.class, rules: [...new Set(risk.rules.map((hit) => hit.rule))] },
    break_glass: null,
    time: change.time === null ? null : timeDocument(Date.parse(change.time)),
    evaluated_at: timeDocument(context.now),
  };
}

/** The same document as if nothing had changed: answers whether a rule failed before already. */
export function documentBefore(document: JsonObject): JsonObject {
  const change = document["change"] as JsonObject;
  return { ...document, change: { ...change, after: change["before"] ?? null, properties: [] } };
}

function pipelineDocument(pipeline: PipelineRef | null): Json {
  if (pipeline === null) return null;
  const { run, commit, ref, verified, approved } = pipeline;
  return { run, commit, ref, verified, approved };
}

function timeDocument(epochMs: number): Json {
  if (Number.isNaN(epochMs)) return null;
  const date = new Date(epochMs);
  return {
    rfc3339: date.toISOString(),
    // Nanoseconds exceed 2^53; policies compare them as text or through `time.parse_rfc3339_ns`.
    unix_ns: `${epochMs}000000`,
    weekday: WEEKDAYS[date.getUTCDay()] ?? "Sunday",
    hour: date.getUTCHours(),
  };
}

function copyOf(labels: Readonly<Record<string, string>>): JsonObject {
  const copy: Record<string, Json> = {};
  for (const [key, value] of Object.entries(labels)) setMember(copy, key, value);
  return copy;
}
