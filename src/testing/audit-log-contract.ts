import { describe, expect, it } from "vitest";
import type { AuditLog } from "../audit/index.ts";
import { resultsRoot } from "../audit/index.ts";
import { canonicalJson } from "../base/index.ts";
import { freshEntry, okValue, problemIn } from "./record.ts";

/** What every audit log must do, wherever it keeps its entries. The log may hold entries already. */
export function auditLogContract(name: string, open: () => Promise<AuditLog>): void {
  describe(`${name} as an audit log`, () => {
    it("appends, pages and says its size and root", async () => {
      const log = await open();
      const { size } = okValue(await log.head());
      const entries = [freshEntry(), freshEntry({ because: "`\u0000` and \u2028" }), freshEntry()];
      const appended = okValue(await log.append(entries));

      expect(appended).toMatchObject({ first: size, count: 3, warnings: [] });
      expect(okValue(await log.head())).toEqual({ size: size + 3, root: appended.root });
      const page = okValue(await log.entriesFrom(size + 1, 1));
      expect(page).toMatchObject([{ index: size + 1, entry: entries[1], text: canonicalJson(entries[1]) }]);
      expect(okValue(await log.entriesFrom(size + 3, 10))).toEqual([]);
    });

    it("hashes every entry into the root that its checkpoint signs", async () => {
      const log = await open();
      const { checkpoint, root } = okValue(await log.append([freshEntry()]));
      const all = okValue(await log.entriesFrom(0, 100_000));

      expect(resultsRoot(all.map((entry) => entry.text))).toBe(root);
      expect(okValue(await log.leaves())).toEqual(all.map((entry) => entry.leaf));
      expect(checkpoint).toMatchObject({ origin: log.origin, size: all.length });
      expect(Buffer.from(checkpoint.root, "base64").toString("hex")).toBe(root);
      expect(checkpoint.note.startsWith(`${log.origin}\n${all.length}\n${checkpoint.root}\n\n\u2014 `)).toBe(
        true,
      );
    });

    it("lists checkpoints from a size on", async () => {
      const log = await open();
      const first = okValue(await log.append([freshEntry()])).checkpoint;
      const second = okValue(await log.append([freshEntry(), freshEntry()])).checkpoint;

      expect(okValue(await log.checkpoints(first.size - 1))).toEqual([first, second]);
      expect(okValue(await log.checkpoints(first.size))).toEqual([second]);
    });

    it("knows entries by id", async () => {
      const log = await open();
      const entry = freshEntry();
      okValue(await log.append([entry]));
      const known = okValue(await log.known([entry.id, "aud_none"]));
      expect([...known]).toEqual([[entry.id, canonicalJson(entry)]]);
    });

    it("refuses an entry twice, in the log or in one batch, and an empty batch, and stays as it was", async () => {
      const log = await open();
      const entry = freshEntry();
      okValue(await log.append([entry]));
      const twice = freshEntry();
      const later = freshEntry();
      okValue(await log.append([freshEntry({ details: { follows: { id: later.id } } })]));
      okValue(await log.append([later]));
      const head = okValue(await log.head());

      expect(problemIn(await log.append([freshEntry(), entry])).code).toBe("audit_entry_repeated");
      expect(problemIn(await log.append([later])).code).toBe("audit_entry_repeated");
      expect(problemIn(await log.append([twice, twice])).code).toBe("audit_entry_repeated");
      expect(problemIn(await log.append([])).code).toBe("audit_nothing_to_append");
      expect(okValue(await log.head())).toEqual(head);
    });

    it("keeps appends that run at the same time apart", async () => {
      const log = await open();
      const { size } = okValue(await log.head());
      const batches = Array.from({ length: 8 }, () => [freshEntry(), freshEntry()]);
      const appended = await Promise.all(batches.map((batch) => log.append(batch)));
      const firsts = appended.map((result) => okValue(result).first).sort((a, b) => a - b);
      expect(firsts).toEqual(batches.map((_, index) => size + 2 * index));
    });
  });
}
