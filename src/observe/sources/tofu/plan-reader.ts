import {
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  once,
  type PropertyPath,
  stringMember,
} from "../../../base/index.ts";
import type { DeclaredState, ReadGap, Transition } from "../../../domain/index.ts";
import type { SecretPathRule } from "../../secrets/index.ts";
import { invert } from "./invert.ts";
import { markedPaths } from "./marks.ts";
import { metadataPaths } from "./metadata-rules.ts";
import { addAttributeSecrets, addPlanSecrets } from "./plan-secrets.ts";
import { type DefaultsOf, providerDefaults } from "./provider-defaults.ts";
import type { DeclaredAttributes, PlanReading, PlanSection, ReadOptions } from "./reading.ts";
import { type RawResource, resourceRef } from "./resource-ref.ts";
import {
  actionBySides,
  actionOf,
  addressOf,
  deposedGap,
  gap,
  isManaged,
  listAt,
  rawResource,
  withoutKeys,
} from "./schema.ts";
import { secretPathsByRule } from "./secrets.ts";
import { setPaths } from "./set-rules.ts";
import { attributesOf, declaredStates, resourcesOfChanges, resourceValues } from "./values.ts";

const OPAQUE: ReadonlyMap<string, string> = new Map([
  ["kubectl_manifest", "this provider tells that the object differs, not where"],
  ["local_file", "this provider tells a changed file as a missing one"],
  ["local_sensitive_file", "this provider tells a changed file as a missing one"],
]);

/** Reads the parts of one plan document; what is missing or strange becomes a gap. */
export class PlanReader {
  private readonly plan: JsonObject;
  private readonly file: string;
  private readonly configured: readonly SecretPathRule[];
  private readonly keep: readonly PlanSection[] | undefined;
  private readonly defaults: DefaultsOf;
  private readonly gaps: ReadGap[] = [];
  private readonly secrets = new Set<string>();
  private readonly relevant: ReadonlySet<string>;

  constructor(plan: JsonObject, options: ReadOptions) {
    this.plan = plan;
    this.file = options.file;
    this.configured = options.secretPaths ?? [];
    this.keep = options.keep;
    this.defaults = providerDefaults(plan);
    this.relevant = new Set(
      listAt(plan, "relevant_attributes").map((entry) => withoutKeys(stringMember(entry, "resource") ?? "")),
    );
  }

  read(sha256: string): PlanReading {
    const { plan } = this;
    const hasChanges = Object.hasOwn(plan, "resource_changes");
    const refreshOnly = !hasChanges && (Object.hasOwn(plan, "resource_drift") || this.isRefreshed());
    this.noteIncomplete();
    const changes = hasChanges
      ? listAt(plan, "resource_changes")
      : refreshOnly
        ? []
        : this.changesFromValues();
    addPlanSecrets(plan, this.configured, this.secrets, this.elsewhere(changes));
    const planned: Transition[] = [];
    let compared = 0;
    for (let i = 0; i < changes.length; i++) {
      const entry = changes[i];
      if (isManaged(entry)) compared++;
      const transition = this.transition(entry, i, "planned");
      if (transition !== null) planned.push(transition);
    }
    const drift: Transition[] = [];
    const drifted = listAt(plan, "resource_drift");
    for (let i = 0; i < drifted.length; i++) {
      const transition = this.transition(drifted[i], i, "observed");
      if (transition !== null) drift.push(transition);
    }
    // Made when somebody asks: a gate looks at neither, a scan at both.
    const allDrift = once(() => [...drift, ...unapplied(planned, changes)]);
    const states = once(() => this.declared());
    const attributes = once(() => attributesOf(this.resources()));
    return {
      plan,
      sha256,
      formatVersion: stringMember(plan, "format_version") ?? "unknown",
      toolVersion: stringMember(plan, "terraform_version"),
      refreshOnly,
      planned,
      get drift(): readonly Transition[] {
        return allDrift();
      },
      get attributes(): readonly DeclaredAttributes[] {
        return attributes();
      },
      get declared(): readonly DeclaredState[] {
        return states();
      },
      compared: refreshOnly ? Math.max(this.resourceCount(), drift.length) : compared,
      gaps: this.gaps,
      secrets: [...this.secrets],
    };
  }

