import { Fault } from "../builtins/builtin.ts";
import { readYaml as readYamlText } from "../builtins/yaml/read.ts";
import { fail, type Outcome, ok } from "../errors.ts";
import { isObject, JsonError, objectEntries, parseJson, setOwn, type Value } from "../values/index.ts";

/** A JSON document as Rego values. */
export function readJson(text: string): Outcome<Value, string> {
  try {
    return ok(parseJson(text));
  } catch (thrown) {
    if (thrown instanceof JsonError) return fail(thrown.message);
    throw thrown;
  }
}

/** A YAML document as Rego values, read as `yaml.unmarshal` reads it. */
export function readYaml(text: string): Outcome<Value, string> {
  try {
    return ok(readYamlText(text));
  } catch (thrown) {
    if (thrown instanceof Fault) return fail(`error converting YAML to JSON: ${thrown.message}`);
    throw thrown;
  }
}

interface Merge {
  readonly at: Record<string, Value>;
  readonly document: Value;
  readonly path: readonly string[];
}

/**
 * Documents that grow by merging; each value remembers the file that brought it. What was given is never changed:
 * an object is copied when another one grows it.
 */
export class MergedData {
  private readonly root: Record<string, Value> = Object.create(null);
  private readonly own = new WeakSet<object>([this.root]);
  private readonly origins = new Map<string, string>();

  get value(): Value {
    return this.root;
  }

  /** Lays an object at `path`. Answers the error of a value that is there already, unless it may be replaced. */
  merge(path: readonly string[], document: Value, file: string, mayReplace = false): string | undefined {
    let at = this.root;
    const walked: string[] = [];
    for (const part of path) {
      walked.push(part);
      const next = this.grown(at, part);
      if (next === undefined) return this.conflict(walked, file);
      at = next;
    }
    // A stack of its own: documents may be nested deeper than the JS stack bears.
    const pending: Merge[] = [{ at, document, path: walked }];
    for (let merge = pending.pop(); merge !== undefined; merge = pending.pop()) {
      const error = this.mergeLevel(merge, file, mayReplace, pending);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  private mergeLevel(
    { at, document, path }: Merge,
    file: string,
    mayReplace: boolean,
    pending: Merge[],
  ): string | undefined {
    if (!isObject(document)) return undefined;
    for (const [name, item] of objectEntries(document)) {
      const key = String(name);
      const here = [...path, key];
      const held = Object.hasOwn(at, key) ? at[key] : undefined;
      if (held !== undefined && isObject(held) && isObject(item)) {
        pending.push({ at: this.grown(at, key) as Record<string, Value>, document: item, path: here });
      } else if (held === undefined || mayReplace) {
        setOwn(at, key, item);
        this.origins.set(here.join("\0"), file);
      } else return this.conflict(here, file);
    }
    return undefined;
  }

  /** The object at a key, made or copied so that it may grow; undefined when another value stands there. */
  private grown(at: Record<string, Value>, key: string): Record<string, Value> | undefined {
    const held = Object.hasOwn(at, key) ? at[key] : undefined;
    if (held !== undefined && !isObject(held)) return undefined;
    if (held !== undefined && this.own.has(held)) return held as Record<string, Value>;
    const copy: Record<string, Value> = Object.create(null);
    if (held !== undefined) for (const [name, item] of objectEntries(held)) setOwn(copy, String(name), item);
    this.own.add(copy);
    setOwn(at, key, copy);
    return copy;
  }

  private conflict(path: readonly string[], file: string): string {
    let other: string | undefined;
    for (let length = path.length; length > 0 && other === undefined; length--)
      other = this.origins.get(path.slice(0, length).join("\0"));
    const also = other === undefined ? "" : `, also defined in ${other}`;
    return `${file}: merge error: conflicting values at ${dataPath(path)}${also}`;
  }
}

/** `data.a["b-c"]`. */
function dataPath(path: readonly string[]): string {
  const parts = path.map((name) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`,
  );
  return `data${parts.join("")}`;
}
