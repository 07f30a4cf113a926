import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { schemaText } from "./schemas/json-schema.ts";
import { SCHEMAS } from "./schemas/registry.ts";

/**
 * Writes schemas/*.schema.json from the zod schemas of the program and of tools/schemas.
 * `--check`: writes nothing, exit code 1 when a file is missing, stale or left over.
 */
const FOLDER = fileURLToPath(new URL("../schemas/", import.meta.url));

function main(check: boolean): number {
  mkdirSync(FOLDER, { recursive: true });
  const stale = Object.entries(SCHEMAS).filter(
    ([file, schema]) => readOrEmpty(file) !== schemaText(file, schema),
  );
  const left = readdirSync(FOLDER).filter((file) => file.endsWith(".json") && !Object.hasOwn(SCHEMAS, file));
  if (check) {
    for (const [file] of stale) console.error(`schemas/${file} is stale; run \`npm run generate:schemas\``);
    for (const file of left) console.error(`schemas/${file} belongs to no schema; delete it`);
    return stale.length + left.length === 0 ? 0 : 1;
  }
  for (const [file, schema] of stale) writeFileSync(`${FOLDER}${file}`, schemaText(file, schema));
  for (const file of left) rmSync(`${FOLDER}${file}`);
  console.log(`${Object.keys(SCHEMAS).length} schemas, ${stale.length} written, ${left.length} deleted`);
  return 0;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(`${FOLDER}${file}`, "utf8");
  } catch {
    return "";
  }
}

process.exitCode = main(process.argv.includes("--check"));
