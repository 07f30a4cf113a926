import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { defineRaw, functions, namespace, shared } from "./define.ts";

export const typesImport: StandardImport = shared(
  namespace("types", functions(defineRaw("type_of", 1, 1, ([value]) => typeName(value as Value)))),
);
