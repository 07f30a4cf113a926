import { type Problem, problemText } from "../../base/index.ts";
import { prose } from "./neutral-text.ts";
import type { Page } from "./page.ts";

/** Problems under a heading, each in the one form that problems have, made neutral. */
export function problemLines(page: Page, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  page.heading(`Problems (${problems.length})`, "alarm");
  for (const each of problems) page.text(prose(problemText(each)), "plain", 2, 2);
}
