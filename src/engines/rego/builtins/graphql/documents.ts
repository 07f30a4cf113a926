import type {
  ArgumentDefinition,
  CommentGroup,
  Definition,
  DirectiveDefinition,
  EnumValue,
  FieldDefinition,
  Fragment,
  Operation,
  OperationType,
  Positions,
  QueryDocument,
  SchemaDefinition,
  SchemaDocument,
} from "./ast.ts";
import { GraphqlParser } from "./parser.ts";

/** @throws Fault with message and place */
export function parseQuery(source: string, positions: Positions): QueryDocument {
  const parser = new GraphqlParser(source, positions);
  const operations: Operation[] = [];
  const fragments: Fragment[] = [];
  while (parser.peek().kind !== "<EOF>") {
    const { kind, value } = parser.peek();
    if (kind === "{" || (kind === "Name" && OPERATIONS.has(value))) operations.push(parser.operation());
    else if (kind === "Name" && value === "fragment") fragments.push(parser.fragment());
    else parser.unexpected();
  }
  return list({ Operations: operations, Fragments: fragments });
}

/** @throws Fault with message and place */
export function parseSchema(source: string, positions: Positions): SchemaDocument {
  return new SchemaParser(new GraphqlParser(source, positions)).document();
}

const OPERATIONS: ReadonlySet<string> = new Set(["query", "mutation", "subscription"]);

/** Leaves out empty lists. */
function list<T extends Readonly<Record<string, readonly unknown[]>>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, items]) => items.length > 0)) as Partial<T>;
}

interface Head {
  readonly Description: string;
  readonly BeforeDescriptionComment?: CommentGroup;
}

const KINDS: Readonly<Record<string, string>> = {
  scalar: "SCALAR",
  type: "OBJECT",
  interface: "INTERFACE",
  union: "UNION",
  enum: "ENUM",
  input: "INPUT_OBJECT",
};

const LOCATIONS: ReadonlySet<string> = new Set([
  "QUERY",
  "MUTATION",
  "SUBSCRIPTION",
  "FIELD",
  "FRAGMENT_DEFINITION",
  "FRAGMENT_SPREAD",
  "INLINE_FRAGMENT",
  "VARIABLE_DEFINITION",
  "SCHEMA",
  "SCALAR",
  "OBJECT",
  "FIELD_DEFINITION",
  "ARGUMENT_DEFINITION",
  "INTERFACE",
  "UNION",
  "ENUM",
  "ENUM_VALUE",
  "INPUT_OBJECT",
  "INPUT_FIELD_DEFINITION",
]);

class SchemaParser {
  readonly #parser: GraphqlParser;

  constructor(parser: GraphqlParser) {
    this.#parser = parser;
  }

