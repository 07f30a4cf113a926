import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { REPORT_TIME } from "../../testing/index.ts";
import { freshEntry, okValue, problemIn } from "../../testing/record.ts";
import { emptyLog, makeSealer, noteSigner, openFileLog, type Sealer, verifyEd25519 } from "../index.ts";
import { checkpointLine, entryLine, headerLine } from "../log-lines.ts";
import { leafHash } from "../merkle.ts";
import type { LogState } from "../ports.ts";
import type { VerifyReport } from "./report.ts";
import { type VerifyInput, verifyExport } from "./verify-export.ts";

// Each run verifies a whole export; time decides nothing here.
vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "trueup-verify-"));
const signer = noteSigner("trueup.local/test", generateKeyPairSync("ed25519").privateKey);
const stranger = noteSigner("trueup.local/test", generateKeyPairSync("ed25519").privateKey);
const sealer = makeSealer(signer);
/** Sizes after each append: entries 0..2, 3..4, 5..9. */
const BATCHES = [3, 2, 5];
let log = "";
let lines: readonly string[] = [];
let notes: readonly string[] = [];

beforeAll(async () => {
  const file = join(folder, "checks.log");
  const fileLog = okValue(await openFileLog(file, { sealer, now: () => REPORT_TIME }));
  for (const count of BATCHES)
    okValue(await fileLog.append(Array.from({ length: count }, () => freshEntry())));
  log = readFileSync(file, "utf8");
  lines = log.split("\n").slice(0, -1);
  notes = okValue(await fileLog.checkpoints()).map(({ note }) => note);
});
afterAll(() => rmSync(folder, { recursive: true }));

function verify(text: string | Uint8Array, over: Partial<VerifyInput> = {}): VerifyReport {
  const input = { log: text, publicKeys: [signer.vkey], checkpoints: [], verifySignature: verifyEd25519 };
  return okValue(verifyExport({ ...input, ...over }));
}

function joined(changed: readonly string[]): string {
  return changed.map((line) => `${line}\n`).join("");
}

/** Line of an entry: a header above, and a checkpoint after each earlier batch. */
function lineOf(entry: number): number {
  return entry + 1 + (entry >= 3 ? 1 : 0) + (entry >= 5 ? 1 : 0);
}

/** The export with some lines replaced: `null` leaves a line out. */
function withLines(changes: Readonly<Record<number, string | readonly string[] | null>>): string {
  return joined(lines.flatMap((line, at) => (at in changes ? (changes[at] ?? []) : line)));
}

/** What a forger without the key can do: write entries anew, with indexes and leaves that fit, and reuse the checkpoints. */
function forged(edit: (texts: string[]) => unknown): string {
  const texts = lines
    .filter((line) => line.startsWith('{"entry":'))
    .map((line) => line.slice(9, line.lastIndexOf(',"index":')));
  edit(texts);
  const header = lines[0] ?? "";
  const state = emptyLog(JSON.parse(header).origin);
  const sealed = okValue(
    makeSealer(stranger).seal(
      state,
      texts.map((text) => JSON.parse(text)),
    ),
  );
  const checkpoints = lines.filter((line) => line.startsWith('{"checkpoint":'));
  const out = [header];
  sealed.entries.forEach((entry, at) => {
    out.push(entryLine(entry).trimEnd());
    const checkpoint = checkpoints[[2, 4, sealed.entries.length - 1].indexOf(at)];
    if (checkpoint !== undefined) out.push(checkpoint);
  });
  return joined(out);
}

/** What the holder of the key can do: sign another history under the same origin. */
function resigned(sealerOfOrigin: Sealer, count: number): string {
  let state: LogState = emptyLog(JSON.parse(lines[0] ?? "").origin);
  const out = [headerLine(state.origin)];
  const batch = okValue(
    sealerOfOrigin.seal(
      state,
      Array.from({ length: count }, () => freshEntry()),
    ),
  );
  state = batch.state;
  out.push(...batch.entries.map(entryLine), checkpointLine(batch.checkpoint, 0, state.peaks));
  return out.join("");
}

describe("an untouched export", () => {
  it("is consistent, and not said to be complete", () => {
    const report = verify(log);
    expect(report).toMatchObject({
      status: "consistent",
      entries: 10,
      checkpoints: 3,
      completeTo: null,
      firstWrong: null,
      faults: [],
    });
    expect(report.says).toBe(
      "consistent; completeness not proven: 10 entries hold together, and no checkpoint kept elsewhere was given",
    );
  });

  it("is verified with the newest checkpoint kept elsewhere", () => {
    const report = verify(log, { checkpoints: [notes[2] ?? ""] });
    expect(report).toMatchObject({
      status: "verified",
      completeTo: 10,
      says: "verified: 10 entries are unchanged",
    });
  });

  it("is complete only as far as an older checkpoint goes", () => {
    const report = verify(log, { checkpoints: [notes[1] ?? "", notes[0] ?? ""] });
    expect(report).toMatchObject({ status: "verified", completeTo: 5 });
    expect(report.says).toContain("complete up to entry 4, behind it completeness is not proven");
  });

  it("verifies from bytes, and with other trusted keys beside the right one", () => {
    const report = verify(Buffer.from(log), { publicKeys: [stranger.vkey, signer.vkey] });
    expect(report.status).toBe("consistent");
  });

  it("may have no entries", () => {
    expect(verify(headerLine("trueup.local/log/none"))).toMatchObject({ status: "consistent", entries: 0 });
  });
});

