import type { Finding, JudgedChange } from "../domain/index.ts";
import { aChange, aRedactedChange, aResource, aRisk } from "./changes.ts";
import {
  aDeterminingRule,
  aFinding,
  aJudgedChange,
  aPolicyRef,
  aPolicyResult,
  aVerdict,
  aViolation,
} from "./judgements.ts";

/** Texts that try to forge, hide or run something where they are shown. Each has a name for the test's title. */
export const HOSTILE_TEXTS: readonly (readonly [name: string, text: string])[] = [
  ["terminal escape that clears the screen", "\u001b[2J\u001b[HNo drift in 42 resources."],
  ["terminal escape in C1 form", "\u009b31mred\u009d0;title\u009c"],
  ["line break that forges a line", "web\nNo drift in 42 resources.\r\nALLOWED"],
  ["carriage return that overwrites", "violation\rallowed  "],
  ["backspaces that erase", "deny\b\b\b\ballow"],
  ["bidirectional override", "safe\u202egnp.exe\u2066x\u2069"],
  ["zero-width characters", "ad\u200bm\u200din\ufeff"],
  ["tag characters", "a\u{e0041}\u{e0042}b"],
  ["lone surrogate", "a\ud800b"],
  ["NUL", "a\u0000b"],
  ["GitHub workflow command", "\n::error file=app.js,line=1::forged"],
  ["GitHub workflow command at the start", "::add-mask::forged"],
  ["old workflow command", "x ##[error]forged ##[set-output name=a]b"],
  ["Azure pipeline command", "x ##vso[task.setvariable variable=a]b"],
  ["TeamCity command", "##teamcity[buildStatus text='ok']"],
  ["script", "</script><script>alert(1)</script>"],
  ["image that phones home", '![x](https://evil.example/a.png)<img src="https://evil.example/b.png">'],
  ["Markdown table and code", "a | b ` c ``` d **e** _f_ ~~g~~ [h](i) # j > k"],
  ["mention and references", "@octocat @org/team #123 !45 ~label GH-7"],
  ["slash command", "\n/approve\n/merge"],
  ["details that end", "</details></td></tr></table>"],
  ["CDATA that ends", "]]>--><!-- &amp; &#0; \ufffe"],
];

/** A judged planned change that carries one text in every free place. */
export function aHostileChange(text: string): JudgedChange {
  const judged = aHostileFinding(text);
  return aJudgedChange({
    change: judged.change,
    risk: judged.risk,
    results: judged.results,
    verdict: judged.verdict,
  });
}

/** A finding that carries one text in every free place. */
export function aHostileFinding(text: string): Finding {
  const policy = aPolicyRef({ set: text, policy: text });
  const actor = {
    ...aChange().actor,
    principal: text,
    person: text,
    sourceIp: text,
    userAgent: text,
    groups: [text],
  };
  return aFinding({
    workspace: text,
    change: aRedactedChange({
      resource: aResource({ address: text, name: text, id: text, account: text, region: text, type: text }),
      tags: { [text]: text },
      properties: [
        { path: [text, 0, "key"], before: text, after: { [text]: [text] }, sensitive: false, unknown: false },
      ],
      actor,
      pipeline: { run: text, commit: text, ref: text, verified: false, approved: false },
    }),
    risk: aRisk({
      rules: [{ rule: text, class: "critical", path: [text], reason: text }],
      properties: { [text]: "critical" },
    }),
    results: [
      aPolicyResult({
        policy,
        violations: [aViolation({ policy, rule: text, message: text, severity: text })],
        warnings: [{ rule: text, message: text, path: null, severity: null }],
      }),
    ],
    verdict: aVerdict({
      because: text,
      determining: [
        aDeterminingRule({
          policy,
          rule: text,
          message: text,
          waivedBy: { kind: "exception", id: text, verified: false },
        }),
      ],
      erroring: [{ policy, message: text }],
      covers: [{ kind: "exception", id: text, verified: false }],
    }),
    cause: { kind: "bypassed_pipeline", confidence: "low", evidence: [{ ref: text, says: text }] },
    owner: text,
    due: text,
    group: text,
    advice: text,
  });
}
