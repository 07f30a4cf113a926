import type { ConfiguredPolicy, SentinelConfig } from "../config/config.ts";
import { understand } from "../config/config.ts";
import { mergeConfigs } from "../config/overrides.ts";
import { joinPath } from "../config/paths.ts";
import { readRawConfig } from "../config/raw.ts";
import type { SentinelError } from "../errors.ts";
import { sentinelError } from "../errors.ts";
import type { SentinelHost } from "../host/host.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";

const EMPTY: SentinelConfig = {
  imports: new Map(),
  mocks: new Map(),
  params: {},
  globals: {},
  policies: [],
  test: null,
  features: {},
  legacy: false,
};

/**
 * The configuration of `apply`: the file or folder of `-config`, else all `*.hcl` of the working folder with their
 * overrides. Without any file the configuration is empty.
 */
export function loadConfig(host: SentinelHost, path: string | null): Result<SentinelConfig, SentinelError> {
  const folder = path ?? ".";
  const names = host.listFolder(folder);
  if (names === null) {
    return readFiles(host, [folder]);
  }
  const files = names.filter(
    (name) => name.endsWith(".hcl") || /^(?:override|.*_override)\.json$/.test(name),
  );
  return files.length === 0
    ? ok(EMPTY)
    : readFiles(
        host,
        files.sort().map((name) => joinPath(folder, name)),
      );
}

function readFiles(host: SentinelHost, paths: readonly string[]): Result<SentinelConfig, SentinelError> {
  const files = [];
  for (const path of paths) {
    const text = host.readFile(path);
    if (text === null) {
      return fail(
        sentinelError("sentinel_config_error", `the configuration \`${path}\` cannot be read`, null),
      );
    }
    const raw = readRawConfig({ name: path, text });
    if (!raw.ok) {
      return raw;
    }
    files.push({ path, raw: raw.value });
  }
  const merged = mergeConfigs(files);
  return merged.ok ? understand(merged.value) : merged;
}

export interface PolicyToApply extends ConfiguredPolicy {
  /** Named by a path on the command line, not by the configuration. */
  readonly direct: boolean;
}

/** The policies that the argument means: a file, a label of the configuration, or all of them. */
export function policiesToApply(
  config: SentinelConfig,
  host: SentinelHost,
  argument: string | null,
): Result<PolicyToApply[], SentinelError> {
  const configured = config.policies.map((policy) => ({ ...policy, direct: false }));
  if (argument === null) {
    return configured.length > 0
      ? ok(configured)
      : fail(sentinelError("sentinel_config_error", "no policy is given and none is configured", null));
  }
  const named = configured.find((policy) => policy.name === argument);
  if (named !== undefined) {
    return ok([named]);
  }
  return host.readFile(argument) === null
    ? fail(
        sentinelError(
          "sentinel_config_error",
          `\`${argument}\` is neither a file nor a configured policy`,
          null,
        ),
      )
    : ok([{ name: argument, source: argument, level: "hard-mandatory", params: {}, direct: true }]);
}
