export { collectionSize, isObject, isSet, lookup, typeName } from "./access.ts";
export { compare, equal, typeRank } from "./compare.ts";
export { RegoObject, RegoSet } from "./containers.ts";
export { doubleText } from "./double-text.ts";
export { hash } from "./hash.ts";
export { JsonError, parseJson } from "./json-parse.ts";
export { type JsonLayout, jsonEntries, jsonKey, marshal, quoteJson } from "./json-text.ts";
export * as num from "./numbers.ts";
export {
  type Entry,
  jsonKeysSorted,
  ObjectBuilder,
  objectEntries,
  objectEntriesSorted,
  objectGet,
  objectKeysSorted,
  objectOf,
  objectSize,
  setOwn,
} from "./objects.ts";
export { type Plain, toPlain } from "./plain.ts";
export { RegoNum } from "./rego-num.ts";
export { compareStrings, sortStrings } from "./strings.ts";
export { quoteGo, termText } from "./term-text.ts";
export { isArray, isNumber, type JsonObject, type TypeName, type Value } from "./value.ts";
