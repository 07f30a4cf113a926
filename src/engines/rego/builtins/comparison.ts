import { compare, equal } from "../values/index.ts";
import { define } from "./define.ts";

export const comparison = [
  define("assign(any, any): boolean", "", "Binds a local variable.", (_, [x, y]) => equal(x!, y!), {
    infix: ":=",
  }),
  define("eq(any, any): boolean", "", "Unifies both sides.", (_, [x, y]) => equal(x!, y!), { infix: "=" }),
  define(
    "equal(x: any, y: any) result: boolean",
    "comparison",
    "Whether both values are equal.",
    (_, [x, y]) => equal(x!, y!),
    { infix: "==" },
  ),
  define(
    "neq(x: any, y: any) result: boolean",
    "comparison",
    "Whether the values differ.",
    (_, [x, y]) => !equal(x!, y!),
    { infix: "!=" },
  ),
  define(
    "lt(x: any, y: any) result: boolean",
    "comparison",
    "Whether `x` sorts before `y`.",
    (_, [x, y]) => compare(x!, y!) < 0,
    { infix: "<" },
  ),
  define(
    "lte(x: any, y: any) result: boolean",
    "comparison",
    "Whether `x` does not sort after `y`.",
    (_, [x, y]) => compare(x!, y!) <= 0,
    { infix: "<=" },
  ),
  define(
    "gt(x: any, y: any) result: boolean",
    "comparison",
    "Whether `x` sorts after `y`.",
    (_, [x, y]) => compare(x!, y!) > 0,
    { infix: ">" },
  ),
  define(
    "gte(x: any, y: any) result: boolean",
    "comparison",
    "Whether `x` does not sort before `y`.",
    (_, [x, y]) => compare(x!, y!) >= 0,
    { infix: ">=" },
  ),
];
