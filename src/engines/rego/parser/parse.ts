import {
  type Body,
  type Comment,
  type Import,
  type Module,
  type Package,
  type RefTerm,
  type Rule,
  stringTerm,
  type Term,
  varTerm,
} from "../ast/ast.ts";
import { typeNameOf } from "../ast/names.ts";
import { termText } from "../ast/text.ts";
import { fail, type Location, type Outcome, ok, type RegoError, regoError } from "../errors.ts";
import type { Token } from "../lexer/lexer.ts";
import { ruleFromBody } from "./body-rule.ts";
import { parseQuery } from "./literals.ts";
import { keywordAsRuleName, parseRules } from "./rules.ts";
import {
  ALL_FUTURE_KEYWORDS,
  FUTURE_KEYWORDS_V0,
  FUTURE_KEYWORDS_V1,
  isKeywordInVersion,
  ParserExhausted,
  ParserState,
  type Version,
} from "./state.ts";
import { parseTerm } from "./terms.ts";

type Statement =
  | { kind: "package"; node: Package }
  | { kind: "import"; node: Import }
  | { kind: "rule"; node: Rule }
  | { kind: "body"; node: Body };

/** Parses one module. All errors of the file are collected, as OPA does. */
export function parseModule(file: string, source: string, version: Version): Outcome<Module, RegoError[]> {
  return bounded(() => {
    const p = new ParserState(file, source, version);
    const statements = parseStatements(p);
    if (p.errors.length > 0) return fail([...p.errors]);
    return buildModule(p, statements);
  });
}

/** Parses the text of a query: a body without rules. */
export function parseQueryText(
  source: string,
  version: Version = 1,
): Outcome<{ body: Body; comments: Comment[] }, RegoError[]> {
  return bounded(() => parseQueryStatements(source, version));
}

/** Text that is nested too deep or takes too many attempts is an error of the text. */
function bounded<T>(parse: () => Outcome<T, RegoError[]>): Outcome<T, RegoError[]> {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof ParserExhausted)
      return fail([regoError("parse", "rego_parse_error", thrown.message, thrown.location)]);
    if (thrown instanceof RangeError)
      return fail([
        regoError("parse", "rego_parse_error", "max parsing recursion depth exceeded", undefined),
      ]);
    throw thrown;
  }
}

function parseQueryStatements(
  source: string,
  version: Version,
): Outcome<{ body: Body; comments: Comment[] }, RegoError[]> {
  const p = new ParserState("", source, version);
  p.skipRules = true;
  const statements = parseStatements(p);
  if (p.errors.length > 0) return fail([...p.errors]);
  const body: Body = [];
  for (const s of statements) {
    if (s.kind !== "body") {
      return fail([
        regoError(
          "parse",
          "rego_parse_error",
          `expected body but got *ast.${s.kind === "import" ? "Import" : "Package"}`,
          undefined,
        ),
      ]);
    }
    body.push(...s.node);
  }
  if (body.length === 0) return fail([regoError("parse", "rego_parse_error", "empty query", undefined)]);
  return ok({ body, comments: sortedComments(p) });
}

function sortedComments(p: ParserState): Comment[] {
  return [...p.comments.entries()].sort(([a], [b]) => a - b).map(([, comment]) => comment);
}

function parseStatements(p: ParserState): Statement[] {
  const statements: Statement[] = [];
  p.scan();
  while (!p.is("eof")) {
    if (!p.skipRules && keywordAsRuleName(p, false)) break;
    if (p.is("package")) {
      const s = p.save();
      const node = parsePackage(p);
      if (node !== undefined) {
        if (p.is("minus")) {
          p.illegal();
          break;
        }
        statements.push({ kind: "package", node });
        continue;
      }
      if (p.errors.length > 0) break;
      p.restore(s);
    }
    if (p.is("import")) {
      const s = p.save();
      const node = parseImport(p);
      if (node !== undefined) {
        if (p.is("minus")) {
          p.illegal();
          break;
        }
        applyImport(p, node);
        statements.push({ kind: "import", node });
        continue;
      }
      if (p.errors.length > 0) break;
      p.restore(s);
    }
    if (!p.skipRules) {
      const s = p.save();
      const rules = parseRules(p);
      if (rules !== undefined) {
        for (const node of rules) statements.push({ kind: "rule", node });
        continue;
      }
      if (p.errors.length > 0) break;
      p.restore(s);
    }
    const body = parseQuery(p, true, "eof");
    if (body === undefined) break;
    statements.push({ kind: "body", node: body });
  }
  return statements;
}

function isIdentOrRefKeyword(p: ParserState): boolean {
  if (p.is("identifier")) return true;
  if (!p.isAllowedRefKeyword()) return false;
  // The word is read as a name here.
  p.tok = "identifier";
  return true;
}

