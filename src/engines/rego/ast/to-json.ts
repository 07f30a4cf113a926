import type { Value } from "../values/index.ts";
import { num } from "../values/index.ts";
import type { Body, Expr, Head, Module, Rule, Term } from "./ast.ts";
import { sortedEntries, sortedTerms } from "./compare.ts";

type Json = { [key: string]: Value };

/** A module in OPA's JSON shape (without locations), as `opa parse --format json` and `rego.parse_module` give it. */
export function moduleJson(module: Module): Value {
  const out: Json = { package: { path: module.package.path.map(termJson) } };
  if (module.imports.length > 0) {
    out["imports"] = module.imports.map((i): Value => {
      const json: Json = { path: termJson(i.path) };
      if (i.alias !== undefined) json["alias"] = i.alias;
      return json;
    });
  }
  if (module.rules.length > 0) out["rules"] = module.rules.map(ruleJson);
  if (module.comments.length > 0) {
    out["comments"] = module.comments.map(
      (c): Value => ({
        Text: base64(c.text),
        Location: { file: c.loc.file, row: c.loc.row, col: c.loc.col },
      }),
    );
  }
  return out;
}

/** Go writes a comment's bytes in base64. */
function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const n = (a << 16) | (b << 8) | c;
    out += alphabet.charAt(n >> 18) + alphabet.charAt((n >> 12) & 63);
    out += i + 1 < bytes.length ? alphabet.charAt((n >> 6) & 63) : "=";
    out += i + 2 < bytes.length ? alphabet.charAt(n & 63) : "=";
  }
  return out;
}

export function ruleJson(rule: Rule): Value {
  const out: Json = {};
  if (rule.isDefault) out["default"] = true;
  out["head"] = headJson(rule.head);
  out["body"] = bodyJson(rule.body);
  if (rule.else !== undefined) out["else"] = ruleJson(rule.else);
  return out;
}

function headJson(head: Head): Value {
  const out: Json = {};
  if (head.name !== "") out["name"] = head.name;
  if (head.args !== undefined) out["args"] = head.args.map(termJson);
  if (head.key !== undefined) out["key"] = termJson(head.key);
  if (head.value !== undefined) out["value"] = termJson(head.value);
  if (head.assign) out["assign"] = true;
  out["ref"] = head.ref.map(termJson);
  return out;
}

export function bodyJson(body: Body): Value {
  return body.map((e, i) => exprJson(e, i));
}

function exprJson(e: Expr, index: number): Value {
  const out: Json = { index, terms: termsJson(e) };
  if (e.generated === true) out["generated"] = true;
  if (e.negated) out["negated"] = true;
  if (e.with.length > 0)
    out["with"] = e.with.map((w): Value => ({ target: termJson(w.target), value: termJson(w.value) }));
  return out;
}

function termsJson(e: Expr): Value {
  const t = e.terms;
  switch (t.kind) {
    case "term":
      return termJson(t.term);
    case "call":
      return t.terms.map(termJson);
    case "some":
      return { symbols: t.symbols.map(termJson) };
    case "every":
      return {
        key: t.key === undefined ? null : termJson(t.key),
        value: termJson(t.value),
        domain: termJson(t.domain),
        body: bodyJson(t.body),
      };
    case "not":
      return { body: bodyJson(t.body), ...(t.explicit ? { explicit_body: true } : {}) };
    case "and":
    case "or":
      return {
        type: t.kind,
        lhs: bodyJson(t.lhs),
        rhs: bodyJson(t.rhs),
        ...(t.explicitLhs ? { explicit_lhs: true } : {}),
        ...(t.explicitRhs ? { explicit_rhs: true } : {}),
      };
  }
}

export function termJson(t: Term): Value {
  return { type: t.type, value: valueJson(t) };
}

function valueJson(t: Term): Value {
  switch (t.type) {
    case "number":
      return num.fromText(t.value);
    case "ref":
    case "array":
    case "call":
      return t.value.map(termJson);
    case "set":
      return sortedTerms(t.value).map(termJson);
    case "object":
      return sortedEntries(t.value).map(([k, v]) => [termJson(k), termJson(v)]);
    case "arraycomprehension":
    case "setcomprehension":
      return { term: termJson(t.value.term), body: bodyJson(t.value.body) };
    case "objectcomprehension":
      return { key: termJson(t.value.key), value: termJson(t.value.value), body: bodyJson(t.value.body) };
    case "templatestring":
      return {
        parts: t.value.parts.map((p, i) => (p.kind === "text" ? termJson(p.term) : exprJson(p.expr, i))),
        multi_line: t.value.multiLine,
      };
    default:
      return t.value;
  }
}
