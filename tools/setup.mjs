// Makes a fresh checkout ready: installs the packages when they are missing or older than the lock file, builds `dist/`
// when `--built` is asked for and sources are newer. So that each command of the README works by itself.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const time = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function run(command, args, why) {
  console.error(`${why}: ${command} ${args.join(" ")}`);
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (time(join(root, "node_modules/.package-lock.json")) < time(join(root, "package-lock.json"))) {
  run("npm", ["ci", "--no-audit", "--no-fund"], "installing packages");
}
if (process.argv.includes("--built")) {
  const newest = Math.max(
    ...readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => time(join(entry.parentPath, entry.name))),
  );
  if (time(join(root, "dist/bin/trueup.cjs")) < newest)
    run(process.execPath, ["tools/build.mjs"], "building");
}
