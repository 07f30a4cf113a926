export { type CombineInput, combine, ruleName } from "./combine.ts";
export { type Decided, type DecidedOn, decide } from "./decide.ts";
export { isErroring } from "./truth-table.ts";
