import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWorld } from "./addresses.ts";

const WORLD: readonly (readonly string[])[] = [
  ["0.0.0.0/0"],
  ["::/0"],
  ["0::/0"],
  ["0:0:0:0:0:0:0:0/0"],
  ["0000:0000:0000:0000:0000:0000:0000:0000/0"],
  ["203.0.113.7/0"],
  ["000.000.000.000/0"],
  ["0.0.0.0/0.0.0.0"],
  ["0.0.0.0-255.255.255.255"],
  ["0.0.0.0"],
  [" 0.0.0.0/0 "],
  ["*"],
  ["Internet"],
  ["Any"],
  ["<nw>/0"],
  ["/0"],
  ["0.0.0.0/1"],
  ["0.0.0.0/1", "128.0.0.0/1"],
  ["::/1", "8000::/1"],
  ["2000::/3"],
  ["::ffff:0.0.0.0/96"],
  ["::ffff:0:0/96"],
  ["10.0.0.0/8", "1.0.0.0/8", "2.0.0.0/8"],
  Array.from({ length: 223 }, (_, i) => `${i + 1}.0.0.0/8`),
];

const NARROW: readonly (readonly string[])[] = [
  [],
  ["10.0.0.0/8"],
  ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  ["100.64.0.0/10"],
  ["203.0.113.0/24"],
  ["54.0.0.0/8"],
  ["fc00::/7"],
  ["fd00::/8"],
  ["2001:db8::/32"],
  ["2a00::/16"],
  ["::1/128"],
  ["::ffff:10.0.0.0/104"],
  ["sg-0123456789abcdef0"],
  ["VirtualNetwork"],
  ["AzureLoadBalancer"],
  ["999.0.0.0/0"],
  ["0.0.0.0/33"],
  ["1.2.3.4/0.255.0.0"],
  ["::/129"],
  ["1::2::3/0"],
  ["a/b/c"],
  ["255.255.255.255-0.0.0.0"],
  [""],
];

describe("isWorld", () => {
  it.each(WORLD.map((list) => [list] as const))("%j is everyone", (list) => {
    expect(isWorld(list)).toBe(true);
  });

  it.each(NARROW.map((list) => [list] as const))("%j is not", (list) => {
    expect(isWorld(list)).toBe(false);
  });

  it("sees the whole of IPv4 in whatever pieces it is cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), (length) => {
        const pieces = Array.from({ length: 2 ** length }, (_, i) => {
          const first = i * 2 ** (32 - length);
          const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
          return `${bytes.join(".")}/${length}`;
        });
        expect(isWorld(pieces)).toBe(true);
      }),
    );
  });

  it("never takes an address away from what it sees", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const range = fc.tuple(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }));
    const text = range.map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);
    fc.assert(
      fc.property(fc.array(text), text, (list, more) => {
        if (isWorld(list)) expect(isWorld([...list, more])).toBe(true);
      }),
    );
  });

  it("answers for any text", () => {
    fc.assert(fc.property(fc.array(fc.string()), (list) => typeof isWorld(list) === "boolean"));
  });
});
