import { exportLog, importLog, type LoggedEntry, verifyEd25519 } from "../../audit/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { type AppOptions, openSession, type Session } from "../session.ts";
import { publicKey, readLog } from "./audit-verify.ts";

export interface AuditPage {
  /** Entries in the whole log. */
  readonly size: number;
  /** The latest ones, oldest first. */
  readonly entries: readonly LoggedEntry[];
}

export async function auditList(
  options: AppOptions,
  limit: number,
): Promise<Result<AuditPage, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  return opened.value.withStore(async ({ audit }) => {
    const head = await audit.head();
    if (!head.ok) return err([head.error]);
    const { size } = head.value;
    const entries = await audit.entriesFrom(Math.max(0, size - limit), limit);
    return entries.ok ? ok({ size, entries: entries.value }) : err([entries.error]);
  });
}

export interface ExportRequest {
  /** Called with the pieces of the export, in order. */
  readonly write: (text: string) => Promise<void>;
}

/** The whole record in the audit format: it verifies by itself, on any machine, with the public key. */
export async function auditExport(
  options: AppOptions,
  request: ExportRequest,
): Promise<Result<{ readonly entries: number; readonly root: string }, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  return opened.value.withStore(async ({ audit }) => {
    const exported = await exportLog(audit, request.write);
    return exported.ok ? exported : err([exported.error]);
  });
}

export interface ImportOutcome {
  readonly imported: number;
  readonly skipped: number;
}

/** Takes a check log into the store, each entry once; importing again brings only what is new. */
export async function auditImport(
  options: AppOptions,
  file: string,
): Promise<Result<ImportOutcome, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const sound = await verifyFirst(session, file);
  if (!sound.ok) return sound;
  return session.withStore(async ({ audit }) => {
    const done = await importLog(session.fromCwd(file), audit);
    return done.ok ? done : err([{ ...done.error, place: { ...done.error.place, file } }]);
  });
}

/** What does not verify with this machine's key is not taken in: a record is not made whole by importing it. */
async function verifyFirst(session: Session, file: string): Promise<Result<null, readonly Problem[]>> {
  const key = await publicKey(session, null);
  if (!key.ok) return key;
  const log = await readLog(session, file);
  if (!log.ok) return log;
  const { verifyExport } = await import("../../audit/verify/index.ts");
  const report = verifyExport({
    log: log.value,
    publicKeys: [key.value],
    checkpoints: [],
    verifySignature: verifyEd25519,
    live: true,
  });
  if (!report.ok) return err([report.error]);
  if (report.value.status !== "broken") return ok(null);
  const hint = "`trueup audit verify` shows everything that is wrong with it";
  return err([
    problem("audit_import_refused", `the log does not verify: ${report.value.says}`, {
      place: { file },
      hint,
    }),
  ]);
}

export interface CheckpointOutcome {
  /** The signed note, as published. */
  readonly note: string;
  /** C2SP verifier key. */
  readonly publicKey: string;
}

/** The newest signed checkpoint. Kept elsewhere, it proves later that nothing was cut off or rewritten. */
export async function auditCheckpoint(
  options: AppOptions,
): Promise<Result<CheckpointOutcome, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const key = await session.signingKey();
  if (!key.ok) return key;
  const publicKey = key.value.signer.vkey;
  return session.withStore(async ({ audit }) => {
    const checkpoints = await audit.checkpoints();
    if (!checkpoints.ok) return err([checkpoints.error]);
    const last = checkpoints.value.at(-1);
    if (last !== undefined) return ok({ note: last.note, publicKey });
    return err([
      problem("audit_log_empty", "the record is empty: there is nothing to sign", { hint: "scan first" }),
    ]);
  });
}
