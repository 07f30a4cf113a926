import type { Json } from "../../base/index.ts";
import type { SpokenRule } from "./policy-engine.ts";

/** A failing rule of a plan policy, with the indexes of the changes that bring it; none means "the plan as a whole". */
export interface Attributed {
  readonly said: SpokenRule;
  readonly entries: readonly number[];
}

export interface Attribution {
  readonly failures: readonly Attributed[];
  /** The budget ended before every failure was placed; the rest is plan-level, and says so. */
  readonly exhausted: boolean;
}

/** Up to here every change is shown alone; above, halves are searched. */
export const ONE_BY_ONE = 500;

/** Above, groups of this many are shown first, and only guilty groups one by one: no change is shown more than twice. */
const GROUP = 32;

/** Evaluations that a search by groups may spend: enough to place some 10,000 failures, whatever the size of the plan. */
export const SEARCH_BUDGET = 20_000;

/**
 * Which change brings which failure of a plan policy? `failing` tells what fails on a plan that holds only the given
 * entries. First the plan with no change (what fails there is the plan's own), then plans of one change each; above
 * {@link ONE_BY_ONE} entries by groups first, and only while the budget lasts.
 */
export function attribute(
  entries: readonly Json[],
  whole: readonly SpokenRule[],
  failing: (entries: readonly Json[]) => readonly SpokenRule[],
): Attribution {
  const own = keysOf(failing([]));
  const wanted = new Map<string, { said: SpokenRule; entries: number[] }>();
  for (const said of whole) wanted.set(keyOf(said), { said, entries: [] });
  const open = new Set([...wanted.keys()].filter((key) => !own.has(key)));
  const blame = (keys: ReadonlySet<string>, index: number): void => {
    for (const key of keys) if (open.has(key)) wanted.get(key)?.entries.push(index);
  };
  const exhausted =
    open.size > 0 &&
    (entries.length <= ONE_BY_ONE
      ? oneByOne(entries, failing, blame)
      : byGroups(entries, open, failing, blame));
  return { failures: [...wanted.values()], exhausted };
}

type Failing = (entries: readonly Json[]) => readonly SpokenRule[];
type Blame = (keys: ReadonlySet<string>, index: number) => void;

function oneByOne(entries: readonly Json[], failing: Failing, blame: Blame): boolean {
  entries.forEach((entry, index) => {
    blame(keysOf(failing([entry])), index);
  });
  return false;
}

function byGroups(
  entries: readonly Json[],
  open: ReadonlySet<string>,
  failing: Failing,
  blame: Blame,
): boolean {
  let budget = SEARCH_BUDGET;
  for (let from = 0; from < entries.length; from += GROUP) {
    const group = entries.slice(from, from + GROUP);
    if (budget-- <= 0) return true;
    const keys = keysOf(failing(group));
    if (![...keys].some((key) => open.has(key))) continue;
    budget -= group.length;
    oneByOne(group, failing, (found, index) => blame(found, from + index));
  }
  return false;
}

function keysOf(rules: readonly SpokenRule[]): Set<string> {
  return new Set(rules.map(keyOf));
}

/** Within one policy a failure is told apart by rule and message: plan rules name the address in their message. */
function keyOf(said: SpokenRule): string {
  return `${said.rule ?? ""}\u0000${said.message}`;
}
