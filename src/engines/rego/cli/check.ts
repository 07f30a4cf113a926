import { load } from "../bundle/index.ts";
import { compile } from "../compile.ts";
import { errorsJson, errorsText, messagesJson, messagesText } from "./error-output.ts";
import { type FlagSpecs, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import { compilerOptions, readVerification, VERIFICATION_FLAGS, versionOf } from "./inputs.ts";
import { jsonText, record } from "./json.ts";

const FLAGS = {
  ...VERIFICATION_FLAGS,
  bundle: { kind: "bool", short: "b" },
  capabilities: { kind: "string" },
  format: { kind: "string", short: "f", oneOf: ["pretty", "json"] },
  ignore: { kind: "list" },
  "max-errors": { kind: "whole", short: "m" },
  schema: { kind: "string", short: "s" },
  strict: { kind: "bool", short: "S" },
  "v0-compatible": { kind: "bool" },
} as const satisfies FlagSpecs;

const USAGE = "check <path> [path [...]] [--strict] [--schema PATH] [--format pretty|json]";

/** `check`: silent and 0 when everything compiles, else the errors and 1. */
export function checkCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const paths = flags.value.positional;
  if (paths.length === 0) return misused("specify at least one file", USAGE);
  const json = flags.value.text("format") === "json";
  const bundle = flags.value.is("bundle");
  const verification = readVerification(host, flags.value);
  if (!verification.ok) return said("", 1, messagesText([verification.error]));
  const loaded = load(host, {
    ...verification.value,
    data: bundle ? [] : paths,
    bundles: bundle ? paths : [],
    ignore: flags.value.list("ignore"),
    documents: "none",
    version: versionOf(flags.value),
  });
  if (!loaded.ok) {
    return json
      ? said("", 1, jsonText(record({ errors: messagesJson(loaded.error) })))
      : said("", 1, messagesText(loaded.error, " during loading"));
  }
  const options = compilerOptions(host, flags.value);
  if (!options.ok) return said("", 1, messagesText([options.error]));
  const compiled = compile({ ...options.value, modules: loaded.value.modules });
  if (compiled.ok) return said("");
  return json
    ? said("", 1, jsonText(record({ errors: errorsJson(compiled.error, loaded.value.modules) })))
    : said("", 1, errorsText(compiled.error, compiled.error[0]?.stage === "parse" ? " during loading" : ""));
}
