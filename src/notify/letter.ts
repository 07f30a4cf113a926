import type { Notice, Severity } from "../domain/index.ts";

/** A notice as a message of any channel has it: every text bounded and free of what could hide or forge. Still hostile markup. */
export interface Letter {
  readonly notice: Notice;
  readonly title: string;
  readonly text: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Absolute; none where the server has no public address. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly status: string;
}

const TITLE_MAX = 200;
const TEXT_MAX = 1_000;
const FACT_MAX = 300;
const FACTS_MAX = 12;
const LINKS_MAX = 4;

/** What a severity looks like where there is neither a colour nor an icon. */
export const SEVERITY_WORD: Readonly<Record<Severity, string>> = {
  critical: "CRITICAL",
  error: "ERROR",
  warning: "WARNING",
  info: "INFO",
};

const STATUS: Readonly<Record<Notice["state"], string>> = {
  open: "open",
  acknowledged: "being dealt with",
  ended: "ended",
};

export function letterOf(notice: Notice, publicUrl: string | null): Letter {
  const owner = notice.owner === null ? [] : [{ name: "Owner", value: notice.owner }];
  const due = notice.due === null ? [] : [{ name: "Due", value: notice.due }];
  const facts = [{ name: "Workspace", value: notice.workspace }, ...notice.facts, ...owner, ...due];
  return {
    notice,
    title: oneLine(notice.title, TITLE_MAX),
    text: oneLine(notice.text, TEXT_MAX),
    facts: facts.slice(0, FACTS_MAX).map(({ name, value }) => ({
      name: oneLine(name, 80),
      value: oneLine(value, FACT_MAX),
    })),
    links:
      publicUrl === null
        ? []
        : notice.links.slice(0, LINKS_MAX).flatMap(({ label, path }) => {
            const url = linkTo(publicUrl, path);
            return url === null ? [] : [{ label: oneLine(label, 60), url }];
          }),
    status: STATUS[notice.state],
  };
}

/** Below the public address and nowhere else, whatever the path holds; `null` for one that leaves it. */
export function linkTo(publicUrl: string, path: string): string | null {
  const root = publicUrl.endsWith("/") ? publicUrl : `${publicUrl}/`;
  if (!URL.canParse(path, root)) return null;
  const url = new URL(path, root);
  return url.href.startsWith(new URL(root).href) ? url.href : null;
}

/** Line ends and other control characters, and marks that turn the direction of text or are not seen at all. */
const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+/gu;

/** One bounded line of text without anything unseen in it. */
export function oneLine(text: string, max: number): string {
  // Bounded first: a text of megabytes is not worth looking through.
  const clean = text
    .slice(0, max * 4)
    .replace(UNSEEN, " ")
    .trim();
  const points = Array.from(clean);
  return points.length > max ? `${points.slice(0, max - 1).join("")}…` : clean;
}

/** For a file name, a label, a key: letters, digits and `._-` only. */
export function wordOf(text: string, max = 100): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, max);
}
