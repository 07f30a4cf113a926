import { quoteGo } from "../../values/index.ts";
import { fault } from "../operands.ts";
import {
  type ArgumentDefinition,
  type Definition,
  type Directive,
  type DirectiveDefinition,
  type FieldDefinition,
  isCompatible,
  KIND,
  type Positions,
  type SchemaDocument,
  type TypeNode,
  typeNameOf,
  typeText,
} from "./ast.ts";
import { parseSchema } from "./documents.ts";
import { PRELUDE } from "./prelude.ts";

/** A schema that queries can be checked against. */
export interface Schema {
  readonly types: ReadonlyMap<string, Definition>;
  readonly directives: ReadonlyMap<string, DirectiveDefinition>;
  /** Types that a value of an abstract type may have at run time. */
  readonly possible: ReadonlyMap<string, readonly Definition[]>;
  readonly roots: Readonly<Record<"query" | "mutation" | "subscription", Definition | undefined>>;
}

const LEAF = ["SCALAR", "ENUM"];
const INPUT = ["SCALAR", "ENUM", "INPUT_OBJECT"];
const OUTPUT = ["SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM"];
const COMPOSITE = ["OBJECT", "INTERFACE", "UNION"];
const MERGED_DIRECTIVES = ["include", "skip", "deprecated", "specifiedBy", "defer", "oneOf"];

export function isLeaf(definition: Definition): boolean {
  return LEAF.includes(definition.Kind);
}

export function isInput(definition: Definition): boolean {
  return INPUT.includes(definition.Kind);
}

export function isComposite(definition: Definition): boolean {
  return COMPOSITE.includes(definition.Kind);
}

export function isAbstract(definition: Definition): boolean {
  return definition.Kind === "INTERFACE" || definition.Kind === "UNION";
}

export function named<T extends { readonly Name: string }>(
  items: readonly T[] | undefined,
  name: string,
): T | undefined {
  return items?.find((item) => item.Name === name);
}

let prelude: SchemaDocument | undefined;

/**
 * Checks a schema document, types of the language itself included, and readies it for queries.
 *
 * @throws Fault with the first problem
 */
export function buildSchema(document: SchemaDocument, positions: Positions): Schema {
  prelude ??= parseSchema(PRELUDE, new WeakMap());
  return new SchemaBuilder(document, positions, prelude).build();
}

class SchemaBuilder {
  readonly #document: SchemaDocument;
  readonly #positions: Positions;
  readonly #prelude: SchemaDocument;
  readonly #types = new Map<string, Definition>();
  readonly #directives = new Map<string, DirectiveDefinition>();
  readonly #possible = new Map<string, Definition[]>();
  readonly #roots: Record<string, Definition | undefined> = {};

  constructor(document: SchemaDocument, positions: Positions, prelude_: SchemaDocument) {
    this.#document = document;
    this.#positions = positions;
    this.#prelude = prelude_;
  }

