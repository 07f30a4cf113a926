import { randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localPrincipal } from "../app/service/index.ts";
import { err, messageOf, ok, type Problem, problem, type Result, sha256 } from "../base/index.ts";
import { type Authenticate, type Authorize, EVERYTHING } from "./caller.ts";
import type { Identity } from "./serve.ts";

/** Name of the file in the data folder by which commands on this machine find their server. */
export const SERVER_FILE = "server.json";

/** A running server as it tells commands of the same user. */
export interface LocalServer {
  readonly origin: string;
  readonly pid: number;
  /** Good for as long as this server runs. */
  readonly token: string;
}

/**
 * The user who runs the server, at the command line of the same machine: whoever can read a file of mode 0600 in the data folder
 * could open the store itself. Everybody else is for the identity rooms to tell.
 */
export function localIdentity(others: Identity | null): {
  readonly identity: Identity;
  readonly token: string;
} {
  const token = `trueup_local_${randomBytes(32).toString("base64url")}`;
  const wanted = sha256(token);
  const holder = localPrincipal();
  const authenticate: Authenticate = async (call) => {
    const given = /^Bearer (trueup_local_\S+)$/.exec(call.header("authorization") ?? "")?.[1];
    if (given !== undefined) {
      if (!timingSafeEqual(sha256(given), wanted)) return err(UNKNOWN_TOKEN);
      return ok({ ...holder, sourceIp: call.ip, userAgent: call.header("user-agent") });
    }
    if (others !== null) return others.authenticate(call);
    return call.header("authorization") === null ? ok(null) : err(UNKNOWN_TOKEN);
  };
  const authorize: Authorize = async (principal, permission, workspace) => {
    if (principal.method === "command_line") return ok(EVERYTHING);
    if (others !== null) return others.authorize(principal, permission, workspace);
    return err(problem("forbidden", `\`${principal.name}\` may not \`${permission}\``));
  };
  const firstSignIn = (origin: string) => others?.firstSignIn(origin) ?? Promise.resolve(ok(null));
  const routes = others?.routes ?? [];
  return { identity: { authenticate, authorize, firstSignIn, routes }, token };
}

export async function announce(dataFolder: string, server: LocalServer): Promise<Result<void, Problem>> {
  const file = join(dataFolder, SERVER_FILE);
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    await rm(file, { force: true });
    await writeFile(file, JSON.stringify(server), { mode: 0o600, flag: "wx" });
    return ok(undefined);
  } catch (cause) {
    return err(
      problem("server_file_unwritable", `the file cannot be written: ${messageOf(cause)}`, {
        place: { file },
      }),
    );
  }
}

/** Takes the announcement back, if it is still this server's. */
export async function withdraw(dataFolder: string, token: string): Promise<void> {
  const file = join(dataFolder, SERVER_FILE);
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.includes(token)) await rm(file, { force: true });
}

const UNKNOWN_TOKEN = problem("credentials_invalid", "the token is not known here, or has ended");
