import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { type EstateResource, estateResource, MODULE_SIZE, moduleOf } from "./estate.ts";

export interface PlanSize {
  readonly resources: number;
  /** How many of them the bench policies deny, spread evenly. */
  readonly denied: number;
}

const PROVIDER = "registry.opentofu.org/hashicorp/aws";

/**
 * Writes the plan of an estate as `tofu show -json` would, section by section and never whole in memory.
 * Returns the number of bytes.
 */
export async function writePlan(path: string, size: PlanSize): Promise<number> {
  const file = createWriteStream(path, { highWaterMark: 1 << 20 });
  const write = async (text: string): Promise<void> => {
    if (!file.write(text)) await once(file, "drain");
  };
  const each = async (from: number, to: number, text: (resource: EstateResource) => string | null) => {
    let first = true;
    for (let i = from; i < to; i++) {
      const one = text(estateResource(i, isDenied(i, size)));
      if (one === null) continue;
      await write(first ? one : `,${one}`);
      first = false;
    }
  };
  const modules = async (resource: (one: EstateResource) => string | null) => {
    for (let from = 0; from < size.resources; from += MODULE_SIZE) {
      const to = Math.min(from + MODULE_SIZE, size.resources);
      await write(`${from === 0 ? "" : ","}{"resources":[`);
      await each(from, to, resource);
      await write(`],"address":"${moduleOf(from)}"}`);
    }
  };

  await write('{"format_version":"1.2","terraform_version":"1.12.6","planned_values":');
  await write('{"root_module":{"child_modules":[');
  await modules((one) => JSON.stringify(stateResource(one, plannedValues(one))));
  await write(']}},"resource_changes":[');
  await each(0, size.resources, (one) => JSON.stringify(resourceChange(one)));
  await write('],"prior_state":{"format_version":"1.0","terraform_version":"1.12.6","values":');
  await write('{"root_module":{"child_modules":[');
  await modules((one) => (one.before === null ? null : JSON.stringify(stateResource(one, one.before))));
  await write(`]}}},"configuration":{"provider_config":{"aws":{"name":"aws","full_name":"${PROVIDER}",`);
  await write('"expressions":{"region":{"constant_value":"eu-central-1"}}}},"root_module":{"module_calls":{');
  for (let from = 0; from < size.resources; from += MODULE_SIZE) {
    const to = Math.min(from + MODULE_SIZE, size.resources);
    const name = moduleOf(from).replace("module.", "");
    await write(`${from === 0 ? "" : ","}"${name}":{"source":"./modules/stack","module":{"resources":[`);
    await each(from, to, (one) => JSON.stringify(configurationResource(one)));
    await write("]}}");
  }
  await write('}}},"timestamp":"2026-11-24T08:30:00Z","applyable":true,"complete":true,"errored":false}\n');
  file.end();
  await finished(file);
  return file.bytesWritten;
}

function isDenied(index: number, size: PlanSize): boolean {
  if (size.denied === 0) return false;
  // An odd stride, so that the denied ones are of all types.
  const widest = Math.max(1, Math.floor(size.resources / size.denied));
  const stride = widest % 2 === 1 ? widest : widest - 1;
  return index % stride === 0 && index / stride < size.denied;
}

function stateResource(one: EstateResource, values: unknown): unknown {
  return {
    address: one.address,
    mode: "managed",
    type: one.type,
    name: one.name,
    provider_name: PROVIDER,
    schema_version: 1,
    values,
    sensitive_values: { tags: {}, tags_all: {} },
  };
}

function plannedValues(one: EstateResource): unknown {
  return Object.fromEntries(Object.entries(one.after).filter(([key]) => !one.unknown.includes(key)));
}

function resourceChange(one: EstateResource): unknown {
  return {
    address: one.address,
    module_address: one.module,
    mode: "managed",
    type: one.type,
    name: one.name,
    provider_name: PROVIDER,
    change: {
      actions: [one.action],
      before: one.before,
      after: plannedValues(one),
      after_unknown: Object.fromEntries(one.unknown.map((key) => [key, true])),
      before_sensitive: one.before === null ? false : { tags: {}, tags_all: {} },
      after_sensitive: { tags: {}, tags_all: {} },
    },
  };
}

function configurationResource(one: EstateResource): unknown {
  return {
    address: `${one.type}.${one.name}`,
    mode: "managed",
    type: one.type,
    name: one.name,
    provider_config_key: "aws",
    expressions: one.expressions,
    schema_version: 1,
  };
}
