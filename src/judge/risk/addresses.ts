/** Words by which platforms spell "from everywhere" in a place for addresses. */
const EVERYWHERE = new Set(["*", "any", "internet", "all", "0.0.0.0", "::", "/0", "<nw>/0"]);

/** First and last address of a range, as numbers of the 32 leading bits. */
type Span = readonly [first: number, last: number];

const SPACE = 2 ** 32;
/** A list that takes in more than any single /8 (IPv4) or /16 (IPv6) of public space is nobody's network: it is "everyone". */
const PUBLIC_V4 = 2 ** 25;
const PUBLIC_V6 = 2 ** 17;

// RFC 1918, RFC 6598, loopback, link-local, multicast and reserved: not the public internet.
const PRIVATE_V4: readonly Span[] = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
]
  .map((text) => spanOfV4(text))
  .filter((span) => span !== null);
// RFC 4193 unique local, RFC 4291 link-local and multicast.
const PRIVATE_V6: readonly Span[] = ["fc00::/7", "fe80::/10", "ff00::/8"]
  .map((text) => spanOfV6(text))
  .filter((span) => span !== null);

/**
 * Do these texts together let (nearly) the whole internet in? `0.0.0.0/0` and `::/0` in any spelling, words such as
 * `Internet` and `*`, and the halves and quarters (`0.0.0.0/1` + `128.0.0.0/1`) into which both can be cut.
 * Texts that are no addresses count nothing.
 */
export function isWorld(texts: readonly string[]): boolean {
  const v4: Span[] = [];
  const v6: Span[] = [];
  for (const raw of texts) {
    const text = raw.trim().toLowerCase();
    if (EVERYWHERE.has(text)) return true;
    if (text.includes(":")) {
      const mapped = mappedV4(text);
      const span = mapped === null ? spanOfV6(text) : spanOfV4(mapped);
      if (span !== null) (mapped === null ? v6 : v4).push(span);
    } else {
      const span = spanOfV4(text);
      if (span !== null) v4.push(span);
    }
  }
  return reaches(v4, PRIVATE_V4, PUBLIC_V4) || reaches(v6, PRIVATE_V6, PUBLIC_V6);
}

/** Is the text an address, a range, or a word for everywhere? */
export function isAddress(raw: string): boolean {
  const text = raw.trim().toLowerCase();
  return EVERYWHERE.has(text) || (text.includes(":") ? spanOfV6(text) : spanOfV4(text)) !== null;
}

function reaches(spans: readonly Span[], hidden: readonly Span[], size: number): boolean {
  // Most lists are a few small ranges: their plain sum already says no.
  let sum = 0;
  for (const [first, last] of spans) sum += last - first + 1;
  return sum >= size && publicSize(spans, hidden) >= size;
}

function publicSize(spans: readonly Span[], hidden: readonly Span[]): number {
  // |A \ B| = |A ∪ B| − |B|; what is hidden does not count.
  return unionSize([...spans, ...hidden]) - unionSize(hidden);
}

function unionSize(spans: readonly Span[]): number {
  let size = 0;
  let reach = -1;
  for (const [first, last] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (last <= reach) continue;
    size += last - Math.max(first - 1, reach);
    reach = last;
  }
  return size;
}

/** `a.b.c.d`, `a.b.c.d/length`, `a.b.c.d/mask` and `a.b.c.d-e.f.g.h`; `null` for anything else. */
function spanOfV4(text: string): Span | null {
  const [low, high, more] = text.split("-");
  if (low !== undefined && high !== undefined && more === undefined) {
    const from = numberOfV4(low);
    const to = numberOfV4(high);
    return from === null || to === null || to < from ? null : [from, to];
  }
  const [address = "", suffix, rest] = text.split("/");
  const base = numberOfV4(address);
  if (base === null || rest !== undefined) return null;
  return spanAt(base, suffix === undefined ? 32 : lengthOf(suffix, 32));
}

function spanAt(base: number, length: number | null): Span | null {
  if (length === null) return null;
  const size = 2 ** (32 - length);
  const first = Math.floor(base / size) * size;
  return [first, first + size - 1];
}

function lengthOf(text: string, bits: number): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= bits ? Number(text) : null;
  const mask = numberOfV4(text);
  if (mask === null) return null;
  const length = mask === 0 ? 0 : 32 - Math.log2(SPACE - mask);
  return Number.isInteger(length) ? length : null;
}

function numberOfV4(text: string): number | null {
  if (!/^\d{1,4}(\.\d{1,4}){3}$/.test(text)) return null;
  let value = 0;
  for (const part of text.split(".")) {
    if (Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

/** `::ffff:a.b.c.d/96+n` is IPv4 in other clothes. */
function mappedV4(text: string): string | null {
  const match = /^(?:0{0,4}:){0,5}:?ffff:(?:(\d{1,3}(?:\.\d{1,3}){3})|0{1,4}:0{1,4})(?:\/(\d{1,3}))?$/.exec(
    text,
  );
  if (match === null) return null;
  const length = match[2] === undefined ? 32 : Number(match[2]) - 96;
  return length < 0 ? null : `${match[1] ?? "0.0.0.0"}/${length}`;
}

/** The 32 leading bits of an IPv6 range are enough: nothing longer than /32 can make a list public. */
function spanOfV6(text: string): Span | null {
  const [address = "", suffix, rest] = text.split("/");
  if (rest !== undefined || !/^[0-9a-f:.]+$/.test(address) || !address.includes(":")) return null;
  const length = suffix === undefined ? 128 : /^\d{1,3}$/.test(suffix) ? Number(suffix) : 129;
  if (length > 128) return null;
  const [head = "", tail, third] = address.split("::");
  if (third !== undefined) return null;
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  if (tail === undefined ? front.length < 7 : front.length + back.length > 7) return null;
  const groups =
    tail === undefined ? front : [...front, ...Array(8 - front.length - back.length).fill("0"), ...back];
  const bits = [groups[0], groups[1]].map((group) => Number.parseInt(group ?? "0", 16));
  const [first = 0, second = 0] = bits;
  if (bits.some((part) => Number.isNaN(part) || part > 0xffff)) return null;
  return spanAt(first * 65536 + second, Math.min(length, 32));
}
