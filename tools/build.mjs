// Builds `dist/` from `src/`: TypeScript, plus the data files that code reads beside itself.
// Plain JavaScript because it runs as npm's `prepare`, before anything else of the project can.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const compiler = join(root, "node_modules/typescript/bin/tsc");
const DATA = /\.(?:sql|ya?ml|json)$/;

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
const main = join(root, "dist/cli/main.js");
if (existsSync(main)) chmodSync(main, 0o755);
