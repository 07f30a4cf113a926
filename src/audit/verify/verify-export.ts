import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { fromHex, toHex, utf8 } from "./encoding.ts";
import { FaultList } from "./fault-list.ts";
import {
  openNote,
  parseTreeHead,
  parseVerifierKey,
  type TreeHead,
  type VerifierKey,
  type VerifySignature,
} from "./note.ts";
import {
  type ExportHeader,
  type ExportLine,
  entryId,
  parseHeader,
  parseLine,
  parseTombstone,
} from "./parse-export.ts";
import type { Pruned, VerifyReport } from "./report.ts";
import { are, says, span } from "./says.ts";
import { GrowingTree, hashLeaf, sameBytes } from "./tree.ts";

export interface VerifyInput {
  /** The export, or a log file of `check`: bytes as read, or their text. */
  readonly log: Uint8Array | string;
  /** C2SP verifier keys that are trusted. */
  readonly publicKeys: readonly string[];
  /** Signed checkpoints that were kept elsewhere. Without one, nobody can say that the tail is not cut off. */
  readonly checkpoints: readonly string[];
  readonly verifySignature: VerifySignature;
  /**
   * The file is a log in use, not a finished export: a torn last line, and whole entries of the same append before it, are what a
   * process leaves that is killed while it writes. They are told and not counted as verified. Default `false`: they are a fault.
   */
  readonly live?: boolean;
}

/**
 * Verifies a record offline. Trusts no field: leaves and roots are computed from the entries' bytes, sizes and roots count only
 * under the signature of a given key. Shares no code with the writer but SHA-256.
 * Problem `public_key_unreadable` when a key is none; everything wrong with the record is in the report.
 */
export function verifyExport(input: VerifyInput): Result<VerifyReport, Problem> {
  const keys: VerifierKey[] = [];
  for (const vkey of input.publicKeys) {
    const key = parseVerifierKey(vkey.trim());
    if (key === null) {
      return err(problem("public_key_unreadable", `\`${vkey}\` is no C2SP Ed25519 verifier key`));
    }
    keys.push(key);
  }
  if (keys.length === 0) return err(problem("public_key_unreadable", "no public key was given"));
  return ok(new Verification(keys, input).run());
}

/** One run over one export: the tree as far as it has grown, and what was found wrong on the way. */
class Verification {
  private readonly keys: readonly VerifierKey[];
  private readonly input: VerifyInput;
  private readonly tree = new GrowingTree();
  private readonly faults = new FaultList();
  private readonly ids = new Set<string>();
  private readonly rootAt = new Map<number, Uint8Array>();
  private origin: string | null = null;
  private start: ExportHeader["start"] = null;
  private pruned: Pruned | null = null;
  /** Entries under the last checkpoint that holds. */
  private sealed = 0;
  private goodCheckpoints = 0;
  private unsealed = 0;
  /** A killed process left an unfinished append at the end, and the caller allows for it. */
  private torn = false;

  constructor(keys: readonly VerifierKey[], input: VerifyInput) {
    this.keys = keys;
    this.input = input;
  }

  run(): VerifyReport {
    const outside = this.input.checkpoints.map((note) => this.open(note));
    for (const head of outside) if (head !== null) this.rootAt.set(head.size, new Uint8Array(0));
    this.rootAt.set(0, this.tree.root());
    const lines = this.split();
    if (lines !== null && this.resume()) {
      this.walk(lines);
      this.proveStart();
    }
    const completeTo = this.compare(outside.filter((head) => head !== null));
    return this.report(completeTo);
  }

  /** Lines without their ends; `null` (and a fault) when this is no text of the format at all. */
  private split(): readonly string[] | null {
    const text = decode(this.input.log);
    if (text === null) return this.refuse("the file is not UTF-8");
    const lines = text.split("\n");
    const torn = lines.pop();
    const header = parseHeader(lines[0] ?? "");
    if (header === null) return this.refuse("the file does not begin with an audit log header");
    this.origin = header.origin;
    this.start = header.start;
    this.torn = torn !== "" && this.input.live === true;
    if (this.torn) this.unsealed++;
    else if (torn !== "") {
      const why = "the last line is torn: a process was killed while it wrote, or somebody cut it";
      this.faults.add("tail_unsealed", why, null, lines.length + 1);
    }
    return lines;
  }

