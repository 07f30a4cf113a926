import { quoteGo } from "../../values/index.ts";
import { fault } from "../operands.ts";
import {
  type Argument,
  type ArgumentDefinition,
  type ChildValue,
  type CommentGroup,
  type Directive,
  type Field,
  type Fragment,
  KIND,
  type Operation,
  type Position,
  type Positions,
  type Selection,
  type TypeNode,
  type ValueNode,
  type VariableDefinition,
} from "./ast.ts";
import { Lexer, type Token, tokenText } from "./lexer.ts";

/** An error at a place, in OPA's form. */
export function syntaxFault(message: string, { line, column }: Position) {
  return fault(`${message} in GraphQL string at location ${line}:${column}`);
}

/** What queries and schemas have in common. */
export class GraphqlParser {
  readonly #lexer: Lexer;
  readonly positions: Positions;
  #token: Token | undefined;

  constructor(source: string, positions: Positions) {
    this.#lexer = new Lexer(source);
    this.positions = positions;
  }

  peek(): Token {
    return (this.#token ??= this.#lexer.next());
  }

  next(): Token {
    const token = this.peek();
    if (token.problem !== undefined) throw syntaxFault(token.problem, token.position);
    this.#token = undefined;
    return token;
  }

  /** Comments before the next token, as a field of that name. */
  comment<K extends string>(name: K): Partial<Record<K, CommentGroup>> {
    const { comments } = this.peek();
    const result: Partial<Record<K, CommentGroup>> = {};
    if (comments.length > 0) result[name] = { List: comments.map((text) => ({ Value: text })) };
    return result;
  }

  at<T extends object>(position: Position, node: T): T {
    this.positions.set(node, position);
    return node;
  }

  unexpected(token = this.peek()): never {
    throw syntaxFault(`Unexpected ${tokenText(token)}`, token.position);
  }

  expect(kind: string): Token {
    const token = this.peek();
    if (token.kind !== kind) throw syntaxFault(`Expected ${kind}, found ${token.kind}`, token.position);
    return this.next();
  }

  expectKeyword(word: string): void {
    const token = this.peek();
    if (token.kind !== "Name" || token.value !== word)
      throw syntaxFault(`Expected ${quoteGo(word)}, found ${tokenText(token)}`, token.position);
    this.next();
  }

  skip(kind: string): boolean {
    if (this.peek().kind !== kind) return false;
    this.next();
    return true;
  }

  /** Items between two tokens, none when the first is not there. */
  many<T>(start: string, end: string, item: () => T): T[] {
    const items: T[] = [];
    if (!this.skip(start)) return items;
    while (this.peek().kind !== end) items.push(item());
    this.next();
    return items;
  }

  /** The same with at least one item; also the comments before the end. */
  some<T>(
    start: string,
    end: string,
    item: () => T,
  ): { readonly items: T[]; readonly end: CommentGroup | undefined } {
    const items: T[] = [];
    if (!this.skip(start)) return { items, end: undefined };
    while (this.peek().kind !== end) items.push(item());
    if (items.length === 0)
      throw syntaxFault(`expected at least one definition, found ${this.peek().kind}`, this.peek().position);
    const comments = this.comment("end").end;
    this.next();
    return { items, end: comments };
  }

  name(): string {
    return this.expect("Name").value;
  }

  variable(): string {
    this.expect("$");
    return this.name();
  }

  type(): TypeNode {
    const position = this.peek().position;
    if (this.skip("[")) {
      const element = this.type();
      this.expect("]");
      return this.at(position, { NamedType: "", Elem: element, NonNull: this.skip("!") });
    }
    return this.at(position, { NamedType: this.name(), NonNull: this.skip("!") });
  }

  directives(constant: boolean): { readonly Directives?: readonly Directive[] } {
    const directives: Directive[] = [];
    while (this.skip("@")) {
      const position = this.peek().position;
      directives.push(this.at(position, { Name: this.name(), ...this.#arguments(constant), Location: "" }));
    }
    return directives.length === 0 ? {} : { Directives: directives };
  }

  #arguments(constant: boolean): { readonly Arguments?: readonly Argument[] } {
    const { items } = this.some("(", ")", (): Argument => {
      const { position } = this.peek();
      const comment = this.comment("Comment");
      const name = this.name();
      this.expect(":");
      return this.at(position, { Name: name, Value: this.value(constant), ...comment });
    });
    return items.length === 0 ? {} : { Arguments: items };
  }

  value(constant: boolean): ValueNode {
    const token = this.peek();
    const { position } = token;
    const make = (kind: number, raw: string, children: readonly ChildValue[] = [], comment = {}): ValueNode =>
      this.at(position, {
        Raw: raw,
        ...(children.length === 0 ? {} : { Children: children }),
        Kind: kind,
        ...comment,
        ExpectedTypeHasDefault: false,
      });
    const comment = this.comment("Comment");
    switch (token.kind) {
      case "[": {
        const items = this.many("[", "]", (): ChildValue => ({ Name: "", Value: this.value(constant) }));
        return make(KIND.list, "", items, comment);
      }
      case "{": {
        const fields = this.many("{", "}", () => this.#objectField(constant));
        return make(KIND.object, "", fields, comment);
      }
      case "$":
        if (constant) this.unexpected();
        return make(KIND.variable, this.variable());
    }
    const kind = SCALAR_KINDS[token.kind] ?? (token.kind === "Name" ? nameKind(token.value) : undefined);
    if (kind === undefined) this.unexpected();
    this.next();
    return make(kind, token.value);
  }

  #objectField(constant: boolean): ChildValue {
    const { position } = this.peek();
    const comment = this.comment("Comment");
    const name = this.name();
    this.expect(":");
    return this.at(position, { Name: name, Value: this.value(constant), ...comment });
  }

  operation(): Operation {
    const { position, kind } = this.peek();
    const comment = this.comment("Comment");
    // The Go library has lost the comment by the time it looks.
    if (kind === "{") return this.at(position, { Operation: "query", Name: "", ...this.selections(true) });
    const operation = this.operationType();
    const name = this.peek().kind === "Name" ? this.next().value : "";
    const variables = this.#variables();
    const directives = this.directives(false);
    return this.at(position, {
      Operation: operation,
      Name: name,
      ...(variables.length === 0 ? {} : { VariableDefinitions: variables }),
      ...directives,
      ...this.selections(true),
      ...comment,
    });
  }

  operationType(): string {
    const token = this.next();
    if (token.value !== "query" && token.value !== "mutation" && token.value !== "subscription")
      this.unexpected(token);
    return token.value;
  }

  #variables(): readonly VariableDefinition[] {
    return this.some("(", ")", (): VariableDefinition => {
      const { position } = this.peek();
      const comment = this.comment("Comment");
      const variable = this.variable();
      this.expect(":");
      const type = this.type();
      const value = this.skip("=") ? { DefaultValue: this.value(true) } : {};
      return this.at(position, {
        Variable: variable,
        Type: type,
        ...value,
        ...this.directives(false),
        ...comment,
        Used: false,
      });
    }).items;
  }

  selections(required: boolean): { readonly SelectionSet?: readonly Selection[] } {
    if (required && this.peek().kind !== "{") this.expect("{");
    const { items } = this.some("{", "}", () => this.#selection());
    return items.length === 0 ? {} : { SelectionSet: items };
  }

  #selection(): Selection {
    const { position, kind } = this.peek();
    const comment = this.comment("Comment");
    if (kind !== "...") return this.#field(position, comment);
    this.next();
    const { position: inner, kind: innerKind, value } = this.peek();
    if (innerKind === "Name" && value !== "on")
      return this.at(inner, { Name: this.name(), ...this.directives(false), ...comment });
    let condition = "";
    if (value === "on") {
      this.next();
      condition = this.name();
    }
    const directives = this.directives(false);
    return this.at(inner, { TypeCondition: condition, ...directives, ...this.selections(true), ...comment });
  }

  #field(position: Position, comment: { readonly Comment?: CommentGroup }): Field {
    const alias = this.name();
    const name = this.skip(":") ? this.name() : alias;
    const args = this.#arguments(false);
    const directives = this.directives(false);
    const selections = this.peek().kind === "{" ? this.selections(false) : {};
    return this.at(position, { Alias: alias, Name: name, ...args, ...directives, ...selections, ...comment });
  }

  fragment(): Fragment {
    const { position } = this.peek();
    const comment = this.comment("Comment");
    this.expectKeyword("fragment");
    if (this.peek().value === "on") this.unexpected();
    const name = this.name();
    const variables = this.#variables();
    this.expectKeyword("on");
    const condition = this.name();
    const directives = this.directives(false);
    return this.at(position, {
      Name: name,
      ...(variables.length === 0 ? {} : { VariableDefinition: variables }),
      TypeCondition: condition,
      ...directives,
      ...this.selections(true),
      ...comment,
    });
  }

  argumentDefinition(): ArgumentDefinition {
    const described = this.description();
    const { position } = this.peek();
    const comment = this.comment("AfterDescriptionComment");
    const name = this.name();
    this.expect(":");
    const type = this.type();
    const value = this.skip("=") ? { DefaultValue: this.value(true) } : {};
    return this.at(position, {
      ...described,
      Name: name,
      ...value,
      Type: type,
      ...this.directives(true),
      ...comment,
    });
  }

  /** A description and the comments before it; an empty text counts as none. */
  description(): { readonly Description: string; readonly BeforeDescriptionComment?: CommentGroup } {
    const { kind } = this.peek();
    if (kind !== "String" && kind !== "BlockString") return { Description: "" };
    const comment = this.comment("BeforeDescriptionComment");
    const text = this.next().value;
    return text === "" ? { Description: "" } : { Description: text, ...comment };
  }
}

const SCALAR_KINDS: Readonly<Record<string, number>> = {
  Int: KIND.int,
  Float: KIND.float,
  String: KIND.string,
  BlockString: KIND.block,
};

function nameKind(name: string): number {
  if (name === "true" || name === "false") return KIND.boolean;
  return name === "null" ? KIND.null : KIND.enum;
}