/** Steps over the keyword; false when it turns out to be the head of a reference. */
function afterKeyword(p: ParserState): boolean {
  p.scanWS();
  if (p.is(".") || p.is("[")) return false;
  if (p.is("whitespace")) p.scan();
  if (isIdentOrRefKeyword(p)) return true;
  p.illegal();
  return false;
}

function parsePackage(p: ParserState): Package | undefined {
  const loc = p.loc();
  if (!afterKeyword(p)) return undefined;
  const term = parseTerm(p);
  if (term === undefined) return undefined;
  if (term.type === "var") {
    return { path: [varTerm("data", term.loc), stringTerm(term.value, term.loc)], loc };
  }
  if (term.type !== "ref") {
    p.illegal();
    return undefined;
  }
  const first = term.value[0] as Term;
  if (first.type !== "var") {
    p.error(first.loc, `unexpected ${typeNameOf(first)} token: expecting var`);
    return undefined;
  }
  const path: Term[] = [varTerm("data", first.loc), stringTerm(first.value, first.loc)];
  for (const part of term.value.slice(1)) {
    if (part.type !== "string") {
      p.error(part.loc, `unexpected ${typeNameOf(part)} token: expecting string`);
      return undefined;
    }
    path.push(part);
  }
  return { path, loc };
}

function parseImport(p: ParserState): Import | undefined {
  const loc = p.loc();
  if (!afterKeyword(p)) return undefined;
  const saved = p.keywords;
  p.keywords = new Map([...saved].filter(([word]) => !ALL_FUTURE_KEYWORDS.has(word)));
  const term = parseTerm(p);
  // The token behind the path stays as it was read: a name, even where it is a keyword elsewhere.
  p.keywords = saved;
  if (term === undefined || (term.type !== "var" && term.type !== "ref")) {
    p.error(p.loc(), "expected path");
    return undefined;
  }
  const path: RefTerm = term.type === "var" ? { type: "ref", value: [term], loc: term.loc } : term;
  for (const part of path.value.slice(1)) {
    if (part.type !== "string") {
      p.error(part.loc, `unexpected ${typeNameOf(part)} token: expecting string`);
      return undefined;
    }
  }
  const first = path.value[0] as Term;
  const root = first.type === "var" ? first.value : "";
  if (root !== "data" && root !== "input" && root !== "future" && root !== "rego") {
    p.hint("if this is unexpected, try updating OPA");
    p.error(
      path.loc,
      `unexpected import path, must begin with one of: {data, future, input, rego}, got: ${termText(first)}`,
    );
    return undefined;
  }
  if (p.is("as")) return parseAlias(p, path, loc);
  const last = path.value[path.value.length - 1] as Term;
  const name = last.type === "var" || last.type === "string" ? last.value : "";
  if ((path.value.length === 1 || root !== "future") && isKeywordInVersion(name, p.version)) {
    p.hint("import a different path or use an alias");
    p.error(last.loc, `unexpected import path, must not end with a keyword, got: ${name}`);
  }
  return { path, alias: undefined, aliasLoc: undefined, loc: p.span(loc, loc.offset, p.lastEnd) };
}

function parseAlias(p: ParserState, path: RefTerm, loc: Location): Import | undefined {
  p.scan();
  if (!p.is("identifier")) {
    p.illegal("expected var");
    return undefined;
  }
  const alias = parseTerm(p);
  if (alias?.type === "var") {
    return { path, alias: alias.value, aliasLoc: alias.loc, loc: p.span(loc, loc.offset, p.lastEnd) };
  }
  if (alias?.type === "ref" && alias.value.length === 1) {
    p.error(
      alias.loc,
      `unexpected import alias, must not be a reserved name, got: ${termText(alias.value[0] as Term)}`,
    );
    return undefined;
  }
  p.illegal("expected var");
  return undefined;
}

/** The token after an import was read before the import's keywords were known. */
function reclassify(p: ParserState): void {
  if (!p.is("identifier")) return;
  const tok = ALL_FUTURE_KEYWORDS.get(p.lit);
  if (tok !== undefined && p.keywords.has(p.lit)) p.tok = tok;
}

function applyImport(p: ParserState, node: Import): void {
  const text = termText(node.path);
  const first = node.path.value[0] as Term;
  if (first.type !== "var") return;
  if (first.value === "rego") {
    if (text !== "rego.v1" && text !== "rego.v2") {
      p.error(node.path.loc, `invalid import \`${text}\`, must be one of: \`rego.v1\`, \`rego.v2\``);
    } else if (node.alias !== undefined) {
      p.error(node.aliasLoc as Location, "`rego` imports cannot be aliased");
    } else if (text === "rego.v1") {
      p.addKeywords(FUTURE_KEYWORDS_V0);
    } else {
      p.addKeywords(FUTURE_KEYWORDS_V0);
      p.addKeywords(FUTURE_KEYWORDS_V1);
      p.notBodies = true;
    }
    reclassify(p);
  } else if (first.value === "future") {
    applyFutureImport(p, node);
    reclassify(p);
  }
}

