import * as z from "zod";
import type { Notice } from "../notify/ports.ts";

const text = z.string();
const notice = z.object({
  id: text,
  kind: text,
  time: text,
  workspace: text,
  labels: z.record(text, text),
  class: z.enum(["low", "medium", "high", "critical"]).nullable(),
  severity: z.enum(["critical", "error", "warning", "info"]),
  owner: text.nullable(),
  subject: text,
  state: z.enum(["open", "acknowledged", "ended"]),
  title: text,
  text,
  facts: z.array(z.object({ name: text, value: text })),
  links: z.array(z.object({ label: text, path: text })),
  due: text.nullable(),
});

/** A notice from its stored document; kinds of a newer minor version stay what they are. Throws for anything else: a bug. */
export function readNotice(document: string): Notice {
  const value: unknown = JSON.parse(document);
  if (isNotice(value)) return value;
  const issue = notice.safeParse(value).error?.issues[0];
  throw new TypeError(`a stored notice is not one: ${issue?.path.join(".")}: ${issue?.message}`);
}

function isNotice(value: unknown): value is Notice {
  return notice.safeParse(value).success;
}
