/** go-yaml's order of keys: runs of digits by their number, other characters before letters. */
export function compareYamlKeys(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  let digits = false;
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] === b[i]) {
      digits = isDigit(a[i]!);
      continue;
    }
    const aLetter = isLetter(a[i]!);
    const bLetter = isLetter(b[i]!);
    if (aLetter && bLetter) return codeOf(a[i]!) - codeOf(b[i]!);
    // Behind digits a letter comes first, elsewhere last.
    if (aLetter || bLetter) return aLetter === digits ? -1 : 1;
    return compareNumbers(a, b, i);
  }
  return a.length - b.length;
}

function compareNumbers(a: readonly string[], b: readonly string[], from: number): number {
  // A zero that is no leading zero counts as a digit of a longer number.
  const start = (a[from] === "0" || b[from] === "0") && hasSignificantBefore(a, from) ? "1" : "";
  const aRun = digitRun(a, from);
  const bRun = digitRun(b, from);
  const order = compareBig(BigInt(start + aRun || "0"), BigInt(start + bRun || "0"));
  return order || aRun.length - bRun.length || codeOf(a[from]!) - codeOf(b[from]!);
}

function hasSignificantBefore(chars: readonly string[], from: number): boolean {
  for (let i = from - 1; i >= 0 && isDigit(chars[i]!); i--) if (chars[i] !== "0") return true;
  return false;
}

function digitRun(chars: readonly string[], from: number): string {
  let end = from;
  while (end < chars.length && /^[0-9]$/.test(chars[end]!)) end++;
  return chars.slice(from, end).join("");
}

function compareBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isDigit(char: string): boolean {
  return /^\p{Nd}$/u.test(char);
}

function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char);
}

function codeOf(char: string): number {
  return char.codePointAt(0)!;
}
