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

/** Documents that grow by merging; each value remembers the file that brought it. */
export class MergedData {
  private readonly root: Record<string, Value> = Object.create(null);
  private readonly origins = new Map<string, string>();

  get value(): Value {
    return this.root;
  }

  /** Lays an object at `path`. Answers the error of a value that is there already. */
  merge(path: readonly string[], document: Value, file: string): string | undefined {
    let at = this.root;
    const walked: string[] = [];
    for (const part of path) {
      walked.push(part);
      const next = Object.hasOwn(at, part) ? at[part] : undefined;
      if (next !== undefined && !isObject(next)) return this.conflict(walked, file);
      const object: Record<string, Value> =
        next === undefined ? Object.create(null) : (next as Record<string, Value>);
      if (next === undefined) setOwn(at, part, object);
      at = object;
    }
    return this.mergeInto(at, document, walked, file);
  }

  private mergeInto(
    at: Record<string, Value>,
    document: Value,
    path: readonly string[],
    file: string,
  ): string | undefined {
    if (!isObject(document)) return undefined;
    for (const [name, item] of objectEntries(document)) {
      const key = String(name);
      const here = [...path, key];
      const held = Object.hasOwn(at, key) ? at[key] : undefined;
      if (held === undefined) {
        setOwn(at, key, isObject(item) ? this.copy(item, here, file) : item);
        this.origins.set(here.join("\0"), file);
      } else if (isObject(held) && isObject(item)) {
        const error = this.mergeInto(held as Record<string, Value>, item, here, file);
        if (error !== undefined) return error;
      } else return this.conflict(here, file);
    }
    return undefined;
  }

  /** A copy that later files may grow. */
  private copy(document: Value, path: readonly string[], file: string): Value {
    const object: Record<string, Value> = Object.create(null);
    this.mergeInto(object, document, path, file);
    return object;
  }

  private conflict(path: readonly string[], file: string): string {
    const other = this.origins.get(path.join("\0"));
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
