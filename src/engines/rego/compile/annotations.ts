import type { Annotations, Comment, Import, Module, Package, Rule, Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { builtins } from "../builtins/index.ts";
import { shapeYaml, type YamlShape } from "../builtins/yaml/shape.ts";
import { type Location, type RegoError, regoError } from "../errors.ts";
import { parseQueryText } from "../parser/parse.ts";
import { isArray, isObject, lookup, objectEntries, toPlain, type Value } from "../values/index.ts";
import { ruleRef } from "./context.ts";
import { groundPrefix } from "./rule-tree.ts";

/** An annotation block and the statement right below it. */
export interface Attached {
  readonly annotations: Annotations;
  readonly on:
    | { kind: "package"; node: Package }
    | { kind: "rule"; node: Rule }
    | { kind: "import"; node: Import }
    | undefined;
  readonly path: readonly Term[];
}

/** Reads the `# METADATA` blocks of a module and attaches them. Blocks that do not parse are errors of the parse stage. */
export function readAnnotations(module: Module): { attached: Attached[]; errors: RegoError[] } {
  const errors: RegoError[] = [];
  const attached: Attached[] = [];
  for (const block of blocks(module.comments)) {
    const parsed = parseBlock(block);
    if ("message" in parsed) {
      errors.push(regoError("compile", "rego_parse_error", parsed.message, parsed.loc));
      continue;
    }
    const entry = attach(module, parsed);
    errors.push(...scopeErrors(entry));
    attached.push(entry);
  }
  return { attached, errors };
}

interface Block {
  readonly start: Comment;
  readonly lines: readonly Comment[];
}

function isMetadata(c: Comment): boolean {
  return c.loc.col === 1 && c.text.trim().startsWith("METADATA");
}

function blocks(comments: readonly Comment[]): Block[] {
  const out: Block[] = [];
  for (let i = 0; i < comments.length; i++) {
    const start = comments[i] as Comment;
    if (!isMetadata(start)) continue;
    const lines: Comment[] = [];
    let previous = start;
    while (i + 1 < comments.length) {
      const next = comments[i + 1] as Comment;
      if (next.loc.col !== 1 || next.loc.row - 1 !== previous.loc.row || isMetadata(next)) break;
      lines.push(next);
      previous = next;
      i++;
    }
    out.push({ start, lines });
  }
  return out;
}

function parseBlock(block: Block): Annotations | { message: string; loc: Location } {
  const text = block.lines.map((c) => c.text.replace(/^ /, "")).join("\n");
  const { loc } = block.start;
  if (text.trim() === "") return { message: "expected METADATA block, found whitespace", loc };
  const document = parseYaml(text);
  if (typeof document === "string") {
    return { message: document, loc: placeOf(document, block) };
  }
  if (document.value !== null && !isObject(document.value)) {
    return {
      message: "yaml: unmarshal errors: cannot unmarshal into rawAnnotation",
      loc: block.lines[0]?.loc ?? loc,
    };
  }
  const { faults, texts } = shapeYaml(text, SHAPES);
  if (faults.length > 0)
    return {
      message: `yaml: unmarshal errors:\n  ${faults.join("\n  ")}`,
      loc: placeOf(faults[0] ?? "", block),
    };
  return build(document.value, texts, block);
}

/** Members of a metadata block as OPA's `rawAnnotation` has them. */
const SHAPES: ReadonlyMap<string, YamlShape> = new Map([
  ["scope", "string"],
  ["title", "string"],
  ["description", "string"],
  ["entrypoint", "bool"],
  ["organizations", "[]string"],
  ["related_resources", "[]interface {}"],
  ["authors", "[]interface {}"],
  ["schemas", "[]map[string]interface {}"],
  ["custom", "map[string]interface {}"],
  ["labels", "map[string]interface {}"],
  ["compile", "map[string]interface {}"],
]);

/** OPA takes the line that a YAML error names for an index into the lines of the block, which is one further down. */
function placeOf(message: string, { start, lines }: Block): Location {
  const line = /line (\d+)/.exec(message)?.[1];
  const at = line === undefined ? lines[0] : (lines[Math.min(Number(line), lines.length - 1)] ?? lines[0]);
  return at?.loc ?? start.loc;
}

function parseYaml(text: string): { value: Value } | string {
  const unmarshal = builtins.get("yaml.unmarshal");
  if (unmarshal === undefined) return "yaml is not available";
  try {
    const value = unmarshal.impl(NO_CONTEXT, [text]);
    return value === undefined ? "yaml: invalid document" : { value };
  } catch (thrown) {
    const message =
      typeof thrown === "object" && thrown !== null && "message" in thrown ? String(thrown.message) : "";
    return message.replace(/^yaml\.unmarshal: /, "") || "yaml: invalid document";
  }
}

const NO_CONTEXT = {
  nowNs: () => undefined,
  randomInt: () => 0,
  randomBytes: () => new Uint8Array(),
  runtime: (): Value => ({}),
  cache: new Map<string, unknown>(),
  constants: new Map<string, unknown>(),
  limits: { maxItems: 100_000, maxStringBytes: 1_000_000 },
  tick: () => {},
  host: {},
};

function build(
  document: Value,
  texts: ReadonlyMap<string, string>,
  { start, lines }: Block,
): Annotations | { message: string; loc: Location } {
  const get = (key: string): Value | undefined => (document === null ? undefined : lookup(document, key));
  const text = (key: string): string => texts.get(key) ?? "";
  const list = (key: string): readonly Value[] => {
    const v = get(key);
    return isArray(v) ? v : [];
  };
  const record = (key: string): Record<string, unknown> | undefined => {
    const v = get(key);
    return v !== undefined && isObject(v) ? (toPlain(v) as Record<string, unknown>) : undefined;
  };
  const result: Annotations = {
    scope: text("scope"),
    title: text("title"),
    description: text("description"),
    entrypoint: isTrue(get("entrypoint")),
    organizations: list("organizations").map((v) => String(v)),
    relatedResources: [],
    authors: [],
    schemas: [],
    custom: record("custom"),
    labels: record("labels"),
    compile: undefined,
    loc: start.loc,
    endRow: (lines[lines.length - 1] ?? start).loc.row,
  };
  const bad = (message: string): { message: string; loc: Location } => ({ message, loc: start.loc });
  for (const v of list("related_resources")) {
    const ref = typeof v === "string" ? v : isObject(v) ? String(lookup(v, "ref") ?? "").trim() : undefined;
    if (ref === undefined)
      return bad("invalid related-resource definition: invalid value type, must be string or map");
    if (ref === "") return bad("invalid related-resource definition: 'ref' value required in object");
    const description = isObject(v) ? String(lookup(v, "description") ?? "").trim() : "";
    result.relatedResources.push({ ref, description });
  }
  for (const v of list("authors")) {
    const author = authorOf(v);
    if (typeof author === "string") return bad(`invalid author definition: ${author}`);
    result.authors.push(author);
  }
  for (const v of list("schemas")) {
    const schema = schemaOf(v);
    if (typeof schema === "string") return bad(schema);
    result.schemas.push(schema);
  }
  return result;
}

/** The words of YAML 1.1 count where a bool is wanted; that it is one was checked before. */
function isTrue(value: Value | undefined): boolean {
  return value === true || (typeof value === "string" && /^(?:y|yes|on)$/i.test(value));
}

function authorOf(v: Value): { name: string; email: string } | string {
  if (typeof v === "string") {
    const parts = v.split(/\s+/).filter((p) => p !== "");
    if (parts.length === 0) return "author is an empty string";
    const last = parts[parts.length - 1] as string;
    const email = /^<(.*)>$/.exec(last)?.[1];
    return { name: (email === undefined ? parts : parts.slice(0, -1)).join(" "), email: email ?? "" };
  }
  if (!isObject(v)) return "invalid value type, must be string or map";
  const field = (key: string): string => {
    const f = lookup(v, key);
    return typeof f === "string" ? f.trim() : "";
  };
  const author = { name: field("name"), email: field("email") };
  return author.name === "" && author.email === ""
    ? "'name' and/or 'email' values required in object"
    : author;
}

function schemaOf(v: Value): Annotations["schemas"][number] | string {
  const pair = isObject(v) ? objectEntries(v)[0] : undefined;
  if (pair === undefined) return "invalid schema declaration";
  const path = refOf(String(pair[0]));
  if (path === undefined) return "invalid document reference";
  if (typeof pair[1] === "string") {
    const schema = refOf(pair[1]);
    const root = schema?.[0];
    if (schema === undefined || root?.type !== "var" || root.value !== "schema")
      return "invalid schema reference";
    return { path, schema, definition: undefined };
  }
  if (isObject(pair[1])) return { path, schema: undefined, definition: toPlain(pair[1]) };
  return `invalid schema declaration for path "${String(pair[0])}"`;
}

function refOf(text: string): Term[] | undefined {
  const parsed = parseQueryText(text);
  if (!parsed.ok || parsed.value.body.length !== 1) return undefined;
  const t = parsed.value.body[0]?.terms;
  if (t?.kind !== "term") return undefined;
  if (t.term.type === "var") return [t.term];
  return t.term.type === "ref" ? t.term.value : undefined;
}

function attach(module: Module, annotations: Annotations): Attached {
  const statements: { row: number; on: NonNullable<Attached["on"]>; path: readonly Term[] }[] = [
    { row: module.package.loc.row, on: { kind: "package", node: module.package }, path: module.package.path },
    ...module.imports.map((node) => ({ row: node.loc.row, on: { kind: "import" as const, node }, path: [] })),
    ...module.rules.map((node) => ({
      row: node.loc.row,
      on: { kind: "rule" as const, node },
      path: groundPrefix(ruleRef(module, node)),
    })),
  ];
  const below = statements.filter((s) => s.row > annotations.loc.row).sort((a, b) => a.row - b.row)[0];
  if (annotations.scope === "" && below !== undefined) {
    if (below.on.kind === "rule") annotations.scope = annotations.entrypoint ? "document" : "rule";
    else annotations.scope = below.on.kind;
  }
  return { annotations, on: below?.on, path: below?.path ?? [] };
}

function scopeErrors({ annotations: a, on }: Attached): RegoError[] {
  const errors: RegoError[] = [];
  const add = (message: string): void =>
    void errors.push(regoError("compile", "rego_parse_error", message, a.loc));
  const wanted =
    a.scope === "rule" || a.scope === "document"
      ? "rule"
      : a.scope === "package" || a.scope === "subpackages"
        ? "package"
        : undefined;
  if (wanted === undefined)
    add(`invalid annotation scope '${a.scope}'. Use one of 'rule', 'document', 'package', or 'subpackages'`);
  else if (on?.kind !== wanted) {
    add(
      `annotation scope '${a.scope}' must be applied to ${wanted}${on === undefined ? "" : ` (have ${on.kind})`}`,
    );
  }
  if (a.entrypoint && a.scope !== "document" && a.scope !== "package") {
    add(`annotation entrypoint applied to non-document or package scope '${a.scope}'`);
  }
  return errors;
}

/** All annotations of a program, by what they speak of. */
export class AnnotationSet {
  private readonly all: readonly Attached[];

  constructor(all: readonly Attached[]) {
    this.all = all;
  }

  /** Annotations of the rule itself, nearest first. */
  ofRule(rule: Rule): Attached[] {
    return this.all
      .filter((a) => a.annotations.scope === "rule" && a.on?.kind === "rule" && a.on.node === rule)
      .sort((a, b) => b.annotations.loc.row - a.annotations.loc.row);
  }

  ofDocument(path: readonly Term[]): Attached | undefined {
    const text = refText(path);
    return this.all.find((a) => a.annotations.scope === "document" && refText(a.path) === text);
  }

  ofPackage(path: readonly Term[]): Attached | undefined {
    const text = refText(path);
    return this.all.find((a) => a.annotations.scope === "package" && refText(a.path) === text);
  }

  /** Annotations for packages at and above the path, outermost first. */
  ofSubpackages(path: readonly Term[]): Attached[] {
    const texts = path.map((_, i) => refText(path.slice(0, i + 1)));
    return this.all
      .filter((a) => a.annotations.scope === "subpackages" && texts.includes(refText(a.path)))
      .sort((a, b) => a.path.length - b.path.length);
  }

  /** From the rule outwards: rule, document, package, packages above. */
  chain(module: Module, rule: Rule): { path: readonly Term[]; annotations: Annotations | undefined }[] {
    const path = groundPrefix(ruleRef(module, rule));
    const own = this.ofRule(rule);
    const links: { path: readonly Term[]; annotations: Annotations | undefined }[] =
      own.length > 0
        ? own.map((a) => ({ path: a.path, annotations: a.annotations }))
        : [{ path, annotations: undefined }];
    const more = [
      this.ofDocument(path),
      this.ofPackage(module.package.path),
      ...this.ofSubpackages(module.package.path).reverse(),
    ];
    for (const a of more) if (a !== undefined) links.push({ path: a.path, annotations: a.annotations });
    return links;
  }
}

/** The annotation as `rego.metadata` shows it. */
export function annotationDocument(a: Annotations): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (a.scope !== "") out["scope"] = a.scope;
  if (a.title !== "") out["title"] = a.title;
  if (a.entrypoint) out["entrypoint"] = true;
  if (a.description !== "") out["description"] = a.description;
  if (a.organizations.length > 0) out["organizations"] = a.organizations;
  if (a.relatedResources.length > 0) {
    out["related_resources"] = a.relatedResources.map((r) => (r.description === "" ? { ref: r.ref } : r));
  }
  if (a.authors.length > 0) {
    out["authors"] = a.authors.map((p) => ({
      ...(p.name === "" ? {} : { name: p.name }),
      ...(p.email === "" ? {} : { email: p.email }),
    }));
  }
  if (a.schemas.length > 0) {
    const plain = (ref: readonly Term[]): unknown[] => ref.map((t) => t.value);
    out["schemas"] = a.schemas.map((s) => ({
      path: plain(s.path),
      ...(s.schema === undefined ? {} : { schema: plain(s.schema) }),
      ...(s.definition === undefined ? {} : { definition: s.definition }),
    }));
  }
  if (a.custom !== undefined && Object.keys(a.custom).length > 0) out["custom"] = a.custom;
  if (a.labels !== undefined && Object.keys(a.labels).length > 0) out["labels"] = a.labels;
  return out;
}
