/** Failures in a row after which a server is given a rest. */
const PATIENCE = 3;

/** How long it is left alone, in milliseconds. */
const REST_MS = 10_000;

/**
 * Keeps a scan of thousands of changes from waiting thousands of times for a server that does not answer. While it is open,
 * nothing is asked and everything is answered with the last failure.
 */
export class Circuit {
  private failures = 0;
  private openUntil = 0;
  private readonly monotonic: () => number;

  constructor(monotonic: () => number) {
    this.monotonic = monotonic;
  }

  isOpen(): boolean {
    return this.failures >= PATIENCE && this.monotonic() < this.openUntil;
  }

  failed(): void {
    this.failures++;
    this.openUntil = this.monotonic() + REST_MS;
  }

  answered(): void {
    this.failures = 0;
  }
}
