import { err, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { Checkpoint } from "../domain/index.ts";
import type { NoteSigner } from "./signed-note.ts";

/** Signs size and root as a C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint). `root` is 32 bytes. */
export function signCheckpoint(
  signer: NoteSigner,
  head: { readonly origin: string; readonly size: number; readonly root: Uint8Array },
): Checkpoint {
  const root = Buffer.from(head.root).toString("base64");
  const note = signer.sign(`${head.origin}\n${head.size}\n${root}\n`);
  return { origin: head.origin, size: head.size, root, note };
}

/**
 * Fields of a checkpoint note. Judges its form only, never a signature: fit for a file that this machine wrote,
 * not for one that a stranger hands in.
 */
export function parseCheckpoint(note: string): Result<Checkpoint, Problem> {
  const match =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*\n(?:\u2014 [^\n]+\n)+$/u.exec(note);
  const [, origin, sizeText, root] = match ?? [];
  const size = Number(sizeText);
  if (origin === undefined || root === undefined || !Number.isSafeInteger(size)) {
    return err(problem("checkpoint_unreadable", "the text is no C2SP checkpoint"));
  }
  return ok({ origin, size, root, note });
}
