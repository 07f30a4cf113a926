import { runtimeError } from "../errors.ts";
import { textOf } from "../values/bytes.ts";
import type { StandardImport } from "./define.ts";
import { define, functions, namespace, shared, stringArg } from "./define.ts";

interface Network {
  readonly bits: 32 | 128;
  readonly address: bigint;
  readonly prefix: number;
}

export const sockaddrImport: StandardImport = shared(
  namespace(
    "sockaddr",
    functions(
      define("is_contained", 2, 2, (args) => {
        const outer = networkArg(args, 0, "is_contained");
        const inner = networkArg(args, 1, "is_contained");
        return (
          outer.bits === inner.bits &&
          inner.prefix >= outer.prefix &&
          masked(inner.address, outer) === masked(outer.address, outer)
        );
      }),
      define("is_equal", 2, 2, (args) => {
        const a = networkArg(args, 0, "is_equal");
        const b = networkArg(args, 1, "is_equal");
        return a.bits === b.bits && a.prefix === b.prefix && a.address === b.address;
      }),
      define(
        "is_ipv4",
        1,
        1,
        (args) => parseNetwork(textOf(stringArg(args, 0, "sockaddr.is_ipv4")))?.bits === 32,
      ),
      define(
        "is_ipv6",
        1,
        1,
        (args) => parseNetwork(textOf(stringArg(args, 0, "sockaddr.is_ipv6")))?.bits === 128,
      ),
    ),
  ),
);

function networkArg(args: Parameters<typeof stringArg>[0], at: number, name: string): Network {
  const text = textOf(stringArg(args, at, `sockaddr.${name}`));
  const network = parseNetwork(text);
  if (network === null) {
    throw runtimeError(`\`${text}\` is not an IP address or network`);
  }
  return network;
}

function masked(address: bigint, { bits, prefix }: Network): bigint {
  const shift = BigInt(bits - prefix);
  return (address >> shift) << shift;
}

/** An address, or an address with `/prefix`. A port after it is ignored. */
function parseNetwork(text: string): Network | null {
  const [host = "", prefixText, ...rest] = text.split("/");
  if (rest.length > 0) {
    return null;
  }
  const v4 = parseV4(host.replace(/^([\d.]+):\d+$/, "$1"));
  const v6 = v4 === null ? parseV6(host.replace(/^\[(.*)\](?::\d+)?$/, "$1")) : null;
  const address = v4 ?? v6;
  if (address === null) {
    return null;
  }
  const bits = v4 === null ? 128 : 32;
  const prefix = prefixText === undefined ? bits : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : -1;
  return prefix < 0 || prefix > bits ? null : { bits, address, prefix };
}

function parseV4(text: string): bigint | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) {
    return null;
  }
  let address = 0n;
  for (const part of match.slice(1)) {
    if (Number(part) > 255) {
      return null;
    }
    address = (address << 8n) | BigInt(part);
  }
  return address;
}

function parseV6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) {
    return null;
  }
  const [head, tail] = [groups(halves[0] ?? ""), groups(halves[1] ?? "")];
  if (head === null || tail === null) {
    return null;
  }
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) {
    return null;
  }
  return [...head, ...new Array<number>(missing).fill(0), ...tail].reduce(
    (sum, group) => (sum << 16n) | BigInt(group),
    0n,
  );
}

/** The 16-bit groups of one half; a trailing IPv4 address counts as two. */
function groups(half: string): number[] | null {
  if (half === "") {
    return [];
  }
  const result: number[] = [];
  const parts = half.split(":");
  for (const [i, part] of parts.entries()) {
    const v4 = i === parts.length - 1 ? parseV4(part) : null;
    if (v4 !== null) {
      result.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      result.push(Number.parseInt(part, 16));
    } else {
      return null;
    }
  }
  return result;
}
