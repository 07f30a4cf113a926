import { isArray, isNumber, isObject, objectGet, typeName, type Value } from "../../values/index.ts";
import { fault } from "../operands.ts";

/**
 * Fields of each kind of node: `s` text, `b` flag, `n` number, `[s]` texts, `[X]` nodes, `X` a node that may be
 * missing. Texts, flags and numbers that are missing have their empty value, as in Go.
 */
const SHAPES: Readonly<Record<string, string>> = {
  QueryDocument: "Operations:[Operation] Fragments:[Fragment] Comment:Comments",
  Operation:
    "Operation:s Name:s VariableDefinitions:[Variable] Directives:[Directive] SelectionSet:[Field] Comment:Comments",
  Fragment:
    "Name:s VariableDefinition:[Variable] TypeCondition:s Directives:[Directive] SelectionSet:[Field]",
  Variable: "Variable:s Type:Type DefaultValue:Value Directives:[Directive] Comment:Comments Used:b",
  // Go reads every selection as a field, fragments too.
  Field: "Alias:s Name:s Arguments:[Argument] Directives:[Directive] SelectionSet:[Field] Comment:Comments",
  Argument: "Name:s Value:Value Comment:Comments",
  Directive: "Name:s Arguments:[Argument] Location:s",
  Value: "Raw:s Children:[Child] Kind:n Comment:Comments ExpectedTypeHasDefault:b",
  Child: "Name:s Value:Value Comment:Comments",
  Type: "NamedType:s Elem:Type NonNull:b",
  SchemaDocument:
    "Schema:[Schema] SchemaExtension:[Schema] Directives:[DirectiveDefinition] Definitions:[Definition] Extensions:[Definition] Comment:Comments",
  Schema:
    "Description:s Directives:[Directive] OperationTypes:[OperationType] BeforeDescriptionComment:Comments AfterDescriptionComment:Comments EndOfDefinitionComment:Comments",
  OperationType: "Operation:s Type:s Comment:Comments",
  Definition:
    "Kind:s Description:s Name:s Directives:[Directive] Interfaces:[s] Fields:[FieldDefinition] Types:[s] EnumValues:[EnumValue] BuiltIn:b BeforeDescriptionComment:Comments AfterDescriptionComment:Comments EndOfDefinitionComment:Comments",
  FieldDefinition:
    "Description:s Name:s Arguments:[ArgumentDefinition] DefaultValue:Value Type:Type Directives:[Directive] BeforeDescriptionComment:Comments AfterDescriptionComment:Comments",
  ArgumentDefinition:
    "Description:s Name:s DefaultValue:Value Type:Type Directives:[Directive] BeforeDescriptionComment:Comments AfterDescriptionComment:Comments",
  EnumValue:
    "Description:s Name:s Directives:[Directive] BeforeDescriptionComment:Comments AfterDescriptionComment:Comments",
  DirectiveDefinition:
    "Description:s Name:s Arguments:[ArgumentDefinition] Locations:[s] IsRepeatable:b BeforeDescriptionComment:Comments AfterDescriptionComment:Comments",
  Comments: "List:[Comment]",
  Comment: "Value:s",
};

/** Nodes without which the rest of the tree has no meaning; Go would fail on them later. */
const NEEDED: ReadonlySet<string> = new Set([
  "Argument Value",
  "Child Value",
  "Variable Type",
  "FieldDefinition Type",
  "ArgumentDefinition Type",
]);

/**
 * A syntax tree that a policy made or changed, with every part checked and what is missing filled in.
 *
 * @throws Fault where a part has the wrong type
 */
export function readDocument<T>(value: Value, shape: "QueryDocument" | "SchemaDocument"): T {
  return readNode(value, shape) as T;
}

function readNode(value: Value, shape: string): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw mismatch(value, shape);
  const result: Record<string, unknown> = {};
  for (const pair of SHAPES[shape]!.split(" ")) {
    const [name = "", kind = ""] = pair.split(":");
    const part = readPart(objectGet(value, name) ?? null, kind, `${shape}.${name}`);
    if (part !== undefined) result[name] = part;
    else if (NEEDED.has(`${shape} ${name}`)) throw fault(`json: missing field ${name} of type ast.${shape}`);
  }
  return result;
}

function readPart(value: Value, kind: string, at: string): unknown {
  switch (kind) {
    case "s":
      if (value === null || typeof value === "string") return value ?? "";
      throw mismatch(value, at);
    case "b":
      if (value === null || typeof value === "boolean") return value ?? false;
      throw mismatch(value, at);
    case "n":
      if (value === null || isNumber(value)) return value ?? 0;
      throw mismatch(value, at);
  }
  if (value === null) return undefined;
  if (!kind.startsWith("[")) return readNode(value, kind);
  if (!isArray(value)) throw mismatch(value, at);
  const inner = kind.slice(1, -1);
  if (value.length === 0) return undefined;
  return value.map((item) => (inner === "s" ? readPart(item, "s", at) : readNode(item, inner)));
}

function mismatch(value: Value, at: string) {
  return fault(`json: cannot unmarshal ${typeName(value)} into Go struct field ${at}`);
}
