import type { Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { termJson } from "../ast/to-json.ts";
import { load } from "../bundle/index.ts";
import { dependencies } from "../deps/dependencies.ts";
import { errorsText, messagesText } from "./error-output.ts";
import { type FlagSpecs, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import { versionOf } from "./inputs.ts";
import { type Json, jsonText, record } from "./json.ts";
import { table } from "./table.ts";

const FLAGS = {
  bundle: { kind: "list", short: "b" },
  data: { kind: "list", short: "d" },
  format: { kind: "string", short: "f", oneOf: ["pretty", "json"] },
  ignore: { kind: "list" },
  "v0-compatible": { kind: "bool" },
} as const satisfies FlagSpecs;

const USAGE = "deps <query> [-d PATH] [-b BUNDLE] [--format pretty|json]";

/** `deps`: the documents that a query reads and the rules that it needs. */
export function depsCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const [query, ...more] = flags.value.positional;
  if (query === undefined || more.length > 0) return misused("specify exactly one query argument", USAGE);
  const loaded = load(host, {
    data: flags.value.list("data"),
    bundles: flags.value.list("bundle"),
    ignore: flags.value.list("ignore"),
    version: versionOf(flags.value),
  });
  if (!loaded.ok) return said("", 1, messagesText(loaded.error, " during loading"));
  const found = dependencies(loaded.value.modules, query);
  if (!found.ok)
    return said("", 1, errorsText(found.error, found.error[0]?.stage === "parse" ? " during loading" : ""));
  const { base, virtual } = found.value;
  if (flags.value.text("format") === "json") {
    return said(
      jsonText(
        record({
          base: base.length === 0 ? undefined : base.map(refJson),
          virtual: virtual.length === 0 ? undefined : virtual.map(refJson),
        }),
      ),
    );
  }
  if (base.length === 0 && virtual.length === 0) return said("");
  const columns = [
    ...(base.length > 0 ? [["BASE DOCUMENTS", ...base.map(refText)]] : []),
    ...(virtual.length > 0 ? [["VIRTUAL DOCUMENTS", ...virtual.map(refText)]] : []),
  ];
  const height = Math.max(...columns.map((column) => column.length));
  const rows = Array.from({ length: height - 1 }, (_, i) => columns.map((column) => column[i + 1] ?? ""));
  return said(
    table(
      columns.map((column) => column[0] as string),
      rows,
    ),
  );
}

function refJson(ref: readonly Term[]): Json {
  return ref.map((term): Json => {
    const { type, value } = termJson(term) as { readonly type: string; readonly value: string };
    return record({ type, value });
  });
}
