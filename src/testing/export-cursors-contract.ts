import { expect, it } from "vitest";
import type { Store } from "../store/index.ts";
import { okValue } from "./record.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 24, 12, minute)).toISOString();

/** What every store must do with cursors of exports. */
export function exportCursorsContract(store: () => Store): void {
  it("hands a cursor to one process at a time, and to the next when its lease is over", async () => {
    const { exports } = store();
    const first = okValue(await exports.take("lease", 7, at(0), at(5)));
    expect(first).toMatchObject({ nextIndex: 7, pendingTo: null, tries: 0 });
    expect(okValue(await exports.take("lease", 0, at(4), at(9)))).toBeNull();
    const second = okValue(await exports.take("lease", 0, at(5), at(10)));
    expect(second).toMatchObject({ nextIndex: 7 });
    if (first === null || second === null) throw new Error("not taken");
    expect(okValue(await exports.plan(first, 9, at(20)))).toBeNull();
    expect(okValue(await exports.advance(first, "taken", at(6)))).toBeNull();
    expect(okValue(await exports.fail(first, "no", at(6), at(7)))).toBe(false);
    expect(okValue(await exports.release(first))).toBe(false);
    expect(okValue(await exports.release(second))).toBe(true);
    expect(okValue(await exports.take("lease", 0, at(6), at(9)))).not.toBeNull();
  });

  it("keeps what was planned through a failure, waits, and moves on only over what was planned", async () => {
    const { exports } = store();
    const held = okValue(await exports.take("plan", 0, at(0), at(5)));
    if (held === null) throw new Error("not taken");
    expect(okValue(await exports.advance(held, "nothing", at(0)))).toBeNull();
    expect(okValue(await exports.plan(held, 3, at(5)))).toMatchObject({ nextIndex: 0, pendingTo: 3 });
    expect(okValue(await exports.fail(held, "it answered 503", at(1), at(3)))).toBe(true);
    expect(okValue(await exports.take("plan", 0, at(2), at(9)))).toBeNull();
    const again = okValue(await exports.take("plan", 0, at(3), at(9)));
    expect(again).toMatchObject({ nextIndex: 0, pendingTo: 3, tries: 1 });
    if (again === null) throw new Error("not taken");
    expect(okValue(await exports.advance(again, "taken", at(4)))).toMatchObject({
      nextIndex: 3,
      pendingTo: null,
      tries: 0,
    });
    expect(okValue(await exports.list()).find(({ name }) => name === "plan")).toEqual({
      name: "plan",
      nextIndex: 3,
      pendingTo: null,
      updatedAt: at(4),
      tries: 0,
      failedAt: null,
      nextTry: null,
      says: "taken",
    });
    expect(okValue(await exports.forget("plan"))).toBe(true);
    expect(okValue(await exports.forget("plan"))).toBe(false);
  });

  it("refuses a plan that goes nowhere", async () => {
    const { exports } = store();
    const held = okValue(await exports.take("nowhere", 5, at(0), at(5)));
    if (held === null) throw new Error("not taken");
    expect(await exports.plan(held, 5, at(5))).toMatchObject({ ok: false });
  });
}