type Case = readonly [name: string, code: string, firstWrong: number | null, make: () => string];

const MANGLED: readonly Case[] = [
  [
    "an edited entry",
    "entry_edited",
    4,
    () => withLines({ [lineOf(4)]: (lines[lineOf(4)] ?? "").replace('"violation"', '"allowed"') }),
  ],
  [
    "an entry edited together with its leaf",
    "entries_changed",
    3,
    () => forged((texts) => texts.splice(4, 1, (texts[4] ?? "").replace('"violation"', '"allowed"'))),
  ],
  ["a removed entry", "entry_missing", 4, () => withLines({ [lineOf(4)]: null })],
  ["a removed first entry", "entry_missing", 0, () => withLines({ [lineOf(0)]: null })],
  ["several removed entries", "entry_missing", 6, () => withLines({ [lineOf(6)]: null, [lineOf(7)]: null })],
  [
    "an entry removed and the others numbered anew",
    "entries_changed",
    3,
    () => forged((texts) => texts.splice(3, 1).length + texts.push(JSON.stringify(freshEntry()))),
  ],
  [
    "two entries exchanged",
    "entry_reordered",
    5,
    () => withLines({ [lineOf(5)]: lines[lineOf(6)] ?? "", [lineOf(6)]: lines[lineOf(5)] ?? "" }),
  ],
  [
    "two entries exchanged and numbered anew",
    "entries_changed",
    5,
    () => forged((texts) => texts.splice(7, 2, texts[8] ?? "", texts[7] ?? "")),
  ],
  [
    "an entry inserted twice",
    "entry_repeated",
    2,
    () => withLines({ [lineOf(2)]: [lines[lineOf(2)] ?? "", lines[lineOf(2)] ?? ""] }),
  ],
  [
    "a new entry inserted",
    "entries_changed",
    0,
    () => forged((texts) => texts.splice(1, 0, JSON.stringify(freshEntry()))),
  ],
  [
    "a new entry at the end",
    "tail_unsealed",
    10,
    () => {
      const text = JSON.stringify(freshEntry());
      return log + entryLine({ text, index: 10, leaf: Buffer.from(leafHash(text)).toString("hex") });
    },
  ],
  ["a removed checkpoint", "checkpoint_missing", 3, () => withLines({ [lineOf(4) + 1]: null })],
];

describe("a mangled export", () => {
  it.each(MANGLED)("%s is named (%s)", (_name, code, firstWrong, make) => {
    const report = verify(make());
    expect(report.status).toBe("broken");
    expect(report.faults.map((fault) => fault.code)).toContain(code);
    expect(report.firstWrong).toBe(firstWrong);
    expect(report.says).toContain(`entry ${firstWrong} is the first that is wrong`);
  });

  it("is refused under another key, another origin, and a forged signature", () => {
    expect(verify(log, { publicKeys: [stranger.vkey] }).faults[0]).toMatchObject({
      code: "checkpoint_refused",
    });
    const other = log.replace(/"origin":"[^"]*"/, '"origin":"elsewhere"');
    expect(verify(other).faults[0]).toMatchObject({ code: "other_log" });
    expect(verify(resigned(makeSealer(stranger), 3)).faults[0]).toMatchObject({ code: "checkpoint_refused" });
  });

  it.each([
    ["nothing", ""],
    ["something else", "hello\n"],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x0a])],
  ])("%s is no export", (_name, text) => {
    expect(verify(text).faults[0]?.code).toBe("not_an_export");
  });

  it("does not fill memory with faults", () => {
    const report = verify(`${lines[0]}\n${"x\n".repeat(5_000)}`);
    expect(report.faults).toHaveLength(100);
    expect(report.faultCount).toBe(5_000);
  });
});

