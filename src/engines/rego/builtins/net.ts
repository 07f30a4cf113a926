import { isArray, isObject, isSet, objectEntriesSorted, RegoSet, type Value } from "../values/index.ts";
import { type BuiltinContext, HostCallNeeded } from "./builtin.ts";
import { define } from "./define.ts";
import {
  type Address,
  containsAddress,
  coverRange,
  formatAddress,
  formatNetwork,
  isV4,
  type Network,
  networkOf,
  parseAddress,
  parseNetwork,
} from "./ip-address.ts";
import { checkItems, fault, itemsOf, stringAt, typeFault } from "./operands.ts";

const MATCHES =
  "any<string, array[any<string, array[any]>], object[string: any<string, array[any]>], set[any<string, array[any]>]>";

export const net = [
  define(
    "net.cidr_contains(cidr: string, cidr_or_ip: string) result: boolean",
    "net",
    "Whether an address, or all of a network, is in the network.",
    (_, args) => contains(args[0]!, args[1]!),
  ),
  define(
    "net.cidr_overlap(string, string): boolean",
    "",
    "The former name of `net.cidr_contains`.",
    (_, args) => contains(args[0]!, args[1]!),
    { deprecated: true },
  ),
  define(
    `net.cidr_contains_matches(cidrs: ${MATCHES}, cidrs_or_ips: ${MATCHES}) output: set[array<any, any>]`,
    "net",
    "Pairs of index or key of both collections where the first contains the second.",
    containsMatches,
  ),
  define(
    "net.cidr_intersects(cidr1: string, cidr2: string) result: boolean",
    "net",
    "Whether the networks have an address in common.",
    (_, args) => {
      const a = networkAt(args[0]!);
      const b = networkAt(args[1]!);
      return containsAddress(a, b.first) || containsAddress(b, a.first);
    },
  ),
  define(
    "net.cidr_is_valid(cidr: string) result: boolean",
    "net",
    "Whether the text is a network such as `10.0.0.0/8`.",
    (_, [value]) => typeof value === "string" && parseNetwork(value) !== undefined,
  ),
  define(
    "net.cidr_expand(cidr: string) hosts: set[string]",
    "net",
    "All addresses of a network.",
    (ctx, args) => {
      const network = networkAt(args[0]!);
      checkItems(ctx, Number(network.last - network.first) + 1);
      const hosts = new RegoSet();
      for (let at = network.first; at <= network.last; at++) hosts.add(formatAddress(at));
      return hosts;
    },
  ),
  define(
    "net.cidr_merge(addrs: any<array[any<string>], set[string]>) output: set[string]",
    "net",
    "The fewest networks that hold the given networks and addresses.",
    (_, args) => merge(args[0]!),
  ),
  define(
    "net.lookup_ip_addr(name: string) addrs: set[string]",
    "net",
    "The addresses of a host name, when the host of the engine allows the question.",
    (ctx, args) => {
      const name = stringAt(args, 0);
      const address = parseAddress(name);
      if (address !== undefined) return RegoSet.of([formatAddress(address)]);
      const answer = ctx.host.request?.("net.lookup_ip_addr", name);
      if (answer === undefined) throw new HostCallNeeded("net.lookup_ip_addr", name);
      if (typeof answer === "string") throw fault(answer);
      return RegoSet.of(itemsOf(answer) ?? []);
    },
    { nondeterministic: true },
  ),
];

function networkAt(value: Value): Network {
  // OPA names operand 1 here, whichever it was.
  if (typeof value !== "string") throw typeFault(1, value, "string");
  const network = parseNetwork(value);
  if (network === undefined) throw fault(`invalid CIDR address: ${value}`);
  return network;
}

function contains(outer: Value, inner: Value): boolean {
  const network = networkAt(outer);
  if (typeof inner !== "string") throw typeFault(1, inner, "string");
  const address = parseAddress(inner);
  if (address !== undefined) return containsAddress(network, address);
  const other = parseNetwork(inner);
  if (other === undefined)
    throw fault(`not a valid textual representation of an IP address or CIDR: ${inner}`);
  // The last address of a wide IPv6 network may lie among those that stand for IPv4.
  if (!network.isV4 && !other.isV4) return network.first <= other.first && other.last <= network.last;
  return containsAddress(network, other.first) && containsAddress(network, other.last);
}

function containsMatches(ctx: BuiltinContext, args: readonly Value[]): Value {
  const outer = matchEntries(args[0]!, 1);
  const result = new RegoSet();
  for (const [index, cidr] of outer) {
    const inner = matchEntries(args[1]!, 2);
    ctx.tick(inner.length);
    for (const [other, address] of inner) if (contains(cidr, address)) result.add([index, other]);
  }
  return result;
}

function matchEntries(value: Value, operand: number): readonly (readonly [index: Value, cidr: Value])[] {
  if (typeof value === "string") return [[value, value]];
  const first = (item: Value): Value => {
    if (typeof item === "string") return item;
    if (isArray(item) && item[0] !== undefined) return item[0];
    throw fault(`operand ${operand}: element must be string or non-empty array`);
  };
  if (isArray(value)) return value.map((item, i) => [i, first(item)] as const);
  if (isSet(value)) return value.sortedItems().map((item) => [item, first(item)] as const);
  return isObject(value) ? objectEntriesSorted(value).map(([key, item]) => [key, first(item)] as const) : [];
}

interface Range {
  readonly first: Address;
  readonly last: Address;
  /** The text of a network that was not merged with another. */
  readonly text: string | undefined;
}

function merge(value: Value): Value {
  const items = itemsOf(value);
  if (items === undefined) throw fault("operand must be an array");
  const ranges = items.map(rangeOf).sort(byLast);
  for (let i = ranges.length - 1; i > 0; i--) {
    const range = ranges[i]!;
    const before = ranges[i - 1]!;
    if (previous(range.first) > before.last) continue;
    const [earlier] = [before, range].sort((a, b) => compareAddresses(a.first, b.first));
    ranges.splice(i - 1, 2, { first: earlier!.first, last: range.last, text: undefined });
  }
  return RegoSet.of(
    ranges.flatMap((range) =>
      range.text === undefined ? coverRange(range.first, range.last).map(formatNetwork) : [range.text],
    ),
  );
}

function rangeOf(item: Value): Range {
  if (typeof item !== "string") throw fault("element must be string");
  const address = parseAddress(item);
  if (address === undefined) {
    const network = networkAt(item);
    return { first: network.first, last: network.last, text: formatNetwork(network) };
  }
  if (!isV4(address)) throw fault("IPv6 invalid: needs prefix length");
  const bits = classBits(address);
  const network = networkOf(address, bits);
  return { first: network.first, last: network.last, text: `${formatAddress(address)}/${bits - 96}` };
}

/** The prefix of the address's class: Go's `DefaultMask`. */
function classBits(address: Address): number {
  const octet = Number((address >> 24n) & 0xffn);
  return 96 + (octet < 0x80 ? 8 : octet < 0xc0 ? 16 : 24);
}

function byLast(a: Range, b: Range): number {
  return compareAddresses(a.last, b.last) || compareAddresses(a.first, b.first);
}

function compareAddresses(a: Address, b: Address): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The address before, but never from IPv4 into IPv6. */
function previous(address: Address): Address {
  return address === 0n || address === 0xffffn << 32n ? address : address - 1n;
}
