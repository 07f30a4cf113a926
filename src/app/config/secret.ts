import * as z from "zod";
import type { SecretRef } from "../../notify/index.ts";

/** Tells what is wrong beyond shapes, at a path below the section. */
export type Complain = (path: readonly PropertyKey[], message: string, hint?: string) => void;

const text = z.string().min(1).max(2_000);

/** A secret of the configuration: where it is kept, never its value. */
export const rawSecret = z
  .strictObject({
    env: text.optional().describe("Name of an environment variable that holds it"),
    file: text.optional().describe("File that holds it, relative to this file"),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .describe("Where a secret is kept: env or file");

export function toSecret(
  raw: z.infer<typeof rawSecret>,
  path: readonly PropertyKey[],
  complain: Complain,
): SecretRef {
  if ((raw.env === undefined) === (raw.file === undefined))
    complain(path, "a secret needs exactly one of `env` and `file`");
  return raw.env !== undefined ? { kind: "env", name: raw.env } : { kind: "file", path: raw.file ?? "" };
}