  /**
   * Addresses whose values `planned_values` and `prior_state` only repeat: those of changes, of which both sides are looked at
   * for secrets. Nobody can quote what those two sections alone would say, as no policy reads them (`keep`).
   */
  private elsewhere(changes: readonly Json[]): ReadonlySet<string> {
    const { keep } = this;
    const repeats = keep !== undefined && !keep.includes("planned_values") && !keep.includes("prior_state");
    const addresses = new Set<string>();
    if (!repeats) return addresses;
    for (const entry of changes) {
      const address = addressOf(entry);
      const isRead = address !== null && stringMember(entry, "type") !== null;
      if (isRead && isJsonObject(member(entry, "change"))) addresses.add(address);
    }
    return addresses;
  }

  /**
   * A refresh-only plan without drift has neither changes nor drift, but the state it read and no planned
   * values.
   */
  private isRefreshed(): boolean {
    const planned = member(member(this.plan, "planned_values"), "root_module");
    const prior = member(member(this.plan, "prior_state"), "values");
    return (
      prior !== undefined &&
      (planned === undefined || (isJsonObject(planned) && Object.keys(planned).length === 0))
    );
  }

  private noteIncomplete(): void {
    const { plan } = this;
    if (member(plan, "errored") === true)
      this.gaps.push(
        gap("errored_plan", null, "the tool stopped with an error while planning: the plan is not complete"),
      );
    else if (member(plan, "complete") === false)
      this.gaps.push(
        gap("partial_plan", null, "the plan is not complete: the tool left some changes for a later plan"),
      );
    for (const entry of listAt(plan, "deferred_changes")) {
      const address = stringMember(member(entry, "resource_change"), "address");
      const reason = stringMember(entry, "reason") ?? "unknown";
      this.gaps.push(gap("deferred", address, `the tool put this change off (reason \`${reason}\`)`));
    }
    if (stringMember(plan, "format_version") === null)
      this.gaps.push(
        gap("partial_plan", this.file, "the document has no `format_version`: read as format 1"),
      );
  }

  /**
   * Documents without `resource_changes` still tell what is to be: each planned resource against the prior
   * state.
   */
  private changesFromValues(): readonly Json[] {
    const planned = resourceValues(member(member(this.plan, "planned_values"), "root_module"));
    if (planned.length === 0) return [];
    this.gaps.push(
      gap(
        "partial_plan",
        null,
        "the plan has no `resource_changes`: changes are told from `planned_values` alone",
      ),
    );
    const prior = new Map<string, Json>();
    const values = member(member(this.plan, "prior_state"), "values");
    for (const entry of resourceValues(member(values, "root_module"))) {
      const address = stringMember(entry, "address");
      if (address !== null) prior.set(address, member(entry, "values") ?? null);
    }
    return planned.map((entry) => {
      const before = prior.get(stringMember(entry, "address") ?? "") ?? null;
      const after = member(entry, "values") ?? null;
      const marks = member(entry, "sensitive_values") ?? false;
      const change = {
        actions: [before === null ? "create" : "update"],
        before,
        after,
        after_sensitive: marks,
      };
      return { ...(isJsonObject(entry) ? entry : {}), change };
    });
  }

