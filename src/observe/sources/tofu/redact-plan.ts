import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  type PropertyPath,
  setMember,
  stringMember,
} from "../../../base/index.ts";
import { isSecretName, replacePaths, type Scrubber, type SecretPathRule } from "../../secrets/index.ts";
import { markedPaths } from "./marks.ts";
import { constantTree, secretVariables } from "./plan-secrets.ts";
import { secretPathsByRule } from "./secrets.ts";

/**
 * A plan document fit to be stored or shown: every secret value in `variables`, `planned_values`,
 * `prior_state`, `configuration`, `resource_changes`, `resource_drift` and outputs is a marker, and every
 * known secret's text is scrubbed wherever else it stands. The shape stays, so the result still reads as a
 * plan.
 */
export function redactPlan(
  plan: JsonObject,
  scrubber: Scrubber,
  secretPaths: readonly SecretPathRule[] = [],
): JsonObject {
  const at = (value: Json, paths: readonly PropertyPath[]): Json =>
    replacePaths(value, paths, (v) => scrubber.marker(v));
  const hidden = (value: Json): Json => (value === null ? null : scrubber.marker(value));
  const secret = secretVariables(plan);

  const attributes = (type: string, value: Json, marks: Json | undefined): Json =>
    at(value, [...markedPaths(marks), ...secretPathsByRule(type, value, secretPaths)]);

  const resource = (entry: Json): Json =>
    withMember(entry, "values", (values) =>
      attributes(stringMember(entry, "type") ?? "", values, member(entry, "sensitive_values")),
    );

  const change = (type: string, value: Json): Json => {
    const before = withMember(value, "before", (side) =>
      attributes(type, side, member(value, "before_sensitive")),
    );
    return withMember(before, "after", (side) => attributes(type, side, member(value, "after_sensitive")));
  };

  const changed = (entry: Json): Json =>
    withMember(entry, "change", (value) => change(stringMember(entry, "type") ?? "", value));

  const module = (value: Json): Json => {
    const own = withMember(value, "resources", (list) => each(list, resource));
    return withMember(own, "child_modules", (list) => each(list, module));
  };

  const output = (name: string, value: Json): Json =>
    member(value, "sensitive") === true || isSecretName(name) ? withMember(value, "value", hidden) : value;

  const values = (value: Json): Json => {
    const outputs = withMember(value, "outputs", (all) => eachMember(all, output));
    return withMember(outputs, "root_module", module);
  };

  const outputChange = (name: string, value: Json): Json => {
    if (!isSecretName(name)) return change("", value);
    return withMember(withMember(value, "before", hidden), "after", hidden);
  };

  const constants = (block: Json): Json =>
    withMember(block, "expressions", (expressions) => {
      const type = stringMember(block, "type") ?? "";
      const paths = secretPathsByRule(type, constantTree(expressions), secretPaths);
      return hideConstants(expressions, paths, hidden);
    });

  const configured = (value: Json): Json => {
    const variables = withMember(value, "variables", (all) =>
      eachMember(all, (name, variable) =>
        member(variable, "sensitive") === true || isSecretName(name)
          ? withMember(variable, "default", hidden)
          : variable,
      ),
    );
    const resources = withMember(variables, "resources", (list) => each(list, constants));
    return withMember(resources, "module_calls", (all) =>
      eachMember(all, (_, call) => withMember(constants(call), "module", configured)),
    );
  };

  const sections: Readonly<Record<string, (value: Json) => Json>> = {
    variables: (all) =>
      eachMember(all, (name, variable) =>
        secret.has(name) ? withMember(variable, "value", hidden) : variable,
      ),
    planned_values: values,
    prior_state: (state) => withMember(state, "values", values),
    resource_changes: (list) => each(list, changed),
    resource_drift: (list) => each(list, changed),
    deferred_changes: (list) => each(list, (entry) => withMember(entry, "resource_change", changed)),
    output_changes: (all) => eachMember(all, outputChange),
    configuration: (configuration) => {
      const providers = withMember(configuration, "provider_config", (all) =>
        eachMember(all, (_, block) => constants(block)),
      );
      return withMember(providers, "root_module", configured);
    },
  };
  const redacted: Record<string, Json> = {};
  for (const key of Object.keys(plan)) {
    const value = plan[key] ?? null;
    const section = Object.hasOwn(sections, key) ? sections[key] : undefined;
    setMember(redacted, key, scrubber.scrubJson(section === undefined ? value : section(value)));
  }
  return redacted;
}

function withMember(value: Json, key: string, replace: (member: Json) => Json): Json {
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return value;
  const old = value[key] ?? null;
  const now = replace(old);
  if (now === old) return value;
  const copy: Record<string, Json> = {};
  for (const name of Object.keys(value)) setMember(copy, name, name === key ? now : (value[name] ?? null));
  return copy;
}

function each(value: Json, replace: (item: Json) => Json): Json {
  return isJsonArray(value) ? value.map(replace) : value;
}

function eachMember(value: Json, replace: (name: string, member: Json) => Json): Json {
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const name of Object.keys(value)) setMember(copy, name, replace(name, value[name] ?? null));
  return copy;
}

/** Replaces `constant_value`s of an expression tree whose attribute path is secret. */
function hideConstants(expressions: Json, paths: readonly PropertyPath[], hide: (value: Json) => Json): Json {
  let hidden = expressions;
  for (const path of paths) hidden = hideAt(hidden, path, 0, hide);
  return hidden;
}

function hideAt(node: Json, path: PropertyPath, at: number, hide: (value: Json) => Json): Json {
  if (isJsonObject(node) && Object.hasOwn(node, "constant_value"))
    return withMember(node, "constant_value", hide);
  const step = path[at];
  if (step === undefined) return hideAll(node, hide);
  if (typeof step === "number")
    return isJsonArray(node)
      ? node.map((item, i) => (i === step ? hideAt(item, path, at + 1, hide) : item))
      : node;
  return withMember(node, step, (child) => hideAt(child, path, at + 1, hide));
}

function hideAll(node: Json, hide: (value: Json) => Json): Json {
  if (isJsonArray(node)) return node.map((item) => hideAll(item, hide));
  if (!isJsonObject(node)) return node;
  if (Object.hasOwn(node, "constant_value")) return withMember(node, "constant_value", hide);
  return eachMember(node, (_, child) => hideAll(child, hide));
}
