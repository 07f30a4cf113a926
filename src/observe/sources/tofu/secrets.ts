import { isJsonArray, isJsonObject, type Json, member, type PropertyPath } from "../../../base/index.ts";
import {
  addSecretTexts,
  configuredSecrets,
  isSecretName,
  isSecretValue,
  pathsMatching,
  type SecretPathRule,
} from "../../secrets/index.ts";
import { secretTypePaths } from "./secret-rules.ts";

/**
 * Attributes that carry whole documents as text, in which name rules hold too (their texts are scrubbed, the
 * attribute stays readable).
 */
const DOCUMENTS: ReadonlySet<string> = new Set([
  "container_definitions",
  "values",
  "manifest_yaml",
  "yaml_body",
]);

/** Secret places of one resource's attributes by rules: type rules, name rules, configured paths. */
export function secretPathsByRule(
  type: string,
  attributes: Json | undefined,
  configured: readonly SecretPathRule[],
): PropertyPath[] {
  if (!isJsonObject(attributes)) return [];
  const found: PropertyPath[] = [];
  for (const pattern of secretTypePaths(type)) found.push(...pathsMatching(attributes, pattern));
  if (configured.length > 0) found.push(...configuredSecrets(type, attributes, configured));
  if (type.startsWith("kubernetes_manifest")) addManifestSecret(attributes, found);
  collectByName(attributes, [], found);
  return found;
}

/** A `kubernetes_manifest` of kind Secret is a Secret. */
function addManifestSecret(attributes: Json, found: PropertyPath[]): void {
  for (const side of ["manifest", "object"]) {
    const manifest = member(attributes, side);
    if (member(manifest, "kind") !== "Secret") continue;
    for (const name of ["data", "stringData"])
      if (isJsonObject(member(manifest, name))) found.push([side, name]);
  }
}

/** `path` is one growing and shrinking list: only what is found is copied. */
function collectByName(value: Json, path: (string | number)[], found: PropertyPath[]): void {
  if (isJsonArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item === "string" && isSecretValue(item)) found.push([...path, i]);
      if (typeof item !== "object" || item === null) continue;
      path.push(i);
      collectByName(item, path, found);
      path.pop();
    }
    return;
  }
  if (!isJsonObject(value)) return;
  for (const key in value) {
    const item = value[key];
    if (item === undefined || item === null || typeof item === "boolean" || typeof item === "number")
      continue;
    if (isSecretName(key) && holdsText(item)) found.push([...path, key]);
    else if (typeof item === "string") {
      if (isSecretValue(item)) found.push([...path, key]);
    } else {
      path.push(key);
      collectByName(item, path, found);
      path.pop();
    }
  }
  // `env { name = "DB_PASSWORD", value = "…" }`: the name is a value.
  if (!Object.hasOwn(value, "name") || !Object.hasOwn(value, "value")) return;
  const name = value["name"];
  if (typeof name === "string" && typeof value["value"] === "string" && isSecretName(name))
    found.push([...path, "value"]);
}

/**
 * Text, or a list or map of nothing but text; a block called `secret` or a flag called `password` is none.
 */
function holdsText(value: Json): boolean {
  if (typeof value === "string") return value !== "";
  if (isJsonArray(value)) return value.length > 0 && value.every((item) => typeof item === "string");
  return false;
}

/** Adds what lies at one path. */
export function addTextsAt(
  attributes: Json | undefined,
  paths: readonly PropertyPath[],
  into: Set<string>,
): void {
  for (const path of paths) {
    let value: Json | undefined = attributes;
    for (const step of path) {
      value = typeof step === "number" ? (isJsonArray(value) ? value[step] : undefined) : member(value, step);
      if (value === undefined) break;
    }
    if (value !== undefined) addSecretTexts(value, into);
  }
}

/**
 * Adds the secrets inside attributes that are documents of their own: an ECS task's containers with their
 * environment, the values of a Helm release.
 */
export function addDocumentSecrets(attributes: Json | undefined, into: Set<string>): void {
  if (!isJsonObject(attributes)) return;
  for (const name of DOCUMENTS) {
    const value = member(attributes, name);
    const texts: readonly (Json | undefined)[] = isJsonArray(value) ? value : [value];
    for (const text of texts) if (typeof text === "string") addTextsOfDocument(text, into);
  }
}

function addTextsOfDocument(text: string, into: Set<string>): void {
  if (!/^\s*[[{]/.test(text)) {
    addYamlTexts(text, into);
    return;
  }
  try {
    const parsed: Json = JSON.parse(text);
    const paths: PropertyPath[] = [];
    collectByName(parsed, [], paths);
    addTextsAt(parsed, paths, into);
  } catch {
    // Not JSON (or nested beyond the stack): nothing that a name rule could read.
  }
}

const YAML_SCALAR = /^[\s-]*["']?([\w.-]{1,128})["']?\s*:\s+["']?([^\s"'#|>&*][^"'#\n]{0,1000})/;

/** Scalars under secret names, line by line: enough of YAML to scrub them. */
function addYamlTexts(text: string, into: Set<string>): void {
  for (const line of text.split("\n")) {
    const match = line.includes(":") ? YAML_SCALAR.exec(line) : null;
    if (match?.[1] !== undefined && match[2] !== undefined && isSecretName(match[1]))
      into.add(match[2].trim());
  }
}
