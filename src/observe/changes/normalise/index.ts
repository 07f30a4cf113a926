import { booleanSpelling } from "./boolean-spelling.ts";
import { identifierCase } from "./identifier-case.ts";
import { jsonText } from "./json-text.ts";
import { lineEndings } from "./line-endings.ts";
import { mirroredTags } from "./mirrored-tags.ts";
import type { Normaliser } from "./normaliser.ts";
import { nullIsEmpty } from "./null-is-empty.ts";
import { numberSpelling } from "./number-spelling.ts";
import { quantitySpelling } from "./quantity-spelling.ts";
import { serverDefault } from "./server-default.ts";
import { setOrder } from "./set-order.ts";
import { toolMetadata } from "./tool-metadata.ts";

export type { DifferingNodes, Normaliser } from "./normaliser.ts";

/** The chain, in order; the first that recognises a difference removes it and is named for it. */
export const NORMALISERS: readonly Normaliser[] = Object.freeze([
  toolMetadata,
  nullIsEmpty,
  serverDefault,
  mirroredTags,
  setOrder,
  numberSpelling,
  booleanSpelling,
  quantitySpelling,
  identifierCase,
  lineEndings,
  jsonText,
]);
