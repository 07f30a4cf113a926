/** Orders strings by Unicode code point, which is also their order as UTF-8 bytes. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // A surrogate stands for a code point above U+FFFF and so sorts after U+E000..U+FFFF.
    if (x >= 0xd800 && y >= 0xd800) return fixUp(x) - fixUp(y);
    return x - y;
  }
  return a.length - b.length;
}

/** Sorts in place by code point and returns the array. */
export function sortStrings(strings: string[]): string[] {
  let sorted = true;
  let plain = true;
  for (let i = 0; i < strings.length; i++) {
    const text = strings[i]!;
    if (sorted && i > 0 && strings[i - 1]! > text) sorted = false;
    if (plain && HIGH_UNIT.test(text)) plain = false;
  }
  if (!plain) return strings.sort(compareStrings);
  return sorted ? strings : strings.sort();
}

const HIGH_UNIT = /[\ud800-\uffff]/;

function fixUp(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
