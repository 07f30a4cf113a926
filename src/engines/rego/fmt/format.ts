import type { RegoVersion } from "../api.ts";
import type { Import, Module, RefTerm } from "../ast/ast.ts";
import { fail, type Outcome, ok, type RegoError, regoError } from "../errors.ts";
import { BASE_KEYWORDS } from "../lexer/lexer.ts";
import { parseModule } from "../parser/parse.ts";
import { ALL_FUTURE_KEYWORDS, isKeywordInVersion } from "../parser/state.ts";
import { Printer } from "./printer.ts";
import { type Forms, ModulePrinter } from "./rules.ts";

export interface FormatOptions {
  readonly version?: RegoVersion;
  /** `v0 and v1`: the source is v0, what is printed is read by both. Default: as the source is. */
  readonly target?: "v0 and v1";
  /** Leaves `import rego.v1` and `import future.keywords…` out of v1 modules, which do not need them. */
  readonly dropV0Imports?: boolean;
}

/** The module in OPA's layout, equal to what `opa fmt` prints. Formatting it again changes nothing. */
export function format(
  file: string,
  source: string,
  options: FormatOptions = {},
): Outcome<string, RegoError[]> {
  const forBoth = options.target === "v0 and v1";
  const parsed = parseModule(file, source, forBoth ? 0 : (options.version ?? 1));
  if (!parsed.ok) return parsed;
  const module = forBoth ? withRegoV1(parsed.value) : parsed.value;
  const drops = options.dropV0Imports === true && !forBoth && module.baseVersion >= 1;
  const printer = new Printer(source, module.comments);
  try {
    const forms = forBoth ? FOR_BOTH : formsOf(module);
    new ModulePrinter(printer, keywordsOf(module, forBoth), forms, drops).module(module);
  } catch (thrown) {
    // The parser bears deeper text than the printer does on this stack.
    if (!(thrown instanceof RangeError)) throw thrown;
    return fail([regoError("compile", "rego_format_error", "module is nested too deep", module.package.loc)]);
  }
  const text = `${printer.text.replace(/\n+$/, "")}\n`;
  // Names that are keywords in v1 cannot be carried over.
  const again = forBoth ? parseModule(file, text, 0) : parsed;
  return again.ok ? ok(text) : again;
}

const FOR_BOTH: Forms = {
  ifs: true,
  contains: true,
  assign: true,
  refHeads: true,
  regoV1: true,
  regoV2: false,
};

/** `import rego.v1` takes the place of the first import of a keyword; without any it follows the package. */
function withRegoV1(module: Module): Module {
  const isLanguage = ({ path: { value } }: Import, root: string, name: string): boolean =>
    value[0]?.value === root && value[1]?.value === name;
  if (module.imports.some((found) => isLanguage(found, "rego", "v1"))) return module;
  const first = module.imports.find((found) => isLanguage(found, "future", "keywords"));
  const loc = first?.loc ?? module.package.loc;
  const path: RefTerm = {
    type: "ref",
    value: [
      { type: "var", value: "rego", loc },
      { type: "string", value: "v1", loc },
    ],
    loc,
  };
  const added: Import = { path, alias: undefined, aliasLoc: undefined, loc };
  const rest = module.imports.filter((found) => found !== first);
  return { ...module, imports: [added, ...rest].sort((a, b) => a.loc.row - b.loc.row) };
}

function keywordsOf(module: Module, asV1: boolean): ReadonlySet<string> {
  const later = [...ALL_FUTURE_KEYWORDS.keys()];
  const imported = later.filter((word) => module.imports.some((found) => importsKeyword(found, word)));
  const own = later.filter((word) => isKeywordInVersion(word, asV1 ? 1 : module.regoVersion));
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
