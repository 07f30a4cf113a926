import { type Body, type Module, operatorName, type Rule, type Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { visitBody, visitHead } from "../ast/visit.ts";
import { type LintFinding, nearest } from "./finding.ts";

/** JSON Schemas by the document they describe: `input`, `data.limits`. */
export type DocumentSchemas = Readonly<Record<string, unknown>>;

type Schema = Readonly<Record<string, unknown>>;

/** One place of a document: the schemas that may describe it. Empty: nothing is known. */
interface Place {
  readonly root: Schema;
  readonly schemas: readonly Schema[];
}

/** References into a known document whose next name the document cannot have: a deny rule that reads one never fires. */
export function unknownPaths(module: Module, documents: DocumentSchemas): readonly LintFinding[] {
  const roots = new Map<string, Place>();
  for (const [name, schema] of Object.entries(documents))
    if (isSchema(schema)) roots.set(name, { root: schema, schemas: resolved(schema, schema) });
  if (roots.size === 0) return [];
  const findings = new Map<string, LintFinding>();
  const imported = new Map<string, Place>();
  const check = (ref: readonly Term[], names: ReadonlyMap<string, Place>): Place | undefined =>
    walk(ref, names, roots, (found) => findings.set(`${found.location.row}:${found.location.col}`, found));
  for (const { path, alias } of module.imports) {
    const last = path.value.at(-1);
    const place = check(path.value, imported);
    const name = alias ?? (last?.type === "string" ? last.value : undefined);
    if (place !== undefined && name !== undefined) imported.set(name, place);
  }
  for (const rule of module.rules) {
    for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
      const names = new Map(imported);
      learn(r.body, names, check);
      const visitor = {
        term(t: Term): void {
          if (t.type === "ref") check(t.value, names);
        },
        body(body: Body): void {
          learn(body, names, check);
        },
      };
      visitHead({ ...r.head, ref: r.head.ref.slice(1) }, visitor);
      visitBody(r.body, visitor);
    }
  }
  return [...findings.values()];
}

/** Local names that stand for a part of a document: `x := input.a`, `some x in input.list`. */
function learn(
  body: Body,
  names: Map<string, Place>,
  check: (ref: readonly Term[], names: ReadonlyMap<string, Place>) => Place | undefined,
): void {
  const placeOf = (term: Term | undefined): Place | undefined => {
    if (term?.type === "var") return names.get(term.value);
    return term?.type === "ref" ? check(term.value, names) : undefined;
  };
  for (const expr of body) {
    const t = expr.terms;
    if (t.kind === "call" && operatorName(t.terms[0]) === "assign" && t.terms[1]?.type === "var") {
      const place = placeOf(t.terms[2]);
      if (place !== undefined) names.set(t.terms[1].value, place);
    }
    if (t.kind === "every") bind(t.value, itemsOf(placeOf(t.domain)), names);
    const member =
      t.kind === "some" && t.symbols[0]?.type === "call" ? t.symbols[0].value.slice(1) : undefined;
    if (member !== undefined) bind(member.at(-2), itemsOf(placeOf(member.at(-1))), names);
  }
}

function bind(term: Term | undefined, place: Place | undefined, names: Map<string, Place>): void {
  if (term?.type === "var" && place !== undefined) names.set(term.value, place);
}

function walk(
  ref: readonly Term[],
  names: ReadonlyMap<string, Place>,
  roots: ReadonlyMap<string, Place>,
  report: (finding: LintFinding) => void,
): Place | undefined {
  const [head] = ref;
  let place = head?.type === "var" ? names.get(head.value) : undefined;
  let from = 1;
  if (place === undefined) {
    // The longest described document that begins the reference.
    for (let length = ref.length; length > 0 && place === undefined; length--) {
      place = roots.get(refText(ref.slice(0, length)));
      from = length;
    }
  }
  for (let i = from; i < ref.length && place !== undefined; i++) {
    const part = ref[i] as Term;
    if (part.type !== "string") {
      place = itemsOf(place);
      continue;
    }
    const next: Place | "unknown" | undefined = memberOf(place, part.value);
    if (next !== "unknown") {
      place = next;
      continue;
    }
    const known = namesOf(place);
    const near = nearest(part.value, known);
    report({
      rule: "unknown-path",
      message: `\`${refText(ref.slice(0, i + 1))}\` is in no document: \`${refText(ref.slice(0, i))}\` has no \`${part.value}\``,
      hint:
        near === undefined
          ? `it has ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""}`
          : `write \`${near}\``,
      location: part.loc,
    });
    return undefined;
  }
  return place;
}

