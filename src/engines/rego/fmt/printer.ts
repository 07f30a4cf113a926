import type { Comment } from "../ast/ast.ts";
import type { Location } from "../errors.ts";

/**
 * Output line by line, with the comments that still wait for their place. A comment stands on the line of the node it
 * was written beside, or on lines of its own before the next node.
 */
export class Printer {
  readonly source: string;
  private out = "";
  private level = 0;
  /** Whether the current line has begun. */
  private begun = false;
  /** Comment that ends the current line. */
  private tail: Comment | undefined;
  /** The next end of a line leaves the comment for the one after it. */
  private delayed = false;
  private waiting: readonly Comment[];

  constructor(source: string, comments: readonly Comment[]) {
    this.source = source;
    this.waiting = comments;
  }

  get text(): string {
    return this.out;
  }

  get hasTail(): boolean {
    return this.tail !== undefined;
  }

  get nextComment(): Comment | undefined {
    return this.waiting[0];
  }

  write(text: string): void {
    this.out += text;
  }

  up(): void {
    this.level++;
  }

  down(): void {
    this.level--;
  }

  startLine(): void {
    this.begun = true;
    this.out += "\t".repeat(this.level);
  }

  /** Begins a line where none is open. */
  open(): void {
    if (!this.begun) this.startLine();
  }

  endLine(): void {
    this.begun = false;
    if (this.tail !== undefined && !this.delayed) {
      this.out += ` ${commentText(this.tail)}`;
      this.tail = undefined;
    }
    this.delayed = false;
    this.out += "\n";
  }

  blankLine(): void {
    this.out += "\n";
  }

  /** Keeps the comment of the current line for the end of the next one. */
  delayTail(): void {
    this.delayed = true;
  }

  writeLine(text: string): void {
    this.open();
    this.out += text;
    this.endLine();
  }

  /** Prints the comments above a row and keeps the one on it for the end of the line. */
  commentsBefore(row: number): void {
    const before: Comment[] = [];
    const after: Comment[] = [];
    let beside: Comment | undefined;
    for (const comment of this.waiting) {
      if (comment.loc.row < row) before.push(comment);
      else if (comment.loc.row > row) after.push(comment);
      else if (this.tail === undefined && beside === undefined) beside = comment;
      else before.push(comment);
    }
    this.waiting = after;
    if (before.length > 0) {
      this.writeComments(before);
      if (row - (before.at(-1) as Comment).loc.row > 1) this.blankLine();
    }
    this.tail ??= beside;
  }

  /**
   * Whether comments below the first row of a place have no line of their own: those inside of it, and the one behind
   * its last row when another waits for the end of the line already.
   */
  hasNoPlaceIn(loc: Location, lastRow: number): boolean {
    const below = this.waiting.filter(({ loc: { row } }) => row > loc.row && row <= lastRow);
    if (below.some((comment) => isInside(comment, loc))) return true;
    return below.length > 0 && this.tail !== undefined && isInside(this.tail, loc);
  }

  /** Prints a place as it was written, its comments with it; the one behind it ends the line. */
  writeSource(loc: Location, lastRow: number): void {
    this.waiting = this.waiting.filter((comment) => !isInside(comment, loc));
    if (this.tail !== undefined && isInside(this.tail, loc)) this.tail = undefined;
    this.out += this.source.slice(loc.offset, loc.end);
    if (this.tail === undefined) this.tail = this.takeAt(lastRow);
  }

  /** The comments that are left when everything else is printed. */
  remaining(): readonly Comment[] {
    const rest = this.waiting;
    this.waiting = [];
    return rest;
  }

  /** Takes the comment of a row away, to be printed by the caller. */
  takeAt(row: number): Comment | undefined {
    const found = this.waiting.find((comment) => comment.loc.row === row);
    if (found !== undefined) this.waiting = this.waiting.filter((comment) => comment !== found);
    return found;
  }

  /** Runs without comments: those inside of a reference come later. */
  withoutComments(work: () => void): void {
    const { waiting } = this;
    this.waiting = [];
    work();
    this.waiting = waiting;
  }

  private writeComments(comments: readonly Comment[]): void {
    for (const [i, comment] of comments.entries()) {
      const previous = comments[i - 1];
      if (previous !== undefined && comment.loc.row - previous.loc.row > 1) this.blankLine();
      this.writeLine(commentText(comment));
    }
  }
}

function isInside(comment: Comment, loc: Location): boolean {
  return comment.loc.offset >= loc.offset && comment.loc.offset < loc.end;
}

export function commentText(comment: Comment): string {
  return `#${comment.text.replace(/[\s\u0085]+$/u, "")}`;
}
