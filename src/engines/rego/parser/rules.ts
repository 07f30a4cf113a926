import {
  type Body,
  booleanTerm,
  type Head,
  isWildcard,
  type Rule,
  type Term,
  termExpr,
  type VarTerm,
} from "../ast/ast.ts";
import { copyHead } from "../ast/copy.ts";
import { typeNameOf } from "../ast/names.ts";
import { termText } from "../ast/text.ts";
import { isComprehension, isGround, visitBody, visitHead, visitTerm } from "../ast/visit.ts";
import type { Location } from "../errors.ts";
import type { Token } from "../lexer/lexer.ts";
import { parseBody, parseLiteral } from "./literals.ts";
import { type ParserState, tokenText } from "./state.ts";
import { finishHead, parseTermInfix, parseVar, scanAheadRef } from "./terms.ts";

export function newHead(ref: Term[], loc: Location): Head {
  const first = ref[0] as Term;
  return {
    name: ref.length < 2 && first.type === "var" ? first.value : "",
    ref,
    args: undefined,
    key: undefined,
    value: undefined,
    assign: false,
    generatedValue: false,
    usesIf: false,
    usesContains: false,
    loc,
  };
}

export function implicitTrueBody(loc: Location): Body {
  const expr = termExpr(booleanTerm(true, loc), loc);
  expr.generated = true;
  return [expr];
}

export function newRule(head: Head, body: Body, loc: Location): Rule {
  return { isDefault: false, head, body, else: undefined, generatedBody: false, annotations: [], loc };
}

const AFTER_NAME: readonly Token[] = ["assign", "eq", "if", "contains", "("];
const AFTER_OPERATOR: readonly Token[] = ["assign", "eq", "if", "contains"];
const AFTER_PATH: readonly Token[] = ["assign", "eq", "("];
const KEYWORD_RULE_FOLLOWERS: ReadonlyMap<Token, readonly Token[]> = new Map<Token, readonly Token[]>([
  ["every", AFTER_NAME],
  ["if", AFTER_NAME],
  ["in", AFTER_NAME],
  ["some", AFTER_NAME],
  ["as", AFTER_NAME],
  ["package", AFTER_PATH],
  ["import", AFTER_PATH],
  ["not", AFTER_OPERATOR],
  ["logical-and", AFTER_OPERATOR],
  ["logical-or", AFTER_OPERATOR],
  ["contains", ["if", "contains"]],
]);

/** Reports a keyword that stands where a rule's name must. */
export function keywordAsRuleName(p: ParserState, isDefault: boolean): boolean {
  const followers = KEYWORD_RULE_FOLLOWERS.get(p.tok);
  if (followers === undefined) return false;
  const word = tokenText(p.tok);
  const loc = p.loc();
  if (!isDefault) {
    const s = p.save();
    p.scan();
    const next = p.tok;
    p.restore(s);
    if (!followers.includes(next)) return false;
  }
  p.error(loc, `${word} keyword cannot be used for rule name`);
  return true;
}

export function parseRules(p: ParserState): Rule[] | undefined {
  const start = p.loc();
  let isDefault = false;
  scanAheadRef(p);
  if (p.is("default")) {
    p.scan();
    isDefault = true;
    scanAheadRef(p);
  }
  if (!p.is("identifier")) {
    if (isDefault) keywordAsRuleName(p, true);
    return undefined;
  }
  const head = parseHead(p, isDefault);
  if (head === undefined) return undefined;
  const rule = newRule(head, [], start);
  rule.isDefault = isDefault;
  if (isDefault) {
    if (!validDefaultValue(p, rule) || (head.args !== undefined && !validDefaultArgs(p, rule)))
      return undefined;
    rule.body = implicitTrueBody(start);
    rule.loc = p.span(start, start.offset, p.lastEnd);
    return [rule];
  }
  if (!completeHead(p, head)) return undefined;
  const body = parseRuleBody(p, rule);
  if (body === undefined) return undefined;
  if (body === "implicit") {
    rule.body = implicitTrueBody(start);
    rule.generatedBody = true;
    rule.loc = head.loc;
    return [rule];
  }
  rule.body = body;
  if (p.is("else") && !scanAheadRef(p) && !parseElseOf(p, rule)) return undefined;
  rule.loc = p.span(start, start.offset, p.lastEnd);
  const rules = [rule];
  while (p.is("{")) {
    const next = parseChainedBody(p, rule);
    if (next === undefined) return undefined;
    rules.push(next);
  }
  return rules;
}

