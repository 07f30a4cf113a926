import { load } from "../bundle/index.ts";
import type { LintFinding } from "../lint/finding.ts";
import { lint } from "../lint/lint.ts";
import { errorsJson, errorsText, messagesText } from "./error-output.ts";
import { type FlagSpecs, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import { readSchemas, versionOf } from "./inputs.ts";
import { jsonText, record } from "./json.ts";

const FLAGS = {
  bundle: { kind: "bool", short: "b" },
  entrypoint: { kind: "list", short: "e" },
  format: { kind: "string", short: "f", oneOf: ["pretty", "json"] },
  ignore: { kind: "list" },
  schema: { kind: "string", short: "s" },
  "v0-compatible": { kind: "bool" },
} as const satisfies FlagSpecs;

const USAGE = "lint <path> [path [...]] [--schema PATH] [--entrypoint RULE] [--format pretty|json]";

/** `lint`: exit 0 when nothing was found, 1 on findings, 2 when the policies do not compile. */
export function lintCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const f = flags.value;
  if (f.positional.length === 0) return misused("specify at least one file", USAGE);
  const schemas = readSchemas(host, f.text("schema"));
  if (!schemas.ok) return said("", 2, `${schemas.error}\n`);
  const bundle = f.is("bundle");
  const loaded = load(host, {
    data: bundle ? [] : f.positional,
    bundles: bundle ? f.positional : [],
    ignore: f.list("ignore"),
    version: versionOf(f),
    documents: "named data",
  });
  if (!loaded.ok) return said("", 2, messagesText(loaded.error, " during loading"));
  const json = f.text("format") === "json";
  const found = lint({
    ...loaded.value,
    entrypoints: f.list("entrypoint"),
    ...(schemas.value === undefined ? {} : { schemas: schemas.value }),
  });
  if (!found.ok) {
    return json
      ? said(jsonText(record({ errors: errorsJson(found.error, loaded.value.modules) })), 2)
      : said("", 2, errorsText(found.error));
  }
  const code = found.value.length === 0 ? 0 : 1;
  return json ? said(findingsJson(found.value), code) : said(found.value.map(findingText).join(""), code);
}

function findingsJson(findings: readonly LintFinding[]): string {
  return jsonText(
    record({
      findings: findings.map(({ rule, message, hint, location }) =>
        record({
          rule,
          message,
          hint,
          location: record({ file: location.file, row: location.row, col: location.col }),
        }),
      ),
    }),
  );
}

function findingText({ rule, message, hint, location }: LintFinding): string {
  return `${location.file}:${location.row}:${location.col}: ${message} (${hint}) [${rule}]\n`;
}