  build(): Schema {
    this.#collectTypes();
    this.#collectPossible();
    this.#collectDirectives();
    this.#collectRoots();
    for (const name of [...this.#types.keys()].sort()) this.#checkDefinition(this.#types.get(name)!);
    this.#checkInputCycles();
    for (const name of [...this.#directives.keys()].sort()) {
      const directive = this.#directives.get(name)!;
      this.#checkName(directive, directive.Name);
      this.#checkArguments(directive.Arguments, directive);
    }
    if ((this.#document.Schema ?? []).length === 0) {
      for (const [operation, type] of [
        ["query", "Query"],
        ["mutation", "Mutation"],
        ["subscription", "Subscription"],
      ] as const)
        this.#roots[operation] ??= this.#types.get(type);
    }
    const { query, mutation, subscription } = this.#roots;
    return {
      types: this.#types,
      directives: this.#directives,
      possible: this.#possible,
      roots: { query: withIntrospection(query), mutation, subscription },
    };
  }

  #problem(node: object | undefined, message: string): never {
    const place = node === undefined ? undefined : this.#positions.get(node);
    const where = place === undefined ? "input" : `input:${place.line}:${place.column}`;
    throw fault(`Error in gqlparser SchemaDocument to Schema conversion: ${where}: ${message}`);
  }

  #collectTypes(): void {
    for (const definition of this.#prelude.Definitions ?? [])
      this.#types.set(definition.Name, { ...definition, BuiltIn: true });
    for (const definition of this.#document.Definitions ?? []) {
      if (this.#types.has(definition.Name))
        this.#problem(definition, `Cannot redeclare type ${definition.Name}.`);
      this.#types.set(definition.Name, definition);
    }
    for (const extension of this.#document.Extensions ?? []) {
      const base = this.#types.get(extension.Name);
      if (base !== undefined && base.Kind !== extension.Kind)
        this.#problem(
          extension,
          `Cannot extend type ${extension.Name} because the base type is a ${base.Kind}, not ${extension.Kind}.`,
        );
      const merged: Definition = {
        ...(base ?? { Description: "", Kind: extension.Kind, Name: extension.Name, BuiltIn: false }),
        ...joined("Directives", base, extension),
        ...joined("Interfaces", base, extension),
        ...joined("Fields", base, extension),
        ...joined("Types", base, extension),
        ...joined("EnumValues", base, extension),
      };
      const place = this.#positions.get(base ?? extension);
      if (place !== undefined) this.#positions.set(merged, place);
      this.#types.set(extension.Name, merged);
    }
  }

  #collectPossible(): void {
    const add = (name: string, definition: Definition | undefined): void => {
      if (definition === undefined) return;
      this.#possible.set(name, [...(this.#possible.get(name) ?? []), definition]);
    };
    for (const definition of this.#types.values()) {
      if (definition.Kind === "UNION")
        for (const type of definition.Types ?? []) add(definition.Name, this.#types.get(type));
      for (const type of definition.Interfaces ?? []) add(type, definition);
      if (definition.Kind === "OBJECT" || definition.Kind === "INPUT_OBJECT")
        add(definition.Name, definition);
    }
  }

  #collectDirectives(): void {
    for (const directive of this.#prelude.Directives ?? []) this.#directives.set(directive.Name, directive);
    for (const directive of this.#document.Directives ?? []) {
      if (this.#directives.has(directive.Name) && !MERGED_DIRECTIVES.includes(directive.Name))
        this.#problem(directive, `Cannot redeclare directive ${directive.Name}.`);
      this.#directives.set(directive.Name, directive);
    }
  }

  #collectRoots(): void {
    const schemas = this.#document.Schema ?? [];
    if (schemas.length > 1)
      this.#problem(
        schemas[1],
        "Cannot have multiple schema entry points, consider schema extensions instead.",
      );
    for (const schema of [...schemas, ...(this.#document.SchemaExtension ?? [])]) {
      for (const entry of schema.OperationTypes ?? []) {
        const type = this.#types.get(entry.Type);
        if (type === undefined)
          this.#problem(
            entry,
            `Schema root ${entry.Operation} refers to a type ${entry.Type} that does not exist.`,
          );
        this.#roots[entry.Operation] = type;
      }
      this.#checkDirectives(schema.Directives, "SCHEMA", undefined, true);
    }
  }

  #checkName(node: object, name: string): void {
    if (name.startsWith("__"))
      this.#problem(
        node,
        `Name "${name}" must not begin with "__", which is reserved by GraphQL introspection.`,
      );
  }

  #checkType(type: TypeNode): void {
    if (!this.#types.has(typeNameOf(type))) this.#problem(type, `Undefined type ${typeNameOf(type)}.`);
  }

  #checkArguments(
    args: readonly ArgumentDefinition[] | undefined,
    within: DirectiveDefinition | undefined,
  ): void {
    for (const arg of args ?? []) {
      this.#checkName(arg, arg.Name);
      this.#checkType(arg.Type);
      const type = this.#types.get(typeNameOf(arg.Type))!;
      if (!isInput(type))
        this.#problem(
          arg,
          `cannot use ${typeText(arg.Type)} as argument ${arg.Name} because ${type.Kind} is not a valid input type`,
        );
      this.#checkDirectives(arg.Directives, "ARGUMENT_DEFINITION", within, true);
    }
  }

  #checkDirectives(
    directives: readonly Directive[] | undefined,
    location: string,
    within: DirectiveDefinition | undefined,
    once: boolean,
  ): void {
    const seen = new Set<string>();
    for (const directive of directives ?? []) {
      const { Name: name } = directive;
      this.#checkName(directive, name);
      if (within?.Name === name) this.#problem(directive, `Directive ${name} cannot refer to itself.`);
      const definition = this.#directives.get(name);
      if (definition === undefined) this.#problem(directive, `Undefined directive ${name}.`);
      if (once && seen.has(name) && !definition.IsRepeatable)
        this.#problem(directive, `The directive ${name} can only be used once at this location.`);
      seen.add(name);
      if (!definition.Locations.includes(location))
        this.#problem(directive, `Directive ${name} is not applicable on ${location}.`);
      for (const arg of directive.Arguments ?? [])
        if (named(definition.Arguments, arg.Name) === undefined)
          this.#problem(arg, `Undefined argument ${arg.Name} for directive ${name}.`);
      for (const wanted of definition.Arguments ?? []) {
        if (!wanted.Type.NonNull || wanted.DefaultValue !== undefined) continue;
        const given = named(directive.Arguments, wanted.Name);
        if (given === undefined || given.Value.Kind === KIND.null)
          this.#problem(directive, `Argument ${wanted.Name} for directive ${name} cannot be null.`);
      }
    }
  }

  #checkDefinition(definition: Definition): void {
    const fields = definition.Fields ?? [];
    const location = definition.Kind === "INPUT_OBJECT" ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION";
    for (const field of fields) {
      this.#checkName(field, field.Name);
      this.#checkType(field.Type);
      this.#checkArguments(field.Arguments, undefined);
      this.#checkDirectives(field.Directives, location, undefined, true);
    }
    for (const name of definition.Types ?? []) {
      const type = this.#types.get(name);
      if (type === undefined) this.#problem(definition, `Undefined type ${quoteGo(name)}.`);
      if (type.Kind !== "OBJECT")
        this.#problem(definition, `${definition.Kind} type ${quoteGo(name)} must be OBJECT.`);
    }
    for (const name of definition.Interfaces ?? []) this.#checkImplements(definition, name);
    this.#checkKind(definition, fields);
    this.#checkRepeats(definition, fields);
    if (!definition.BuiltIn) this.#checkName(definition, definition.Name);
    // Extensions are places of their own, so a directive may stand there again.
    this.#checkDirectives(definition.Directives, definition.Kind, undefined, false);
  }

  #checkKind(definition: Definition, fields: readonly FieldDefinition[]): void {
    const { Kind: kind, Name: name } = definition;
    const checkFields = (allowed: readonly string[], subject: (field: FieldDefinition) => string): void => {
      for (const field of fields) {
        const type = this.#types.get(typeNameOf(field.Type));
        if (type !== undefined && !allowed.includes(type.Kind))
          this.#problem(field, `${subject(field)}: field must be one of ${allowed.join(", ")}.`);
      }
    };
    if (kind === "OBJECT" || kind === "INTERFACE") {
      if (fields.length === 0) this.#problem(definition, `${kind} ${name}: must define one or more fields.`);
      checkFields(OUTPUT, () => `${kind} ${name}`);
    } else if (kind === "INPUT_OBJECT") {
      if (fields.length === 0)
        this.#problem(definition, `${kind} ${name}: must define one or more input fields.`);
      checkFields(INPUT, (field) => `${this.#types.get(typeNameOf(field.Type))?.Kind} ${field.Name}`);
    } else if (kind === "ENUM") {
      const values = definition.EnumValues ?? [];
      if (values.length === 0)
        this.#problem(definition, `${kind} ${name}: must define one or more unique enum values.`);
      for (const value of values) {
        if (["true", "false", "null"].includes(value.Name))
          this.#problem(definition, `${kind} ${name}: non-enum value ${value.Name}.`);
        this.#checkDirectives(value.Directives, "ENUM_VALUE", undefined, true);
      }
    }
  }

  #checkRepeats(definition: Definition, fields: readonly FieldDefinition[]): void {
    const field = repeated(fields);
    if (field !== undefined)
      this.#problem(field, `Field ${definition.Name}.${field.Name} can only be defined once.`);
    const value = repeated(definition.EnumValues ?? []);
    if (value !== undefined)
      this.#problem(value, `Enum value ${definition.Name}.${value.Name} can only be defined once.`);
    const types = definition.Types ?? [];
    const type = types.find((name, i) => types.indexOf(name) < i);
    if (type !== undefined)
      this.#problem(definition, `Union type ${definition.Name} can only include type ${type} once.`);
  }

  #checkImplements(definition: Definition, name: string): void {
    const wanted = this.#types.get(name);
    if (wanted === undefined) this.#problem(definition, `Undefined type ${quoteGo(name)}.`);
    if (wanted.Kind !== "INTERFACE")
      this.#problem(definition, `${quoteGo(name)} is a non interface type ${wanted.Kind}.`);
    const claim = `For ${definition.Name} to implement ${wanted.Name}`;
    for (const field of wanted.Fields ?? []) {
      const found = named(definition.Fields, field.Name);
      if (found === undefined)
        this.#problem(definition, `${claim} it must have a field called ${field.Name}.`);
      if (!this.#isCovariant(field.Type, found.Type))
        this.#problem(found, `${claim} the field ${field.Name} must have type ${typeText(field.Type)}.`);
      for (const arg of field.Arguments ?? []) {
        const given = named(found.Arguments, arg.Name);
        const start = `${claim} the field ${field.Name} must have the same arguments but`;
        if (given === undefined) this.#problem(found, `${start} it is missing ${arg.Name}.`);
        if (!isCompatible(arg.Type, given.Type))
          this.#problem(given, `${start} ${arg.Name} has the wrong type.`);
      }
      for (const arg of found.Arguments ?? [])
        if (
          named(field.Arguments, arg.Name) === undefined &&
          arg.Type.NonNull &&
          arg.DefaultValue === undefined
        )
          this.#problem(
            arg,
            `${claim} any additional arguments on ${found.Name} must be optional or have a default value but ${arg.Name} is required.`,
          );
    }
    for (const ancestor of wanted.Interfaces ?? []) {
      if ((definition.Interfaces ?? []).includes(ancestor)) continue;
      if (ancestor === definition.Name)
        this.#problem(
          definition,
          `Type ${definition.Name} cannot implement ${name} because it would create a circular reference.`,
        );
      this.#problem(
        definition,
        `Type ${definition.Name} must implement ${ancestor} because it is implemented by ${name}.`,
      );
    }
  }

  #isCovariant(wanted: TypeNode, actual: TypeNode): boolean {
    if (wanted.NonNull && !actual.NonNull) return false;
    if (wanted.Elem !== undefined)
      return actual.Elem !== undefined && this.#isCovariant(wanted.Elem, actual.Elem);
    if (wanted.NamedType === actual.NamedType) return true;
    return (this.#possible.get(wanted.NamedType) ?? []).some((type) => type.Name === actual.NamedType);
  }

  /** Input objects that need themselves by fields that cannot be null can never be given. */
  #checkInputCycles(): void {
    const visited = new Set<string>();
    const path: FieldDefinition[] = [];
    const depthOf = new Map<string, number>();
    const visit = (definition: Definition): void => {
      if (visited.has(definition.Name)) return;
      visited.add(definition.Name);
      depthOf.set(definition.Name, path.length);
      for (const field of definition.Fields ?? []) {
        const type = field.Type.NonNull ? this.#types.get(field.Type.NamedType) : undefined;
        if (type?.Kind !== "INPUT_OBJECT") continue;
        path.push(field);
        const start = depthOf.get(type.Name);
        if (start !== undefined) {
          const names = path.slice(start).map((step) => step.Name);
          this.#problem(
            path[start],
            `Cannot reference Input Object ${quoteGo(type.Name)} within itself through a series of non-null fields: ${quoteGo(names.join("."))}.`,
          );
        }
        visit(type);
        path.pop();
      }
      depthOf.delete(definition.Name);
    };
    for (const name of [...this.#types.keys()].sort()) {
      const definition = this.#types.get(name)!;
      if (definition.Kind === "INPUT_OBJECT") visit(definition);
    }
  }
}