/** Settles key and value of `p[x]` heads, whose meaning depends on `if`. */
function completeHead(p: ParserState, head: Head): boolean {
  const hasIf = p.is("if");
  if (head.usesContains || head.ref.length !== 2) return true;
  const first = head.ref[0] as Term;
  const second = head.ref[1] as Term;
  if (hasIf) {
    if ((!isGround(second) || second.type === "ref") && head.args === undefined) head.key = second;
    if (head.value === undefined) {
      head.generatedValue = true;
      head.value = booleanTerm(true, head.loc);
    } else if (first.type === "var") head.name = first.value;
    else return false;
    return true;
  }
  if (head.args !== undefined) return true;
  if (first.type !== "var") return false;
  head.name = first.value;
  head.key = second;
  if (head.value === undefined) head.ref = [first];
  return true;
}

function parseRuleBody(p: ParserState, rule: Rule): Body | "implicit" | undefined {
  if (p.is("if")) {
    rule.head.usesIf = true;
    p.scan();
    const s = p.save();
    const braces = p.is("{");
    const expr = parseLiteral(p);
    if (expr !== undefined && !(braces && expr.terms.kind === "term" && expr.terms.term.type === "set"))
      return [expr];
    if (!braces) return undefined;
    p.restore(s);
  }
  if (p.is("{")) return parseBraces(p);
  return rule.head.usesContains && !rule.head.usesIf ? "implicit" : undefined;
}

function parseBraces(p: ParserState): Body | undefined {
  p.scan();
  const body = parseBody(p, "}");
  if (body === undefined) return undefined;
  p.scan();
  return body;
}

function parseElseOf(p: ParserState, rule: Rule): boolean {
  const ref = rule.head.ref;
  if (ref.length > 1 && !ref.slice(1).every(isGround)) {
    p.error(p.loc(), "else keyword cannot be used on rules with variables in head");
    return false;
  }
  if (rule.head.key !== undefined) {
    p.error(p.loc(), "else keyword cannot be used on multi-value rules");
    return false;
  }
  rule.else = parseElse(p, rule.head);
  return rule.else !== undefined;
}

/** v0: `p { … } { … }` is a second rule with the same head. */
function parseChainedBody(p: ParserState, rule: Rule): Rule | undefined {
  if (rule.else !== undefined) {
    p.error(p.loc(), "expected else keyword");
    return undefined;
  }
  const at = p.loc();
  const body = parseBraces(p);
  if (body === undefined) return undefined;
  const loc = p.span(at, at.offset, p.lastEnd);
  const head = copyHead(rule.head);
  freshWildcards(p, head);
  visitHead(head, {
    term(t) {
      t.loc = loc;
    },
  });
  head.loc = loc;
  return newRule(head, body, loc);
}

function freshWildcards(p: ParserState, head: Head): void {
  for (const arg of head.args ?? [])
    if (arg.type === "var" && isWildcard(arg.value)) arg.value = p.wildcardName();
}

function parseElse(p: ParserState, parent: Head): Rule | undefined {
  const at = p.loc();
  const head = copyHead(parent);
  head.generatedValue = false;
  head.usesIf = false;
  freshWildcards(p, head);
  head.loc = at;
  p.scan();
  switch (p.tok as Token) {
    case "{":
    case "if":
      head.generatedValue = true;
      head.value = booleanTerm(true, at);
      break;
    case "assign":
    case "eq":
      head.assign = p.is("assign");
      p.scan();
      head.value = parseTermInfix(p);
      if (head.value === undefined) return undefined;
      head.loc = p.span(at, at.offset, p.lastEnd);
      break;
    default:
      p.illegal("expected else value term or rule body");
      return undefined;
  }
  const rule = newRule(head, [], at);
  const hasIf = p.is("if");
  if (!hasIf && !p.is("{")) {
    rule.body = implicitTrueBody(at);
    rule.generatedBody = true;
    rule.loc = p.span(at, at.offset, p.lastEnd);
    return rule;
  }
  if (hasIf) {
    head.usesIf = true;
    p.scan();
  }
  if (p.is("{")) {
    const body = parseBraces(p);
    if (body === undefined) return undefined;
    rule.body = body;
  } else if (!p.is("eof")) {
    const expr = parseLiteral(p);
    if (expr === undefined) return undefined;
    rule.body = [expr];
    visitBody(rule.body, {
      term(t) {
        t.loc = { ...at, offset: t.loc.offset, end: t.loc.end };
      },
      expr(e) {
        e.loc = { ...at, offset: e.loc.offset, end: e.loc.end };
      },
    });
  } else {
    p.illegal("rule body expected");
    return undefined;
  }
  if (p.is("else")) {
    rule.else = parseElse(p, parent);
    if (rule.else === undefined) return undefined;
  }
  rule.loc = p.span(at, at.offset, p.lastEnd);
  return rule;
}

