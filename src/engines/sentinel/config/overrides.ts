import type { SentinelError } from "../errors.ts";
import { sentinelError } from "../errors.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import { fileName } from "./paths.ts";
import type { RawBlock, RawConfig } from "./raw.ts";

function isOverrideFile(path: string): boolean {
  return /^(?:override|.*_override)\.(?:hcl|json)$/.test(fileName(path));
}

/**
 * Merges the configuration files of one folder: first the plain ones, then the overrides, each in lexical order.
 * An override changes a block with the same header: attributes replace, nested blocks replace by type.
 */
export function mergeConfigs(
  files: readonly { readonly path: string; readonly raw: RawConfig }[],
): Result<RawConfig, SentinelError> {
  const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const blocks = ordered.filter((file) => !isOverrideFile(file.path)).flatMap((file) => file.raw.blocks);
  const merged = [...blocks];
  for (const { raw } of ordered.filter((file) => isOverrideFile(file.path))) {
    for (const override of raw.blocks) {
      const at = merged.findIndex((block) => header(block) === header(override));
      const original = merged[at];
      if (original !== undefined) {
        merged[at] = mergeBlock(original, override);
      } else if (override.type === "test") {
        merged.push(override);
      } else {
        return fail(
          sentinelError(
            "sentinel_config_error",
            `there is no block \`${header(override)}\` to override`,
            override.place,
          ),
        );
      }
    }
  }
  return ok({ blocks: merged, legacy: files.some((file) => file.raw.legacy) });
}

function header(block: RawBlock): string {
  return [block.type, ...block.labels.map((label) => JSON.stringify(label))].join(" ");
}

function mergeBlock(original: RawBlock, override: RawBlock): RawBlock {
  const replaced = new Set(override.blocks.map((block) => block.type));
  return {
    ...original,
    attributes: { ...original.attributes, ...override.attributes },
    blocks: [...original.blocks.filter((block) => !replaced.has(block.type)), ...override.blocks],
  };
}
