import type { SentinelError } from "../errors.ts";
import { sentinelError } from "../errors.ts";
import { STANDARD_IMPORTS } from "../imports/standard-imports.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import type { SourceFile } from "../source-file.ts";
import type { ConfigValue } from "./hcl.ts";
import type { RawBlock, RawConfig } from "./raw.ts";
import { readRawConfig } from "./raw.ts";

export type EnforcementLevel = "advisory" | "soft-mandatory" | "hard-mandatory";
export type Values = Readonly<Record<string, ConfigValue>>;

export type ConfiguredImport =
  | { readonly kind: "module"; readonly source: string }
  | { readonly kind: "static"; readonly source: string; readonly format: string }
  | { readonly kind: "plugin"; readonly source: string | null; readonly config: Values };

export type ConfiguredMock =
  | { readonly kind: "module"; readonly source: string }
  | { readonly kind: "data"; readonly data: ConfigValue };

export interface ConfiguredPolicy {
  readonly name: string;
  readonly source: string;
  /** Default advisory. The policy's text never knows its level. */
  readonly level: EnforcementLevel;
  readonly params: Values;
}

/** What `sentinel.hcl` or a test case says. Sources are as written, relative to where the caller says. */
export interface SentinelConfig {
  readonly imports: ReadonlyMap<string, ConfiguredImport>;
  readonly mocks: ReadonlyMap<string, ConfiguredMock>;
  readonly params: Values;
  readonly globals: Values;
  readonly policies: readonly ConfiguredPolicy[];
  /** Null without a `test` block: then the policy must pass. */
  readonly test: { readonly rules: Values } | null;
  readonly features: Values;
  readonly legacy: boolean;
}

/** Reads and understands one configuration file. */
export function readConfig(file: SourceFile): Result<SentinelConfig, SentinelError> {
  const raw = readRawConfig(file);
  return raw.ok ? understand(raw.value) : raw;
}

/** Gives the blocks their meaning; anything unknown is an error. */
export function understand(raw: RawConfig): Result<SentinelConfig, SentinelError> {
  const imports = new Map<string, ConfiguredImport>();
  const mocks = new Map<string, ConfiguredMock>();
  const params = Object.create(null) as Record<string, ConfigValue>;
  const globals = Object.create(null) as Record<string, ConfigValue>;
  const features = Object.create(null) as Record<string, ConfigValue>;
  const policies: ConfiguredPolicy[] = [];
  let test: { readonly rules: Values } | null = null;
  try {
    for (const block of raw.blocks) {
      switch (block.type) {
        case "mock":
          unique(mocks, label(block, 0, 1), readMock(block), block);
          break;
        case "module":
          unique(imports, label(block, 0, 1), { kind: "module", source: text(block, "source") }, block);
          break;
        case "import":
          readImport(block, imports);
          break;
        case "param":
          params[label(block, 0, 1)] = attribute(block, "value");
          break;
        case "global":
          globals[label(block, 0, 1)] = attribute(block, "value");
          break;
        case "policy":
          policies.push(readPolicy(block));
          break;
        case "test":
          only(block, ["rules"], []);
          test = { rules: object(block, "rules") };
          break;
        case "sentinel":
          only(block, ["features"], []);
          Object.assign(features, object(block, "features"));
          break;
        default:
          throw problem(block, `the block \`${block.type}\` is not known`);
      }
    }
  } catch (error) {
    if (error instanceof ConfigProblem) {
      return fail(sentinelError("sentinel_config_error", error.message, error.block.place));
    }
    throw error;
  }
  return ok({ imports, mocks, params, globals, policies, test, features, legacy: raw.legacy });
}

/** Caught in `understand`; carries the block for its place. */
class ConfigProblem extends Error {
  readonly block: RawBlock;

  constructor(block: RawBlock, message: string) {
    super(message);
    this.block = block;
  }
}

function problem(block: RawBlock, message: string): ConfigProblem {
  return new ConfigProblem(block, message);
}

