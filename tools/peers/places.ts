import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { GoBuild } from "./recipes.ts";

/** The project's root folder, absolute. */
export const PROJECT_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where peers are kept: `TRUEUP_PEERS`, else `trueup/peers` in the user's cache folder. Absolute. */
export function peersFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env["TRUEUP_PEERS"]) return resolve(env["TRUEUP_PEERS"]);
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "trueup", "peers");
}

/** The folder of material shared with the project: `TRUEUP_SHARED`, else `../shared` beside the project. */
export function sharedFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(PROJECT_ROOT, env["TRUEUP_SHARED"] || "../shared");
}

/** The platform as Go and the provider mirror spell it, such as `linux_amd64`. */
export function goPlatform(): string {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return `${os}_${arch}`;
}

/** Where a build's program lies: in `bin/`, or for a provider in the mirror that tofu installs from. */
export function builtPath(peers: string, build: Pick<GoBuild, "name" | "provider">): string {
  if (build.provider === undefined) return join(peers, "bin", build.name);
  const { name, version } = build.provider;
  return join(
    mirrorFolder(peers),
    "registry.opentofu.org",
    "hashicorp",
    name,
    version,
    goPlatform(),
    `${build.name}_v${version}`,
  );
}

export function mirrorFolder(peers: string): string {
  return join(peers, "mirror");
}

/** tofu's CLI configuration that makes it install providers from the mirror alone, without a network. */
export function tofuConfigFile(peers: string): string {
  return join(peers, "tofurc");
}
