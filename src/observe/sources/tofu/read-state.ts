import {
  err,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  sha256Hex,
  stringMember,
} from "../../../base/index.ts";
import type { DeclaredState, ReadGap } from "../../../domain/index.ts";
import { decodeDocument, parseDocument } from "../../documents/index.ts";
import type { SecretPathRule } from "../../secrets/index.ts";
import { addSecretTexts, isSecretName } from "../../secrets/index.ts";
import { withoutWarnings } from "./leading-warnings.ts";
import { stateMarkedPaths } from "./marks.ts";
import { addAttributeSecrets, addStateSecrets } from "./plan-secrets.ts";
import type { ReadOptions, StateReading } from "./reading.ts";
import { resourceRef } from "./resource-ref.ts";
import { deposedGap, gap, keyText, listAt, majorOf, PLAN_MEMBERS } from "./schema.ts";
import { addTextsAt, secretPathsByRule } from "./secrets.ts";
import { declaredStates, resourceValues } from "./values.ts";

/** State file versions that this reader knows (all tools since 0.12 write 4). */
const STATE_FILE_VERSION = 4;

/** Reads a state: `tofu show -json` without a plan, or a raw state file of version 4. */
export function readStateJson(
  input: Uint8Array | string,
  options: ReadOptions,
): Result<StateReading, Problem> {
  const document = withoutWarnings(input);
  const text = typeof document === "string" ? ok(document) : decodeDocument(document, options.file, "state");
  if (!text.ok) return text;
  const state = parseDocument(text.value, options.file, "state");
  if (!state.ok) return state;
  return readState(state.value, sha256Hex(input), options);
}

function readState(state: JsonObject, sha256: string, options: ReadOptions): Result<StateReading, Problem> {
  const configured = options.secretPaths ?? [];
  if (Object.hasOwn(state, "encrypted_data")) return err(encrypted(options.file));
  if (Object.hasOwn(state, "version") && !Object.hasOwn(state, "format_version"))
    return readStateFile(state, sha256, options.file, configured);
  return readShownState(state, sha256, options.file, configured);
}

function encrypted(file: string): Problem {
  return problem("state_encrypted", `\`${file}\` is an encrypted state file`, {
    place: { file },
    hint: "run `tofu show -json` in the workspace, which has the key, and pass its output",
  });
}

function readShownState(
  state: JsonObject,
  sha256: string,
  file: string,
  configured: readonly SecretPathRule[],
): Result<StateReading, Problem> {
  const version = stringMember(state, "format_version");
  if (PLAN_MEMBERS.some((name) => Object.hasOwn(state, name)))
    return err(
      problem("state_is_plan", `\`${file}\` is a plan, not a state`, {
        place: { file },
        hint: "use `trueup check` for plans, or pass the output of `tofu show -json` without a plan file",
      }),
    );
  if (version === null)
    return err(
      problem(
        "not_a_state",
        `\`${file}\` is JSON, but no state: it has neither \`format_version\` nor \`version\``,
        {
          place: { file },
          hint: "pass the output of `tofu show -json` or a state file",
        },
      ),
    );
  const major = majorOf(version);
  if (major !== 0 && major !== 1)
    return err(
      problem(
        "state_unsupported_format",
        `\`${file}\` has state format \`${version.slice(0, 40)}\`, known are 0.x and 1.x`,
        {
          place: { file, path: "format_version" },
        },
      ),
    );
  const values = member(state, "values");
  const secrets = new Set<string>();
  addStateSecrets(values, configured, secrets);
  const declared = declaredStates(
    resourceValues(member(values, "root_module")),
    () => ({ region: null, account: null }),
    configured,
  );
  return ok({
    state,
    sha256,
    formatVersion: version,
    toolVersion: stringMember(state, "terraform_version"),
    lineage: null,
    serial: null,
    declared,
    gaps: [],
    secrets: [...secrets],
  });
}

function readStateFile(
  state: JsonObject,
  sha256: string,
  file: string,
  configured: readonly SecretPathRule[],
): Result<StateReading, Problem> {
  const version = state["version"] ?? null;
  if (version !== STATE_FILE_VERSION)
    return err(
      problem(
        "state_unsupported_format",
        `\`${file}\` is a state file of version ${JSON.stringify(version)}, known is 4`,
        {
          place: { file, path: "version" },
          hint: "let the tool upgrade it (`tofu show -json`) and pass that",
        },
      ),
    );
  const gaps: ReadGap[] = [];
  const secrets = new Set<string>();
  const declared: DeclaredState[] = [];
  const outputs = member(state, "outputs");
  if (isJsonObject(outputs))
    for (const name of Object.keys(outputs)) {
      const value = member(outputs[name], "value");
      if (value !== undefined && (member(outputs[name], "sensitive") === true || isSecretName(name)))
        addSecretTexts(value, secrets);
    }
  for (const resource of listAt(state, "resources"))
    addResource(resource, configured, declared, gaps, secrets);
  const serial = member(state, "serial");
  return ok({
    state,
    sha256,
    formatVersion: String(STATE_FILE_VERSION),
    toolVersion: stringMember(state, "terraform_version"),
    lineage: stringMember(state, "lineage"),
    serial: typeof serial === "number" ? serial : null,
    declared,
    gaps,
    secrets: [...secrets],
  });
}

function addResource(
  resource: Json,
  configured: readonly SecretPathRule[],
  declared: DeclaredState[],
  gaps: ReadGap[],
  secrets: Set<string>,
): void {
  const type = stringMember(resource, "type");
  const name = stringMember(resource, "name");
  if (type === null || name === null) {
    gaps.push(gap("unreadable", null, "a resource of the state has no type or no name"));
    return;
  }
  const managed = stringMember(resource, "mode") !== "data";
  const module = stringMember(resource, "module");
  for (const instance of listAt(resource, "instances")) {
    const attributes = attributesOf(instance);
    const address = `${module === null ? "" : `${module}.`}${type}.${name}${keyText(member(instance, "index_key"))}`;
    const marks = stateMarkedPaths(member(instance, "sensitive_attributes"));
    const byRule = secretPathsByRule(type, attributes, configured);
    addTextsAt(attributes, marks, secrets);
    addAttributeSecrets(type, attributes, undefined, configured, secrets);
    if (!managed) continue;
    const deposed = stringMember(instance, "deposed");
    const providerName = stringMember(resource, "provider");
    const ref = resourceRef({ address, type, name, providerName, module, deposed }, [attributes]);
    if (deposed !== null) gaps.push(deposedGap(ref));
    declared.push({ kind: "declared", resource: ref, attributes, sensitive: [...marks, ...byRule] });
  }
}

/** `attributes`, or `attributes_flat` of very old providers. */
function attributesOf(instance: Json): Json {
  const attributes = member(instance, "attributes") ?? member(instance, "attributes_flat");
  return isJsonObject(attributes) ? attributes : null;
}
