import { execFileSync } from "node:child_process";
import { userInfo } from "node:os";
import type { Principal } from "../domain/index.ts";

/**
 * The person at this machine, as governance compares people: the user that the operating system names, in the groups that it names.
 * Never from variables: whoever starts a job can set them, and would be somebody else's second person.
 */
export function localPrincipal(): Principal {
  const name = localName();
  return {
    id: `local:${name}`,
    kind: "human",
    name,
    groups: localGroups(),
    method: "command_line",
    scopes: null,
    sourceIp: null,
    userAgent: null,
    session: null,
  };
}

function localName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a uid that has no name.
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

function localGroups(): readonly string[] {
  try {
    const text = execFileSync("id", ["-Gn"], {
      encoding: "utf8",
      timeout: 5_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.trim().split(/\s+/);
  } catch {
    // No such program (Windows), or a uid without names: then nobody is in a group.
    return [];
  }
}
