import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { builtPath, peersFolder, tofuConfigFile } from "./places.ts";
import { RECIPES, type Recipe } from "./recipes.ts";

/** A peer that can be run, or the reason why it cannot. */
export type Peer =
  | { readonly found: true; readonly path: string }
  | { readonly found: false; readonly reason: string };

/**
 * Finds one program by its name (`tofu`, `kube-apiserver`, `terraform-provider-local` …).
 * The cache is looked at first, then, for what comes from a Debian package, PATH.
 */
export function findPeer(program: string, env: NodeJS.ProcessEnv = process.env): Peer {
  const peers = peersFolder(env);
  const recipe = RECIPES.find((r) => programsOf(r).includes(program));
  if (recipe === undefined) return { found: false, reason: `no recipe builds \`${program}\`` };
  for (const path of candidates(recipe, program, peers, env)) {
    if (isExecutable(path)) return { found: true, path };
  }
  return { found: false, reason: `\`${program}\` is not built: run \`npm run peers ${recipe.name}\`` };
}

/** Finds several programs at once; the reasons of all that are missing come together. */
export function findPeers<Name extends string>(
  programs: readonly Name[],
  env: NodeJS.ProcessEnv = process.env,
):
  | { readonly found: true; readonly paths: Readonly<Record<Name, string>>; readonly tofuConfig: string }
  | { readonly found: false; readonly reason: string } {
  const paths = {} as Record<Name, string>;
  const reasons: string[] = [];
  for (const program of programs) {
    const peer = findPeer(program, env);
    if (peer.found) paths[program] = peer.path;
    else reasons.push(peer.reason);
  }
  if (reasons.length > 0) return { found: false, reason: reasons.join("; ") };
  return { found: true, paths, tofuConfig: tofuConfigFile(peersFolder(env)) };
}

export function programsOf(recipe: Recipe): readonly string[] {
  return recipe.from.kind === "go" ? recipe.from.builds.map((b) => b.name) : recipe.from.binaries;
}

export function onPath(program: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((dir) => dir !== "")
    .map((dir) => join(dir, program))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function candidates(
  recipe: Recipe,
  program: string,
  peers: string,
  env: NodeJS.ProcessEnv,
): readonly string[] {
  if (recipe.from.kind === "go") {
    return recipe.from.builds.filter((b) => b.name === program).map((b) => builtPath(peers, b));
  }
  const inPath = onPath(program, env);
  return [builtPath(peers, { name: program }), ...(inPath === undefined ? [] : [inPath])];
}
