import { joinPath } from "../config/paths.ts";
import { format } from "../fmt/format.ts";
import type { SentinelHost } from "../host/host.ts";
import type { CommandResult } from "./flags.ts";
import { parseFlags, usageError } from "./flags.ts";

const FLAGS = { write: "bool", check: "bool" } as const;

/**
 * `sentinel fmt [-write=true] [-check=false] FILE…|-`. Rewrites files in place and lists those that changed; `-check`
 * only lists files that would change and then ends with 1. A folder means the Sentinel files below it. `-` formats standard input to standard output.
 */
export function fmtCommand(args: readonly string[], host: SentinelHost): CommandResult {
  const stdin = args.includes("-");
  const flags = parseFlags(
    args.filter((arg) => arg !== "-"),
    FLAGS,
  );
  if (!flags.ok) {
    return usageError(flags.error, 9);
  }
  const { bool, enabled, rest } = flags.value;
  const check = bool("check");
  if (stdin === rest.length > 0) {
    return usageError("`fmt` takes files, or `-` alone for standard input", 9);
  }
  if (stdin) {
    const source = host.readStandardInput();
    const formatted = format({ name: "<stdin>", text: source });
    if (!formatted.ok) {
      return usageError(formatted.error.text, 9);
    }
    return {
      stdout: check ? "" : formatted.value,
      stderr: "",
      exitCode: check && formatted.value !== source ? 1 : 0,
    };
  }
  const changed: string[] = [];
  const errors: string[] = [];
  for (const path of rest.flatMap((argument) => policyFiles(argument, host, 0))) {
    const source = host.readFile(path);
    const formatted = source === null ? null : format({ name: path, text: source });
    if (formatted === null || !formatted.ok) {
      errors.push(formatted === null ? `the file \`${path}\` cannot be read` : formatted.error.text);
    } else if (formatted.value !== source) {
      changed.push(path);
      if (!check && enabled("write")) {
        host.writeFile(path, formatted.value);
      }
    }
  }
  return {
    stdout: changed.map((path) => `${path}\n`).join(""),
    stderr: errors.map((error) => `Error: ${error}\n`).join(""),
    exitCode: errors.length > 0 ? 9 : check && changed.length > 0 ? 1 : 0,
  };
}

const MAX_FOLDERS = 30;

function policyFiles(path: string, host: SentinelHost, depth: number): string[] {
  const names = host.listFolder(path);
  if (names === null) {
    return [path];
  }
  const below = [...names].sort().flatMap((name) => {
    const inner = joinPath(path, name);
    const folder = depth < MAX_FOLDERS && !name.startsWith(".") && host.listFolder(inner) !== null;
    return folder ? policyFiles(inner, host, depth + 1) : [inner];
  });
  return below.filter((name) => name.endsWith(".sentinel"));
}
