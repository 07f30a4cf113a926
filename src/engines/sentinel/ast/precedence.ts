import type { BinaryOp } from "./ast.ts";

/** Precedence of binary operators, the parser's and the printer's: a higher level binds tighter. */
export const LEVELS: Readonly<Record<BinaryOp, number>> = {
  "*": 6,
  "/": 6,
  "%": 6,
  "+": 5,
  "-": 5,
  else: 4,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  contains: 3,
  "not contains": 3,
  in: 3,
  "not in": 3,
  matches: 3,
  "not matches": 3,
  and: 2,
  or: 1,
  xor: 1,
};
/** `is empty` and its kin stand here too. */
export const COMPARISON = 3;
