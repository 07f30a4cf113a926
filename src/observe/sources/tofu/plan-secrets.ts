import {
  isJsonArray,
  isJsonObject,
  type Json,
  member,
  setMember,
  stringMember,
} from "../../../base/index.ts";
import { addSecretTexts, isSecretName, type SecretPathRule } from "../../secrets/index.ts";
import { markedPaths } from "./marks.ts";
import { addressOf, isManaged, listAt } from "./schema.ts";
import { addDocumentSecrets, addTextsAt, secretPathsByRule } from "./secrets.ts";

/** Names of root variables whose values are secret: declared so, or named so. */
export function secretVariables(plan: Json): ReadonlySet<string> {
  const found = new Set<string>();
  const declared = member(member(member(plan, "configuration"), "root_module"), "variables");
  if (isJsonObject(declared))
    for (const name of Object.keys(declared))
      if (member(declared[name], "sensitive") === true) found.add(name);
  for (const values of [member(plan, "variables"), declared])
    if (isJsonObject(values)) for (const name of Object.keys(values)) if (isSecretName(name)) found.add(name);
  return found;
}

/**
 * Adds the secrets of everything in a plan but its changes and drift (those are collected as they are read). Managed resources
 * at the addresses `elsewhere` are passed over in `planned_values` and `prior_state`: they are collected there.
 */
export function addPlanSecrets(
  plan: Json,
  configured: readonly SecretPathRule[],
  into: Set<string>,
  elsewhere: ReadonlySet<string> = NONE,
): void {
  const secret = secretVariables(plan);
  const variables = member(plan, "variables");
  for (const name of secret) addText(member(member(variables, name), "value"), into);
  addConfiguration(member(member(plan, "configuration"), "root_module"), into);
  const providers = member(member(plan, "configuration"), "provider_config");
  if (isJsonObject(providers)) for (const key of Object.keys(providers)) addConstants(providers[key], into);
  addOutputs(member(member(plan, "planned_values"), "outputs"), into);
  addOutputChanges(member(plan, "output_changes"), into);
  addModule(member(member(plan, "planned_values"), "root_module"), configured, into, elsewhere);
  addStateSecrets(member(member(plan, "prior_state"), "values"), configured, into, elsewhere);
}

const NONE: ReadonlySet<string> = new Set();

/** Adds the secrets of a state's `values`. */
export function addStateSecrets(
  values: Json | undefined,
  configured: readonly SecretPathRule[],
  into: Set<string>,
  elsewhere: ReadonlySet<string> = NONE,
): void {
  addOutputs(member(values, "outputs"), into);
  addModule(member(values, "root_module"), configured, into, elsewhere);
}

/** Adds the secrets of one resource's attributes, by its marks and by rules. */
export function addAttributeSecrets(
  type: string,
  attributes: Json | undefined,
  marks: Json | undefined,
  configured: readonly SecretPathRule[],
  into: Set<string>,
): void {
  if (!isJsonObject(attributes)) return;
  addTextsAt(attributes, markedPaths(marks), into);
  addTextsAt(attributes, secretPathsByRule(type, attributes, configured), into);
  addDocumentSecrets(attributes, into);
}

function addModule(
  module: Json | undefined,
  configured: readonly SecretPathRule[],
  into: Set<string>,
  elsewhere: ReadonlySet<string>,
): void {
  for (const resource of listAt(module, "resources")) {
    if (elsewhere.size > 0 && isRepeated(resource, elsewhere)) continue;
    const type = stringMember(resource, "type") ?? "";
    // Data sources are not governed, but what they read may be secret.
    addAttributeSecrets(
      type,
      member(resource, "values"),
      member(resource, "sensitive_values"),
      configured,
      into,
    );
  }
  for (const child of listAt(module, "child_modules")) addModule(child, configured, into, elsewhere);
}

/** A replaced object that still exists stands at the address of its successor, and is no repetition. */
function isRepeated(resource: Json, elsewhere: ReadonlySet<string>): boolean {
  return elsewhere.has(addressOf(resource) ?? "") && isManaged(resource) && !isDeposed(resource);
}

function isDeposed(resource: Json): boolean {
  return stringMember(resource, "deposed_key") !== null || stringMember(resource, "deposed") !== null;
}

function addOutputs(outputs: Json | undefined, into: Set<string>): void {
  if (!isJsonObject(outputs)) return;
  for (const name of Object.keys(outputs))
    if (member(outputs[name], "sensitive") === true || isSecretName(name))
      addText(member(outputs[name], "value"), into);
}

function addOutputChanges(changes: Json | undefined, into: Set<string>): void {
  if (!isJsonObject(changes)) return;
  for (const name of Object.keys(changes)) {
    const change = changes[name];
    for (const side of ["before", "after"]) {
      const value = member(change, side);
      if (isSecretName(name)) addText(value, into);
      else addTextsAt(value, markedPaths(member(change, `${side}_sensitive`)), into);
    }
  }
}

function addText(value: Json | undefined, into: Set<string>): void {
  if (value !== undefined && value !== null && typeof value !== "boolean") addSecretTexts(value, into);
}

/** Defaults of sensitive variables and constants at secret names, modules included. */
function addConfiguration(module: Json | undefined, into: Set<string>): void {
  const variables = member(module, "variables");
  if (isJsonObject(variables))
    for (const name of Object.keys(variables))
      if (member(variables[name], "sensitive") === true || isSecretName(name))
        addText(member(variables[name], "default"), into);
  for (const resource of listAt(module, "resources"))
    if (isManaged(resource) || stringMember(resource, "mode") === "data") addConstants(resource, into);
  const calls = member(module, "module_calls");
  if (!isJsonObject(calls)) return;
  for (const name of Object.keys(calls)) {
    addConstants(calls[name], into);
    addConfiguration(member(calls[name], "module"), into);
  }
}

/**
 * `expressions` of a block: constants under secret names and, for a resource, under the secret paths of its
 * type.
 */
function addConstants(block: Json | undefined, into: Set<string>): void {
  const type = stringMember(block, "type") ?? "";
  const constants = constantTree(member(block, "expressions") ?? null);
  addTextsAt(constants, secretPathsByRule(type, constants, []), into);
  addDocumentSecrets(constants, into);
}

/**
 * The expression tree with each `{constant_value: v}` replaced by `v`, so that attribute rules read it as attributes. What holds
 * no constant is left out: most of a configuration is references.
 */
export function constantTree(expression: Json): Json {
  if (isJsonArray(expression)) return expression.map(constantTree);
  if (!isJsonObject(expression)) return null;
  if (Object.hasOwn(expression, "constant_value")) return expression["constant_value"] ?? null;
  if (Object.hasOwn(expression, "references")) return null;
  let tree: Record<string, Json> | null = null;
  for (const key in expression) {
    const constant = constantTree(expression[key] ?? null);
    if (constant !== null) setMember((tree ??= {}), key, constant);
  }
  return tree;
}
