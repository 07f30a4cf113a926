/** Exit codes of every command but `rego` and `sentinel`, which keep the originals'. 2 wins over 1, 1 over 3. */
export const EXIT = {
  /** Clean or allowed. */
  ok: 0,
  /** Denied, or findings that need action. */
  denied: 1,
  /** The command could not do its work. */
  failed: 2,
  /** Approval required, or only findings awaiting review. */
  approval: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const ORDER: readonly ExitCode[] = [EXIT.ok, EXIT.approval, EXIT.denied, EXIT.failed];

/** The code that wins. */
export function worst(...codes: readonly ExitCode[]): ExitCode {
  return codes.reduce((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), EXIT.ok as ExitCode);
}
