import {
  err,
  ok,
  type Place,
  type Problem,
  parsePath,
  problem,
  type Result,
  rfc3339,
} from "../../base/index.ts";
import type { ExceptionCover, PointSettings } from "../../domain/index.ts";
import type { OwnerRule } from "../../govern/findings/index.ts";
import type { SecretPathRule } from "../../observe/changes/index.ts";
import type { CheckpointPlace, Config, EventFile, PolicyPlace, TofuSource } from "./config.ts";
import { DEFAULTS } from "./defaults.ts";
import { parseDuration } from "./duration.ts";
import { fromEnvironment, type Variables } from "./environment.ts";
import { toExports } from "./exports.ts";
import { toGovernance } from "./governance.ts";
import { toIdentity } from "./identity.ts";
import { toNotifications } from "./notifications.ts";
import { type RawConfig, type RawException, rawConfig, rawExceptionFile } from "./raw.ts";
import { shapeProblems } from "./shape-problems.ts";
import { readYaml, type YamlDocument } from "./yaml-document.ts";

/** Text of `trueup.yaml` → Config, or everything that is wrong with it. `file` is only for messages. */
export function parseConfig(
  text: string,
  file: string,
  variables: Variables = {},
): Result<Config, readonly Problem[]> {
  const document = readYaml(text, file);
  if (!document.ok) return document;
  const parsed = rawConfig.safeParse(document.value.data, { reportInput: true });
  if (!parsed.success) return err(shapeProblems(parsed.error.issues, rawConfig, document.value));
  return validate(parsed.data, document.value, variables);
}

/** What holds in a folder without `trueup.yaml`. */
export function defaultConfig(variables: Variables = {}): Result<Config, readonly Problem[]> {
  return parseConfig("version: 1\n", "trueup.yaml", variables);
}

/** Text of an exceptions file → covers, all unverified. */
export function parseExceptions(
  text: string,
  file: string,
): Result<readonly ExceptionCover[], readonly Problem[]> {
  const document = readYaml(text, file);
  if (!document.ok) return document;
  const parsed = rawExceptionFile.safeParse(document.value.data, { reportInput: true });
  if (!parsed.success) return err(shapeProblems(parsed.error.issues, rawExceptionFile, document.value));
  const check = new Checker(document.value);
  const exceptions = toExceptions(parsed.data.exceptions, check);
  return check.problems.length > 0 ? err(check.problems) : ok(exceptions);
}

/** Collects what is wrong beyond shapes, each with its place. */
class Checker {
  readonly problems: Problem[] = [];
  readonly #document: YamlDocument;

  constructor(document: YamlDocument) {
    this.#document = document;
  }

  complain(path: readonly PropertyKey[], message: string, hint?: string): void {
    const place: Place = this.#document.place(path);
    this.problems.push(
      problem("config_invalid", message, { place, ...(hint === undefined ? {} : { hint }) }),
    );
  }
}

function validate(
  raw: RawConfig,
  document: YamlDocument,
  variables: Variables,
): Result<Config, readonly Problem[]> {
  const check = new Checker(document);
  const env = fromEnvironment(variables);
  if (!env.ok) return env;
  const config: Config = {
    environment: {
      workspace: raw.workspace ?? env.value.workspace ?? DEFAULTS.workspace,
      labels: raw.labels ?? {},
      account: raw.account ?? env.value.account,
    },
    source: toSource(raw, env.value.binary, check),
    events: (raw.events ?? []).flatMap((event, index) => toEvent(event, index, check)),
    pipeline: {
      identities: raw.pipeline?.identities ?? [],
      protectedRefs: raw.pipeline?.protected_refs ?? [],
    },
    policies: raw.policies?.flatMap((policy, index) => toPolicy(policy, index, check)) ?? DEFAULTS.policies,
    risk: { rules: raw.risk?.rules ?? null, letThrough: raw.risk?.let_through ?? DEFAULTS.letThrough },
    points: toPoints(raw.points),
    exceptions: toExceptions(raw.exceptions ?? [], check),
    exceptionsFile: raw.exceptions_file ?? null,
    owners: (raw.owners ?? []).map((owner, index) => toOwner(owner, index, check)),
    due: toDue(raw.due, check),
    secretPaths: (raw.secrets?.paths ?? []).flatMap((path, index) => toSecretPath(path, index, check)),
    governance: toGovernance(raw, (path, message, hint) => check.complain(path, message, hint)),
    notifications: toNotifications(raw.notifications, (...said) => check.complain(...said)),
    exports: toExports(raw.exports, (...said) => check.complain(...said)),
    identity: toIdentity(raw.identity, (...said) => check.complain(...said)),
    store: toStore(raw.store, check) ?? env.value.store ?? DEFAULTS.store,
    retention: toRetention(raw.retention, check),
    workspaces: toWorkspaceRules(raw.workspaces ?? [], check),
    audit: {
      key: raw.audit?.key ?? env.value.auditKey,
      publish: (raw.audit?.publish ?? []).flatMap((place, index) => toCheckpointPlace(place, index, check)),
    },
  };
  return check.problems.length > 0 ? err(check.problems) : ok(config);
}

