import type { Body, Term } from "../../ast/ast.ts";
import { termText } from "../../ast/text.ts";
import { isConstant } from "../../ast/visit.ts";
import { constantValue } from "../../eval/constant.ts";
import type { Value } from "../../values/index.ts";
import { isKey, treeKey } from "../rule-tree.ts";
import {
  ANY,
  arrayType,
  BOOLEAN,
  type Dynamic,
  isEmptyCollection,
  NULL,
  NUMBER,
  objectType,
  or,
  type Property,
  STRING,
  select,
  type Type,
  unwrap,
  valuesOf,
} from "./type.ts";

/** Types by path. */
export class TypeNode {
  readonly term: Term | undefined;
  readonly children = new Map<string, TypeNode>();
  value: Type | undefined;

  constructor(term: Term | undefined) {
    this.term = term;
  }

  child(term: Term): TypeNode | undefined {
    return this.children.get(nodeKey(term));
  }

  private ensure(term: Term): TypeNode {
    const key = nodeKey(term);
    let child = this.children.get(key);
    if (child === undefined) {
      child = new TypeNode(term);
      this.children.set(key, child);
    }
    return child;
  }

  putOne(term: Term, type: Type | undefined): void {
    this.ensure(term).value = type;
  }

  put(path: readonly Term[], type: Type | undefined): void {
    let node: TypeNode = this;
    for (const term of path) node = node.ensure(term);
    node.value = type;
  }

  /** As `put`, merging with what other rules of the path gave. */
  insert(path: readonly Term[], type: Type, env: TypeEnv): void {
    let node: TypeNode = this;
    for (const [i, term] of path.entries()) {
      const known = node.child(term);
      if (known !== undefined && known.value !== undefined && i + 1 < path.length) {
        const object = unwrap(known.value);
        if (object?.k === "object") known.value = insertIntoObject(object, path.slice(i + 1), type, env);
      }
      node = node.ensure(term);
    }
    node.value = mergeTypes(node.value, type);
    if (unwrap(type)?.k === "object" && node.children.size > 0) {
      let object = unwrap(node.value);
      for (const [leafPath, leafType] of node.leaves([])) {
        if (object?.k === "object") object = insertIntoObject(object, leafPath, leafType, env);
      }
      node.value = object;
    }
  }

  private *leaves(path: readonly Term[]): Generator<[readonly Term[], Type]> {
    for (const child of this.children.values()) {
      const own = [...path, child.term as Term];
      if (child.value !== undefined) yield [own, child.value];
      else yield* child.leaves(own);
    }
  }
}

function nodeKey(term: Term): string {
  if (isKey(term)) return treeKey(term);
  return term.type === "var" ? `v:${term.value}` : `t:${termText(term)}`;
}

function mergeTypes(x: Type | undefined, y: Type | undefined): Type | undefined {
  if (x === undefined) return y;
  if (y === undefined) return x;
  const a = unwrap(x);
  const b = unwrap(y);
  if (a?.k === "object" && b?.k === "object" && a.props.length === 0 && b.props.length === 0) {
    if (a.dynamic === undefined) return b;
    if (b.dynamic === undefined) return a;
    return objectType([], {
      key: or(a.dynamic.key, b.dynamic.key),
      value: mergeTypes(a.dynamic.value, b.dynamic.value),
    });
  }
  if (a?.k === "object" && b?.k === "any" && a.props.length === 0 && a.dynamic !== undefined) {
    const index = b.of.findIndex((t) => t.k === "object" && t.props.length === 0 && t.dynamic !== undefined);
    const known = b.of[index];
    if (known?.k === "object" && known.dynamic !== undefined) {
      const merged = objectType([], {
        key: or(known.dynamic.key, a.dynamic.key),
        value: or(known.dynamic.value, a.dynamic.value),
      });
      return { k: "any", of: b.of.map((t, i) => (i === index ? merged : t)) };
    }
  }
  if (a?.k === "set" && b?.k === "set") return { k: "set", of: or(a.of, b.of) };
  if (a?.k === "any" && b !== undefined && b.k === "object") return mergeTypes(b, a);
  return or(a, b);
}

function insertIntoObject(
  o: Type & { k: "object" },
  path: readonly Term[],
  type: Type,
  env: TypeEnv,
): Type & { k: "object" } {
  const [first, ...rest] = path;
  if (first === undefined) return o;
  const key = env.get(first);
  const child = rest.length === 0 ? type : insertIntoObject(objectType([], undefined), rest, type, env);
  const dynamic: Dynamic =
    o.dynamic === undefined
      ? { key, value: child }
      : { key: or(o.dynamic.key, key), value: or(o.dynamic.value, child) };
  return objectType(o.props, dynamic);
}

