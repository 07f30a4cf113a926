import { joinPath } from "../bundle/index.ts";
import type { RegoHost } from "./host.ts";

export interface MemoryHost extends RegoHost {
  readonly files: Map<string, string | Uint8Array>;
}

/** A host for tests: files in memory, a clock that moves by a millisecond at each look. */
export function memoryHost(files: Readonly<Record<string, string | Uint8Array>>, stdin = ""): MemoryHost {
  const held = new Map(Object.entries(files).map(([path, text]) => [joinPath(path), text]));
  const below = (path: string): string => (joinPath(path) === "." ? "" : `${joinPath(path)}/`);
  let ticks = 0;
  return {
    files: held,
    kindOf(path) {
      if (held.has(joinPath(path))) return "file";
      return [...held.keys()].some((name) => name.startsWith(below(path))) ? "folder" : undefined;
    },
    readFile(path) {
      const text = held.get(joinPath(path));
      if (text === undefined) return { ok: false, error: "no such file or directory" };
      return { ok: true, value: typeof text === "string" ? new TextEncoder().encode(text) : text };
    },
    readDir(path) {
      const lead = below(path);
      const inner = [...held.keys()].filter((name) => name.startsWith(lead));
      return {
        ok: true,
        value: [...new Set(inner.map((name) => name.slice(lead.length).split("/")[0] as string))],
      };
    },
    writeFile(path, text) {
      held.set(joinPath(path), text);
      return undefined;
    },
    stdin: () => stdin,
    now: () => 1_700_000_000_000,
    monotonic: () => ++ticks,
    env: { HOME: "/home/of/tests" },
  };
}
