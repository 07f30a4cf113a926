import { joinPath, walkFiles } from "../bundle/index.ts";
import { fail, type Outcome, ok, type RegoError } from "../errors.ts";
import { type FormatOptions, format } from "../fmt/format.ts";
import { lineDiff } from "../fmt/line-diff.ts";
import { errorsText } from "./error-output.ts";
import { type FlagSpecs, type Flags, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import { versionOf } from "./inputs.ts";

const FLAGS = {
  "check-result": { kind: "bool", ignored: true },
  diff: { kind: "bool", short: "d" },
  "drop-v0-imports": { kind: "bool" },
  fail: { kind: "bool" },
  list: { kind: "bool", short: "l" },
  "v0-compatible": { kind: "bool" },
  "v0-v1": { kind: "bool" },
  write: { kind: "bool", short: "w" },
} as const satisfies FlagSpecs;

const USAGE = "fmt [path [...]] [-l] [-d] [-w] [--fail] [--v0-compatible] [--v0-v1] [--drop-v0-imports]";

/** `fmt`: exit 1 when a path is missing, 2 when a file does not parse or, with `--fail`, would change. */
export function fmtCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const f = flags.value;
  if (f.positional.length === 0) return fromStdin(f, host);
  const paths = regoFiles(host, f.positional);
  if (!paths.ok) return said("", 1, `${paths.error}\n`);
  let stdout = "";
  for (const path of paths.value) {
    const read = host.readFile(path);
    if (!read.ok) return said(stdout, 1, `open ${path}: ${read.error}\n`);
    const source = new TextDecoder().decode(read.value);
    const formatted = format(path, source, formOf(f));
    if (!formatted.ok) return unformatted(stdout, formatted.error);
    const changed = formatted.value !== source;
    if (f.is("list")) stdout += changed ? `${path}\n` : "";
    else if (f.is("diff")) stdout += lineDiff(path, source, formatted.value);
    else if (f.is("write")) {
      const error = changed ? host.writeFile(path, formatted.value) : undefined;
      if (error !== undefined) return said(stdout, 1, `open ${path}: ${error}\n`);
    } else if (!f.is("fail")) stdout += formatted.value;
    if (f.is("fail") && changed) return said(stdout, 2, "unexpected diff\n");
  }
  return said(stdout);
}

function formOf(flags: Flags): FormatOptions {
  return {
    version: versionOf(flags),
    dropV0Imports: flags.is("drop-v0-imports"),
    ...(flags.is("v0-v1") ? { target: "v0 and v1" } : {}),
  };
}

function fromStdin(flags: Flags, host: RegoHost): CommandOutput {
  const source = host.stdin();
  const formatted = format("stdin", source, formOf(flags));
  if (!formatted.ok) return unformatted("", formatted.error);
  const changed = flags.is("fail") && formatted.value !== source;
  return said(formatted.value, changed ? 2 : 0, changed ? "unexpected diff\n" : "");
}

function unformatted(stdout: string, errors: readonly RegoError[]): CommandOutput {
  return said(stdout, 2, `failed to format Rego source file: ${errorsText(errors)}`);
}

function regoFiles(host: RegoHost, paths: readonly string[]): Outcome<readonly string[], string> {
  const out: string[] = [];
  for (const path of paths) {
    const kind = host.kindOf(path);
    if (kind === undefined) return fail(`lstat ${path}: no such file or directory`);
    if (kind === "file") {
      out.push(joinPath(path));
      continue;
    }
    const found = walkFiles(host, path, () => false);
    if (!found.ok) return found;
    out.push(...found.value.filter(({ name }) => name.endsWith(".rego")).map((file) => file.path));
  }
  return ok(out);
}
