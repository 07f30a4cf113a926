import type { JsonObject, Value } from "../../values/index.ts";

/**
 * The syntax tree of GraphQL as OPA shows it: the field names of the Go library that OPA uses, empty lists and
 * missing parts left out. A tree that a policy passes in has the same shape, so every list may be absent.
 */
export interface CommentGroup {
  readonly List: readonly { readonly Value: string }[];
}

interface Commented {
  readonly Comment?: CommentGroup;
}

interface Described {
  readonly Description: string;
  readonly BeforeDescriptionComment?: CommentGroup;
  readonly AfterDescriptionComment?: CommentGroup;
  readonly EndOfDefinitionComment?: CommentGroup;
}

/** Kinds of value literals, numbered as in the Go library. */
export const KIND = {
  variable: 0,
  int: 1,
  float: 2,
  string: 3,
  block: 4,
  boolean: 5,
  null: 6,
  enum: 7,
  list: 8,
  object: 9,
} as const;

export interface ValueNode extends Commented {
  readonly Raw: string;
  readonly Kind: number;
  readonly Children?: readonly ChildValue[];
  readonly ExpectedTypeHasDefault: boolean;
}

export interface ChildValue extends Commented {
  readonly Name: string;
  readonly Value: ValueNode;
}

export interface TypeNode {
  readonly NamedType: string;
  readonly Elem?: TypeNode;
  readonly NonNull: boolean;
}

export interface Argument extends Commented {
  readonly Name: string;
  readonly Value: ValueNode;
}

export interface Directive {
  readonly Name: string;
  readonly Arguments?: readonly Argument[];
  readonly Location: string;
}

export interface Field extends Commented {
  readonly Alias: string;
  readonly Name: string;
  readonly Arguments?: readonly Argument[];
  readonly Directives?: readonly Directive[];
  readonly SelectionSet?: readonly Selection[];
}

export interface FragmentSpread extends Commented {
  readonly Name: string;
  readonly Directives?: readonly Directive[];
}

export interface InlineFragment extends Commented {
  readonly TypeCondition: string;
  readonly Directives?: readonly Directive[];
  readonly SelectionSet?: readonly Selection[];
}

export type Selection = Field | FragmentSpread | InlineFragment;

export interface VariableDefinition extends Commented {
  readonly Variable: string;
  readonly Type: TypeNode;
  readonly DefaultValue?: ValueNode;
  readonly Directives?: readonly Directive[];
  readonly Used: boolean;
}

export interface Operation extends Commented {
  readonly Operation: string;
  readonly Name: string;
  readonly VariableDefinitions?: readonly VariableDefinition[];
  readonly Directives?: readonly Directive[];
  readonly SelectionSet?: readonly Selection[];
}

export interface Fragment extends Commented {
  readonly Name: string;
  readonly VariableDefinition?: readonly VariableDefinition[];
  readonly TypeCondition: string;
  readonly Directives?: readonly Directive[];
  readonly SelectionSet?: readonly Selection[];
}

export interface QueryDocument {
  readonly Operations?: readonly Operation[];
  readonly Fragments?: readonly Fragment[];
}

export interface ArgumentDefinition extends Described {
  readonly Name: string;
  readonly DefaultValue?: ValueNode;
  readonly Type: TypeNode;
  readonly Directives?: readonly Directive[];
}

export interface FieldDefinition extends ArgumentDefinition {
  readonly Arguments?: readonly ArgumentDefinition[];
}

export interface EnumValue extends Described {
  readonly Name: string;
  readonly Directives?: readonly Directive[];
}

export interface Definition extends Described {
  readonly Kind: string;
  readonly Name: string;
  readonly Directives?: readonly Directive[];
  readonly Interfaces?: readonly string[];
  readonly Fields?: readonly FieldDefinition[];
  readonly Types?: readonly string[];
  readonly EnumValues?: readonly EnumValue[];
  readonly BuiltIn: boolean;
}

export interface DirectiveDefinition extends Described {
  readonly Name: string;
  readonly Arguments?: readonly ArgumentDefinition[];
  readonly Locations: readonly string[];
  readonly IsRepeatable: boolean;
}

export interface OperationType extends Commented {
  readonly Operation: string;
  readonly Type: string;
}

export interface SchemaDefinition extends Described {
  readonly Directives?: readonly Directive[];
  readonly OperationTypes?: readonly OperationType[];
}

export interface SchemaDocument extends Commented {
  readonly Schema?: readonly SchemaDefinition[];
  readonly SchemaExtension?: readonly SchemaDefinition[];
  readonly Directives?: readonly DirectiveDefinition[];
  readonly Definitions?: readonly Definition[];
  readonly Extensions?: readonly Definition[];
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Places of the nodes of parsed trees; trees that a policy passed in have none. */
export type Positions = WeakMap<object, Position>;

/** A tree is plain JSON. */
export function astValue(document: QueryDocument | SchemaDocument): Value {
  const tree: object = document;
  return tree as JsonObject;
}

export function isField(selection: Selection): selection is Field {
  return "Alias" in selection;
}

export function isInline(selection: Selection): selection is InlineFragment {
  return "TypeCondition" in selection;
}

/** The innermost name of a type. */
export function typeNameOf(type: TypeNode): string {
  return type.Elem === undefined ? type.NamedType : typeNameOf(type.Elem);
}

export function typeText(type: TypeNode): string {
  const inner = type.Elem === undefined ? type.NamedType : `[${typeText(type.Elem)}]`;
  return type.NonNull ? `${inner}!` : inner;
}

/** Whether a value of type `a` may stand where `b` is wanted. */
export function isCompatible(a: TypeNode, b: TypeNode): boolean {
  if (a.NamedType !== b.NamedType) return false;
  if (a.Elem !== undefined && (b.Elem === undefined || !isCompatible(a.Elem, b.Elem))) return false;
  return !b.NonNull || a.NonNull;
}
