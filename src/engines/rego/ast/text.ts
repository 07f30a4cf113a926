import { type Body, type Expr, isWildcard, operatorName, type Term, type With } from "./ast.ts";
import { sortedEntries, sortedTerms } from "./compare.ts";

/** Words that are written in brackets even where a dot would do. */
const KEYWORDS = new Set([
  "package",
  "import",
  "as",
  "default",
  "else",
  "not",
  "some",
  "with",
  "null",
  "true",
  "false",
  "in",
  "every",
  "contains",
  "if",
]);
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Rego text of a term, as OPA prints it in errors and traces. */
export function termText(term: Term): string {
  switch (term.type) {
    case "null":
      return "null";
    case "boolean":
      return String(term.value);
    case "number":
      return term.value;
    case "string":
      return quote(term.value);
    case "var":
      return isWildcard(term.value) ? "_" : term.value;
    case "ref":
      return refText(term.value);
    case "call":
      return callText(term.value);
    case "array":
      return `[${term.value.map(termText).join(", ")}]`;
    case "set":
      return term.value.length === 0
        ? "set()"
        : `{${[...new Set(sortedTerms(term.value).map(termText))].join(", ")}}`;
    case "object":
      return `{${sortedEntries(term.value)
        .map(([k, v]) => `${termText(k)}: ${termText(v)}`)
        .join(", ")}}`;
    case "arraycomprehension":
      return `[${termText(term.value.term)} | ${bodyText(term.value.body)}]`;
    case "setcomprehension":
      return `{${termText(term.value.term)} | ${bodyText(term.value.body)}}`;
    case "objectcomprehension":
      return `{${termText(term.value.key)}: ${termText(term.value.value)} | ${bodyText(term.value.body)}}`;
    case "templatestring": {
      const inner = term.value.parts.map((part) => {
        if (part.kind === "expr") return `{${exprText(part.expr)}}`;
        return part.term.type === "string"
          ? JSON.stringify(part.term.value).slice(1, -1)
          : `{${termText(part.term)}}`;
      });
      return `$"${inner.join("")}"`;
    }
  }
}

/** A string in quotes, escaped as Go's strconv.Quote does for the characters people use. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, "\\x$1");
}

export function refText(ref: readonly Term[]): string {
  const [first, ...rest] = ref;
  if (first === undefined) return "";
  let text = first.type === "string" ? first.value : termText(first);
  for (const part of rest) {
    text +=
      part.type === "string" && IDENTIFIER.test(part.value) && !KEYWORDS.has(part.value)
        ? `.${part.value}`
        : `[${termText(part)}]`;
  }
  return text;
}

function callText(terms: readonly Term[]): string {
  const [op, ...args] = terms;
  return `${op === undefined ? "" : termText(op)}(${args.map(termText).join(", ")})`;
}

export function bodyText(body: Body): string {
  return body.map(exprText).join("; ");
}

export function exprText(expr: Expr): string {
  const negation = expr.negated ? "not " : "";
  return `${negation}${termsText(expr)}${expr.with.map((w) => ` ${withText(w)}`).join("")}`;
}

function withText(w: With): string {
  return `with ${termText(w.target)} as ${termText(w.value)}`;
}

function termsText(expr: Expr): string {
  const t = expr.terms;
  switch (t.kind) {
    case "term":
      return termText(t.term);
    case "call": {
      const name = operatorName(t.terms[0]);
      const [, lhs, rhs] = t.terms;
      if (
        (name === "eq" || name === "assign") &&
        t.terms.length === 3 &&
        lhs !== undefined &&
        rhs !== undefined
      ) {
        return `${termText(lhs)} ${name === "eq" ? "=" : ":="} ${termText(rhs)}`;
      }
      return callText(t.terms);
    }
    case "some": {
      const first = t.symbols[0];
      if (first?.type === "call") {
        const [, a, b, c] = first.value;
        if (a !== undefined && b !== undefined) {
          return c === undefined
            ? `some ${termText(a)} in ${termText(b)}`
            : `some ${termText(a)}, ${termText(b)} in ${termText(c)}`;
        }
      }
      return `some ${t.symbols.map(termText).join(", ")}`;
    }
    case "every": {
      const key = t.key === undefined ? "" : `${termText(t.key)}, `;
      return `every ${key}${termText(t.value)} in ${termText(t.domain)} { ${bodyText(t.body)} }`;
    }
    case "not":
      return t.explicit ? `not { ${bodyText(t.body)} }` : `not ${bodyText(t.body)}`;
    case "and":
    case "or": {
      const side = (body: Body, explicit: boolean): string =>
        explicit ? `{ ${bodyText(body)} }` : bodyText(body);
      return `${side(t.lhs, t.explicitLhs)} ${t.kind} ${side(t.rhs, t.explicitRhs)}`;
    }
  }
}
