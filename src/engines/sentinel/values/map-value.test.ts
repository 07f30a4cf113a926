import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromJson } from "./json.ts";
import type { JsonObject, MapKey } from "./map-value.ts";
import { MapValue, withEntries } from "./map-value.ts";
import type { Value } from "./value.ts";

const json = fc.dictionary(
  fc.string({ unit: "grapheme", maxLength: 3 }),
  fc.oneof(fc.integer(), fc.constant({}), fc.constant([1])),
  {
    maxKeys: 30,
  },
);

function seen(map: MapValue): [MapKey, Value][] {
  const found: [MapKey, Value][] = [];
  map.each((key, value) => {
    found.push([key, value]);
    return true;
  });
  return found;
}

describe("a map over JSON", () => {
  it.each([
    ["plain", (object: JsonObject) => MapValue.overJson(object)],
    ["prepared", (object: JsonObject) => MapValue.overPrepared(withEntries(object, null))],
  ])("%s: gives the same list or map at every read, whatever was read before", (_note, make) => {
    fc.assert(
      fc.property(json, fc.array(fc.nat(40)), fc.nat(40), (object, reads, changeAt) => {
        const map = make(object);
        const keys = map.keys();
        const known = new Map<MapKey, Value | undefined>();
        for (const at of reads) {
          const key = keys[at % Math.max(1, keys.length)];
          if (key !== undefined) {
            known.set(key, map.get(key));
          }
        }
        const looped: [MapKey, Value][] = [];
        map.each((key, value) => {
          looped.push([key, value]);
          if (looped.length === changeAt) {
            map.set("new", 1);
          }
          return true;
        });
        expect(looped.map(([key]) => key)).toEqual(keys);
        for (const [key, value] of looped.filter(([key]) => key !== "new")) {
          expect(map.get(key)).toBe(value);
          expect(known.get(key) ?? value).toBe(value);
        }
      }),
    );
  });

  it("does not see what its own loop adds, and keeps it", () => {
    const map = fromJson(JSON.parse('{"a": {}, "__proto__": []}')) as MapValue;
    map.each((key) => {
      map.set(`${String(key)}!`, true);
      return true;
    });
    expect(seen(map).map(([key]) => key)).toEqual(["a", "__proto__", "a!", "__proto__!"]);
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("has no member `%s`", (name) => {
    expect(MapValue.overJson({}).get(name)).toBeUndefined();
    expect(MapValue.overJson({}).has(name)).toBe(false);
  });
});