  /** Goes on from where the header says that the log begins; signed roots behind it and a tombstone must bear it out. */
  private resume(): boolean {
    if (this.start === null) return true;
    const { size, peaks } = this.start;
    if (
      !this.tree.resume(
        size,
        peaks.flatMap((peak) => fromHex(peak) ?? []),
      )
    ) {
      this.faults.add(
        "not_an_export",
        "the subtrees of the header do not fit the size that it names",
        null,
        1,
      );
      return false;
    }
    this.sealed = size;
    this.rootAt.set(size, this.tree.root());
    return true;
  }

  /** A beginning may be missing only when the log says so behind it, under a signature, with the root of what was there. */
  private proveStart(): void {
    if (this.start === null || this.pruned !== null) return;
    const { size, tombstone } = this.start;
    this.faults.add(
      "start_unproven",
      `the log begins with entry ${size}, and no sealed entry \`${tombstone}\` says that what was before it was pruned`,
      0,
      1,
    );
  }

  private refuse(why: string): null {
    this.faults.add("not_an_export", why, null, 1);
    return null;
  }

  private walk(lines: readonly string[]): void {
    const parsed = lines.slice(1).map(parseLine);
    const present = new Set(parsed.flatMap((line) => (line.kind === "entry" ? [line.index] : [])));
    let expected = this.start?.size ?? 0;
    let checkpointNumber = 0;
    const seen = new Set<number>();
    for (const [offset, line] of parsed.entries()) {
      const at = offset + 2;
      if (line.kind === "malformed") {
        this.faults.add(
          "line_malformed",
          "the line is neither an entry nor a checkpoint in the one spelling that the format has",
          expected,
          at,
        );
      } else if (line.kind === "entry") {
        this.place(line.index, expected, present, seen, at);
        seen.add(line.index);
        expected = Math.max(expected, line.index) + (line.index < expected ? 0 : 1);
        this.grow(line, at);
      } else {
        this.number(line.number, checkpointNumber, at);
        checkpointNumber = line.number + 1;
        this.seal(line, at);
      }
    }
    this.tail(lines.length);
  }

  /** Does the entry stand where it says that it stands? */
  private place(
    index: number,
    expected: number,
    present: ReadonlySet<number>,
    seen: ReadonlySet<number>,
    line: number,
  ): void {
    if (index === expected) return;
    if (seen.has(index)) {
      this.faults.add("entry_repeated", `entry ${index} stands here a second time`, index, line);
    } else if (index < expected || present.has(expected)) {
      this.faults.add(
        "entry_reordered",
        `entry ${index} stands where entry ${expected} belongs`,
        Math.min(index, expected),
        line,
      );
    } else {
      this.faults.add(
        "entry_missing",
        `${are(expected, index)} missing before entry ${index}`,
        expected,
        line,
      );
    }
  }

  private grow(line: Extract<ExportLine, { kind: "entry" }>, at: number): void {
    const leaf = hashLeaf(utf8(line.text));
    if (toHex(leaf) !== line.leaf) {
      this.faults.add("entry_edited", `entry ${line.index} is not the one that was hashed`, line.index, at);
    }
    const id = entryId(line.text);
    if (id === null) {
      this.faults.add("line_malformed", `entry ${line.index} has no id`, line.index, at);
    } else if (this.ids.has(id)) {
      this.faults.add("entry_repeated", `entry ${line.index} has the id of an earlier one`, line.index, at);
    } else this.ids.add(id);
    this.tree.add(leaf);
    this.noteRoot();
    if (id !== null && id === this.start?.tombstone) this.meetTombstone(line.text, id);
  }

  private meetTombstone(text: string, id: string): void {
    const said = parseTombstone(text);
    if (said === null || this.start === null) return;
    const { size } = this.start;
    if (said.upto !== size || said.root !== toHex(this.rootAt.get(size) ?? new Uint8Array(0))) return;
    this.pruned = { entries: size, tombstone: id, time: said.time };
  }

  private number(number: number, expected: number, line: number): void {
    if (number === expected) return;
    this.faults.add(
      "checkpoint_missing",
      `checkpoint ${number} stands where checkpoint ${expected} belongs`,
      this.sealed,
      line,
    );
  }

