/** The parts of `terraform show -json` that the imports read. Everything is optional: old versions lack a lot. */

export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

export function entriesOf(value: unknown): (readonly [string, unknown])[] {
  return Object.entries(objectOf(value));
}

/** An object without a prototype, so that a key such as `__proto__` is only a key. */
export function record(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

export function recordOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const object = record();
  for (const [key, value] of entries) {
    object[key] = value;
  }
  return object;
}

/** `module.a["x"].module.b` → `["a", "b"]`, the path form of the version 1 imports. */
export function modulePath(address: string): string[] {
  return splitAddress(address).flatMap((part, i, parts) =>
    part === "module" && i % 2 === 0 ? [stripIndex(parts[i + 1] ?? "")] : [],
  );
}

/** Removes the indexes of an address: `a.b[0].c["x.y"]` → `a.b.c`. Quoted keys may hold brackets. */
export function stripIndex(address: string): string {
  let out = "";
  for (let i = 0; i < address.length; i += 1) {
    if (address[i] !== "[") {
      out += address[i];
      continue;
    }
    i = closingBracket(address, i);
  }
  return out;
}

function closingBracket(address: string, open: number): number {
  let quoted = false;
  for (let i = open + 1; i < address.length; i += 1) {
    const c = address[i];
    if (quoted && c === "\\") {
      i += 1;
    } else if (c === '"') {
      quoted = !quoted;
    } else if (!quoted && c === "]") {
      return i;
    }
  }
  return address.length;
}

/** Splits at dots outside of brackets. */
function splitAddress(address: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < address.length; i += 1) {
    if (address[i] === "[") {
      const end = closingBracket(address, i);
      part += address.slice(i, end + 1);
      i = end;
    } else if (address[i] === ".") {
      parts.push(part);
      part = "";
    } else {
      part += address[i];
    }
  }
  return [...parts, part];
}

/** Resources of a module of `values` with those of its child modules. */
export function flattenResources(module: unknown): Json[] {
  const found: Json[] = [];
  const pending: unknown[] = [module];
  while (pending.length > 0) {
    const current = objectOf(pending.shift());
    for (const resource of listOf(current["resources"])) {
      found.push({ ...objectOf(resource), module_address: textOr(current["address"], "") });
    }
    pending.push(...listOf(current["child_modules"]));
  }
  return found;
}
