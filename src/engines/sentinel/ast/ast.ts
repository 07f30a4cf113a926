/** Nodes of the syntax tree. `pos` is the UTF-16 offset of the node's first character; for `binary` its operator's. */

export type BinaryOp =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "else"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "contains"
  | "not contains"
  | "in"
  | "not in"
  | "matches"
  | "not matches"
  | "and"
  | "or"
  | "xor";

export type AssignOp = "=" | "+=" | "-=" | "*=" | "/=" | "%=";
export type QuantifierWord = "all" | "any" | "filter" | "map";

export interface Ident {
  readonly kind: "ident";
  readonly pos: number;
  readonly name: string;
}
/** `value` is decimal digits: a literal may exceed 2^53. */
export interface IntLit {
  readonly kind: "int";
  readonly pos: number;
  readonly value: string;
  readonly text: string;
}
export interface FloatLit {
  readonly kind: "float";
  readonly pos: number;
  readonly text: string;
}
/** `value` is the byte string, `text` the literal as written. */
export interface StringLit {
  readonly kind: "string";
  readonly pos: number;
  readonly value: string;
  readonly text: string;
}
export interface ListLit {
  readonly kind: "list";
  readonly pos: number;
  readonly items: readonly Expr[];
}
export interface MapLit {
  readonly kind: "maplit";
  readonly pos: number;
  readonly entries: readonly (readonly [Expr, Expr])[];
}
export interface FuncLit {
  readonly kind: "func";
  readonly pos: number;
  readonly params: readonly Ident[];
  readonly body: readonly Stmt[];
}
export interface RuleLit {
  readonly kind: "rule";
  readonly pos: number;
  readonly when: Expr | null;
  readonly body: Expr;
}
export interface Quantifier {
  readonly kind: "quantifier";
  readonly pos: number;
  readonly word: QuantifierWord;
  readonly over: Expr;
  readonly first: Ident;
  readonly second: Ident | null;
  readonly body: Expr;
}
export interface Unary {
  readonly kind: "unary";
  readonly pos: number;
  readonly op: "+" | "-" | "!" | "not";
  readonly operand: Expr;
}
/** `text` is the operator as written: `is` and `==` are one operation. */
export interface Binary {
  readonly kind: "binary";
  readonly pos: number;
  readonly op: BinaryOp;
  readonly text: string;
  readonly left: Expr;
  readonly right: Expr;
}
export interface IsState {
  readonly kind: "is";
  readonly pos: number;
  readonly state: "empty" | "defined";
  readonly negated: boolean;
  readonly operand: Expr;
}
export interface Select {
  readonly kind: "select";
  readonly pos: number;
  readonly target: Expr;
  readonly name: string;
  readonly namePos: number;
}
export interface Index {
  readonly kind: "index";
  readonly pos: number;
  readonly target: Expr;
  readonly index: Expr;
}
export interface Slice {
  readonly kind: "slice";
  readonly pos: number;
  readonly target: Expr;
  readonly low: Expr | null;
  readonly high: Expr | null;
}
export interface Call {
  readonly kind: "call";
  readonly pos: number;
  readonly target: Expr;
  readonly args: readonly Expr[];
}
export interface Paren {
  readonly kind: "paren";
  readonly pos: number;
  readonly inner: Expr;
}

export type Expr =
  | Ident
  | IntLit
  | FloatLit
  | StringLit
  | ListLit
  | MapLit
  | FuncLit
  | RuleLit
  | Quantifier
  | Unary
  | Binary
  | IsState
  | Select
  | Index
  | Slice
  | Call
  | Paren;

export interface Assign {
  readonly kind: "assign";
  readonly pos: number;
  readonly target: Ident | Index;
  readonly op: AssignOp;
  readonly value: Expr;
}
export interface FuncDecl {
  readonly kind: "funcdecl";
  readonly pos: number;
  readonly name: Ident;
  readonly func: FuncLit;
}
export interface If {
  readonly kind: "if";
  readonly pos: number;
  readonly condition: Expr;
  readonly then: readonly Stmt[];
  readonly otherwise: readonly Stmt[] | If | null;
}
export interface For {
  readonly kind: "for";
  readonly pos: number;
  readonly over: Expr;
  readonly first: Ident;
  readonly second: Ident | null;
  readonly body: readonly Stmt[];
}
/** `values` null is the `else` clause. */
export interface CaseClause {
  readonly pos: number;
  readonly values: readonly Expr[] | null;
  readonly body: readonly Stmt[];
}
export interface Case {
  readonly kind: "case";
  readonly pos: number;
  readonly subject: Expr | null;
  readonly clauses: readonly CaseClause[];
}
export interface Return {
  readonly kind: "return";
  readonly pos: number;
  readonly value: Expr;
}
export interface Break {
  readonly kind: "break";
  readonly pos: number;
}
export interface Continue {
  readonly kind: "continue";
  readonly pos: number;
}
export interface ExprStmt {
  readonly kind: "expr";
  readonly pos: number;
  readonly expr: Expr;
}

export type Stmt = Assign | FuncDecl | If | For | Case | Return | Break | Continue | ExprStmt;

/** `alias` null: the identifier is the import's name. */
export interface ImportDecl {
  readonly pos: number;
  readonly path: string;
  readonly pathText: string;
  readonly alias: Ident | null;
}
export interface ParamDecl {
  readonly pos: number;
  readonly name: Ident;
  readonly fallback: Expr | null;
}

export interface ProgramAst {
  readonly imports: readonly ImportDecl[];
  readonly params: readonly ParamDecl[];
  readonly body: readonly Stmt[];
}