function joined<K extends keyof Definition>(
  key: K,
  base: Definition | undefined,
  extension: Definition,
): Partial<Definition> {
  const items = [
    ...((base?.[key] as readonly unknown[] | undefined) ?? []),
    ...((extension[key] as readonly unknown[] | undefined) ?? []),
  ];
  return items.length === 0 ? {} : ({ [key]: items } as Partial<Definition>);
}

function repeated<T extends { readonly Name: string }>(items: readonly T[]): T | undefined {
  const seen = new Set<string>();
  for (const item of items) {
    if (seen.has(item.Name)) return item;
    seen.add(item.Name);
  }
  return undefined;
}

function withIntrospection(query: Definition | undefined): Definition | undefined {
  if (query === undefined) return undefined;
  const field = (
    name: string,
    type: TypeNode,
    args: readonly ArgumentDefinition[] = [],
  ): FieldDefinition => ({
    Description: "",
    Name: name,
    Type: type,
    Arguments: args,
  });
  const nameArgument: ArgumentDefinition = {
    Description: "",
    Name: "name",
    Type: { NamedType: "String", NonNull: true },
  };
  return {
    ...query,
    Fields: [
      ...(query.Fields ?? []),
      field("__schema", { NamedType: "__Schema", NonNull: true }),
      field("__type", { NamedType: "__Type", NonNull: false }, [nameArgument]),
    ],
  };
}
