import { readFile } from "node:fs/promises";
import { exportLog, keyNameOf, readPublicKey, verifyEd25519 } from "../../audit/index.ts";
import { type VerifyReport, verifyExport } from "../../audit/verify/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { readTextFile } from "../read-text-file.ts";
import { type AppOptions, openSession, type Session } from "../session.ts";

export interface VerifyRequest {
  /** An export or a check log; `null`: the record of this folder. */
  readonly file: string | null;
  /** Public key of the log; `null`: this machine's. */
  readonly key: string | null;
  /** Checkpoints that were kept elsewhere. */
  readonly checkpoints: readonly string[];
}

/** Verifies a record offline. Everything that is wrong with it is in the report; a Problem means that nothing was verified. */
export async function auditVerify(
  options: AppOptions,
  request: VerifyRequest,
): Promise<Result<VerifyReport, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const key = await publicKey(session, request.key);
  if (!key.ok) return key;
  const checkpoints: string[] = [];
  for (const file of request.checkpoints) {
    const text = await readTextFile(session.fromCwd(file), file);
    if (!text.ok) return err([text.error]);
    checkpoints.push(text.value);
  }
  const log = request.file === null ? await ownRecord(session) : await exportFile(session, request.file);
  if (!log.ok) return log;
  const report = verifyExport({
    log: log.value,
    publicKeys: [key.value],
    checkpoints,
    verifySignature: verifyEd25519,
  });
  return report.ok ? report : err([report.error]);
}

async function publicKey(session: Session, file: string | null): Promise<Result<string, readonly Problem[]>> {
  if (file === null) {
    const own = await session.signingKey();
    return own.ok ? ok(own.value.signer.vkey) : own;
  }
  const text = await readTextFile(session.fromCwd(file), file);
  if (!text.ok) return err([text.error]);
  const key = readPublicKey(text.value, keyNameOf);
  return key.ok ? key : err([{ ...key.error, place: { file } }]);
}

async function exportFile(session: Session, file: string): Promise<Result<Uint8Array, readonly Problem[]>> {
  try {
    return ok(await readFile(session.fromCwd(file)));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    const message = code === "ENOENT" ? "the export does not exist" : `the export cannot be read (${code})`;
    return err([problem("audit_log_unreadable", message, { place: { file } })]);
  }
}

/** The store's own record, exported in memory: the verifier sees what anybody else would be given. */
function ownRecord(session: Session): Promise<Result<string, readonly Problem[]>> {
  return session.withStore(async ({ audit }) => {
    const pieces: string[] = [];
    const exported = await exportLog(audit, (text) => {
      pieces.push(text);
    });
    return exported.ok ? ok(pieces.join("")) : err([exported.error]);
  });
}
