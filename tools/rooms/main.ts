import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { checkRooms, type SourceFile } from "./check.ts";

const SRC = join(import.meta.dirname, "../../src");

async function sources(): Promise<SourceFile[]> {
  const entries = await readdir(SRC, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({
      path: relative(SRC, path).split(sep).join("/"),
      text: await readFile(path, "utf8"),
    })),
  );
}

const files = await sources();
const breaches = await checkRooms(files);
for (const breach of breaches) console.error(`src/${breach.path}:${breach.line}: ${breach.says}`);
console.log(`rooms: ${files.length} files, ${breaches.length} breaches of the dependency rule`);
process.exitCode = breaches.length === 0 ? 0 : 1;
