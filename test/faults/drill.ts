import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { exportLog, loadSigningKey, makeSealer, type Sealer, verifyEd25519 } from "../../src/audit/index.ts";
import { verifyExport } from "../../src/audit/verify/index.ts";
import type { Store } from "../../src/store/index.ts";
import { okValue } from "../../src/testing/record.ts";

/** Says what a drill saw, on a line of its own. */
export function saw(text: string): void {
  process.stdout.write(`SAW ${text}\n`);
}

/** A folder with a signing key that this process and its children share. */
export async function workshop(): Promise<{
  readonly folder: string;
  readonly keyFile: string;
  readonly sealer: Sealer;
  remove(): void;
}> {
  const folder = mkdtempSync(join(tmpdir(), "trueup-fault-"));
  // Root's embedded server runs as another user, who must get to its files.
  chmodSync(folder, 0o711);
  const keyFile = join(folder, "keys", "audit-key.pem");
  const sealer = makeSealer(okValue(await loadSigningKey({ file: keyFile })).signer);
  return {
    folder,
    keyFile,
    sealer,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The whole record, exported and verified as anybody would; its size. */
export async function verifiedSize(store: Store, vkey: string): Promise<number> {
  let log = "";
  okValue(
    await exportLog(store.audit, (piece) => {
      log += piece;
    }),
  );
  const report = okValue(
    verifyExport({ log, publicKeys: [vkey], checkpoints: [], verifySignature: verifyEd25519 }),
  );
  expect(report).toMatchObject({ status: "consistent", faults: [] });
  return report.entries;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: readonly string[];
}

/** Runs code of this repository in a process of its own. `file` is seen from `test/faults/`. */
export function child(keyFile: string, code: string): Promise<ChildEnd> {
  const prelude = `
    import { loadSigningKey, makeSealer } from ${url("../../src/audit/index.ts")};
    import { openStore } from ${url("../../src/store/index.ts")};
    import { openDatabase } from ${url("../../src/store/open-store.ts")};
    import { recordWriterOver } from ${url("../../src/store/record-writer.ts")};
    import { decisionStoreOver } from ${url("../../src/store/decision-store.ts")};
    import { aDecisionStep } from ${url("../../src/testing/decision-contract.ts")};
    import { freshEntry } from ${url("../../src/testing/record.ts")};
    const must = (result) => { if (!result.ok) throw new Error(result.error.message); return result.value; };
    const sealer = makeSealer(must(await loadSigningKey({ file: ${JSON.stringify(keyFile)} })).signer);
    const options = { clock: { now: () => Date.parse("2026-11-24T09:30:00.000Z") }, sealer, waitMs: 60_000 };
  `;
  const process_ = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", prelude + code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  process_.stdout.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  return new Promise((resolve) => {
    process_.once("close", (exit, signal) => {
      resolve({ code: exit, signal, lines: text.split("\n").filter((line) => line !== "") });
    });
  });
}

function url(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href);
}
