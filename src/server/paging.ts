import * as z from "zod";
import { err, ok, type Problem, problem, type Result } from "../base/index.ts";

/** `limit` and `cursor` of every list. Spread into a strict object: `z.strictObject({ ...pageQuery, status: … })`. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50).describe("Most items in the answer"),
  cursor: z.string().min(1).max(2_000).optional().describe("`next` of the answer before"),
} as const;

/** A page of a list: `next` is the cursor of the following one, `null` on the last. */
export function pageOf<Item>(item: z.ZodType<Item>) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe("Cursor of the next page; null on the last"),
  });
}

export type CursorKey = string | number;

/** A cursor is the sort key of the last item that was sent: opaque to callers, stable while the list changes. */
export function encodeCursor(key: readonly CursorKey[]): string {
  return Buffer.from(JSON.stringify(key), "utf8").toString("base64url");
}

/** The key of a cursor, held to its shape (`["string", "number"]`): a cursor is input like any other. */
export function decodeCursor(
  cursor: string,
  shape: readonly ("string" | "number")[],
): Result<readonly CursorKey[], Problem> {
  const refused = err(
    problem("cursor_invalid", "the cursor is none of this list", {
      hint: "take `next` as it is, or leave it out",
    }),
  );
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return refused;
  }
  if (!Array.isArray(key) || key.length !== shape.length) return refused;
  const fits = key.every(
    (part, index) => typeof part === shape[index] && (typeof part !== "number" || Number.isFinite(part)),
  );
  return fits ? ok(key as CursorKey[]) : refused;
}
