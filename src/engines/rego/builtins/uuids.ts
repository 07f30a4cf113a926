import { marshal, num, type Value } from "../values/index.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { stringAt } from "./operands.ts";

export const uuids = [
  define(
    "uuid.rfc4122(k: string) output: string",
    "uuid",
    "A random UUID (version 4), the same for equal keys during an evaluation.",
    randomUuid,
    { nondeterministic: true },
  ),
  define(
    "uuid.parse(uuid: string) result: object[string: any]",
    "uuid",
    "What a UUID tells: version, variant and, for versions 1 and 2, time, node and clock sequence.",
    (_, args) => parse(stringAt(args, 0)),
  ),
];

function randomUuid(ctx: BuiltinContext, args: readonly Value[]): Value {
  const key = `uuid.rfc4122 ${marshal(args[0]!)}`;
  const known = ctx.cache.get(key);
  if (typeof known === "string") return known;
  const bytes = ctx.randomBytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    "-",
  );
  ctx.cache.set(key, uuid);
  return uuid;
}

/** The 16 bytes of the plain form, the 32 digits alone, `urn:uuid:…` or `{…}`. */
function bytesOf(text: string): Uint8Array | undefined {
  let rest = text;
  if (text.length === 45) {
    if (text.slice(0, 9).toLowerCase() !== "urn:uuid:") return undefined;
    rest = text.slice(9);
  } else if (text.length === 38) rest = text.slice(1, 37);
  const digits = /^[0-9a-fA-F]{32}$/.test(rest)
    ? rest
    : /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(rest)
      ? rest.replaceAll("-", "")
      : undefined;
  if (digits === undefined || (rest.length === 32 && text.length !== 32)) return undefined;
  return Buffer.from(digits, "hex");
}

const DOMAINS = ["Person", "Group", "Org"];
/** 100 ns between 1582-10-15 and 1970-01-01. */
const EPOCH_OFFSET = 122_192_928_000_000_000n;

function parse(text: string): Value | undefined {
  const bytes = bytesOf(text);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const version = bytes[6]! >> 4;
  const variant = variantOf(bytes[8]!);
  if (version !== 1 && version !== 2) return { version, variant };
  const ticks =
    (BigInt(view.getUint16(6) & 0x0fff) << 48n) |
    (BigInt(view.getUint16(4)) << 32n) |
    BigInt(view.getUint32(0));
  const base = {
    version,
    variant,
    time: num.fromBigInt(BigInt.asIntN(64, (ticks - EPOCH_OFFSET) * 100n)),
    nodeid: [...bytes.subarray(10)].map((byte) => byte.toString(16).padStart(2, "0")).join("-"),
    macvariables: `${bytes[10]! & 2 ? "local" : "global"}:${bytes[10]! & 1 ? "multicast" : "unicast"}`,
    clocksequence: view.getUint16(8) & 0x3fff,
  };
  if (version === 1) return base;
  return { ...base, id: view.getUint32(0), domain: DOMAINS[bytes[9]!] ?? `Domain${bytes[9]}` };
}

function variantOf(byte: number): string {
  if ((byte & 0xc0) === 0x80) return "RFC4122";
  if ((byte & 0xe0) === 0xc0) return "Microsoft";
  return (byte & 0xe0) === 0xe0 ? "Future" : "Reserved";
}
