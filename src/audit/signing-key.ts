import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { link, mkdir, readFile, realpath, stat, unlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result, sha256Hex } from "../base/index.ts";
import { type NoteSigner, noteSigner, rawPublicKey } from "./signed-note.ts";

export interface SigningKeyOptions {
  /** PKCS#8 PEM file. Default: {@link defaultKeyFile}. */
  readonly file?: string;
  /** The data directory: a key inside it is refused, for whoever can rewrite the log could sign the new one. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface SigningKey {
  readonly signer: NoteSigner;
  readonly file: string;
  /** The verifier key beside it, for handing out. */
  readonly publicFile: string;
  /** Made just now: people should be told where it lies, once. */
  readonly created: boolean;
}

/** `audit-key.pem` in the user's configuration directory. */
export function defaultKeyFile(env: Readonly<Record<string, string | undefined>>): string {
  const home = env["HOME"] ?? homedir();
  const base = env["XDG_CONFIG_HOME"] ?? env["APPDATA"] ?? join(home, ".config");
  return join(base, "trueup", "audit-key.pem");
}

/** Key name of a signature when none was chosen: derived from the key, so that it needs no file of its own. */
export function keyNameOf(publicKey: Uint8Array): string {
  return `trueup.local/key/${sha256Hex(publicKey).slice(0, 16)}`;
}

/**
 * Reads the Ed25519 signing key, making it (mode 0600) when the file is missing. Two processes that start together end with one
 * key. Problems: `signing_key_unreadable`, `signing_key_exposed`, `signing_key_in_data_dir`.
 */
export async function loadSigningKey(options: SigningKeyOptions = {}): Promise<Result<SigningKey, Problem>> {
  const file = resolve(options.file ?? defaultKeyFile(options.env ?? process.env));
  try {
    if (options.dataDir !== undefined && (await lies(file, options.dataDir))) {
      return err(
        problem("signing_key_in_data_dir", "the signing key lies inside the data directory", {
          place: { file },
          hint: "move it out: whoever can rewrite the log must not be able to sign it",
        }),
      );
    }
    const created = await createIfMissing(file);
    const exposed = await exposure(file);
    if (exposed !== null) return err(exposed);
    const key = readKey(await readFile(file, "utf8"));
    if (key === null) {
      return err(
        problem("signing_key_unreadable", "the file holds no Ed25519 private key in PKCS#8 PEM", {
          place: { file },
        }),
      );
    }
    const signer = noteSigner(keyNameOf(rawPublicKey(createPublicKey(key))), key);
    const publicFile = `${file.replace(/\.pem$/, "")}.pub`;
    await writePublic(publicFile, signer.vkey);
    return ok({ signer, file, publicFile, created });
  } catch (cause) {
    return err(
      problem("signing_key_unreadable", `the signing key cannot be read or made: ${messageOf(cause)}`, {
        place: { file },
        hint: "make the folder writable, or name another key file",
      }),
    );
  }
}

/** Written aside and linked: the key appears whole, and never over another one. */
async function createIfMissing(file: string): Promise<boolean> {
  if (await stat(file).then(() => true, isMissing)) return false;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const aside = `${file}.${randomBytes(8).toString("hex")}`;
  await writeFile(aside, privateKey.export({ format: "pem", type: "pkcs8" }), {
    mode: 0o600,
    flag: "wx",
    flush: true,
  });
  try {
    await link(aside, file);
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw cause;
  } finally {
    await unlink(aside);
  }
}

function readKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    return null;
  }
}

/** Others can read the key: then others can sign. Mode bits mean nothing on Windows. */
async function exposure(file: string): Promise<Problem | null> {
  if (process.platform === "win32") return null;
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return null;
  return problem("signing_key_exposed", "the signing key can be read by other users", {
    place: { file },
    hint: `run \`chmod 600\` on it, and think about whether it has been read`,
  });
}

async function writePublic(file: string, vkey: string): Promise<void> {
  const held = await readFile(file, "utf8").catch(() => null);
  // A folder that only holds the key read-only (a mounted secret) is no reason not to sign.
  if (held !== `${vkey}\n`) await writeFile(file, `${vkey}\n`, { mode: 0o644 }).catch(() => undefined);
}

async function lies(file: string, dir: string): Promise<boolean> {
  const path = relative(await nearestReal(dir), await nearestReal(file));
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** Real path of a file that may not exist yet: of its nearest parent that does. */
async function nearestReal(path: string): Promise<string> {
  const whole = resolve(path);
  const real = await realpath(whole).catch(() => null);
  if (real !== null) return real;
  const parent = dirname(whole);
  return parent === whole ? whole : join(await nearestReal(parent), relative(parent, whole));
}

function isMissing(cause: unknown): false {
  if (codeOf(cause) === "ENOENT") return false;
  throw cause;
}
