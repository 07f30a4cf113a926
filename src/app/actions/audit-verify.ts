import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { exportLog, keyNameOf, readPublicKey, verifyEd25519 } from "../../audit/index.ts";
import { type VerifyReport, verifyExport } from "../../audit/verify/index.ts";
import { codeOf, err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { CHECK_LOG } from "../file-recorder.ts";
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
  const log = request.file === null ? await ownRecord(session) : await readLog(session, request.file);
  if (!log.ok) return log;
  const report = verifyExport({
    log: log.value,
    publicKeys: [key.value],
    checkpoints,
    verifySignature: verifyEd25519,
    // Checks append to their log at any time: a tail that a killed one left unsealed is told, not called broken.
    live: request.file !== null && basename(request.file) === CHECK_LOG,
  });
  return report.ok ? report : err([report.error]);
}

export async function publicKey(
  session: Session,
  file: string | null,
): Promise<Result<string, readonly Problem[]>> {
  if (file === null) {
    const own = await session.signingKey();
    return own.ok ? ok(own.value.signer.vkey) : own;
  }
  const text = await readTextFile(session.fromCwd(file), file);
  if (!text.ok) return err([text.error]);
  const key = readPublicKey(text.value, keyNameOf);
  return key.ok ? key : err([{ ...key.error, place: { file } }]);
}

export async function readLog(
  session: Session,
  file: string,
): Promise<Result<Uint8Array, readonly Problem[]>> {
  try {
    return ok(await readFile(session.fromCwd(file)));
  } catch (cause) {
    const code = codeOf(cause) ?? "unknown error";
    const message = code === "ENOENT" ? "the export does not exist" : `the export cannot be read (${code})`;
    return err([problem("audit_log_unreadable", message, { place: { file } })]);
  }
}

/** The store's own record, exported in memory: the verifier sees what anybody else would be given. */
async function ownRecord(session: Session): Promise<Result<string, readonly Problem[]>> {
  if (!(await session.hasStore())) {
    const place = { file: session.config.store };
    const hint = `scan first, or name a file: \`trueup audit verify .trueup/${CHECK_LOG}\` verifies the log of checks`;
    return err([problem("store_missing", "there is no record here yet", { place, hint })]);
  }
  return session.withStore(async ({ audit }) => {
    const pieces: string[] = [];
    const exported = await exportLog(audit, (text) => {
      pieces.push(text);
    });
    return exported.ok ? ok(pieces.join("")) : err([exported.error]);
  });
}
