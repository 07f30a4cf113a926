import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { codeOf, err, ok, type Problem, problem, type Result } from "../base/index.ts";

/** Where keys lie by default: outside of every data directory, so that who holds the data does not hold the keys. */
export function keyFolder(variables: Readonly<Record<string, string | undefined>>): string {
  const base = variables["XDG_CONFIG_HOME"];
  return join(base !== undefined && base !== "" ? base : join(homedir(), ".config"), "trueup");
}

/**
 * The estate key: 32 bytes under which ChangeDigests and the markers of secrets are made. Made on first use, mode 0600.
 * A changed key makes yesterday's digests incomparable, so that a key that is there and unreadable is an error.
 */
export async function estateKey(folder: string): Promise<Result<Uint8Array, Problem>> {
  const file = join(folder, "estate.key");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(`${randomBytes(32).toString("hex")}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST") return err(unusable(file, cause));
  }
  return readKey(file);
}

async function readKey(file: string): Promise<Result<Uint8Array, Problem>> {
  try {
    const text = (await readFile(file, "utf8")).trim();
    if (/^[0-9a-f]{64}$/.test(text)) return ok(Buffer.from(text, "hex"));
    const hint = "restore the file from a backup; deleting it makes recorded digests incomparable";
    return err(
      problem("estate_key_invalid", "the estate key is not 64 hexadecimal characters", {
        place: { file },
        hint,
      }),
    );
  } catch (cause) {
    return err(unusable(file, cause));
  }
}

function unusable(file: string, cause: unknown): Problem {
  const hint = "set XDG_CONFIG_HOME to a folder that this user can write";
  return problem(
    "estate_key_unusable",
    `the estate key can be neither read nor made (${codeOf(cause) ?? "unknown error"})`,
    {
      place: { file },
      hint,
    },
  );
}