  /** A checkpoint within the export: signed, of this log, over exactly the entries above it. */
  private seal(line: Extract<ExportLine, { kind: "checkpoint" }>, at: number): void {
    const head = this.open(line.note, at);
    if (head === null) return;
    const { size } = this.tree;
    if (head.origin !== this.origin) {
      this.faults.add("other_log", `the checkpoint is of log \`${head.origin}\``, null, at);
    } else if (head.size > size) {
      this.faults.add(
        "entry_missing",
        `${are(size, head.size)} missing before the checkpoint over ${head.size} entries`,
        size,
        at,
      );
    } else if (head.size < size) {
      this.faults.add(
        "entry_repeated",
        `${size - head.size} more entries stand before the checkpoint than it was signed over`,
        head.size,
        at,
      );
    } else if (!sameBytes(head.root, this.tree.root())) {
      // Once something above is wrong the root cannot be right; only a root that is wrong by itself is news.
      if (!this.faults.exportIsDamaged) {
        this.faults.add(
          "entries_changed",
          `among entries ${this.sealed} to ${size - 1} at least one is not what the checkpoint was signed over`,
          this.sealed,
          at,
        );
      }
    } else if (line.peaks.join() !== this.tree.peaks().map(toHex).join()) {
      this.faults.add(
        "line_malformed",
        "the peaks beside the checkpoint are not those of the entries above",
        null,
        at,
      );
    } else {
      this.sealed = size;
      this.rootAt.set(size, this.tree.root());
      this.goodCheckpoints++;
    }
  }

  private tail(line: number): void {
    const open = this.tree.size - this.sealed;
    if (open === 0 || this.faults.exportIsDamaged) return;
    if (this.torn) this.unsealed += open;
    else {
      this.faults.add(
        "tail_unsealed",
        `no checkpoint seals ${span(this.sealed, this.tree.size)}: added without the key, or left by a process that was killed`,
        this.sealed,
        line,
      );
    }
  }

  /** Compares with the checkpoints kept elsewhere; how far they prove the record complete. */
  private compare(outside: readonly TreeHead[]): number | null {
    let completeTo: number | null = null;
    for (const head of [...outside].sort((a, b) => a.size - b.size)) {
      if (this.origin !== null && head.origin !== this.origin) {
        this.faults.add(
          "other_log",
          `a checkpoint kept elsewhere is of log \`${head.origin}\`, the export is of \`${this.origin}\``,
          null,
          null,
        );
      } else if (head.size < (this.start?.size ?? 0)) {
        // It is over what was taken off: the tombstone's root stands for it now.
      } else if (head.size > this.tree.size) {
        this.faults.add(
          "tail_cut_off",
          `${are(this.tree.size, head.size)} cut off: a checkpoint kept elsewhere was signed over ${head.size}`,
          this.tree.size,
          null,
        );
      } else if (!sameBytes(head.root, this.rootAt.get(head.size) ?? new Uint8Array(0))) {
        this.faults.add(
          "history_rewritten",
          `the first ${head.size} entries are not those over which a checkpoint kept elsewhere was signed`,
          completeTo ?? 0,
          null,
        );
      } else if (head.size > 0) completeTo = head.size;
    }
    return completeTo;
  }

  private open(note: string, line: number | null = null): TreeHead | null {
    const opened = openNote(note, this.keys, this.input.verifySignature);
    const head = opened.kind === "opened" ? parseTreeHead(opened.text) : null;
    if (head !== null) return head;
    const which = line === null ? "a checkpoint kept elsewhere" : "the checkpoint";
    const why = opened.kind === "refused" ? opened.why : "its text is no checkpoint";
    this.faults.add(
      "checkpoint_refused",
      `${which} is refused: ${why}`,
      line === null ? null : this.sealed,
      line,
    );
    return null;
  }

  private noteRoot(): void {
    if (this.rootAt.has(this.tree.size)) this.rootAt.set(this.tree.size, this.tree.root());
  }

  private report(completeTo: number | null): VerifyReport {
    const { count, listed, firstWrong } = this.faults;
    const broken = count > 0;
    // What an unfinished append left is not part of what was verified.
    const entries = this.torn && !broken ? Math.max(this.sealed, completeTo ?? 0) : this.tree.size;
    const report = {
      status: broken ? "broken" : completeTo === null ? "consistent" : "verified",
      origin: this.origin,
      entries,
      root: toHex(this.rootAt.get(entries) ?? this.tree.root()),
      checkpoints: this.goodCheckpoints,
      completeTo: broken ? null : completeTo,
      firstWrong,
      faults: listed,
      faultCount: count,
      unsealed: this.unsealed,
      pruned: this.pruned,
    } as const;
    return { ...report, says: says(report) };
  }
}

function decode(log: Uint8Array | string): string | null {
  if (typeof log === "string") return /\p{Surrogate}/u.test(log) ? null : log;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(log);
  } catch {
    return null;
  }
}
