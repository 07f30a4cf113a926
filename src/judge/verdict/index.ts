export { type CombineInput, combine, ruleName } from "./combine.ts";
export { isErroring } from "./truth-table.ts";
