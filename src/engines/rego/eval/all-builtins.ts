import { moduleJson } from "../ast/to-json.ts";
import type { Builtin } from "../builtins/builtin.ts";
import { define } from "../builtins/define.ts";
import { builtins } from "../builtins/index.ts";
import { fault, stringAt } from "../builtins/operands.ts";
import { parseModule } from "../parser/parse.ts";

/** Built-ins whose work is the compiler's. */
const COMPILER_BUILTINS: readonly Builtin[] = [
  define(
    "rego.parse_module(filename: string, rego: string) output: object[string: any]",
    "",
    "Parses a module and gives its syntax tree as JSON.",
    (_ctx, args) => {
      const parsed = parseModule(stringAt(args, 0), stringAt(args, 1), 1);
      if (!parsed.ok) throw fault(errorsText(parsed.error.map((e) => e.text)));
      return moduleJson(parsed.value);
    },
  ),
];

function errorsText(texts: readonly string[]): string {
  return texts.length === 1
    ? `1 error occurred: ${texts[0]}`
    : `${texts.length} errors occurred:\n${texts.join("\n")}`;
}

/** Every built-in by name. */
export const allBuiltins: ReadonlyMap<string, Builtin> = new Map([
  ...builtins,
  ...COMPILER_BUILTINS.map((b): [string, Builtin] => [
    b.name,
    { ...(builtins.get(b.name) ?? b), impl: b.impl },
  ]),
]);
