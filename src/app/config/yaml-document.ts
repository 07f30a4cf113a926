import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
} from "yaml";
import { err, ok, type Place, type Problem, problem, type Result } from "../../base/index.ts";

/** A configuration file is read by people: a megabyte is more than any of them ever is. */
const MAX_LENGTH = 1_048_576;
const MAX_DEPTH = 100;

/** A YAML file as plain data, with the place of every part. */
export interface YamlDocument {
  readonly data: unknown;
  /** Place of a value, of the nearest thing around it when it is missing, or of a key. */
  place(path: readonly PropertyKey[], what?: "value" | "key"): Place;
}

/** Reads one YAML 1.2 document: no duplicate keys, no unknown tags, bounded aliases, depth and length. */
export function readYaml(text: string, file: string): Result<YamlDocument, readonly Problem[]> {
  const refuse = (message: string, hint?: string) =>
    err([
      problem("config_unreadable", message, { place: { file }, ...(hint === undefined ? {} : { hint }) }),
    ]);
  if (text.length > MAX_LENGTH) return refuse(`the file is longer than ${MAX_LENGTH} characters`);
  if (tooDeep(text)) return refuse(`the file is nested deeper than ${MAX_DEPTH} levels`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return err(
      faults.map((fault) => {
        const { line, col } = lines.linePos(fault.pos[0]);
        const place = { file, line, column: col };
        return problem("config_unreadable", `the file is no valid YAML: ${firstSentence(fault.message)}`, {
          place,
        });
      }),
    );
  }
  if (document.contents === null) return refuse("the file is empty", "begin with `version: 1`");
  const root = document.contents;
  const forbidden = forbiddenKey(document);
  if (forbidden !== null) {
    const { line, col } = lines.linePos(forbidden);
    const place = { file, line, column: col };
    return err([problem("config_unknown_key", "`__proto__` cannot be a key", { place })]);
  }
  try {
    const data: unknown = document.toJS({ maxAliasCount: 100 });
    return ok({ data, place: (path, what = "value") => placeOf(root, path, what, lines, file) });
  } catch {
    return refuse("the file repeats aliases too often", "write the values out");
  }
}

/** Offset of the first `__proto__` key: schema libraries drop it in silence, and nothing is ignored here. */
function forbiddenKey(document: Document.Parsed): number | null {
  let found: number | null = null;
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || pair.key.value !== "__proto__") return undefined;
      found = startOf(pair.key) ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

/** Nesting is bounded before the parser, which recurses: by flow brackets, by indentation and by `- - -` on one line. */
function tooDeep(text: string): boolean {
  let flow = 0;
  for (const line of text.split("\n")) {
    for (const character of line) {
      if (character === "[" || character === "{") flow++;
      else if (character === "]" || character === "}") flow = Math.max(0, flow - 1);
      if (flow > MAX_DEPTH) return true;
    }
    const indicators = /^(?:\s*[-?:](?=\s))*/.exec(line)?.[0] ?? "";
    if (indicators.length > MAX_DEPTH * 4 || (/^ */.exec(line)?.[0].length ?? 0) > MAX_DEPTH * 8) return true;
  }
  return false;
}

function firstSentence(message: string): string {
  const line = message.split("\n")[0] ?? "";
  const sentence = line.replace(/ at line \d+, column \d+:?$/, "");
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function placeOf(
  root: ParsedNode,
  path: readonly PropertyKey[],
  what: "value" | "key",
  lines: LineCounter,
  file: string,
): Place {
  let node: unknown = root;
  let offset = root.range[0];
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    if (isSeq(node)) {
      node = typeof step === "number" ? node.items[step] : undefined;
    } else if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      const key = pair?.key;
      if (last && what === "key") offset = startOf(key) ?? offset;
      node = pair?.value;
    } else break;
    const start = startOf(node);
    if (start === null) break;
    if (!(last && what === "key")) offset = start;
  }
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col, ...(path.length === 0 ? {} : { path: pathOf(path) }) };
}

function startOf(node: unknown): number | null {
  const range = (node as Node | null | undefined)?.range;
  return range === null || range === undefined ? null : range[0];
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? String(step) : `${text}.${String(step)}`,
    "",
  );
}
