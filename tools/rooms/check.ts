import { init, parse } from "es-module-lexer";
import { ROOMS, type Room } from "./rules.ts";

export interface SourceFile {
  /** Path below `src/`, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly says: string;
}

interface Placed {
  readonly rule: Room;
  /** The room itself, with the sibling's name: `observe/sources/tofu`. */
  readonly name: string;
  /** Path inside the room. */
  readonly inside: string;
}

/** Every breach of the dependency rule in the given sources. Tests are held to the import rule, not to purity. */
export async function checkRooms(files: readonly SourceFile[]): Promise<Breach[]> {
  await init;
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) => checkFile(file, known));
}

function checkFile(file: SourceFile, known: ReadonlySet<string>): Breach[] {
  const from = roomOf(file.path);
  if (from === null)
    return [
      { path: file.path, line: 1, says: "the file is in no room; rooms are listed in tools/rooms/rules.ts" },
    ];
  const isTest = /\.test\.ts$/.test(file.path) || from.name === "testing";
  const breaches: Breach[] = [];
  const add = (offset: number, says: string): void => {
    breaches.push({ path: file.path, line: lineAt(file.text, offset), says });
  };
  // A test may know the inside of any room: it proves the room, it does not build on it.
  for (const found of isTest ? [] : importsOf(file)) {
    const says = checkImport(file.path, from, found.specifier, known);
    if (says !== null) add(found.offset, says);
  }
  if (!isTest && isPure(from)) for (const found of impurities(file.text)) add(found.offset, found.says);
  return breaches;
}

function checkImport(
  path: string,
  from: Placed,
  specifier: string,
  known: ReadonlySet<string>,
): string | null {
  if (specifier.startsWith("node:")) {
    return isPure(from) ? `pure room \`${from.name}\` imports \`${specifier}\`` : null;
  }
  if (!specifier.startsWith(".")) {
    return from.rule.packages === false && isPure(from)
      ? `room \`${from.name}\` imports package \`${specifier}\` outside its built-ins`
      : null;
  }
  const target = resolve(path, specifier);
  if (!target.startsWith("../") && !known.has(target) && /\.ts$/.test(target))
    return `\`${specifier}\` does not exist`;
  const to = roomOf(target);
  if (to === null) return `\`${specifier}\` leads out of the rooms`;
  if (houseOf(to) === houseOf(from)) return null;
  if (to.name === "testing") return "`testing` is imported by tests only";
  const allowed = from.rule.mayEnter.some(
    (entry) => entry === "*" || target === entry || to.name === entry || to.rule.folder === entry,
  );
  if (!allowed) return `room \`${from.name}\` may not enter \`${to.name}\``;
  const byPort = from.rule.mayEnter.includes(target);
  return to.inside === "index.ts" || byPort
    ? null
    : `enter \`${to.name}\` by its index.ts, not by \`${to.inside}\``;
}

function houseOf(place: Placed): string {
  return place.rule.partOf ?? place.name;
}

function isPure(place: Placed): boolean {
  if (place.rule.pure !== true) return false;
  const top = place.inside.split("/")[0] ?? "";
  return !(place.rule.impureFolders ?? []).includes(top);
}

const IMPURE: readonly (readonly [pattern: RegExp, says: string])[] = [
  [/\bDate\.now\(|\bnew Date\(\)/g, "reads the system clock"],
  [/\bperformance\.now\(/g, "reads the system clock"],
  [/\bMath\.random\(/g, "draws a random number"],
  [/\bprocess\.\w/g, "touches the process"],
  [/^[^/*]*\bawait\s/gm, "awaits"],
  [/\bglobalThis\b/g, "touches the global object"],
];

function impurities(text: string): { offset: number; says: string }[] {
  const code = withoutComments(text);
  return IMPURE.flatMap(([pattern, says]) =>
    [...code.matchAll(pattern)].map((match) => ({
      offset: match.index,
      says: `a pure room ${says}: \`${match[0].trim().slice(0, 40)}\``,
    })),
  );
}

/** Blanks comments and string literals so that prose about clocks is no breach; offsets stay. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g, (part) =>
    part.replace(/[^\n]/g, " "),
  );
}

function importsOf(file: SourceFile): { specifier: string; offset: number }[] {
  const [imports] = parse(file.text, file.path);
  return imports.flatMap((item) =>
    "specifier" in item && typeof item.specifier === "string"
      ? [{ specifier: item.specifier, offset: item.importStart }]
      : [],
  );
}

export function roomOf(path: string): Placed | null {
  let best: Placed | null = null;
  for (const rule of ROOMS) {
    const name = matchFolder(rule.folder, path);
    if (name !== null && (best === null || name.length > best.name.length)) {
      best = { rule, name, inside: path.slice(name.length + 1) };
    }
  }
  return best;
}

function matchFolder(folder: string, path: string): string | null {
  const want = folder.split("/");
  const have = path.split("/");
  if (have.length <= want.length) return null;
  for (let i = 0; i < want.length; i++) if (want[i] !== "*" && want[i] !== have[i]) return null;
  return have.slice(0, want.length).join("/");
}

function resolve(path: string, specifier: string): string {
  const parts = path.split("/").slice(0, -1);
  for (const step of specifier.split("/")) {
    if (step === "..") {
      if (parts.pop() === undefined) return `../${specifier}`;
    } else if (step !== ".") parts.push(step);
  }
  return parts.join("/");
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
