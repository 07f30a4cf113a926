import { RegoObject, RegoSet } from "./containers.ts";
import { jsonEntries } from "./json-text.ts";
import { RegoNum } from "./rego-num.ts";
import { isArray, type Value } from "./value.ts";

/** Plain JSON as `JSON.parse` would give it. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * The value as plain JSON: sets become sorted arrays, keys their text, numbers doubles. Parts that are plain
 * already are shared, not copied.
 */
export function toPlain(value: Value): Plain {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof RegoNum) return Number(value.text);
  if (isPlain(value)) return value as Plain;
  const root: { result: Plain } = { result: null };
  const stack: Job[] = [{ value, put: (plain) => (root.result = plain) }];
  for (let job = stack.pop(); job !== undefined; job = stack.pop()) convert(job, stack);
  return root.result;
}

interface Job {
  readonly value: Value;
  readonly put: (plain: Plain) => void;
}

function convert({ value, put }: Job, stack: Job[]): void {
  if (typeof value !== "object" || value === null) put(value);
  else if (value instanceof RegoNum) put(Number(value.text));
  else if (isArray(value) || value instanceof RegoSet) {
    const items = isArray(value) ? value : value.sortedItems();
    const list: Plain[] = new Array(items.length).fill(null);
    put(list);
    items.forEach((item, i) => {
      stack.push({ value: item, put: (plain) => (list[i] = plain) });
    });
  } else {
    const object: Record<string, Plain> = Object.create(null);
    put(object);
    for (const [key, item] of jsonEntries(value)) {
      object[key] = null;
      stack.push({ value: item, put: (plain) => (object[key] = plain) });
    }
  }
}

/** Whether no set, big number or RegoObject is inside. */
function isPlain(value: Value): boolean {
  const stack: Value[] = [value];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (typeof top !== "object" || top === null) continue;
    if (top instanceof RegoNum || top instanceof RegoSet || top instanceof RegoObject) return false;
    const items = isArray(top) ? top : Object.values(top);
    for (const item of items) if (typeof item === "object" && item !== null) stack.push(item);
  }
  return true;
}
