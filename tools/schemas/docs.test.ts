import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultConfig, parseConfig, rawConfig, VARIABLES } from "../../src/app/config/index.ts";
import { isJsonObject, member } from "../../src/base/index.ts";
import { FORMATS } from "../../src/cli/output/index.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { SCHEMAS } from "./registry.ts";

function page(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
}

describe("docs/configuration.md", () => {
  const text = page("configuration.md");

  it("shows a file that the program accepts", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
    const config = parseConfig(example, "docs/configuration.md");
    expect(config.ok ? [] : config.error).toEqual([]);
    const keys = Object.keys(rawConfig.shape).filter((key) => key !== "exceptions_file");
    for (const key of keys) expect(example).toMatch(new RegExp(`^${key}:`, "m"));
  });

  it("describes every member and every variable", () => {
    const properties = member(JSON.parse(JSON.stringify(jsonSchemaOf("x", rawConfig))), "properties");
    expect(isJsonObject(properties)).toBe(true);
    for (const key of Object.keys(isJsonObject(properties) ? properties : {}))
      expect(text).toContain(`\`${key}`);
    for (const name of Object.values(VARIABLES)) expect(text).toContain(`| \`${name}\` |`);
  });

  it("names the defaults as they are", () => {
    const config = defaultConfig();
    if (!config.ok) throw new Error("no defaults");
    const { store, due, environment, points } = config.value;
    expect(text).toMatch(new RegExp(`\\| \`store\` .* \\| \`${store}\` \\|`));
    expect(text).toMatch(new RegExp(`\\| \`workspace\` .* \\| \`${environment.workspace}\` \\|`));
    expect(text).toContain(`| ${due.critical}h, ${due.high}h, ${due.medium / 24}d, ${due.low / 24}d |`);
    const { action, failMode, onReview, offersApproval } = points.ci;
    expect(text).toContain(`| ${action}, ${failMode}, ${onReview}, ${offersApproval} |`);
  });
});

describe("docs/formats.md", () => {
  const text = page("formats.md");

  it("names every format and every published schema", () => {
    for (const format of FORMATS) expect(text).toContain(`| \`${format}\` |`);
    for (const file of Object.keys(SCHEMAS)) expect(text).toContain(file);
  });
});
