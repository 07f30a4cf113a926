/** A static type in the JSON shape of OPA's `capabilities.json`. */
export type RegoType =
  | { readonly type: "null" | "boolean" | "number" | "string" }
  /** `of` absent means any value, else one of the listed types. */
  | { readonly type: "any"; readonly of?: readonly RegoType[] }
  | { readonly type: "set"; readonly of: RegoType }
  | { readonly type: "array"; readonly static?: readonly RegoType[]; readonly dynamic?: RegoType }
  | {
      readonly type: "object";
      readonly static?: readonly { readonly key: string; readonly value: RegoType }[];
      readonly dynamic?: { readonly key: RegoType; readonly value: RegoType };
    };

export interface NamedType {
  /** Absent for operators and internal built-ins. */
  readonly name?: string;
  readonly type: RegoType;
}
