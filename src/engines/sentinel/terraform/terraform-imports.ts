import type { ImportSource } from "../evaluator/imports.ts";
import type { BoundImport } from "../evaluator/runtime.ts";
import { define, stringArg } from "../imports/define.ts";
import { bytesOf, textOf } from "../values/bytes.ts";
import { fromJson } from "../values/json.ts";
import type { Value } from "../values/value.ts";
import { objectOf, stripIndex } from "./plan-json.ts";
import { tfconfigV1 } from "./tfconfig-v1.ts";
import { tfconfigV2 } from "./tfconfig-v2.ts";
import { tfplanV1 } from "./tfplan-v1.ts";
import { tfplanV2 } from "./tfplan-v2.ts";
import { tfstateV1 } from "./tfstate-v1.ts";
import { tfstateV2 } from "./tfstate-v2.ts";

export interface TerraformOptions {
  /** `terraform show -json` of a plan, as `JSON.parse` gives it. Never changed. An observed drift is shown as such a plan. */
  readonly plan: unknown;
  /** `show -json` of a state; default the plan's `prior_state`. */
  readonly state?: unknown;
  /** The document of the `tfrun` import. */
  readonly run?: unknown;
  /** The selectors `resource_changes.all` and `.applied` of policies that mix both versions. Default true. */
  readonly compatibility?: boolean;
}

/** The Terraform imports of one plan, by import name. What a policy does not read is never built. */
export function terraformImports(options: TerraformOptions): Record<string, ImportSource> {
  const names = [
    "tfplan/v2",
    "tfconfig/v2",
    "tfstate/v2",
    "tfplan",
    "tfconfig",
    "tfstate",
    ...(options.run === undefined ? [] : ["tfrun"]),
  ];
  const sources: Record<string, ImportSource> = {};
  for (const name of names) {
    const source = terraformImport(name, options);
    if (source !== null) {
      sources[name] = source;
    }
  }
  return sources;
}

/** One Terraform import; null when the name is none. */
export function terraformImport(name: string, options: TerraformOptions): ImportSource | null {
  const plan = objectOf(options.plan);
  const state = options.state === undefined ? plan : objectOf(options.state);
  switch (name) {
    case "tfplan/v2":
      return sharedMembers(tfplanV2(plan, options.compatibility ?? true));
    case "tfstate/v2":
      return sharedMembers(tfstateV2(state));
    case "tfconfig/v2":
      return sharedMembers(tfconfigV2(plan), { strip_index: STRIP_INDEX });
    case "tfrun":
      return { kind: "static", data: options.run ?? {} };
    case "tfplan":
      return perEvaluation(() => tfplanV1(plan));
    case "tfstate":
      return perEvaluation(() => tfstateV1(state));
    case "tfconfig":
      return perEvaluation(() => tfconfigV1(plan));
    default:
      return null;
  }
}

const STRIP_INDEX = define("strip_index", 1, 1, (args) =>
  bytesOf(stripIndex(textOf(stringArg(args, 0, "strip_index")))),
);

/** Members that are plain JSON: built once for all evaluations, converted anew at each read. */
function sharedMembers(
  members: Readonly<Record<string, () => unknown>>,
  functions: Readonly<Record<string, Value>> = {},
): ImportSource {
  const built = new Map<string, unknown>();
  const member = (name: string): Value | undefined => {
    if (Object.hasOwn(functions, name)) {
      return functions[name];
    }
    if (!Object.hasOwn(members, name)) {
      return undefined;
    }
    if (!built.has(name)) {
      built.set(name, members[name]?.());
    }
    return fromJson(built.get(name));
  };
  const bound: BoundImport = { member, value: null };
  return { kind: "native", make: () => bound };
}

/** Members that are values of the language, which a policy could change: made for each evaluation. */
function perEvaluation(make: () => (name: string) => Value | undefined): ImportSource {
  return { kind: "native", make: () => ({ member: make(), value: null }) };
}
