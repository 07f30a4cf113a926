import {
  err,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  setMember,
  sha256Hex,
  stringMember,
} from "../../../base/index.ts";
import { readTarGz } from "../../../engines/rego/bundle/index.ts";
import type { WasmPolicy } from "../host.ts";
import {
  type CompiledPolicies,
  type EngineInput,
  type Judgement,
  type PolicyDefinition,
  type PolicyEngine,
  type PolicyFile,
  SILENT,
} from "../policy-engine.ts";
import { documentText } from "./document-text.ts";
import { parametersOf } from "./parameters.ts";
import { judgementOf, voiceOf } from "./speech.ts";

/** Unpacked. OPA's own code is some 130 KB; what a set needs beyond is its data. */
const MAX_BUNDLE_BYTES = 128 * 1024 * 1024;

/** Policies in a bundle of `opa build -t wasm`. Run by the host, which can end what does not end itself. */
export const opaWasmEngine: PolicyEngine = { name: "opa-wasm", compile };

interface WasmBundle {
  readonly wasm: Uint8Array;
  readonly data: Json;
  readonly entrypoints: readonly string[];
}

function compile(input: EngineInput): Result<CompiledPolicies, readonly Problem[]> {
  const file = input.files.find((candidate) => candidate.bytes !== undefined);
  if (file === undefined)
    return err([problem("policy_missing", "the set has no bundle", { place: { file: input.set } })]);
  const place = { file: `${input.set}/${file.path}` };
  const bundle = readBundle(file);
  if (!bundle.ok) {
    const hint = "build it again: opa build -t wasm -e PACKAGE -o bundle.tar.gz FOLDER";
    return err([
      problem("policy_bundle_invalid", `the bundle cannot be used: ${bundle.error}`, { place, hint }),
    ]);
  }
  const { wasm, data, entrypoints } = bundle.value;
  const asked = new Map(input.policies.map((policy) => [policy.name, entrypointsOf(policy, entrypoints)]));
  const missing = input.policies.filter((policy) => asked.get(policy.name)?.length === 0);
  if (missing.length > 0) {
    return err(
      missing.map(({ name, entry }) => {
        const hint = `build the bundle with \`-e ${entry.replaceAll(".", "/")}\``;
        return problem(
          "policy_missing",
          `the bundle has no entry point for package \`${entry}\` of policy \`${name}\``,
          {
            place,
            hint,
          },
        );
      }),
    );
  }
  const policy: WasmPolicy = { wasm, data: withParameters(data, parametersOf(input.policies)) };
  return ok({
    judge(definition, document, bounds, answers) {
      const points = asked.get(definition.name) ?? [];
      const text = documentText(document);
      if (!text.ok) return { ...SILENT, error: text.error };
      const key = `${input.set} ${definition.entry} ${sha256Hex(text.value)}`;
      const answer = answers.get(key);
      if (answer !== undefined)
        return answer.ok ? read(definition, answer.value) : { ...SILENT, error: answer.error };
      const { timeoutMs, now } = bounds;
      const request = {
        kind: "wasm_run",
        key,
        policy,
        entrypoints: points,
        input: text.value,
        now,
        timeoutMs,
      } as const;
      return { requests: [request] };
    },
  });
}

/** The package itself, else those of its rules that speak and were made entry points. */
function entrypointsOf(policy: PolicyDefinition, built: readonly string[]): readonly string[] {
  const path = policy.entry.replaceAll(".", "/");
  if (built.includes(path)) return [path];
  return built.filter(
    (point) => point.startsWith(`${path}/`) && voiceOf(point.slice(path.length + 1)) !== null,
  );
}

function read(policy: PolicyDefinition, answer: Json): Judgement {
  const path = policy.entry.replaceAll(".", "/");
  const whole = member(answer, path);
  if (isJsonObject(whole)) return judgementOf(whole);
  const rules: Record<string, Json> = {};
  for (const [point, value] of Object.entries(isJsonObject(answer) ? answer : {})) {
    if (point.startsWith(`${path}/`)) setMember(rules, point.slice(path.length + 1), value);
  }
  return judgementOf(rules);
}

function readBundle(file: PolicyFile): Result<WasmBundle, string> {
  const archive = readTarGz(file.bytes ?? new Uint8Array(), MAX_BUNDLE_BYTES);
  if (!archive.ok) return archive;
  const files = new Map(archive.value.map(({ path, bytes }) => [path.replace(/^\.?\/+/, ""), bytes]));
  const wasm = files.get("policy.wasm");
  if (wasm === undefined) return err("it holds no policy.wasm");
  if (!isWasm(wasm)) return err("its policy.wasm is no WebAssembly");
  const manifest = jsonIn(files.get(".manifest"));
  const listed = member(manifest, "wasm");
  if (!isJsonArray(listed)) return err("its .manifest lists no entry points");
  const entrypoints = listed.flatMap((one) => stringMember(one, "entrypoint") ?? []);
  const data = files.has("data.json") ? jsonIn(files.get("data.json")) : {};
  return isJsonObject(data)
    ? ok({ wasm: Uint8Array.from(wasm), data, entrypoints })
    : err("its data.json is no object");
}

function jsonIn(bytes: Uint8Array | undefined): Json | undefined {
  try {
    return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as Json);
  } catch {
    return undefined;
  }
}

/** The types of this project's Node version leave WebAssembly to the browser's. */
const { WebAssembly } = globalThis as { WebAssembly?: { validate(bytes: Uint8Array): boolean } };

function isWasm(bytes: Uint8Array): boolean {
  return WebAssembly?.validate(bytes) === true;
}

/** Parameters stand where they do for Rego source: `data.trueup.params["<policy>"]`. */
function withParameters(data: Json, params: JsonObject): JsonObject {
  const own = isJsonObject(data) ? data : {};
  const trueup = member(own, "trueup");
  return { ...own, trueup: { ...(isJsonObject(trueup) ? trueup : {}), params } };
}
