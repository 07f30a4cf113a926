import fc from "fast-check";
import { marked } from "marked";
import { describe, expect, it } from "vitest";
import { problem } from "../../base/index.ts";
import {
  aCheckReport,
  aDecision,
  aFinding,
  aHostileChange,
  aHostileFinding,
  aJudgedChange,
  anAuditEntry,
  aPlannedChange,
  aRedactedChange,
  aRisk,
  aScanReport,
  aViolation,
  aWaivedVerdict,
  HOSTILE_TEXTS,
} from "../../testing/index.ts";
import type { Printable } from "./documents.ts";
import { MARKDOWN_LIMIT, renderMarkdown } from "./markdown.ts";
import { byteLength, mdText } from "./markdown-text.ts";

const ALLOWED_TAGS =
  /^<\/?(?:h3|p|code|strong|em|ul|li|table|thead|tbody|tr|th|td|details|summary|sub|blockquote)>$/;

function decoded(html: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return html.replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? (names[name] ?? "") : String.fromCodePoint(Number(code)),
  );
}

/** Rendered as GFM: the tags and the text that a reader sees. */
function rendered(markdown: string): {
  readonly html: string;
  readonly tags: readonly string[];
  readonly text: string;
} {
  const html = marked.parse(markdown, { async: false, gfm: true });
  return { html, tags: html.match(/<[^>]*>/g) ?? [], text: decoded(html.replace(/<[^>]*>/g, "")) };
}

function hostile(text: string): readonly Printable[] {
  return [
    aScanReport({
      findings: [aHostileFinding(text)],
      problems: [problem("x", text)],
      gaps: [{ source: text, subject: text, code: text, message: text }],
      environment: { workspace: text, labels: {}, account: null },
    }),
    aCheckReport({
      changes: [aHostileChange(text)],
      decision: aDecision({ reasons: [text, text] }),
      planViolations: [aViolation({ message: text, rule: text })],
      policySets: [{ name: text, revision: text, engine: text, policies: 1 }],
      plan: { ...aCheckReport().plan, file: text },
    }),
    { schema: "trueup.finding/v1", ...aHostileFinding(text) },
    {
      schema: "trueup.risk/v1",
      source: text,
      changes: [{ change: aHostileChange(text).change, risk: aHostileChange(text).risk }],
    },
    {
      schema: "trueup.audit-list/v1",
      size: 1,
      entries: [{ index: 0, entry: anAuditEntry({ subject: text, because: text, answer: text }) }],
    },
  ];
}

