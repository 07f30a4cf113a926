import type { RegoVersion } from "../api.ts";
import type { Import, Module } from "../ast/ast.ts";
import { fail, type Outcome, ok, type RegoError, regoError } from "../errors.ts";
import { parseModule } from "../parser/parse.ts";
import { Printer } from "./printer.ts";
import { type Forms, ModulePrinter } from "./rules.ts";

export interface FormatOptions {
  readonly version?: RegoVersion;
}

/** The module in OPA's layout, equal to what `opa fmt` prints. Formatting it again changes nothing. */
export function format(
  file: string,
  source: string,
  options: FormatOptions = {},
): Outcome<string, RegoError[]> {
  const parsed = parseModule(file, source, options.version ?? 1);
  if (!parsed.ok) return parsed;
  const module = parsed.value;
  const printer = new Printer(source, module.comments);
  try {
    new ModulePrinter(printer, module.regoVersion, formsOf(module)).module(module);
  } catch (thrown) {
    // The parser bears deeper text than the printer does on this stack.
    if (!(thrown instanceof RangeError)) throw thrown;
    return fail([regoError("compile", "rego_format_error", "module is nested too deep", module.package.loc)]);
  }
  return ok(`${printer.text.replace(/\n+$/, "")}\n`);
}

function formsOf(module: Module): Forms {
  const refHeads = module.rules.some(({ head }) => {
    const { length } = head.ref;
    return length > 2 || (length === 2 && head.key !== undefined && head.value === undefined);
  });
  const regoV2 = module.imports.some(
    ({ path: { value } }) => value[0]?.value === "rego" && value[1]?.value === "v2",
  );
  if (module.regoVersion >= 1)
    return { ifs: true, contains: true, assign: module.baseVersion >= 1, refHeads, regoV2 };
  const imported = (word: string): boolean => module.imports.some((found) => importsKeyword(found, word));
  return { ifs: imported("if"), contains: imported("contains"), assign: false, refHeads, regoV2 };
}

function importsKeyword(found: Import, word: string): boolean {
  const [root, keywords, name] = found.path.value.map((term) => term.value);
  return root === "future" && keywords === "keywords" && (name === undefined || name === word);
}
