import { directoryOf, fileName, joinPath } from "../config/paths.ts";
import type { SentinelHost } from "../host/host.ts";

export interface PolicyTests {
  /** Path of the policy as it is shown. */
  readonly path: string;
  /** File name without `.sentinel`; inner dots stay. */
  readonly name: string;
  /** Paths of the cases in lexical order. */
  readonly cases: readonly string[];
}

/**
 * The policies that the arguments name, with their cases `test/<name>/*.{hcl,json}`. A folder means the policies directly
 * in it; no argument is the working folder. Null names an argument that is neither.
 */
export function findTests(
  host: SentinelHost,
  args: readonly string[],
): { readonly policies: PolicyTests[] } | { readonly missing: string } {
  const policies: PolicyTests[] = [];
  for (const arg of args.length === 0 ? ["."] : args) {
    const names = host.listFolder(arg);
    if (names !== null) {
      for (const name of [...names].sort()) {
        if (name.endsWith(".sentinel")) {
          policies.push(testsOf(host, joinPath(arg, name)));
        }
      }
    } else if (arg.endsWith(".sentinel") && host.readFile(arg) !== null) {
      policies.push(testsOf(host, joinPath("", arg)));
    } else {
      return { missing: arg };
    }
  }
  return { policies };
}

export function testsOf(host: SentinelHost, path: string): PolicyTests {
  const name = fileName(path).replace(/\.sentinel$/, "");
  const folder = joinPath(directoryOf(path), `test/${name}`);
  const cases = (host.listFolder(folder) ?? [])
    .filter((file) => /\.(?:hcl|json)$/.test(file))
    .sort()
    .map((file) => joinPath(folder, file));
  return { path, name, cases };
}
