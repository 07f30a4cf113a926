import type { CompiledFile } from "../compiler/compile.ts";
import type { Comment } from "../lexer/token.ts";

/** The comment at the top of the file, when a blank line follows it; lines without markers. Empty without one. */
export function policyDescription({ file, comments }: CompiledFile): readonly string[] {
  const group = groupFrom(comments, file.text);
  const last = group[group.length - 1];
  const first = group[0];
  if (first === undefined || last === undefined || file.text.slice(0, first.pos).trim() !== "") {
    return [];
  }
  return /^[ \t]*\r?\n[ \t]*(?:\r?\n|$)/.test(file.text.slice(last.end)) ? group.flatMap(linesOf) : [];
}

/** The comment directly above the rule whose name stands at `pos`. */
export function ruleDescription({ file, comments }: CompiledFile, pos: number): readonly string[] {
  const group: Comment[] = [];
  let below = pos;
  for (let i = comments.length - 1; i >= 0; i -= 1) {
    const comment = comments[i] as Comment;
    if (comment.end > below) {
      continue;
    }
    if (
      !/^[ \t\r]*\n[ \t]*$/.test(file.text.slice(comment.end, below)) ||
      !startsLine(file.text, comment.pos)
    ) {
      break;
    }
    group.unshift(comment);
    below = comment.pos;
  }
  return group.flatMap(linesOf);
}

/** The first comment with those that follow it on the next lines. */
function groupFrom(comments: readonly Comment[], text: string): Comment[] {
  const group: Comment[] = [];
  for (const comment of comments) {
    const last = group[group.length - 1];
    if (last !== undefined && !/^[ \t\r]*\n[ \t]*$/.test(text.slice(last.end, comment.pos))) {
      break;
    }
    group.push(comment);
  }
  return group;
}

function startsLine(text: string, pos: number): boolean {
  return text.slice(text.lastIndexOf("\n", pos - 1) + 1, pos).trim() === "";
}

function linesOf(comment: Comment): string[] {
  if (!comment.text.startsWith("/*")) {
    return [comment.text.replace(/^(?:#+|\/\/+)[ \t]?/, "").trimEnd()];
  }
  const lines = comment.text
    .slice(2, -2)
    .split("\n")
    .map((line) => line.replace(/^[ \t]*\*?[ \t]?/, "").trimEnd());
  while (lines.length > 0 && lines[0] === "") {
    lines.shift();
  }
  while (lines.length > 0 && lines[lines.length - 1] === "") {
    lines.pop();
  }
  return lines;
}

/** Breaks each line at blanks so that none is wider than `width` where that is possible. */
export function wrap(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => {
    const parts: string[] = [];
    let rest = line;
    while (rest.length > width) {
      let cut = rest.lastIndexOf(" ", width);
      cut = cut <= 0 ? rest.indexOf(" ", width) : cut;
      if (cut <= 0) {
        break;
      }
      parts.push(rest.slice(0, cut).trimEnd());
      rest = rest.slice(cut).trimStart();
    }
    return [...parts, rest];
  });
}
