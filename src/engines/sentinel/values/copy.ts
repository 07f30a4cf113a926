import type { Meter } from "../evaluator/meter.ts";
import type { MapKey } from "./map-value.ts";
import { MapValue } from "./map-value.ts";
import type { Value } from "./value.ts";

/** A deep copy of lists and maps; functions and objects of imports are shared. */
export function deepCopy(value: Value, meter: Meter, depth = 0): Value {
  if (Array.isArray(value)) {
    meter.tick();
    meter.checkDepth(depth);
    return value.map((item) => deepCopy(item, meter, depth + 1));
  }
  if (value instanceof MapValue) {
    meter.tick();
    meter.checkDepth(depth);
    const members = new Map<MapKey, Value>();
    for (const [key, member] of value.entries()) {
      members.set(key, deepCopy(member, meter, depth + 1));
    }
    return new MapValue(members);
  }
  return value;
}
