import { quoteGo } from "../../values/index.ts";
import {
  type Definition,
  KIND,
  type Position,
  type Positions,
  type TypeNode,
  typeText,
  type ValueNode,
  type VariableDefinition,
} from "./ast.ts";
import { named } from "./schema.ts";
import { didYouMean } from "./suggestions.ts";

/** What is known of a value's place. */
export interface ValueContext {
  readonly expected: TypeNode | undefined;
  readonly definition: Definition | undefined;
  readonly hasDefault: boolean;
  readonly variable: VariableDefinition | undefined;
}

export type Report = (position: Position | undefined, message: string) => void;

export function valueText(value: ValueNode): string {
  switch (value.Kind) {
    case KIND.variable:
      return `$${value.Raw}`;
    case KIND.string:
    case KIND.block:
      return quoteGo(value.Raw);
    case KIND.list:
      return `[${(value.Children ?? []).map((child) => valueText(child.Value)).join(",")}]`;
    case KIND.object:
      return `{${(value.Children ?? []).map((child) => `${child.Name}:${valueText(child.Value)}`).join(",")}}`;
    default:
      return value.Raw;
  }
}

const BUILT_IN = ["Int", "Float", "String", "Boolean", "ID"];

/** Rule ValuesOfCorrectType. */
export function checkValue(
  value: ValueNode,
  context: ValueContext,
  positions: Positions,
  report: Report,
): void {
  const { definition, expected } = context;
  if (definition === undefined || expected === undefined) return;
  const at = positions.get(value);
  const text = valueText(value);
  if (value.Kind === KIND.null && expected.NonNull)
    report(at, `Expected value of type "${typeText(expected)}", found ${text}.`);
  if (definition.Kind === "SCALAR" && !BUILT_IN.includes(definition.Name)) return;
  const wrong = (): void => report(at, wrongType(value, text, expected, definition));
  const enums = (definition.EnumValues ?? []).map((item) => item.Name);
  if (value.Kind === KIND.int && BigInt.asIntN(64, BigInt(value.Raw)) !== BigInt(value.Raw)) wrong();
  switch (value.Kind) {
    case KIND.list:
      if (expected.Elem === undefined) wrong();
      return;
    case KIND.int:
      if (!["Int", "Float", "ID"].includes(definition.Name)) wrong();
      return;
    case KIND.float:
      if (definition.Name !== "Float") wrong();
      return;
    case KIND.string:
    case KIND.block:
      if (definition.Kind === "ENUM")
        report(
          at,
          `Enum "${typeText(expected)}" cannot represent non-enum value: ${text}.${didYouMean("Did you mean the enum value", value.Raw, enums)}`,
        );
      else if (definition.Name !== "String" && definition.Name !== "ID") wrong();
      return;
    case KIND.enum:
      if (definition.Kind !== "ENUM") wrong();
      else if (named(definition.EnumValues, value.Raw) === undefined)
        report(
          at,
          `Value "${text}" does not exist in "${typeText(expected)}" enum.${didYouMean("Did you mean the enum value", value.Raw, enums)}`,
        );
      return;
    case KIND.boolean:
      if (definition.Name !== "Boolean") wrong();
      return;
    case KIND.object:
      checkObject(value, definition, positions, report);
  }
}

function checkObject(value: ValueNode, definition: Definition, positions: Positions, report: Report): void {
  const children = value.Children ?? [];
  const at = positions.get(value);
  for (const field of definition.Fields ?? [])
    if (field.Type.NonNull && field.DefaultValue === undefined && named(children, field.Name) === undefined)
      report(
        at,
        `Field "${definition.Name}.${field.Name}" of required type "${typeText(field.Type)}" was not provided.`,
      );
  if (named(definition.Directives, "oneOf") !== undefined) {
    const [only] = children;
    if (only === undefined || children.length !== 1)
      report(at, `OneOf Input Object "${definition.Name}" must specify exactly one key.`);
    else if (only.Value.Kind === KIND.null)
      report(
        positions.get(only.Value),
        `Field "${definition.Name}.${definition.Fields?.[0]?.Name ?? ""}" must be non-null.`,
      );
  }
  const names = (definition.Fields ?? []).map((field) => field.Name);
  for (const child of children)
    if (!names.includes(child.Name))
      report(
        positions.get(child),
        `Field "${child.Name}" is not defined by type "${definition.Name}".${didYouMean("Did you mean", child.Name, names)}`,
      );
}

function wrongType(value: ValueNode, text: string, expected: TypeNode, definition: Definition): string {
  switch (typeText(expected)) {
    case "Int":
    case "Int!":
      return /^-?\d+$/.test(value.Raw) && BigInt.asIntN(32, BigInt(value.Raw)) !== BigInt(value.Raw)
        ? `Int cannot represent non 32-bit signed integer value: ${text}`
        : `Int cannot represent non-integer value: ${text}`;
    case "String":
    case "String!":
    case "[String]":
      return `String cannot represent a non string value: ${text}`;
    case "Boolean":
    case "Boolean!":
      return `Boolean cannot represent a non boolean value: ${text}`;
    case "Float":
    case "Float!":
      return `Float cannot represent non numeric value: ${text}`;
    case "ID":
    case "ID!":
      return `ID cannot represent a non-string and non-integer value: ${text}`;
    default:
      return definition.Kind === "ENUM"
        ? `Enum "${typeText(expected)}" cannot represent non-enum value: ${text}.`
        : `Expected value of type "${typeText(expected)}", found ${text}.`;
  }
}