describe("with a checkpoint kept elsewhere", () => {
  it("a cut-off tail is seen, and without one it is not", () => {
    const cut = joined(lines.slice(0, lineOf(4) + 2));
    expect(verify(cut)).toMatchObject({ status: "consistent", entries: 5 });
    const report = verify(cut, { checkpoints: [notes[2] ?? ""] });
    expect(report).toMatchObject({ status: "broken", firstWrong: 5, completeTo: null });
    expect(report.faults).toMatchObject([
      { code: "tail_cut_off", message: expect.stringContaining("entries 5 to 9 are cut off") },
    ]);
  });

  it("a history rewritten by the holder of the key is seen, and without one it is not", () => {
    const rewritten = resigned(sealer, 12);
    expect(verify(rewritten)).toMatchObject({ status: "consistent", entries: 12 });
    const report = verify(rewritten, { checkpoints: notes });
    expect(report).toMatchObject({ status: "broken", firstWrong: 0 });
    expect(report.faults.map((fault) => fault.code)).toEqual([
      "history_rewritten",
      "history_rewritten",
      "history_rewritten",
    ]);
  });

  it("one of another log, or signed by a stranger, proves nothing", () => {
    const elsewhere = okValue(sealer.seal(emptyLog("elsewhere"), [freshEntry()])).checkpoint.note;
    expect(verify(log, { checkpoints: [elsewhere] }).faults[0]).toMatchObject({ code: "other_log" });
    const origin = JSON.parse(lines[0] ?? "").origin;
    const strange = okValue(makeSealer(stranger).seal(emptyLog(origin), [freshEntry()])).checkpoint.note;
    expect(verify(log, { checkpoints: [strange] }).faults[0]).toMatchObject({ code: "checkpoint_refused" });
    expect(verify(log, { checkpoints: ["hello"] }).faults[0]).toMatchObject({ code: "checkpoint_refused" });
  });
});

describe("a bad checkpoint kept elsewhere", () => {
  it("does not hide what is wrong in the export", () => {
    const edited = forged((texts) =>
      texts.splice(4, 1, (texts[4] ?? "").replace('"violation"', '"allowed"')),
    );
    const report = verify(edited, { checkpoints: ["hello"] });
    expect(report.faults.map((fault) => fault.code)).toEqual(["checkpoint_refused", "entries_changed"]);
    expect(report.firstWrong).toBe(3);
  });

  it("over nothing proves nothing", () => {
    const empty = okValue(sealer.seal(emptyLog(JSON.parse(lines[0] ?? "").origin), [])).checkpoint.note;
    expect(verify(log, { checkpoints: [empty] }).status).toBe("consistent");
  });
});

describe("a log in use", () => {
  it("may end in an append that was not finished, which proves nothing", () => {
    const cut = log.slice(0, log.length - 200);
    expect(verify(cut).faults[0]).toMatchObject({ code: "tail_unsealed" });
    const report = verify(cut, { live: true, checkpoints: [notes[1] ?? ""] });
    expect(report).toMatchObject({ status: "verified", entries: 5, completeTo: 5, unsealed: 6, faults: [] });
    expect(report.says).toBe(
      "verified: 5 entries are unchanged; an append that was not finished stands behind them and proves nothing",
    );
    expect(report.root).toBe(verify(joined(lines.slice(0, lineOf(4) + 2))).root);
  });

  it("is broken all the same by whole entries that nobody signed, and by an edit", () => {
    const text = JSON.stringify(freshEntry());
    const extra = entryLine({ text, index: 10, leaf: Buffer.from(leafHash(text)).toString("hex") });
    expect(verify(log + extra, { live: true }).faults[0]).toMatchObject({ code: "tail_unsealed", entry: 10 });
    expect(verify(log.replace('"violation"', '"allowed"').slice(0, -200), { live: true }).status).toBe(
      "broken",
    );
  });
});

describe("keys", () => {
  it.each([[[]], [["trueup.local/test+00000000+AAAA"]], [["-----BEGIN PUBLIC KEY-----"]]])(
    "%j are refused",
    (publicKeys) => {
      const input = { log, publicKeys, checkpoints: [], verifySignature: verifyEd25519 };
      expect(problemIn(verifyExport(input)).code).toBe("public_key_unreadable");
    },
  );
});

describe("any single mutation", () => {
  const outside = { checkpoints: () => [notes[2] ?? ""] };

  it("of one byte is detected", () => {
    const bytes = Buffer.from(log);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(verify(changed).status).toBe("broken");
      }),
      { numRuns: 250 },
    );
  });

  it("that inserts or removes one character is detected", () => {
    fc.assert(
      fc.property(
        fc.nat(log.length - 1),
        fc.option(fc.string({ minLength: 1, maxLength: 1, unit: "binary" })),
        (at, insert) => {
          const changed =
            insert === null
              ? log.slice(0, at) + log.slice(at + 1)
              : log.slice(0, at) + insert + log.slice(at);
          fc.pre(changed !== log);
          expect(verify(changed).status).toBe("broken");
        },
      ),
      { numRuns: 250 },
    );
  });

  it("that removes, repeats or moves one line is detected", () => {
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.nat(lines.length),
        fc.constantFrom("remove", "repeat", "move"),
        (from, to, how) => {
          const changed = [...lines];
          const [line = ""] = how === "repeat" ? [lines[from]] : changed.splice(from, 1);
          if (how !== "remove") changed.splice(to, 0, line);
          fc.pre(joined(changed) !== log);
          expect(verify(joined(changed), { checkpoints: outside.checkpoints() }).status).toBe("broken");
        },
      ),
      { numRuns: 250 },
    );
  });

  it("that cuts the export anywhere is detected with the newest checkpoint kept elsewhere", () => {
    fc.assert(
      fc.property(fc.nat(log.length - 1), (length) => {
        expect(verify(log.slice(0, length), { checkpoints: outside.checkpoints() }).status).toBe("broken");
      }),
      { numRuns: 200 },
    );
  });
});
