import { type Problem, problemText } from "../../base/index.ts";
import { maxRisk, type ReadGap, type RiskClass } from "../../domain/index.ts";
import { becauseText, coverText, whoText } from "./describe.ts";
import type { RenderOptions } from "./documents.ts";
import {
  type ChangeReport,
  compareText,
  type Item,
  itemsOf,
  levelOf,
  type PlanHit,
  planHits,
  ruleId,
} from "./items.ts";
import { safeJson } from "./json.ts";
import { prose } from "./neutral-text.ts";

/**
 * SARIF 2.1.0 (OASIS Standard, errata 01). A result is one rule on one change: violations are errors, what waits for review
 * is a warning, advice is a note, and a waived violation is a suppressed error. What is plainly allowed is no result.
 */
export function renderSarif(report: ChangeReport, options: RenderOptions): string {
  const results = resultsOf(report);
  const rules = rulesOf(results);
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const uri = placeUri(placeOf(report));
  return `${safeJson({
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "trueup",
            ...(options.toolVersion === undefined ? {} : { version: options.toolVersion }),
            informationUri: "https://trueup.dev",
            rules: rules.map(ruleOf),
          },
        },
        automationDetails: { id: `trueup/${report.schema.split(/[./]/)[1]}/${prose(workspaceOf(report))}/` },
        ...invocationsOf(report),
        columnKind: "utf16CodeUnits",
        results: results.map((result) => resultOf(result, indexes.get(result.rule) ?? 0, uri)),
      },
    ],
  })}\n`;
}

type Level = "error" | "warning" | "note";

/** One rule on one change, or on the plan as a whole. */
interface Hit {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  readonly item: Item | null;
  /** Says by what it is waived. */
  readonly waived: string | null;
}

function resultsOf(report: ChangeReport): readonly Hit[] {
  const plan = report.schema === "trueup.check/v1" ? planHits(report).map(planResult) : [];
  return [...plan, ...itemsOf(report).flatMap(hitsOf)];
}

function planResult(hit: PlanHit): Hit {
  const level = hit.level === "advisory" ? "note" : "error";
  const message = `${hit.erroring ? "the policy could not be evaluated: " : ""}${prose(hit.message)}`;
  const waived = hit.waivedBy === null ? null : coverText(hit.waivedBy);
  return { rule: prose(hit.rule), level, message, item: null, waived };
}

function hitsOf(item: Item): readonly Hit[] {
  const { judged } = item;
  const { verdict } = judged;
  const level: Level = verdict.kind === "review" ? "warning" : "error";
  const determining = verdict.determining
    .filter(
      (rule) => verdict.kind !== "allowed" || rule.waivedBy !== null || item.finding?.status === "accepted",
    )
    .map((rule): Hit => {
      const waived = rule.waivedBy === null ? acceptedText(item) : coverText(rule.waivedBy);
      const said = levelOf(judged, rule) === "advisory" ? "note" : level;
      return {
        rule: prose(ruleId(rule.policy, rule.rule)),
        level: said,
        message: prose(rule.message),
        item,
        waived,
      };
    });
  const erroring = verdict.erroring.map((e): Hit => {
    const message = `the policy could not be evaluated: ${prose(e.message)}`;
    return { rule: prose(`${e.policy.set}/${e.policy.policy}`), level, message, item, waived: null };
  });
  const silent =
    verdict.kind !== "allowed" && determining.length + erroring.length === 0
      ? [
          {
            rule: `trueup/${rowName(verdict.row)}`,
            level,
            message: prose(verdict.because),
            item,
            waived: acceptedText(item),
          },
        ]
      : [];
  return [...determining, ...erroring, ...silent, ...adviceOf(item)];
}

function acceptedText(item: Item): string | null {
  return item.finding?.status === "accepted" ? "accepted in the baseline" : null;
}

function rowName(row: number): string {
  return row === 3 ? "awaiting-attribution" : row === 9 ? "no-matching-rule" : `row-${row}`;
}

function adviceOf(item: Item): readonly Hit[] {
  return item.judged.results.flatMap((result) => {
    const said = result.level === "advisory" ? [...result.warnings, ...result.violations] : result.warnings;
    return said.map((warning): Hit => {
      const rule = prose(ruleId(result.policy, warning.rule));
      return { rule, level: "note", message: prose(warning.message), item, waived: null };
    });
  });
}

interface Rule {
  readonly id: string;
  readonly level: Level;
  readonly risk: RiskClass | null;
}