function toSource(raw: RawConfig, binary: string | null, check: Checker): TofuSource | null {
  const tofu = raw.source?.tofu;
  if (tofu === undefined) return null;
  const given = (["dir", "plan", "state"] as const).filter((kind) => tofu[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    check.complain(["source", "tofu"], "`tofu` needs exactly one of `dir`, `plan` and `state`");
    return null;
  }
  const timeout = tofu.timeout === undefined ? DEFAULTS.timeoutMs : parseDuration(tofu.timeout);
  if (timeout === null)
    check.complain(["source", "tofu", "timeout"], "`timeout` must be between 1s and 3650d");
  return {
    name: "tofu",
    from: { kind, path: tofu[kind] ?? "" },
    binary: tofu.binary ?? binary,
    timeoutMs: timeout ?? DEFAULTS.timeoutMs,
  };
}

function toEvent(
  raw: NonNullable<RawConfig["events"]>[number],
  index: number,
  check: Checker,
): readonly EventFile[] {
  const given = (["cloudtrail", "kubernetes-audit"] as const).flatMap((kind) => {
    const path = raw[kind];
    return path === undefined ? [] : [{ kind, path }];
  });
  if (given.length !== 1) {
    check.complain(
      ["events", index],
      "an entry of `events` needs exactly one of `cloudtrail` and `kubernetes-audit`",
    );
  }
  return given;
}

function toPolicy(
  raw: NonNullable<RawConfig["policies"]>[number],
  index: number,
  check: Checker,
): readonly PolicyPlace[] {
  if ((raw.path === undefined) === (raw.shipped === undefined)) {
    check.complain(["policies", index], "an entry of `policies` needs exactly one of `path` and `shipped`");
    return [];
  }
  if (raw.path !== undefined)
    return [{ kind: "path", path: raw.path, name: raw.name ?? null, hosts: raw.hosts ?? [] }];
  if (raw.name !== undefined) {
    check.complain(["policies", index, "name"], "a shipped set keeps its own name", "leave out `name`");
  }
  if (raw.hosts !== undefined) {
    check.complain(["policies", index, "hosts"], "a shipped set reaches no host", "leave out `hosts`");
  }
  return raw.shipped === undefined ? [] : [{ kind: "shipped", set: raw.shipped }];
}

function toPoints(raw: RawConfig["points"]): Config["points"] {
  const settings = (point: keyof Config["points"]): PointSettings => {
    const own = raw?.[point];
    return {
      point,
      action: own?.action ?? DEFAULTS.point.action,
      failMode: own?.fail_mode ?? DEFAULTS.point.failMode,
      onReview: own?.on_review ?? DEFAULTS.point.onReview,
      offersApproval: own?.offers_approval ?? DEFAULTS.point.offersApproval,
    };
  };
  return {
    ci: settings("ci"),
    forge: settings("forge"),
    hcp_run_task: settings("hcp_run_task"),
    kubernetes_admission: settings("kubernetes_admission"),
    cloud_api: settings("cloud_api"),
    decision_api: settings("decision_api"),
  };
}

function toExceptions(raw: readonly RawException[], check: Checker): readonly ExceptionCover[] {
  const seen = new Set<string>();
  return raw.map((exception, index) => {
    const at = ["exceptions", index];
    if (seen.has(exception.id))
      check.complain([...at, "id"], `exception \`${exception.id}\` is declared twice`);
    seen.add(exception.id);
    const parts = exception.rule.split("/");
    if (parts.length < 2 || parts.some((part) => part === "")) {
      check.complain([...at, "rule"], "`rule` names no rule", "write set/policy or set/policy/rule");
    }
    if (!/\p{L}{2}/u.test(exception.reason)) {
      check.complain([...at, "reason"], "`reason` says nothing", "say why the exception is needed");
    }
    const from = toInstant(exception.from, [...at, "from"], check);
    const until = toInstant(exception.until, [...at, "until"], check);
    if (from >= until) check.complain([...at, "until"], "`until` must be later than `from`");
    const { risk_classes: riskClasses, ...scope } = exception.scope ?? {};
    checkPaths(scope.paths, [...at, "scope", "paths"], check);
    return {
      kind: "exception",
      id: exception.id,
      rule: exception.rule,
      scope: given({ ...scope, riskClasses }),
      owner: exception.owner,
      reason: exception.reason,
      from: rfc3339(from),
      until: rfc3339(until),
      verified: false,
    };
  });
}

function toInstant(text: string, path: readonly PropertyKey[], check: Checker): number {
  const at = Date.parse(text);
  // `Date.parse` moves 2026-02-30 into March; an exception must not end on a day that nobody wrote.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const real = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  if (!Number.isNaN(at) && real) return at;
  check.complain(path, `\`${text}\` is no date`, "write 2026-12-31 or 2026-12-31T18:00:00Z");
  return 0;
}

function toOwner(raw: NonNullable<RawConfig["owners"]>[number], index: number, check: Checker): OwnerRule {
  checkPaths(raw.paths, ["owners", index, "paths"], check);
  return given(raw);
}

function checkPaths(paths: readonly string[] | undefined, at: readonly PropertyKey[], check: Checker): void {
  paths?.forEach((path, index) => {
    if (parsePath(path) === null) {
      check.complain(
        [...at, index],
        `\`${path}\` is no property path`,
        "write it like ingress[0].cidr_blocks or tags.*",
      );
    }
  });
}

function toRetention(raw: RawConfig["retention"], check: Checker): Config["retention"] {
  const age = (key: keyof NonNullable<RawConfig["retention"]>, otherwise: number): number => {
    const text = raw?.[key];
    if (text === undefined) return otherwise;
    const ms = parseDuration(text);
    if (ms === null) check.complain(["retention", key], `\`${key}\` must be between 1s and 3650d`);
    return ms ?? otherwise;
  };
  const { retention } = DEFAULTS;
  return {
    findingsMs: age("findings", retention.findingsMs),
    scanResultsMs: age("scan_results", retention.scanResultsMs),
    decisionsMs: age("decisions", retention.decisionsMs),
    notificationsMs: age("notifications", retention.notificationsMs),
  };
}

function toDue(raw: RawConfig["due"], check: Checker): Config["due"] {
  const hours = (riskClass: keyof Config["due"]): number => {
    const text = raw?.[riskClass];
    if (text === undefined) return DEFAULTS.due[riskClass];
    const ms = parseDuration(text);
    if (ms === null) check.complain(["due", riskClass], `\`${riskClass}\` must be between 1s and 3650d`);
    return (ms ?? 0) / 3_600_000;
  };
  return { critical: hours("critical"), high: hours("high"), medium: hours("medium"), low: hours("low") };
}

function toSecretPath(text: string, index: number, check: Checker): readonly SecretPathRule[] {
  const colon = text.indexOf(":");
  const path = parsePath(text.slice(colon + 1));
  if (colon > 0 && path !== null && path.length > 0) return [{ type: text.slice(0, colon), path }];
  const at = ["secrets", "paths", index];
  check.complain(at, `\`${text}\` is no place of a secret`, "write TYPE:PATH, e.g. aws_instance:user_data");
  return [];
}

function toStore(store: string | undefined, check: Checker): string | null {
  if (store === undefined) return null;
  if (/^postgres(?:ql)?:\/\/[^/@]*:[^/@]*@/.test(store)) {
    const hint = "set TRUEUP_STORE in the environment and leave `store` out";
    check.complain(["store"], "`store` must not hold a password", hint);
  }
  return store;
}

function toCheckpointPlace(
  raw: NonNullable<NonNullable<RawConfig["audit"]>["publish"]>[number],
  index: number,
  check: Checker,
): readonly CheckpointPlace[] {
  const places: readonly CheckpointPlace[] = [
    ...(raw.file === undefined ? [] : [{ kind: "file", path: raw.file } as const]),
    ...(raw.git === undefined ? [] : [{ kind: "git", path: raw.git } as const]),
    ...(raw.webhook === undefined ? [] : [{ kind: "webhook", url: raw.webhook } as const]),
  ];
  if (places.length !== 1) {
    check.complain(
      ["audit", "publish", index],
      "an entry of `publish` needs exactly one of `file`, `git` and `webhook`",
    );
  }
  if (raw.webhook !== undefined && /^https?:\/\/[^/]*@/.test(raw.webhook)) {
    check.complain(["audit", "publish", index, "webhook"], "`webhook` must not hold a password");
  }
  return places;
}

function toWorkspaceRules(raw: NonNullable<RawConfig["workspaces"]>, check: Checker): Config["workspaces"] {
  return raw.map((rule, index) => {
    const { dir, git, ref, path, cron } = rule;
    const at = ["workspaces", index];
    if ((dir === undefined) === (git === undefined)) {
      check.complain(at, "an entry of `workspaces` needs exactly one of `dir` and `git`");
    }
    if (raw.findIndex(({ name }) => name === rule.name) < index) {
      check.complain([...at, "name"], `two entries of \`workspaces\` are named \`${rule.name}\``);
    }
    return {
      name: rule.name,
      source:
        git === undefined
          ? { kind: "directory", path: dir ?? "." }
          : { kind: "git", url: git, ref: ref ?? null, path: path ?? "." },
      include: rule.include,
      exclude: rule.exclude ?? [],
      labels: rule.labels ?? {},
      account: rule.account ?? null,
      owners: rule.owners ?? [],
      schedule: cron === undefined ? null : { cron, timezone: rule.timezone ?? "UTC" },
    };
  });
}

/** The members that are there: absent ones are left out, not `undefined`. */
function given<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
