import type { RegoVersion } from "../api.ts";
import type { Import, Module } from "../ast/ast.ts";
import { fail, type Outcome, ok, type RegoError, regoError } from "../errors.ts";
import { BASE_KEYWORDS } from "../lexer/lexer.ts";
import { parseModule } from "../parser/parse.ts";
import { ALL_FUTURE_KEYWORDS, isKeywordInVersion } from "../parser/state.ts";
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
    new ModulePrinter(printer, keywordsOf(module), formsOf(module)).module(module);
  } catch (thrown) {
    // The parser bears deeper text than the printer does on this stack.
    if (!(thrown instanceof RangeError)) throw thrown;
    return fail([regoError("compile", "rego_format_error", "module is nested too deep", module.package.loc)]);
  }
  return ok(`${printer.text.replace(/\n+$/, "")}\n`);
}

function keywordsOf(module: Module): ReadonlySet<string> {
  const later = [...ALL_FUTURE_KEYWORDS.keys()];
  const imported = later.filter((word) => module.imports.some((found) => importsKeyword(found, word)));
  const own = later.filter((word) => isKeywordInVersion(word, module.regoVersion));
  return new Set<string>([...BASE_KEYWORDS, ...own, ...imported]);
}

function formsOf(module: Module): Forms {
  const refHeads = module.rules.some(({ head }) => {
    const { length } = head.ref;
    return length > 2 || (length === 2 && head.key !== undefined && head.value === undefined);
  });
  const says = (name: string): boolean =>
    module.imports.some(({ path: { value } }) => value[0]?.value === "rego" && value[1]?.value === name);
  const [regoV1, regoV2] = [says("v1"), says("v2")];
  if (module.regoVersion >= 1)
    return { ifs: true, contains: true, assign: module.baseVersion >= 1, refHeads, regoV1, regoV2 };
  const imported = (word: string): boolean => module.imports.some((found) => importsKeyword(found, word));
  return { ifs: imported("if"), contains: imported("contains"), assign: false, refHeads, regoV1, regoV2 };
}

function importsKeyword(found: Import, word: string): boolean {
  const [root, keywords, name] = found.path.value.map((term) => term.value);
  return root === "future" && keywords === "keywords" && (name === undefined || name === word);
}