/** Types of variables and documents in one scope; `next` is the scope around it. */
export class TypeEnv {
  readonly tree: TypeNode;
  /** Where types of variables go: the same tree, except under `with`. */
  readonly vars: TypeNode;
  readonly next: TypeEnv | undefined;
  /** Type-checks a closure's body and gives its scope; undefined when the body has errors. */
  readonly checkBody: (env: TypeEnv, body: Body) => TypeEnv | undefined;

  constructor(
    next: TypeEnv | undefined,
    checkBody: TypeEnv["checkBody"],
    tree = new TypeNode(undefined),
    vars = tree,
  ) {
    this.next = next;
    this.checkBody = checkBody;
    this.tree = tree;
    this.vars = vars;
  }

  wrap(): TypeEnv {
    return new TypeEnv(this, this.checkBody);
  }

  wrapWith(tree?: TypeNode): TypeEnv {
    return new TypeEnv(this, this.checkBody, tree, this.vars);
  }

  get(term: Term): Type | undefined {
    switch (term.type) {
      case "null":
        return NULL;
      case "boolean":
        return BOOLEAN;
      case "number":
        return NUMBER;
      case "string":
      case "templatestring":
        return STRING;
      case "array":
        return arrayType(
          term.value.map((t) => this.get(t)),
          undefined,
        );
      case "object": {
        const props: Property[] = [];
        let dynamic: Dynamic | undefined;
        for (const [k, v] of term.value) {
          if (isConstant(k)) props.push({ key: constantValue(k), value: this.get(v) });
          else dynamic = { key: this.get(k), value: this.get(v) };
        }
        return objectType(props, dynamic);
      }
      case "set": {
        let of: Type | undefined;
        for (const t of term.value) of = or(of, this.get(t));
        return { k: "set", of };
      }
      case "arraycomprehension": {
        const inner = this.checkBody(this, term.value.body);
        return inner === undefined ? undefined : arrayType([], inner.get(term.value.term));
      }
      case "setcomprehension": {
        const inner = this.checkBody(this, term.value.body);
        return inner === undefined ? undefined : { k: "set", of: inner.get(term.value.term) };
      }
      case "objectcomprehension": {
        const inner = this.checkBody(this, term.value.body);
        if (inner === undefined) return undefined;
        return objectType([], { key: inner.get(term.value.key), value: inner.get(term.value.value) });
      }
      case "ref":
        return this.getRef(term.value);
      case "var": {
        const node = this.tree.child(term);
        if (node !== undefined) return node.value;
        return this.next?.get(term);
      }
      case "call":
        return undefined;
    }
  }

  getRef(ref: readonly Term[]): Type | undefined {
    const head = ref[0] as Term;
    const node = this.tree.child(head);
    return node === undefined ? this.fallback(ref) : this.refRec(node, ref, ref.slice(1));
  }

  private fallback(ref: readonly Term[]): Type | undefined {
    if (this.next !== undefined) return this.next.getRef(ref);
    return isRoot(ref[0]) ? ANY : undefined;
  }

  private refRec(node: TypeNode, ref: readonly Term[], tail: readonly Term[]): Type | undefined {
    const first = tail[0];
    if (first === undefined) return this.extent(node);
    if (node.value !== undefined) {
      const child = node.child(first);
      if (child !== undefined) return this.refRec(child, ref, tail.slice(1));
      return selectRef(node.value, tail);
    }
    if (!isConstant(first)) return selectRef(this.extent(node), tail);
    const child = node.child(first);
    return child === undefined ? this.fallback(ref) : this.refRec(child, ref, tail.slice(1));
  }

  extent(node: TypeNode): Type | undefined {
    if (node.value !== undefined) return node.value;
    const props: Property[] = [];
    for (const child of node.children.values()) {
      const key = child.term;
      if (key?.type === "string" || key?.type === "number" || key?.type === "boolean") {
        props.push({ key: constantValue(key), value: this.extent(child) });
      }
    }
    return objectType(props, { key: STRING, value: ANY });
  }
}

export function isRoot(term: Term | undefined): boolean {
  return term?.type === "var" && (term.value === "data" || term.value === "input");
}

export function selectConstant(type: Type | undefined, term: Term): Type | undefined {
  return isConstant(term) ? select(type, constantValue(term) as Value) : undefined;
}

function selectRef(type: Type | undefined, ref: readonly Term[]): Type | undefined {
  const first = ref[0];
  if (type === undefined || first === undefined) return type;
  switch (first.type) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return selectRef(selectConstant(type, first), ref.slice(1));
    default:
      if (isEmptyCollection(type)) return ANY;
      return selectRef(valuesOf(type), ref.slice(1));
  }
}
