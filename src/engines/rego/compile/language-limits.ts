import type { Capabilities } from "../api.ts";
import type { Import, Module } from "../ast/ast.ts";
import { type RegoError, regoError } from "../errors.ts";
import { FUTURE_KEYWORDS_V0, sourceExcerpt } from "../parser/state.ts";

/** What of the language the capabilities leave out of a module that was parsed. */
export function languageErrors(
  module: Module,
  source: string,
  { features, future_keywords }: Capabilities,
): RegoError[] {
  const has = (feature: string): boolean => features === undefined || features.includes(feature);
  if (module.baseVersion >= 1 && !has("rego_v1")) {
    const message = "illegal capabilities: rego_v1 feature required for parsing v1 Rego";
    return [regoError("parse", "rego_parse_error", message, undefined)];
  }
  if (features === undefined && future_keywords === undefined) return [];
  const keywords = new Set(future_keywords ?? ["and", "not", "or"]);
  if (has("rego_v1")) for (const word of FUTURE_KEYWORDS_V0.keys()) keywords.add(word);
  return module.imports.flatMap((found) => {
    const message = refusal(found, has, keywords);
    if (message === undefined) return [];
    const { loc } = found.path;
    return [regoError("parse", "rego_parse_error", message, loc, sourceExcerpt(source, loc.offset))];
  });
}

function refusal(
  found: Import,
  has: (feature: string) => boolean,
  keywords: ReadonlySet<string>,
): string | undefined {
  const [root, name, word] = found.path.value.map((term) => String(term.value));
  if (root === "rego" && name === "v1" && !has("rego_v1") && !has("rego_v1_import"))
    return "invalid import, `rego.v1` is not supported by current capabilities";
  if (root === "rego" && name === "v2" && !has("rego_v2") && !has("rego_v2_import"))
    return "invalid import, `rego.v2` is not supported by current capabilities";
  if (root !== "future" || word === undefined || keywords.has(word)) return undefined;
  return `unexpected keyword, must be one of [${[...keywords].sort().join(" ")}]`;
}