function applyFutureImport(p: ParserState, node: Import): void {
  const path = node.path.value;
  if (path[1]?.type !== "string" || path[1].value !== "keywords") {
    p.error(node.path.loc, "invalid import, must be `future.keywords`");
    return;
  }
  if (node.alias !== undefined) {
    p.error(node.aliasLoc as Location, "`future` imports cannot be aliased");
    return;
  }
  let words = [...ALL_FUTURE_KEYWORDS.keys()];
  if (path.length === 3) {
    const word = path[2]?.type === "string" ? path[2].value : "";
    if (!ALL_FUTURE_KEYWORDS.has(word)) {
      p.error(node.path.loc, `unexpected keyword, must be one of [${words.sort().join(" ")}]`);
      return;
    }
    words = [word];
  }
  for (const word of words) {
    if (word === "not") p.notBodies = true;
    p.addKeyword(word, ALL_FUTURE_KEYWORDS.get(word) as Token);
  }
}

function buildModule(p: ParserState, statements: Statement[]): Outcome<Module, RegoError[]> {
  const first = statements[0];
  const bare = (message: string, loc: Location | undefined): RegoError =>
    regoError("parse", "rego_parse_error", message, loc);
  if (first === undefined) {
    return fail([bare("empty module", { file: p.file, row: 0, col: 0, offset: 0, end: 0 })]);
  }
  const errors: RegoError[] = [];
  const place = (s: Statement): Location => (s.kind === "body" ? (s.node[0]?.loc ?? p.loc()) : s.node.loc);
  if (first.kind !== "package") errors.push(bare("package expected", place(first)));
  const module: Module = {
    file: p.file,
    source: p.source,
    package: first.kind === "package" ? first.node : { path: [], loc: place(first) },
    imports: [],
    rules: [],
    comments: sortedComments(p),
    annotations: [],
    regoVersion: p.version,
    baseVersion: p.version,
  };
  for (const [i, s] of statements.entries()) {
    if (i === 0) continue;
    if (s.kind === "import") {
      module.imports.push(s.node);
      const path = termText(s.node.path);
      if (path === "rego.v1" && module.regoVersion < 1) module.regoVersion = 1;
      if (path === "rego.v2") module.regoVersion = 2;
    } else if (s.kind === "rule") module.rules.push(s.node);
    else if (s.kind === "package") errors.push(bare("unexpected package", s.node.loc));
    else {
      const rule = ruleFromBody(s.node);
      if (typeof rule === "string") {
        const word = missingHeadKeyword(module, statements, i);
        const hint =
          word === undefined
            ? ""
            : ` (hint: \`import future.keywords.${word}\` for \`${word === "if" ? "p if { ... }" : "p contains x"}\` rules)`;
        errors.push(bare(rule + hint, place(s)));
      } else module.rules.push(rule);
    }
  }
  if (module.regoVersion >= 1) {
    for (const rule of module.rules)
      for (let r: Rule | undefined = rule; r !== undefined; r = r.else) errors.push(...checkV1(r));
  }
  return errors.length > 0 ? fail(errors) : ok(module);
}

function missingHeadKeyword(module: Module, statements: Statement[], index: number): string | undefined {
  if (module.regoVersion !== 0) return undefined;
  const own = headKeyword(statements[index]);
  if (own !== undefined) return own;
  const here = statements[index];
  const next = statements[index + 1];
  if (here === undefined || next === undefined) return undefined;
  const row = (s: Statement): number => (s.kind === "body" ? (s.node[0]?.loc.row ?? 0) : s.node.loc.row);
  return row(here) === row(next) ? headKeyword(next) : undefined;
}

function headKeyword(s: Statement | undefined): string | undefined {
  let name = "";
  if (s?.kind === "rule") name = s.node.head.name;
  else if (s?.kind === "body" && s.node.length === 1) {
    const t = s.node[0]?.terms;
    if (t?.kind === "term" && t.term.type === "var") name = t.term.value;
  }
  return name === "if" || name === "contains" ? name : undefined;
}

/** What v1 asks of a rule's form. */
function checkV1(rule: Rule): RegoError[] {
  const errors: RegoError[] = [];
  const add = (message: string): void => {
    errors.push(regoError("parse", "rego_parse_error", message, rule.loc));
  };
  const kind = rule.head.args !== undefined ? "function" : "rule";
  const { head } = rule;
  if (head.ref.length < 2 && isKeywordInVersion(head.name, 1))
    add(`${head.name} keyword cannot be used for rule name`);
  if (rule.generatedBody && head.generatedValue)
    add(`${kind} must have value assignment and/or body declaration`);
  if (!rule.generatedBody && !head.usesIf && !rule.isDefault)
    add(`\`if\` keyword is required before ${kind} body`);
  if (head.value === undefined && head.key !== undefined && !head.usesContains)
    add("`contains` keyword is required for partial set rules");
  return errors;
}