  /** `null` for what is no change of a managed resource. */
  private transition(
    entry: Json | undefined,
    index: number,
    origin: "planned" | "observed",
  ): Transition | null {
    const change = member(entry, "change");
    const raw = rawResource(entry);
    if (raw === null || !isJsonObject(change)) {
      const section = origin === "planned" ? "resource_changes" : "resource_drift";
      this.gaps.push(
        gap("unreadable", null, `\`${section}[${index}]\` names no resource or has no \`change\``),
      );
      return null;
    }
    const before = sideOf(change, "before");
    const after = sideOf(change, "after");
    addAttributeSecrets(raw.type, before, change["before_sensitive"], this.configured, this.secrets);
    addAttributeSecrets(raw.type, after, change["after_sensitive"], this.configured, this.secrets);
    if (!isManaged(entry)) return null;
    const action = this.action(change, raw, before, after);
    if (action === "no_op" || action === "read") return null;
    const resource = resourceRef(raw, [before, after], this.defaults(raw.address));
    if (raw.deposed !== null) this.gaps.push(deposedGap(resource));
    if (origin === "observed") this.noteOpaque(raw);
    return {
      resource,
      origin,
      action,
      before,
      after,
      sensitive: this.sensitive(raw.type, before, after, change),
      unknown: markedPaths(change["after_unknown"]),
      metadata: metadataPaths(raw.type),
      sets: setPaths(),
      drift: origin === "planned" ? null : after === null ? "missing" : "managed",
      relevant: this.relevant.has(withoutKeys(raw.address)),
      causeHint: null,
      planIndex: index,
    };
  }

  /** Some providers cannot say what drifted: told, so that nobody takes their word for more than it is. */
  private noteOpaque({ type, address }: RawResource): void {
    const says = OPAQUE.get(type);
    if (says !== undefined) this.gaps.push(gap("opaque", address, says));
  }

  private action(change: JsonObject, raw: RawResource, before: Json, after: Json): Transition["action"] {
    const actions = listAt(change, "actions");
    const action = actionOf(actions);
    if (action !== null) return action;
    const by = actionBySides(before, after);
    const said = JSON.stringify(actions).slice(0, 80);
    this.gaps.push(
      gap("unknown_action", raw.address, `the actions ${said} are not known: taken as \`${by}\``),
    );
    return by;
  }

  private sensitive(type: string, before: Json, after: Json, change: JsonObject): readonly PropertyPath[] {
    const paths = [
      ...markedPaths(change["before_sensitive"]),
      ...markedPaths(change["after_sensitive"]),
      ...secretPathsByRule(type, before, this.configured),
      ...secretPathsByRule(type, after, this.configured),
    ];
    return paths.length < 2 ? paths : distinct(paths);
  }

  private declared(): readonly DeclaredState[] {
    return declaredStates(this.resources(), this.defaults, this.configured);
  }

  private resources(): readonly Json[] {
    const planned = resourceValues(member(member(this.plan, "planned_values"), "root_module"));
    if (planned.length > 0) return planned;
    const prior = resourceValues(member(member(member(this.plan, "prior_state"), "values"), "root_module"));
    // A plan that was read in sections may hold neither: its changes tell every resource, also those that stay as they are.
    return prior.length > 0 ? prior : resourcesOfChanges(listAt(this.plan, "resource_changes"));
  }

  private resourceCount(): number {
    return this.resources().length;
  }
}

/** What the code wants and the apply has not done yet, seen from reality. */
function unapplied(planned: readonly Transition[], changes: readonly Json[]): Transition[] {
  return planned.flatMap((transition) => {
    const entry = transition.planIndex === null ? undefined : changes[transition.planIndex];
    const inverted = invert(transition, member(member(entry, "change"), "after_unknown"));
    return inverted === null ? [] : [inverted];
  });
}

function sideOf(change: JsonObject, side: "before" | "after"): Json {
  return Object.hasOwn(change, side) ? (change[side] ?? null) : null;
}

function distinct(paths: readonly PropertyPath[]): PropertyPath[] {
  const seen = new Map<string, PropertyPath>();
  for (const path of paths) seen.set(JSON.stringify(path), path);
  return [...seen.values()];
}
