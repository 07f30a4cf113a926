import type { num, Value } from "../../values/index.ts";
import type { Regex } from "../regex/regex.ts";

/** A compiled schema. `pass` is set for the schemas `true` and `false`, `ref` for `$ref`, which rules alone. */
export interface Schema {
  pass?: boolean;
  ref?: Schema;
  types: readonly string[];
  properties: ReadonlyMap<string, Schema>;
  patternProperties: readonly (readonly [pattern: Regex, schema: Schema])[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  dependencies: ReadonlyMap<string, readonly string[] | Schema>;
  items?: Schema | readonly Schema[];
  additionalItems?: boolean | Schema;
  contains?: Schema;
  multipleOf?: num.Numeric;
  minimum?: num.Numeric;
  maximum?: num.Numeric;
  exclusiveMinimum?: num.Numeric;
  exclusiveMaximum?: num.Numeric;
  minLength?: number;
  maxLength?: number;
  minProperties?: number;
  maxProperties?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems: boolean;
  required: readonly string[];
  pattern?: Regex;
  format?: string;
  /** Canonical JSON text. */
  constant?: string;
  enumeration?: readonly string[];
  oneOf: readonly Schema[];
  anyOf: readonly Schema[];
  allOf: readonly Schema[];
  not?: Schema;
  if?: Schema;
  then?: Schema;
  else?: Schema;
}

export interface SchemaProblem {
  readonly type: string;
  /** Dotted path of the place, `(Root)` for the document itself. */
  readonly field: string;
  readonly description: string;
}

export type Instance = Value;
