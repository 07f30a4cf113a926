import * as z from "zod";
import { isJsonObject, type Json, member, type Problem, problem } from "../../base/index.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { YamlDocument } from "./yaml-document.ts";

type Issue = z.core.$ZodIssue;

/** What a schema found wrong, told to the one who wrote the file: a problem each, in the order of the file. */
export function shapeProblems(
  issues: readonly Issue[],
  schema: z.ZodType,
  document: YamlDocument,
): readonly Problem[] {
  return issues
    .flatMap((issue) => problemsOf(issue, schema, document))
    .sort((left, right) => (left.place?.line ?? 0) - (right.place?.line ?? 0));
}

function problemsOf(issue: Issue, schema: z.ZodType, document: YamlDocument): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const near = didYouMean(key, known);
      const place = document.place([...issue.path, key], "key");
      const hint = near === null ? `known here: ${known.join(", ")}` : `did you mean \`${near}\`?`;
      return problem("config_unknown_key", `\`${key.slice(0, 100)}\` is not known here`, { place, hint });
    });
  }
  const missing =
    (issue.code === "invalid_type" || issue.code === "invalid_value") && issue.input === undefined;
  const place = document.place(missing ? issue.path.slice(0, -1) : issue.path);
  const name = `\`${String(issue.path.at(-1) ?? "the file")}\``;
  if (missing) return [problem("config_invalid", `${name} is missing`, { place })];
  return [problem("config_invalid", `${name} ${complaint(issue)}`, { place, ...hintFor(issue) })];
}

function complaint(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${article(issue.expected)}, found ${kindOf(issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => `\`${String(value)}\``).join(" or ")}, found ${kindOf(issue.input)}`;
    case "too_small":
      return issue.origin === "string"
        ? `must have at least ${String(issue.minimum)} characters`
        : "must not be an empty list";
    case "too_big":
      return `must have at most ${String(issue.maximum)} characters`;
    case "invalid_format":
      return `has the wrong form: ${kindOf(issue.input)}`;
    default:
      return `is not valid: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
  }
}

function hintFor(issue: Issue): { readonly hint?: string } {
  if (issue.code === "invalid_value" && typeof issue.input === "string") {
    const near = didYouMean(issue.input, issue.values.map(String));
    return near === null ? {} : { hint: `did you mean \`${near}\`?` };
  }
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof issue.input !== "object") {
    return { hint: "put it in quotes" };
  }
  if (issue.code !== "invalid_format" || !("pattern" in issue)) return {};
  return { hint: formHint(String(issue.path.at(-1)), issue.path.map(String)) };
}

/** What each checked text looks like; a regular expression tells nobody anything at 2 AM. */
function formHint(key: string, path: readonly string[]): string {
  if (path[0] === "due" || path[0] === "retention" || key === "timeout")
    return "write a duration such as 90s, 10m, 4h or 7d";
  if (key === "from" || key === "until") return "write 2026-12-31 or 2026-12-31T18:00:00Z";
  if (key === "store") return "write pglite:DIR, embedded:DIR or postgres://HOST/DATABASE";
  if (key === "webhook") return "write an http or https URL";
  if (path[0] === "secrets") return "write TYPE:PATH, e.g. aws_instance:user_data";
  return "use letters, digits, `.`, `_` and `-`";
}

function article(expected: string): string {
  if (expected === "object" || expected === "record") return "a map";
  if (expected === "array") return "a list";
  if (expected === "string") return "a text";
  return `a ${expected}`;
}

function kindOf(input: unknown): string {
  if (input === null) return "nothing";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a map";
  if (typeof input === "string") return `\`${input.slice(0, 60)}\``;
  return `the ${typeof input} \`${String(input)}\``;
}

/** Keys that a schema knows at a path, read from its JSON Schema. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here: Json | undefined = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input" }))) as Json;
  for (const step of path) {
    here =
      typeof step === "number" ? member(here, "items") : member(member(here, "properties"), String(step));
  }
  const properties = member(here, "properties");
  return isJsonObject(properties) ? Object.keys(properties) : [];
}
