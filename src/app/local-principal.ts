import { execFileSync } from "node:child_process";
import type { Principal } from "../domain/index.ts";
import type { Caller } from "./asker.ts";

/** Whoever runs the command line on this machine, as governance compares people. Groups are those of the operating system. */
export function localPrincipal({ asker }: Caller): Principal {
  const { actor } = asker;
  const name = actor.person ?? actor.principal ?? "unknown";
  return {
    id: `local:${name}`,
    kind: actor.kind,
    name,
    groups: localGroups(),
    method: "command_line",
    scopes: null,
    sourceIp: null,
    userAgent: null,
    session: actor.session,
  };
}

/** Groups of whoever runs this process, by name. */
export function localGroups(): readonly string[] {
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
