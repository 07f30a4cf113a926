import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from "yaml";

/** Types of Go into which a member of a YAML document is read. */
export type YamlShape =
  | "string"
  | "bool"
  | "[]string"
  | "[]interface {}"
  | "[]map[string]interface {}"
  | "map[string]interface {}";

/** A member of the document as text, where Go reads any scalar into a string: `title: 3` is the title `3`. */
export interface ShapedYaml {
  /** `line N: cannot unmarshal …`, in the order of the document. */
  readonly faults: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

/** Holds the members of a YAML map to their shapes, as go-yaml v3 does while it unmarshals. Members without a shape are free. */
export function shapeYaml(text: string, shapes: ReadonlyMap<string, YamlShape>): ShapedYaml {
  const lines = new LineCounter();
  const root = parseDocument(text, { lineCounter: lines, logLevel: "silent", uniqueKeys: false }).contents;
  const faults: string[] = [];
  const texts = new Map<string, string>();
  const fault = (node: Node, into: string): void => {
    const line = lines.linePos(node.range?.[0] ?? 0).line;
    faults.push(`line ${line}: cannot unmarshal ${told(node)} into ${into}`);
  };
  const read = (node: Node | null | undefined, shape: YamlShape): void => {
    if (node == null || isAlias(node) || (isScalar(node) && node.value === null)) return;
    if (shape === "string") {
      if (!isScalar(node)) fault(node, shape);
    } else if (shape === "bool") {
      if (!isScalar(node) || !isBool(node)) fault(node, shape);
    } else if (shape === "map[string]interface {}") {
      if (!isMap(node)) fault(node, shape);
    } else if (!isSeq(node)) fault(node, shape);
    else if (shape !== "[]interface {}") {
      const inner = shape === "[]string" ? "string" : "map[string]interface {}";
      for (const item of node.items) read(item as Node, inner);
    }
  };
  if (!isMap(root)) return { faults, texts };
  for (const { key, value } of root.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const shape = shapes.get(name);
    if (shape === undefined) continue;
    read(value as Node | null, shape);
    if (shape === "string" && isScalar(value) && value.value !== null) texts.set(name, sourceOf(value));
  }
  return { faults, texts };
}

/** go-yaml reads the words of YAML 1.1 into a bool where one is wanted. */
function isBool(node: Scalar): boolean {
  if (typeof node.value === "boolean") return true;
  return (
    node.type === "PLAIN" &&
    /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/.test(String(node.value))
  );
}

function sourceOf(node: Scalar): string {
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

/** `!!str` and up to ten characters of the value; of collections the tag alone. */
function told(node: Node): string {
  if (isSeq(node)) return "!!seq";
  if (!isScalar(node)) return "!!map";
  const text = sourceOf(node);
  return `${tagOf(node.value)} \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``;
}

function tagOf(value: unknown): string {
  if (typeof value === "boolean") return "!!bool";
  if (typeof value === "bigint") return "!!int";
  if (typeof value === "number") return Number.isInteger(value) ? "!!int" : "!!float";
  return "!!str";
}