function rulesOf(hits: readonly Hit[]): readonly Rule[] {
  const rules = new Map<string, Rule>();
  const rank: readonly Level[] = ["note", "warning", "error"];
  for (const hit of hits) {
    const known = rules.get(hit.rule);
    const risk = hit.item?.judged.risk.class ?? null;
    rules.set(hit.rule, {
      id: hit.rule,
      level:
        known !== undefined && rank.indexOf(known.level) > rank.indexOf(hit.level) ? known.level : hit.level,
      risk: known?.risk == null ? risk : risk === null ? known.risk : maxRisk(known.risk, risk),
    });
  }
  return [...rules.values()].sort((left, right) => compareText(left.id, right.id));
}

/** On the scale of CVSS, which is what code scanning services read from `security-severity`. */
const SEVERITY: Readonly<Record<RiskClass, string>> = {
  low: "3.0",
  medium: "5.5",
  high: "8.0",
  critical: "9.5",
};

function ruleOf(rule: Rule): object {
  return {
    id: rule.id,
    shortDescription: { text: messageText(`rule ${rule.id}`) },
    defaultConfiguration: { level: rule.level },
    properties: {
      tags: ["security", "infrastructure"],
      ...(rule.risk === null ? {} : { "security-severity": SEVERITY[rule.risk] }),
    },
  };
}

function resultOf(hit: Hit, ruleIndex: number, uri: string): object {
  const { item } = hit;
  const address = item === null ? null : prose(item.judged.change.resource.address);
  const where = address === null ? "the plan as a whole" : address;
  return {
    ruleId: hit.rule,
    ruleIndex,
    level: hit.level,
    message: { text: messageText(`${where}: ${hit.message}`) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
        ...(item === null || address === null
          ? {}
          : {
              logicalLocations: [
                {
                  fullyQualifiedName: address,
                  name: prose(item.judged.change.resource.name),
                  kind: "resource",
                },
              ],
            }),
      },
    ],
    // The first is this project's identity; the second is the only one that GitHub code scanning reads.
    fingerprints: { "trueup/v1": item?.id ?? "plan" },
    partialFingerprints: { primaryLocationLineHash: item?.id ?? "plan" },
    ...(item?.finding == null ? {} : baselineOf(item.finding.delta)),
    ...(hit.waived === null
      ? {}
      : { suppressions: [{ kind: "external", status: "accepted", justification: hit.waived }] }),
    ...(item === null ? {} : { properties: propertiesOf(item) }),
  };
}

function baselineOf(delta: "new" | "changed" | "unchanged" | "gone"): object {
  const state = { new: "new", changed: "updated", unchanged: "unchanged", gone: "absent" } as const;
  return { baselineState: state[delta] };
}

function propertiesOf(item: Item): object {
  const { change, risk, verdict } = item.judged;
  return {
    verdict: verdict.kind,
    because: becauseText(item),
    risk: risk.class,
    action: change.action,
    type: prose(change.resource.type),
    ...(change.origin === "planned" ? {} : { who: whoText(change), when: change.time }),
    ...(item.finding === null
      ? {}
      : { owner: item.finding.owner, due: item.finding.due, advice: prose(item.finding.advice) }),
  };
}

/** Brackets and braces have a meaning in SARIF messages (3.11.5, 3.11.6): nothing here may become a link or a placeholder. */
function messageText(text: string): string {
  return text.replace(/[\\[\]]/g, "\\$&").replace(/[{}]/g, "$&$&");
}

function workspaceOf(report: ChangeReport): string {
  return "environment" in report ? report.environment.workspace : report.workspace;
}

function placeOf(report: ChangeReport): string {
  if (report.schema === "trueup.check/v1") return report.plan.file;
  return report.schema === "trueup.scan/v1" ? report.source.place : "trueup.yaml";
}

/** A file name as a URI reference: relative stays relative, so that a forge finds it in the repository. */
function placeUri(place: string): string {
  const plain = prose(place)
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "");
  const encoded = plain.split("/").map(encodeURIComponent).join("/");
  if (plain.startsWith("/")) return `file://${encoded}`;
  const drive = /^([A-Za-z])%3A\//.exec(encoded);
  return drive === null ? encoded || "." : `file:///${drive[1]}:/${encoded.slice(drive[0].length)}`;
}

function invocationsOf(report: ChangeReport): object {
  if (!("problems" in report)) return {};
  return {
    invocations: [
      {
        executionSuccessful: report.problems.length === 0,
        toolExecutionNotifications: [...report.problems.map(problemNotice), ...report.gaps.map(gapNotice)],
      },
    ],
  };
}

function problemNotice(problem: Problem): object {
  return {
    descriptor: { id: problem.code },
    level: "error",
    message: { text: messageText(prose(problemText(problem))) },
  };
}

function gapNotice(gap: ReadGap): object {
  const subject = gap.subject === null ? "" : ` ${prose(gap.subject)}`;
  return {
    descriptor: { id: prose(gap.code) },
    level: "warning",
    message: { text: messageText(`not compared: ${prose(gap.source)}${subject}: ${prose(gap.message)}`) },
  };
}