/** What stands at a member; `unknown` when every schema lists its members and none has it. */
function memberOf(place: Place, name: string): Place | "unknown" | undefined {
  const found: Schema[] = [];
  let open = place.schemas.length === 0;
  for (const schema of place.schemas) {
    const properties = membersOf(schema);
    const own = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (isSchema(own)) found.push(...resolved(own, place.root));
    else if (own === true || isOpen(schema, properties)) open = true;
  }
  if (found.length > 0) return open ? undefined : { root: place.root, schemas: found };
  return open ? undefined : "unknown";
}

/** A schema that lists members describes them all, unless it says that there are others. */
function isOpen(schema: Schema, properties: Schema | undefined): boolean {
  if (typeIs(schema, "string") || typeIs(schema, "number") || typeIs(schema, "integer")) return false;
  if (typeIs(schema, "boolean") || typeIs(schema, "null") || typeIs(schema, "array")) return false;
  if (schema["additionalProperties"] === false) return false;
  if (schema["additionalProperties"] !== undefined || schema["patternProperties"] !== undefined) return true;
  return properties === undefined;
}

function typeIs(schema: Schema, type: string): boolean {
  return schema["type"] === type;
}

function membersOf(schema: Schema): Schema | undefined {
  return isSchema(schema["properties"]) ? schema["properties"] : undefined;
}

function namesOf(place: Place): readonly string[] {
  return [...new Set(place.schemas.flatMap((schema) => Object.keys(membersOf(schema) ?? {})))];
}

/** What an index or a variable key may reach. */
function itemsOf(place: Place | undefined): Place | undefined {
  if (place === undefined) return undefined;
  const found: Schema[] = [];
  for (const schema of place.schemas) {
    const lists = [
      schema["items"],
      schema["additionalProperties"],
      ...Object.values(membersOf(schema) ?? {}),
    ];
    const parts = lists.filter(isSchema);
    if (parts.length === 0) return undefined;
    for (const part of parts) found.push(...resolved(part, place.root));
  }
  return found.length === 0 ? undefined : { root: place.root, schemas: found };
}

/** The alternatives of a schema, references followed. A cycle or a reference elsewhere leaves it unknown. */
function resolved(schema: Schema, root: Schema, seen: ReadonlySet<Schema> = new Set()): readonly Schema[] {
  if (seen.has(schema) || seen.size > 50) return [];
  const visited = new Set([...seen, schema]);
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const target = pointed(root, reference);
    return target === undefined ? [{}] : resolved(target, root, visited);
  }
  for (const key of ["anyOf", "oneOf"]) {
    const list = schema[key];
    if (Array.isArray(list)) return list.filter(isSchema).flatMap((part) => resolved(part, root, visited));
  }
  const all = schema["allOf"];
  // Parts that all hold together describe one object; it is closed only when their members are read as one.
  if (Array.isArray(all)) {
    const parts = [schema, ...all.filter(isSchema)].flatMap((part) =>
      part === schema ? [{ ...schema, allOf: undefined }] : resolved(part, root, visited),
    );
    return [
      { ...schema, allOf: undefined, properties: Object.assign({}, ...parts.map((part) => membersOf(part))) },
    ];
  }
  return [schema];
}

function pointed(root: Schema, reference: string): Schema | undefined {
  if (!reference.startsWith("#")) return undefined;
  let at: unknown = root;
  for (const part of reference
    .slice(1)
    .split("/")
    .filter((text) => text !== "")) {
    const key = decodeURIComponent(part).replace(/~1/g, "/").replace(/~0/g, "~");
    at = isSchema(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isSchema(at) ? at : undefined;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
