import { isJsonArray, isJsonObject, type Json, setMember } from "../../../base/index.ts";
import type { Transition } from "../../../domain/index.ts";

/**
 * A planned change seen from reality: what the code declares (`after`) → what is there (`before`), cause
 * `unapplied_commit`. Values that only the apply will tell are taken to be as they are. `null` where nothing
 * differs outside: forgetting.
 */
export function invert(planned: Transition, unknownMarks: Json | undefined): Transition | null {
  const { before, after, action } = planned;
  if (action === "forget" || (before === null && after === null)) return null;
  return {
    ...planned,
    origin: "observed",
    action: before === null ? "delete" : after === null ? "create" : "update",
    before: before === null ? after : withObserved(after, before, unknownMarks),
    after: before,
    unknown: [],
    drift: before === null ? "missing" : "managed",
    causeHint: "unapplied_commit",
  };
}

/**
 * The declared side with the observed value wherever `after_unknown` has a mark. Shares all that it does not
 * change. One walk along the marks.
 */
function withObserved(declared: Json, observed: Json | undefined, marks: Json | undefined): Json {
  if (observed === undefined || observed === null || marks === undefined) return declared;
  if (marks === true) return observed;
  if (isJsonArray(marks)) {
    if (!isJsonArray(observed) || !isJsonArray(declared)) return declared;
    let copy: Json[] | null = null;
    for (let i = 0; i < marks.length && i < declared.length; i++) {
      const own = declared[i] ?? null;
      const filled = withObserved(own, observed[i], marks[i]);
      if (filled !== own) {
        copy ??= declared.slice();
        copy[i] = filled;
      }
    }
    return copy ?? declared;
  }
  if (!isJsonObject(marks) || !isJsonObject(observed)) return declared;
  const base = isJsonObject(declared) ? declared : {};
  const filled: [string, Json][] = [];
  for (const key of Object.keys(marks)) {
    const own = Object.hasOwn(base, key) ? (base[key] ?? null) : null;
    const value = withObserved(own, Object.hasOwn(observed, key) ? observed[key] : undefined, marks[key]);
    if (value !== own) filled.push([key, value]);
  }
  if (filled.length === 0) return declared;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(base)) setMember(copy, key, base[key] ?? null);
  for (const [key, value] of filled) setMember(copy, key, value);
  return copy;
}
