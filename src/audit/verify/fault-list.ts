import type { Fault, FaultCode } from "./report.ts";

/** A hostile file may be wrong in every line; people read the first ones. */
const LISTED = 100;

export class FaultList {
  private readonly faults: Fault[] = [];
  private counted = 0;
  private first: number | null = null;
  private inExport = false;

  /** `line` is `null` for a fault in a checkpoint that was kept elsewhere. */
  add(code: FaultCode, message: string, entry: number | null, line: number | null): void {
    this.counted++;
    if (this.faults.length < LISTED) this.faults.push({ code, message, entry, line });
    if (entry !== null) this.first = Math.min(this.first ?? entry, entry);
    this.inExport ||= line !== null;
  }

  get listed(): readonly Fault[] {
    return this.faults;
  }

  get count(): number {
    return this.counted;
  }

  get firstWrong(): number | null {
    return this.first;
  }

  /** Once a line is wrong, roots below it cannot be right: they are no news. */
  get exportIsDamaged(): boolean {
    return this.inExport;
  }
}