  document(): SchemaDocument {
    const parser = this.#parser;
    const [schemas, schemaExtensions]: [SchemaDefinition[], SchemaDefinition[]] = [[], []];
    const directives: DirectiveDefinition[] = [];
    const [definitions, extensions]: [Definition[], Definition[]] = [[], []];
    while (parser.peek().kind !== "<EOF>") {
      const described = parser.peek();
      const head = parser.description();
      const { kind, value } = parser.peek();
      if (kind !== "Name") parser.unexpected();
      if (Object.hasOwn(KINDS, value)) definitions.push(this.#definition(value, head, false));
      else if (value === "schema") schemas.push(this.#schema(head, false));
      else if (value === "directive") directives.push(this.#directive(head));
      else if (value === "extend") {
        if (head.Description !== "") parser.unexpected(described);
        const comment = parser.comment("AfterDescriptionComment");
        parser.next();
        const word = parser.peek().value;
        const bare = { Description: "", ...comment };
        if (word === "schema") schemaExtensions.push(this.#schema(bare, true));
        else if (Object.hasOwn(KINDS, word)) extensions.push(this.#definition(word, bare, true));
        else parser.unexpected();
      } else parser.unexpected();
    }
    return {
      ...list({
        Schema: schemas,
        SchemaExtension: schemaExtensions,
        Directives: directives,
        Definitions: definitions,
        Extensions: extensions,
      }),
      ...parser.comment("Comment"),
    };
  }

  /** Comments before the keyword belong to it, but for extensions to `extend`. */
  #keyword(extends_: boolean): { readonly AfterDescriptionComment?: CommentGroup } {
    const comment = extends_ ? {} : this.#parser.comment("AfterDescriptionComment");
    this.#parser.next();
    return comment;
  }

  #schema(head: Head, extension: boolean): SchemaDefinition {
    const parser = this.#parser;
    const comment = this.#keyword(extension);
    const { position } = parser.peek();
    const directives = parser.directives(true);
    const { items, end } = parser.some("{", "}", (): OperationType => {
      const { position: place } = parser.peek();
      const own = parser.comment("Comment");
      const operation = parser.operationType();
      parser.expect(":");
      return parser.at(place, { Operation: operation, Type: parser.name(), ...own });
    });
    if (extension && directives.Directives === undefined && items.length === 0) parser.unexpected();
    return parser.at(position, {
      ...head,
      ...comment,
      ...directives,
      ...list({ OperationTypes: items }),
      ...ending(end),
    });
  }

  #definition(keyword: string, head: Head, extension: boolean): Definition {
    const parser = this.#parser;
    const comment = this.#keyword(extension);
    const { position } = parser.peek();
    const name = parser.name();
    const mayImplement = keyword === "type" || (keyword === "interface" && !extension);
    const interfaces = mayImplement ? this.#interfaces() : [];
    const directives = parser.directives(true);
    const body = this.#body(keyword);
    const empty =
      interfaces.length === 0 && directives.Directives === undefined && Object.keys(body).length === 0;
    if (extension && empty) parser.unexpected();
    return parser.at(position, {
      ...head,
      ...comment,
      Kind: KINDS[keyword]!,
      Name: name,
      ...list({ Interfaces: interfaces }),
      ...directives,
      ...body,
      BuiltIn: false,
    });
  }

  #interfaces(): string[] {
    const parser = this.#parser;
    if (parser.peek().value !== "implements") return [];
    parser.next();
    parser.skip("&");
    const names = [parser.name()];
    while (parser.skip("&")) names.push(parser.name());
    return names;
  }

  #body(keyword: string): Partial<Definition> {
    const parser = this.#parser;
    switch (keyword) {
      case "type":
      case "interface": {
        const { items, end } = parser.some("{", "}", () => this.#field());
        return { ...list({ Fields: items }), ...ending(end) };
      }
      case "input": {
        const { items, end } = parser.some("{", "}", () => parser.argumentDefinition());
        return { ...list({ Fields: items }), ...ending(end) };
      }
      case "enum": {
        const { items, end } = parser.some("{", "}", () => this.#enumValue());
        return { ...list({ EnumValues: items }), ...ending(end) };
      }
      case "union":
        return list({ Types: this.#members() });
      default:
        return {};
    }
  }

  #members(): string[] {
    const parser = this.#parser;
    if (!parser.skip("=")) return [];
    parser.skip("|");
    const names = [parser.name()];
    while (parser.skip("|")) names.push(parser.name());
    return names;
  }

  #field(): FieldDefinition {
    const parser = this.#parser;
    const head = parser.description();
    const { position } = parser.peek();
    const comment = parser.comment("AfterDescriptionComment");
    const name = parser.name();
    const args = this.#arguments();
    parser.expect(":");
    const type = parser.type();
    return parser.at(position, {
      ...head,
      Name: name,
      ...args,
      Type: type,
      ...parser.directives(true),
      ...comment,
    });
  }

  #arguments(): { readonly Arguments?: readonly ArgumentDefinition[] } {
    const { items } = this.#parser.some("(", ")", () => this.#parser.argumentDefinition());
    return items.length === 0 ? {} : { Arguments: items };
  }

  #enumValue(): EnumValue {
    const parser = this.#parser;
    const head = parser.description();
    const { position } = parser.peek();
    const comment = parser.comment("AfterDescriptionComment");
    const name = parser.name();
    return parser.at(position, { ...head, Name: name, ...parser.directives(true), ...comment });
  }

  #directive(head: Head): DirectiveDefinition {
    const parser = this.#parser;
    const comment = this.#keyword(false);
    parser.expect("@");
    const { position } = parser.peek();
    const name = parser.name();
    const args = this.#arguments();
    const repeatable = parser.peek().kind === "Name" && parser.peek().value === "repeatable";
    if (repeatable) parser.next();
    parser.expectKeyword("on");
    parser.skip("|");
    const locations = [this.#location()];
    while (parser.skip("|")) locations.push(this.#location());
    return parser.at(position, {
      ...head,
      ...comment,
      Name: name,
      ...args,
      Locations: locations,
      IsRepeatable: repeatable,
    });
  }

  #location(): string {
    const token = this.#parser.expect("Name");
    if (!LOCATIONS.has(token.value)) this.#parser.unexpected(token);
    return token.value;
  }
}

function ending(end: CommentGroup | undefined): { readonly EndOfDefinitionComment?: CommentGroup } {
  return end === undefined ? {} : { EndOfDefinitionComment: end };
}