describe("renderMarkdown", () => {
  it.each<[string, Printable]>([
    ["scan", aScanReport()],
    ["check", aCheckReport({ planViolations: [aViolation({ planLevel: true })] })],
    [
      "check-waived",
      aCheckReport({
        changes: [aJudgedChange({ verdict: aWaivedVerdict() })],
        decision: aDecision({ kind: "allow", wouldBe: "allow", reasons: [] }),
      }),
    ],
    [
      "risk",
      {
        schema: "trueup.risk/v1",
        source: "plan.json",
        changes: [{ change: aRedactedChange(), risk: aRisk() }],
      },
    ],
    ["audit", { schema: "trueup.audit-list/v1", size: 7, entries: [{ index: 3, entry: anAuditEntry() }] }],
  ])("writes %s as agreed", async (name, document) => {
    await expect(renderMarkdown(document)).toMatchFileSnapshot(`fixtures/markdown-${name}.md`);
  });

  it("renders to a heading, a table and folded details", () => {
    const { tags, text } = rendered(renderMarkdown(aCheckReport()));
    expect(tags).toContain("<h3>");
    expect(tags.filter((tag) => tag === "<details>")).toHaveLength(2);
    expect(tags).toContain("<table>");
    expect(text).toContain("port 22 is open to 0.0.0.0/0");
    expect(text).toContain("module.edge.aws_security_group.bastion");
  });

  it.each(HOSTILE_TEXTS)("renders nothing but its own markup with: %s", (_name, text) => {
    const plain = hostile("plain text").map((document) => rendered(renderMarkdown(document)).tags);
    hostile(text).forEach((document, index) => {
      const { tags, text: seen } = rendered(renderMarkdown(document));
      for (const tag of tags) expect(tag.replace(/ align="[a-z]+"/, "")).toMatch(ALLOWED_TAGS);
      expect(tags).toEqual(plain[index]);
      expect(seen).not.toMatch(/[@#!~][\w]/);
      expect(seen).not.toMatch(/:\/\//);
    });
  });

  it.each(HOSTILE_TEXTS)("starts no line with text of others: %s", (_name, text) => {
    for (const document of hostile(text)) {
      for (const line of renderMarkdown(document).split("\n")) {
        expect(line).toMatch(
          /^(?:$|### |\| |\|-|\|---|- |> |\*\*|<details>|<\/details>|<sub>|\d+ of \d+ |\d+ changes? in )/,
        );
      }
    }
  });

  it("stays below the limit and says truthfully what is left out", () => {
    const findings = Array.from({ length: 500 }, (_, i) =>
      aFinding({ id: `fnd_${String(i).padStart(12, "0")}`, change: aRedactedChange() }),
    );
    const text = renderMarkdown(aScanReport({ findings }));
    expect(byteLength(text)).toBeLessThanOrEqual(MARKDOWN_LIMIT);
    expect(byteLength(text)).toBeGreaterThan(MARKDOWN_LIMIT * 0.8);
    const rows = text.match(/^\| violation /gm)?.length ?? 0;
    const details = text.match(/^<details>/gm)?.length ?? 0;
    expect(text).toContain(
      `${500 - rows} of 500 table rows and ${500 - details} of 500 details are left out`,
    );
    expect(rows).toBeGreaterThan(50);
    expect(details).toBeGreaterThan(5);
  });

  it.each([
    ["control characters", "\u001b".repeat(20_000)],
    ["wide characters", "日".repeat(20_000)],
    ["special characters", "@*".repeat(20_000)],
  ])("stays below the limit whatever is long: %s", (_name, text) => {
    const many = <T>(value: T) => Array.from({ length: 60 }, () => value);
    const scan = aScanReport({
      findings: many(aHostileFinding(text)),
      problems: many(problem("x", text)),
      gaps: many({ source: text, subject: text, code: text, message: text }),
      policySets: many({ name: text, revision: text, engine: text, policies: 1 }),
    });
    const check = aCheckReport({
      changes: many(aHostileChange(text)),
      decision: aDecision({ reasons: many(text) }),
      plan: { ...aCheckReport().plan, file: text },
      environment: { workspace: text, labels: {}, account: null },
      problems: many(problem("x", text)),
      gaps: many({ source: text, subject: text, code: text, message: text }),
    });
    for (const document of [scan, check, ...hostile(text)]) {
      expect(byteLength(renderMarkdown(document))).toBeLessThanOrEqual(MARKDOWN_LIMIT);
    }
  });

  it("shows no secret", () => {
    const property = {
      path: ["password"],
      before: "canary-1",
      after: "canary-2",
      sensitive: true,
      unknown: false,
    };
    const change = aPlannedChange({ properties: [property], before: {}, after: {} });
    expect(renderMarkdown(aCheckReport({ changes: [aJudgedChange({ change })] }))).not.toContain("canary");
  });
});

describe("mdText", () => {
  it("reads as it was written, whatever it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{1,60}$/), (text) => {
        const { html } = rendered(`| a |\n|---|\n| ${mdText(text)} |\n`);
        const cell = /<td>(.*)<\/td>/.exec(html)?.[1] ?? "";
        expect(cell).not.toMatch(/<[^>]*>/);
        expect(decoded(cell).replaceAll("\u200b", "")).toBe(text);
      }),
    );
  });

  it("is cut between characters, never inside one", () => {
    for (let max = 1; max < 40; max++) {
      const cut = mdText("a@b_c😀<x>*&", max);
      expect(cut.length).toBeLessThanOrEqual(max + 1);
      expect(cut).toMatch(/^(?:[\w#;,]|&#\d+;|😀)*…?$/);
    }
  });
});
