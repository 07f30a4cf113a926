import type { SentinelHost } from "./host.ts";

/** A host over a table of files, for tests and for callers whose sources are in memory. Its clock stands still. */
export function memoryHost(
  files: Record<string, string>,
  more: Partial<SentinelHost> = {},
): SentinelHost & { readonly files: Record<string, string> } {
  const clean = (path: string): string => path.replace(/^\.\//, "");
  return {
    files,
    readFile: (path) => (Object.hasOwn(files, clean(path)) ? (files[clean(path)] as string) : null),
    listFolder: (path) => {
      const prefix = path === "." || path === "" ? "" : `${clean(path)}/`;
      const names = Object.keys(files)
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length).split("/")[0] as string);
      return (names.length > 0 || prefix === "") && !Object.hasOwn(files, clean(path))
        ? [...new Set(names)]
        : null;
    },
    writeFile: (path, text) => {
      files[clean(path)] = text;
    },
    readStandardInput: () => "",
    nowNs: () => 0n,
    monotonicMs: () => 0,
    environment: {},
    ...more,
  };
}
