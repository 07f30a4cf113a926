import type { Expr } from "../ast/ast.ts";
import { bare, walk } from "../ast/visit.ts";
import { importName } from "../checker/check.ts";
import type { SentinelError } from "../errors.ts";
import type { Parsed } from "../parser/parse.ts";
import { parse } from "../parser/parse.ts";
import type { Result } from "../result.ts";
import { ok } from "../result.ts";
import type { Place, SourceFile } from "../source-file.ts";
import { placeAt } from "../source-file.ts";

export type LintRule =
  | "compatibility-selector"
  | "deprecated-import"
  | "unused-import"
  | "negated-left-operand";

export interface LintFinding {
  readonly rule: LintRule;
  readonly message: string;
  readonly place: Place;
  /** Source text that says the same in the language's own way; null where there is no single one. */
  readonly suggestion: string | null;
}

/** The form of the managed-by policy that needs no compatibility selector. */
export const IDIOMATIC_MANAGED_BY = `import "tfplan/v2" as tfplan

mandatory_tag = "managed-by"

# Types that have tags; every other type would fail.
taggable_types = ["aws_instance", "aws_s3_bucket"]

taggable_resources = filter tfplan.resource_changes as _, rc {
	rc.mode is "managed" and
		rc.type in taggable_types and
		(rc.change.actions contains "create" or rc.change.actions contains "update")
}

main = rule {
	all taggable_resources as _, rc {
		(rc.change.after.tags_all else rc.change.after.tags)[mandatory_tag] else null is not null
	}
}
`;

/** What is legal but probably not meant. Findings are in source order; a file that does not parse is an error. */
export function lint(file: SourceFile): Result<LintFinding[], SentinelError> {
  const parsed = parse(file);
  if (!parsed.ok) {
    return parsed;
  }
  const found: { readonly pos: number; readonly finding: Omit<LintFinding, "place"> }[] = [];
  const report: Report = (pos, rule, message, suggestion = null) => {
    found.push({ pos, finding: { rule, message, suggestion } });
  };
  lintImports(parsed.value, report);
  lintSelectors(parsed.value, report);
  walk(parsed.value.ast.body, (expr) => lintNegation(expr, report));
  return ok(
    found
      .sort((a, b) => a.pos - b.pos)
      .map(({ pos, finding }) => ({ ...finding, place: placeAt(file, pos) })),
  );
}

type Report = (pos: number, rule: LintRule, message: string, suggestion?: string | null) => void;

const DEPRECATED: Readonly<Record<string, string>> = {
  tfplan: "tfplan/v2",
  tfconfig: "tfconfig/v2",
  tfstate: "tfstate/v2",
};

function lintImports({ ast }: Parsed, report: Report): void {
  const used = new Set<string>();
  walk(ast.body, (expr) => {
    if (expr.kind === "ident") {
      used.add(expr.name);
    }
  });
  for (const decl of ast.imports) {
    const name = importName(decl.path, decl.alias);
    const successor = Object.hasOwn(DEPRECATED, decl.path) ? DEPRECATED[decl.path] : undefined;
    if (successor !== undefined) {
      report(
        decl.pos,
        "deprecated-import",
        `the import ${decl.pathText} is of the first generation and deprecated`,
        `import "${successor}" as ${name}`,
      );
    }
    if (!used.has(name)) {
      report(decl.pos, "unused-import", `the import ${decl.pathText} is never used`);
    }
  }
}

/** `.all` and `.applied` are no members of tfplan/v2; they work only where the host adds them for old policies. */
function lintSelectors({ ast }: Parsed, report: Report): void {
  const v2 = ast.imports.find((decl) => decl.path === "tfplan/v2");
  if (v2 === undefined) {
    return;
  }
  const tfplan = importName(v2.path, v2.alias);
  walk(ast.body, (expr) => {
    if (expr.kind !== "select") {
      return;
    }
    if (expr.name === "all" && isResourceChanges(expr.target, tfplan)) {
      report(
        expr.namePos,
        "compatibility-selector",
        "`resource_changes` is a map keyed by address and has no member `all`; only a compatibility selector answers, with the managed resources that are created or updated",
        IDIOMATIC_MANAGED_BY,
      );
    } else if (expr.name === "applied") {
      report(
        expr.namePos,
        "compatibility-selector",
        "`applied` belongs to the first generation of the import; in tfplan/v2 only a compatibility selector answers, with `change.after`. Types without tags fail such a rule: list the types that have them",
        "change.after",
      );
    }
  });
}

function isResourceChanges(target: Expr, tfplan: string): boolean {
  const inner = bare(target);
  const owner = inner.kind === "select" ? bare(inner.target) : null;
  return (
    inner.kind === "select" &&
    inner.name === "resource_changes" &&
    owner?.kind === "ident" &&
    owner.name === tfplan
  );
}

const NEGATED: ReadonlyMap<string, string> = new Map([
  ["in", "not in"],
  ["contains", "not contains"],
  ["matches", "not matches"],
  ["==", "is not"],
  ["!=", "is"],
]);

/** `not x in y` is `(not x) in y`. */
function lintNegation(expr: Expr, report: Report): void {
  if (
    expr.kind !== "binary" ||
    expr.left.kind !== "unary" ||
    (expr.left.op !== "not" && expr.left.op !== "!")
  ) {
    return;
  }
  const negated = NEGATED.get(expr.op);
  if (negated !== undefined) {
    report(
      expr.left.pos,
      "negated-left-operand",
      `\`${expr.left.op}\` negates only the left operand of \`${expr.text}\``,
      negated,
    );
  }
}
