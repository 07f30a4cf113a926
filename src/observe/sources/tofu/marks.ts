import { isJsonArray, isJsonObject, type Json, type PropertyPath } from "../../../base/index.ts";

/**
 * Paths of a marks tree (`before_sensitive`, `after_unknown`, `sensitive_values`, …): the shape of the value,
 * with `true` where the mark holds for everything below. Anything but `true`, objects and lists marks
 * nothing.
 */
export function markedPaths(marks: Json | undefined): PropertyPath[] {
  const found: PropertyPath[] = [];
  collect(marks, [], found);
  return found;
}

/** `path` is one growing and shrinking list: only what is found is copied. */
function collect(mark: Json | undefined, path: (string | number)[], found: PropertyPath[]): void {
  if (mark === true) found.push(path.slice());
  else if (isJsonArray(mark)) {
    for (let i = 0; i < mark.length; i++) {
      const item = mark[i];
      if (item !== true && (typeof item !== "object" || item === null)) continue;
      path.push(i);
      collect(item, path, found);
      path.pop();
    }
  } else if (isJsonObject(mark)) {
    for (const key in mark) {
      const item = mark[key];
      if (item !== true && (typeof item !== "object" || item === null)) continue;
      path.push(key);
      collect(item, path, found);
      path.pop();
    }
  }
}

/**
 * Paths of a raw state's `sensitive_attributes`: a list of paths, each a list of `get_attr` and `index`
 * steps.
 */
export function stateMarkedPaths(marks: Json | undefined): PropertyPath[] {
  if (!isJsonArray(marks)) return [];
  const found: PropertyPath[] = [];
  for (const mark of marks) {
    if (!isJsonArray(mark)) continue;
    const path: (string | number)[] = [];
    for (const step of mark) {
      const value = isJsonObject(step) ? step["value"] : undefined;
      const inner = isJsonObject(value) ? value["value"] : value;
      if (typeof inner !== "string" && typeof inner !== "number") break;
      path.push(inner);
    }
    found.push(path);
  }
  return found;
}