function label(block: RawBlock, at: number, count: number): string {
  const found = block.labels[at];
  if (found === undefined || block.labels.length !== count) {
    throw problem(
      block,
      `the block \`${block.type}\` needs ${count === 1 ? "one label" : `${count} labels`}`,
    );
  }
  return found;
}

function unique<T>(map: Map<string, T>, name: string, value: T, block: RawBlock): void {
  if (map.has(name)) {
    throw problem(block, `\`${name}\` is configured twice`);
  }
  map.set(name, value);
}

function only(block: RawBlock, attributes: readonly string[], blocks: readonly string[]): void {
  const stray = Object.keys(block.attributes).find((name) => !attributes.includes(name));
  const strayBlock = block.blocks.find((inner) => !blocks.includes(inner.type))?.type;
  if (stray !== undefined || strayBlock !== undefined) {
    throw problem(block, `\`${stray ?? strayBlock}\` is not known in the block \`${block.type}\``);
  }
}

function attribute(block: RawBlock, name: string): ConfigValue {
  const value = block.attributes[name];
  if (value === undefined) {
    throw problem(block, `the block \`${[block.type, ...block.labels].join(" ")}\` needs \`${name}\``);
  }
  return value;
}

function text(block: RawBlock, name: string): string {
  const value = attribute(block, name);
  if (typeof value !== "string") {
    throw problem(
      block,
      `\`${name}\` of the block \`${[block.type, ...block.labels].join(" ")}\` must be a string`,
    );
  }
  return value;
}

function object(block: RawBlock, name: string): Values {
  const value = block.attributes[name];
  if (value === undefined) {
    return {};
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw problem(block, `\`${name}\` of the block \`${block.type}\` must be a map`);
  }
  return value as Values;
}

function readMock(block: RawBlock): ConfiguredMock {
  only(block, ["data"], ["module"]);
  const [module] = block.blocks;
  if (module === undefined) {
    return { kind: "data", data: attribute(block, "data") };
  }
  only(module, ["source"], []);
  return { kind: "module", source: text(module, "source") };
}

function readImport(block: RawBlock, imports: Map<string, ConfiguredImport>): void {
  // Before 0.19 `import "name" { source = … }` configured a plugin.
  const [kind, name] =
    block.labels.length === 1 ? ["plugin", label(block, 0, 1)] : [label(block, 0, 2), label(block, 1, 2)];
  switch (kind) {
    case "module":
      only(block, ["source"], []);
      unique(imports, name, { kind, source: text(block, "source") }, block);
      break;
    case "static":
      only(block, ["source", "format"], []);
      unique(
        imports,
        name,
        {
          kind,
          source: text(block, "source"),
          format: "format" in block.attributes ? text(block, "format") : "json",
        },
        block,
      );
      break;
    case "plugin":
      unique(
        imports,
        name,
        {
          kind,
          source: "source" in block.attributes ? text(block, "source") : null,
          config: object(block, "config"),
        },
        block,
      );
      break;
    default:
      throw problem(block, `the import kind \`${kind}\` is not known`);
  }
  if (kind !== "plugin" && STANDARD_IMPORTS.has(name)) {
    throw problem(block, `\`${name}\` is a standard import and can only be replaced by a mock`);
  }
}

const LEVELS: ReadonlySet<string> = new Set(["advisory", "soft-mandatory", "hard-mandatory"]);

function readPolicy(block: RawBlock): ConfiguredPolicy {
  const name = label(block, 0, 1);
  const level = "enforcement_level" in block.attributes ? text(block, "enforcement_level") : "advisory";
  if (!LEVELS.has(level)) {
    throw problem(block, `\`${level}\` is not an enforcement level`);
  }
  const source = "source" in block.attributes ? text(block, "source") : `./${name}.sentinel`;
  return { name, source, level: level as EnforcementLevel, params: object(block, "params") };
}