function parseHead(p: ParserState, isDefault: boolean): Head | undefined {
  const at = p.loc();
  const ref = finishHead(p, parseVar(p));
  if (ref === undefined) {
    p.illegal("expected rule head name");
    return undefined;
  }
  const head = headOf(p, ref, at);
  if (head === undefined) return undefined;
  const done = (): Head => {
    head.loc = p.span(at, at.offset, p.lastEnd);
    return head;
  };
  const name = termText({ type: "ref", value: head.ref, loc: at });
  if (p.is("contains")) {
    if (ref.type === "call") {
      p.illegal(
        `the contains keyword can only be used with multi-value rule definitions (e.g., ${name} contains <VALUE> { ... })`,
      );
    }
    p.scan();
    head.usesContains = true;
    head.key = parseTermInfix(p);
    if (head.key === undefined) p.illegal(`expected rule key term (e.g., ${name} contains <VALUE> { ... })`);
    return done();
  }
  if (p.is("eq")) {
    p.scan();
    head.value = parseTermInfix(p);
    if (head.value === undefined)
      p.illegal(`expected rule value term (e.g., ${name}[<nil>] = <VALUE> { ... })`);
  } else if (p.is("assign")) {
    p.scan();
    head.assign = true;
    head.value = parseTermInfix(p);
    if (head.value === undefined) {
      if (head.args !== undefined)
        p.illegal(`expected function value term (e.g., ${name}(...) := <VALUE> { ... })`);
      else if (isDefault) p.illegal(`expected default rule value term (e.g., default ${name} := <VALUE>)`);
      else p.illegal(`expected rule value term (e.g., ${name} := <VALUE> { ... })`);
    }
  }
  if (head.value === undefined && (head.ref.length !== 2 || head.args !== undefined)) {
    head.generatedValue = true;
    head.value = booleanTerm(true, p.span(at, at.offset, p.lastEnd));
  }
  return done();
}

function headOf(p: ParserState, ref: Term, at: Location): Head | undefined {
  if (ref.type === "var") return newHead([ref], at);
  if (ref.type === "ref") return newHead(ref.value, at);
  if (ref.type !== "call") return undefined;
  const op = ref.value[0] as Term;
  const path: Term[] = op.type === "ref" ? op.value : [op as VarTerm];
  if (path[0]?.type !== "var") {
    p.illegal(`rule head ref ${termText(op)} invalid`);
    return undefined;
  }
  const head = newHead(path, at);
  const args = ref.value.slice(1);
  // A call without arguments is no function to OPA.
  head.args = args.length === 0 ? undefined : args;
  return head;
}

function validDefaultValue(p: ParserState, rule: Rule): boolean {
  if (rule.head.value === undefined) {
    p.error(rule.loc, "illegal default rule (must have a value)");
    return false;
  }
  let valid = true;
  visitTerm(rule.head.value, {
    term(t) {
      if (isComprehension(t)) return true;
      if (t.type === "ref" || t.type === "var" || t.type === "call") {
        p.error(rule.loc, `illegal default rule (value cannot contain ${typeNameOf(t)})`);
        valid = false;
        return true;
      }
      return false;
    },
  });
  return valid;
}

function validDefaultArgs(p: ParserState, rule: Rule): boolean {
  let valid = true;
  const seen = new Set<string>();
  for (const arg of rule.head.args ?? []) {
    if (arg.type !== "var") {
      p.error(rule.loc, `illegal default rule (arguments cannot contain ${typeNameOf(arg)})`);
      valid = false;
    } else if (seen.has(arg.value)) {
      p.error(rule.loc, `illegal default rule (arguments cannot be repeated ${arg.value})`);
      valid = false;
    } else seen.add(arg.value);
  }
  return valid;
}
