import type { Builtin, NamedType, RegoType } from "../builtins/index.ts";
import { allBuiltins } from "../eval/all-builtins.ts";
import { type FlagSpecs, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import { readCapabilities } from "./inputs.ts";
import { type Json, jsonText, record } from "./json.ts";

const FLAGS = {
  current: { kind: "bool" },
  file: { kind: "string" },
  version: { kind: "string" },
  "v0-compatible": { kind: "bool" },
} as const satisfies FlagSpecs;

const USAGE = "capabilities [--current] [--file FILE]";

/** Version of OPA whose language and built-ins the engine follows. */
const FOLLOWS = "v1.22.2";

/** `capabilities`: what this engine can do, in the form of OPA's capabilities files. */
export function capabilitiesCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const file = flags.value.text("file");
  const version = flags.value.text("version");
  if (file !== undefined) {
    const read = readCapabilities(host, file);
    return read.ok ? said(`${JSON.stringify(read.value, null, 2)}\n`) : said("", 1, `Error: ${read.error}\n`);
  }
  if (version !== undefined && version !== FOLLOWS)
    return said("", 1, `Error: no capabilities version found: this engine knows ${FOLLOWS} only\n`);
  if (version !== undefined || flags.value.is("current"))
    return said(jsonText(capabilities(flags.value.is("v0-compatible"))));
  return said(`${FOLLOWS}\n`);
}

export function capabilities(v0: boolean): Json {
  const builtins = [...allBuiltins.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return record({
    builtins: builtins.map(builtinJson),
    future_keywords: v0 ? ["and", "contains", "every", "if", "in", "not", "or"] : ["and", "not", "or"],
    features: v0
      ? [
          "keywords_in_refs",
          "rego_v1",
          "rego_v1_import",
          "rego_v2",
          "rego_v2_import",
          "rule_head_ref_string_prefixes",
          "rule_head_refs",
          "template_strings",
        ]
      : ["keywords_in_refs", "rego_v1", "rego_v2", "rego_v2_import", "template_strings"],
  });
}

function builtinJson(builtin: Builtin): Json {
  return record({
    name: builtin.name,
    description: builtin.description === "" ? undefined : builtin.description,
    categories: builtin.categories.length === 0 ? undefined : builtin.categories,
    decl: record({
      args: builtin.args.length === 0 ? undefined : builtin.args.map(namedJson),
      result: builtin.result === undefined ? undefined : namedJson(builtin.result),
      type: "function",
      variadic: builtin.variadic === undefined ? undefined : typeJson(builtin.variadic),
    }),
    infix: builtin.infix,
    relation: builtin.relation === true ? true : undefined,
    deprecated: builtin.deprecated === true ? true : undefined,
    nondeterministic: builtin.nondeterministic === true ? true : undefined,
  });
}

/** Members of a type in order of their names, as Go writes them. */
function namedJson(named: NamedType): Json {
  const members = typeMembers(named.type);
  if (named.name !== undefined) members.set("name", named.name);
  return new Map([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function typeJson(type: RegoType): Json {
  return typeMembers(type);
}

function typeMembers(type: RegoType): Map<string, Json> {
  const out = new Map<string, Json>();
  const add = (name: string, json: Json | undefined): void => {
    if (json !== undefined) out.set(name, json);
  };
  if (type.type === "array") {
    add("dynamic", type.dynamic === undefined ? undefined : typeJson(type.dynamic));
    add("static", type.static?.map(typeJson));
  } else if (type.type === "object") {
    const { dynamic, static: fixed } = type;
    add("dynamic", dynamic && record({ key: typeJson(dynamic.key), value: typeJson(dynamic.value) }));
    add(
      "static",
      fixed?.map(({ key, value }) => record({ key, value: typeJson(value) })),
    );
  } else if (type.type === "set") add("of", typeJson(type.of));
  else if (type.type === "any") add("of", type.of?.map(typeJson));
  out.set("type", type.type);
  return out;
}
