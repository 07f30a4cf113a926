export { canonicalJson } from "./canonical-json.ts";
export { type Clock, fixedClock, rfc3339 } from "./clock.ts";
export { hmacSha256Hex, sha256, sha256Hex } from "./digest.ts";
export { globMatches } from "./glob.ts";
export {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEqual,
  member,
  setMember,
  stringMember,
} from "./json.ts";
export { type PropertyPath, parsePath, pathMatches, pathText, valueAt } from "./json-path.ts";
export { once } from "./once.ts";
export { type Place, type Problem, problem, problemText } from "./problem.ts";
export { type Err, err, type Ok, ok, type Result } from "./result.ts";
export { codeOf, messageOf } from "./system-error.ts";
