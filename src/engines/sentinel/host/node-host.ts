// The only file of the engine that touches the file system: a ready host for programs that run on Node.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { SentinelHost } from "./host.ts";

/** A host over the real file system and clock, without network. */
export function nodeHost(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SentinelHost {
  return {
    readFile: (path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return null;
      }
    },
    listFolder: (path) => {
      try {
        return readdirSync(path);
      } catch {
        return null;
      }
    },
    writeFile: (path, text) => writeFileSync(path, text),
    readStandardInput: () => readFileSync(0, "utf8"),
    nowNs: () => BigInt(Date.now()) * 1_000_000n,
    monotonicMs: () => performance.now(),
    environment,
  };
}
