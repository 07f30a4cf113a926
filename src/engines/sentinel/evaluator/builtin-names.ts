/** Functions that every file sees. */
export const BUILTIN_FUNCTIONS: ReadonlySet<string> = new Set([
  "append",
  "bool",
  "compare",
  "delete",
  "error",
  "float",
  "int",
  "keys",
  "length",
  "print",
  "range",
  "string",
  "values",
]);

export const PREDECLARED: ReadonlySet<string> = new Set(["true", "false", "null", "undefined"]);
