import { isAbsolute, normalize } from "node:path";
import { type Problem, problem } from "../base/index.ts";
import { checkGitUrl } from "./git-url.ts";
import type { CredentialReference, WorkspaceSettings } from "./workspace.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;
/** Variables that would change what the tool runs instead of what it may read. */
const NEVER =
  /^(?:PATH|LD_.*|DYLD_.*|NODE_OPTIONS|TF_CLI_ARGS.*|TF_REATTACH_PROVIDERS|TF_LOG.*|TF_DATA_DIR|GIT_.*|TRUEUP_.*)$/;

/** Everything that is wrong with settings beyond their shapes. Schedules are the schedule room's to check. */
export function checkSettings(settings: WorkspaceSettings): readonly Problem[] {
  const found: (Problem | null)[] = [
    NAME.test(settings.name) && !settings.name.split("/").includes("..")
      ? null
      : invalid(
          "name",
          `\`${settings.name}\` is no name of a workspace`,
          "use letters, digits, `.`, `_`, `-` and `/`",
        ),
    ...checkSource(settings),
    ...settings.tool.varFiles.map((file) =>
      isBelow(file) ? null : invalid("tool.varFiles", `\`${file}\` leads out of the workspace`),
    ),
    ...settings.credentials.map(checkCredential),
  ];
  return found.filter((one) => one !== null);
}

function checkSource({ source }: WorkspaceSettings): readonly (Problem | null)[] {
  if (source.path.includes("\0")) return [invalid("source.path", "the path holds a NUL character")];
  if (source.kind === "directory") return [];
  const { url, ref, path } = source;
  return [
    checkGitUrl(url),
    isBelow(path) ? null : invalid("source.path", `\`${path}\` leads out of the repository`),
    ref === null || isRefName(ref) ? null : invalid("source.ref", `\`${ref}\` is no branch or tag`),
  ];
}

/** A branch or tag by name: never a pull request's ref, an option, or a place in git's own syntax. */
export function isRefName(ref: string): boolean {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$/.test(ref) || ref.includes("..") || ref.endsWith(".lock"))
    return false;
  return !ref.startsWith("refs/") || ref.startsWith("refs/heads/") || ref.startsWith("refs/tags/");
}

function checkCredential(credential: CredentialReference): Problem | null {
  if (!VARIABLE.test(credential.variable) || NEVER.test(credential.variable)) {
    return invalid("credentials", `\`${credential.variable}\` may not be set for the tool`);
  }
  if (credential.from === "env") {
    return VARIABLE.test(credential.name)
      ? null
      : invalid("credentials", `\`${credential.name}\` names no environment variable`);
  }
  return isAbsolute(credential.path) && !credential.path.includes("\0")
    ? null
    : invalid(
        "credentials",
        `\`${credential.path}\` is no absolute path`,
        "name the file with its full path",
      );
}

function isBelow(path: string): boolean {
  if (path === "" || path.startsWith("-") || isAbsolute(path) || /[\0\\]/.test(path)) return false;
  const plain = normalize(path);
  return plain !== ".." && !plain.startsWith("../");
}

function invalid(path: string, message: string, hint?: string): Problem {
  return problem("workspace_invalid", message, { place: { path }, ...(hint === undefined ? {} : { hint }) });
}
