import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isExecutable, onPath, programsOf } from "./find.ts";
import { builtPath, goPlatform, mirrorFolder, PROJECT_ROOT, sharedFolder, tofuConfigFile } from "./places.ts";
import type { DebianRecipe, GoRecipe, Recipe } from "./recipes.ts";
import { type RunOutcome, runNicely } from "./run.ts";

export type BuildOutcome =
  | { readonly kind: "built" | "fresh"; readonly note?: string }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Builds one recipe into `peers`, unless its stamp says that this very recipe was built there before.
 * A program appears under its name only when it is whole: builds go to a temporary name first.
 */
export async function buildPeer(recipe: Recipe, peers: string): Promise<BuildOutcome> {
  const from = recipe.from;
  return from.kind === "go" ? buildFromGo(recipe, from, peers) : unpackDebian(from, peers);
}

/** The Go module folder of a recipe, or undefined where it is not there. */
function moduleFolder(from: GoRecipe): string | undefined {
  const folder = from.shared
    ? join(sharedFolder(), from.module)
    : join(PROJECT_ROOT, "tools/peers/modules", from.module);
  return existsSync(join(folder, "go.mod")) ? folder : undefined;
}

async function buildFromGo(recipe: Recipe, from: GoRecipe, peers: string): Promise<BuildOutcome> {
  const source = moduleFolder(from);
  if (source === undefined) {
    return { kind: "skipped", reason: `its source is not in the shared folder (TRUEUP_SHARED)` };
  }
  const stamp = join(peers, "stamps", recipe.name);
  const digest = recipeDigest(recipe, source);
  const programs = from.builds.map((b) => builtPath(peers, b));
  if (readStamp(stamp) === digest && programs.every(isExecutable)) return { kind: "fresh" };

  const goTool = onPath("go");
  if (goTool === undefined) return { kind: "skipped", reason: "the Go toolchain (`go`) is not on PATH" };

  const work = join(peers, "src", recipe.name);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // Copied as bytes: the shared folder may be read-only, and `go mod tidy` must be able to write here.
  for (const name of readdirSync(source)) writeFileSync(join(work, name), readFileSync(join(source, name)));

  const env = goEnvironment();
  const fits = await runNicely(goTool, ["list", "-m"], { cwd: work, env });
  if (fits.code !== 0) {
    // An older toolchain that may not, or cannot, fetch the one that the module asks for.
    return {
      kind: "skipped",
      reason: `the Go toolchain does not fit the module: ${lastLines(fits.stderr, 1)}`,
    };
  }
  if (!existsSync(join(work, "go.sum"))) {
    const tidy = await runNicely(goTool, ["mod", "tidy"], { cwd: work, env });
    if (tidy.code !== 0) return failed("go mod tidy", tidy);
  }
  for (const build of from.builds) {
    const target = builtPath(peers, build);
    const half = join(peers, "src", `${build.name}.half`);
    mkdirSync(dirname(target), { recursive: true });
    const ldflags = ["-s", "-w", ...(build.ldflags === undefined ? [] : [build.ldflags])].join(" ");
    const args = ["build", "-trimpath", `-ldflags=${ldflags}`, "-o", half, build.package];
    const outcome = await runNicely(goTool, args, { cwd: work, env });
    if (outcome.code !== 0) return failed(`go build ${build.package}`, outcome);
    renameSync(half, target);
  }
  writeStamp(stamp, digest);
  return { kind: "built" };
}

async function unpackDebian(from: DebianRecipe, peers: string): Promise<BuildOutcome> {
  const targets = from.binaries.map((name) => builtPath(peers, { name }));
  if (targets.every(isExecutable)) return { kind: "fresh", note: "unpacked before" };
  const found = from.binaries.map((name) => onPath(name));
  if (found.every((path) => path !== undefined))
    return { kind: "fresh", note: `found at ${found.join(", ")}` };

  const apt = onPath("apt-get");
  const dpkg = onPath("dpkg-deb");
  if (apt === undefined || dpkg === undefined) {
    return {
      kind: "skipped",
      reason: `not on PATH, and there is no apt to bring the package ${from.package}`,
    };
  }
  const work = join(peers, "src", from.package);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  let download = await runNicely(apt, ["download", from.package], { cwd: work });
  if (download.code !== 0 && process.getuid?.() === 0) {
    // A fresh image has no package lists yet.
    await runNicely(apt, ["update", "-q"], { cwd: work });
    download = await runNicely(apt, ["download", from.package], { cwd: work });
  }
  const archive = readdirSync(work).find((name) => name.endsWith(".deb"));
  if (download.code !== 0 || archive === undefined) {
    return {
      kind: "skipped",
      reason: `apt could not bring ${from.package}: ${lastLines(download.stderr, 2)}`,
    };
  }
  const unpack = await runNicely(dpkg, ["-x", archive, "root"], { cwd: work });
  if (unpack.code !== 0) return failed(`dpkg-deb -x ${archive}`, unpack);
  mkdirSync(join(peers, "bin"), { recursive: true });
  for (const [i, name] of from.binaries.entries()) {
    const half = join(work, `${name}.half`);
    copyFileSync(join(work, "root/usr/bin", name), half);
    renameSync(half, targets[i] ?? builtPath(peers, { name }));
  }
  rmSync(work, { recursive: true, force: true });
  return { kind: "built", note: archive };
}

/** Writes tofu's configuration that names the mirror as the only place where providers come from. */
export function writeTofuConfig(peers: string): void {
  const lines = [
    "disable_checkpoint = true",
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${JSON.stringify(mirrorFolder(peers))}`,
    '    include = ["registry.opentofu.org/*/*"]',
    "  }",
    "}",
    "",
  ];
  mkdirSync(peers, { recursive: true });
  writeFileSync(tofuConfigFile(peers), lines.join("\n"));
}

/** Whether the recipe is in place, for `--list`; never builds. */
export function peerState(recipe: Recipe, peers: string): string {
  const missing = programsOf(recipe).filter((name) => {
    const build = recipe.from.kind === "go" ? recipe.from.builds.find((b) => b.name === name) : { name };
    return build === undefined || !isExecutable(builtPath(peers, build));
  });
  if (missing.length === 0) return "built";
  if (recipe.from.kind === "debian" && missing.every((name) => onPath(name) !== undefined)) return "on PATH";
  return "missing";
}

/** cgo is off so that no C compiler is needed; settings of the machine's own Go work are kept out of ours. */
function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-buildvcs=false" };
}

function recipeDigest(recipe: Recipe, source: string): string {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).update(goPlatform());
  for (const name of readdirSync(source).sort()) {
    hash.update(`\n${name}\n`).update(readFileSync(join(source, name)));
  }
  return hash.digest("hex");
}

function readStamp(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

function writeStamp(path: string, digest: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${digest}\n`);
}

function failed(what: string, outcome: RunOutcome): BuildOutcome {
  return {
    kind: "failed",
    reason: `\`${what}\` ended with ${outcome.code}:\n${lastLines(outcome.stderr, 15)}`,
  };
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
