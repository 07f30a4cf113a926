import { marshal, toPlain, type Value } from "../../values/index.ts";

/** JSON text in which equal values are equal: keys sorted, numbers by value. */
export function canonical(value: Value): string {
  return marshal(toPlain(value) as Value);
}
