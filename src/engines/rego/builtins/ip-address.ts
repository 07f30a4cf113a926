/** Addresses and networks as Go's package `net` reads, compares and prints them. */

/** An address as 128 bits; IPv4 is mapped to `::ffff:a.b.c.d`. */
export type Address = bigint;

export interface Network {
  /** First address. */
  readonly first: Address;
  readonly last: Address;
  /** Prefix length as printed: of 32 for IPv4, of 128 else. */
  readonly prefix: number;
  readonly isV4: boolean;
}

const V4_PREFIX = 0xffffn << 32n;
const V4_MASK = 0xffffffffn;
const ALL_ONES = (1n << 128n) - 1n;

export function isV4(address: Address): boolean {
  return address >> 32n === 0xffffn;
}

export function v4(value: bigint): Address {
  return V4_PREFIX | value;
}

/** Dotted IPv4 without leading zeros, or IPv6 without a zone. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(":") ? parseV6(text) : mapped(parseV4(text));
}

function mapped(value: bigint | undefined): Address | undefined {
  return value === undefined ? undefined : v4(value);
}

function parseV4(text: string): bigint | undefined {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text);
  if (match === null) return undefined;
  let value = 0n;
  for (const part of match.slice(1)) {
    const octet = Number(part);
    if (octet > 255) return undefined;
    value = (value << 8n) | BigInt(octet);
  }
  return value;
}

function parseV6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = "", tail] = halves;
  const left = groups(head, tail === undefined);
  const right = tail === undefined ? [] : groups(tail, true);
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...new Array<bigint>(missing).fill(0n), ...right].reduce(
    (value, group) => (value << 16n) | group,
    0n,
  );
}

/** Groups of 16 bits; the last may be dotted IPv4. */
function groups(text: string, mayEndInV4: boolean): bigint[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const result: bigint[] = [];
  for (const [i, part] of parts.entries()) {
    if (mayEndInV4 && i === parts.length - 1 && part.includes(".")) {
      const value = parseV4(part);
      if (value === undefined) return undefined;
      result.push(value >> 16n, value & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) result.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return result;
}

/** `address/prefix`; host bits are allowed and cleared. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,8}$/.test(digits)) return undefined;
  const dotted = !text.slice(0, slash).includes(":");
  const bits = Number(digits) + (dotted ? 96 : 0);
  return bits > 128 ? undefined : networkOf(address, bits);
}

/** The network of an address with a prefix of 128 bits. */
export function networkOf(address: Address, bits: number): Network {
  const hostBits = BigInt(128 - bits);
  const first = (address >> hostBits) << hostBits;
  const last = first | ((1n << hostBits) - 1n);
  // What stays mapped after clearing host bits counts as IPv4, as in Go.
  return isV4(first)
    ? { first, last, prefix: Math.max(bits - 96, 0), isV4: true }
    : { first, last, prefix: bits, isV4: false };
}

/** IPv4 addresses are in no IPv6 network and the other way round. */
export function containsAddress(network: Network, address: Address): boolean {
  return isV4(address) === network.isV4 && address >= network.first && address <= network.last;
}

export function formatNetwork(network: Network): string {
  return `${formatAddress(network.first)}/${network.prefix}`;
}

/** @source RFC 5952 */
export function formatAddress(address: Address): string {
  if (isV4(address)) {
    const value = address & V4_MASK;
    return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 0xffn).toString()).join(".");
  }
  const parts: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) parts.push(Number((address >> shift) & 0xffffn));
  const [start, length] = longestZeros(parts);
  const hex = parts.map((part) => part.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function longestZeros(parts: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let i = 0; i < parts.length; ) {
    let end = i;
    while (end < parts.length && parts[end] === 0) end++;
    if (end - i > best[1]) best = [i, end - i];
    i = end + 1;
  }
  return best;
}

/** The fewest networks that cover exactly the addresses from `first` to `last`. */
export function coverRange(first: Address, last: Address): Network[] {
  const networks: Network[] = [];
  const floor = isV4(first) && isV4(last) ? 96 : 0;
  for (let at = first; at <= last; ) {
    let bits = 128;
    while (bits > floor) {
      const size = 1n << BigInt(129 - bits);
      if (at % size !== 0n || at + size - 1n > last) break;
      bits--;
    }
    const network = networkOf(at, bits);
    networks.push(network);
    if (network.last === ALL_ONES) break;
    at = network.last + 1n;
  }
  return networks;
}
