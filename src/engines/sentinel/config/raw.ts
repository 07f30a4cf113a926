import type { SentinelError } from "../errors.ts";
import { sentinelError } from "../errors.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import type { Place, SourceFile } from "../source-file.ts";
import { placeAt } from "../source-file.ts";
import type { ConfigValue, HclBlock } from "./hcl.ts";
import { parseHcl } from "./hcl.ts";

/** A block of any of the three notations, before it is understood. */
export interface RawBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: Readonly<Record<string, ConfigValue>>;
  readonly blocks: readonly RawBlock[];
  readonly place: Place;
}

export interface RawConfig {
  readonly blocks: readonly RawBlock[];
  /** The JSON form of before 0.19, without labels and blocks. */
  readonly legacy: boolean;
}

/** Reads `*.hcl` as HCL, `*.json` as its JSON equivalent or as the legacy form. */
export function readRawConfig(file: SourceFile): Result<RawConfig, SentinelError> {
  if (file.name.endsWith(".json")) {
    return readJson(file);
  }
  const body = parseHcl(file);
  if (!body.ok) {
    return body;
  }
  const [stray] = body.value.attributes;
  if (stray !== undefined) {
    return fail(
      sentinelError(
        "sentinel_config_error",
        `the attribute \`${stray.name}\` stands outside of a block`,
        placeAt(file, stray.pos),
      ),
    );
  }
  return ok({ blocks: body.value.blocks.map((block) => fromHcl(block, file)), legacy: false });
}

function fromHcl(block: HclBlock, file: SourceFile): RawBlock {
  const attributes = Object.create(null) as Record<string, ConfigValue>;
  for (const { name, value } of block.body.attributes) {
    attributes[name] = value;
  }
  return {
    type: block.type,
    labels: block.labels,
    attributes,
    blocks: block.body.blocks.map((inner) => fromHcl(inner, file)),
    place: placeAt(file, block.pos),
  };
}

type JsonObject = { readonly [key: string]: ConfigValue };

function isObject(value: ConfigValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJson(file: SourceFile): Result<RawConfig, SentinelError> {
  const place = placeAt(file, 0);
  let json: ConfigValue;
  try {
    json = JSON.parse(file.text) as ConfigValue;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown reason";
    return fail(sentinelError("sentinel_config_error", `the file is not JSON: ${reason}`, place));
  }
  if (!isObject(json)) {
    return fail(sentinelError("sentinel_config_error", "the file must hold a JSON object", place));
  }
  return isBlockForm(json)
    ? ok({ blocks: fromBlockForm(json, place), legacy: false })
    : fromLegacy(json, place);
}

function entriesOf(value: ConfigValue | undefined): (readonly [string, ConfigValue])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function hasOnly(value: ConfigValue, keys: readonly string[]): boolean {
  return (
    isObject(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => keys.includes(key))
  );
}

/** Whether each section has the shape that HCL's JSON notation gives it. */
function isBlockForm(json: JsonObject): boolean {
  if ("policy" in json || "import" in json || "sentinel" in json) {
    return true;
  }
  if ("modules" in json || Object.keys(json).length === 0) {
    return false;
  }
  return (
    entriesOf(json["mock"]).every(([, mock]) => hasOnly(mock, ["module", "data"])) &&
    [...entriesOf(json["param"]), ...entriesOf(json["global"])].every(([, value]) =>
      hasOnly(value, ["value"]),
    ) &&
    (json["test"] === undefined || hasOnly(json["test"], ["rules"]))
  );
}

const LABELS: Readonly<Record<string, number>> = {
  import: 2,
  mock: 1,
  module: 1,
  param: 1,
  global: 1,
  policy: 1,
  test: 0,
  sentinel: 0,
};

function fromBlockForm(json: JsonObject, place: Place): RawBlock[] {
  const blocks: RawBlock[] = [];
  const descend = (type: string, value: ConfigValue, labels: readonly string[], left: number): void => {
    for (const item of Array.isArray(value) ? (value as readonly ConfigValue[]) : [value]) {
      if (left > 0) {
        for (const [label, inner] of entriesOf(item)) {
          descend(type, inner, [...labels, label], left - 1);
        }
      } else if (isObject(item)) {
        blocks.push(blockOf(type, labels, item, place));
      }
    }
  };
  for (const [type, value] of Object.entries(json)) {
    descend(type, value, [], LABELS[type] ?? 0);
  }
  return blocks;
}

/** In a mock, `module` is a nested block; everything else is an attribute. */
function blockOf(type: string, labels: readonly string[], object: JsonObject, place: Place): RawBlock {
  const nested =
    type === "mock" && isObject(object["module"]) ? [blockOf("module", [], object["module"], place)] : [];
  const attributes = Object.create(null) as Record<string, ConfigValue>;
  for (const [key, value] of Object.entries(object)) {
    if (nested.length === 0 || key !== "module") {
      attributes[key] = value;
    }
  }
  return { type, labels, attributes, blocks: nested, place };
}

function fromLegacy(json: JsonObject, place: Place): Result<RawConfig, SentinelError> {
  const blocks: RawBlock[] = [];
  const add = (
    type: string,
    labels: readonly string[],
    attributes: JsonObject,
    inner: readonly RawBlock[] = [],
  ): void => {
    blocks.push({ type, labels, attributes, blocks: inner, place });
  };
  const known = ["mock", "modules", "param", "global", "test", "imports"];
  const stray = Object.keys(json).find((key) => !known.includes(key));
  if (stray !== undefined) {
    return fail(sentinelError("sentinel_config_error", `the key \`${stray}\` is not known`, place));
  }
  for (const [name, mock] of entriesOf(json["mock"])) {
    if (typeof mock === "string") {
      add("mock", [name], {}, [
        { type: "module", labels: [], attributes: { source: mock }, blocks: [], place },
      ]);
    } else {
      add("mock", [name], { data: mock });
    }
  }
  for (const [name, module] of entriesOf(json["modules"])) {
    const source = isObject(module) ? (module["path"] ?? module["source"] ?? null) : module;
    add("import", ["module", name], { source });
  }
  for (const section of ["param", "global"]) {
    for (const [name, value] of entriesOf(json[section])) {
      add(section, [name], { value });
    }
  }
  if (json["test"] !== undefined) {
    add("test", [], { rules: json["test"] });
  }
  return ok({ blocks, legacy: true });
}
