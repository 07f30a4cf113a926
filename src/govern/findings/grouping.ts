import { canonicalJson, type Json, pathText, sha256Hex } from "../../base/index.ts";
import type { Finding, RedactedChange } from "../../domain/index.ts";

/** Changes by one actor in one session this close together are taken for one act. */
export const DEFAULT_WINDOW_MS = 15 * 60_000;

/**
 * Names the root cause that several findings share, by finding id; findings that share nothing are absent.
 * First by who did it (the same recorded event, or the same principal and session within a window), and for what is left
 * by what was done (the same properties moved to the same values). Independent of input order.
 */
export function groupFindings(
  findings: readonly Pick<Finding, "id" | "change" | "cause">[],
  windowMs: number = DEFAULT_WINDOW_MS,
): ReadonlyMap<string, string> {
  const sorted = [...findings].sort((a, b) => compareText(a.id, b.id));
  const sets = new DisjointSets(sorted.length);
  joinByEvent(sorted, sets);
  joinByActor(sorted, sets, windowMs);
  const groups = new Map<string, string>();
  const alone: number[] = [];
  for (const members of sets.classes()) {
    if (members.length === 1) alone.push(...members);
    else nameGroup(sorted, members, groups);
  }
  const bySignature = new Map<string, number[]>();
  for (const index of alone) {
    const finding = sorted[index];
    const signature = finding === undefined ? null : moveSignature(finding.change);
    if (signature === null) continue;
    const members = bySignature.get(signature) ?? [];
    members.push(index);
    bySignature.set(signature, members);
  }
  for (const members of bySignature.values()) if (members.length > 1) nameGroup(sorted, members, groups);
  return groups;
}

function joinByEvent(findings: readonly Pick<Finding, "cause">[], sets: DisjointSets): void {
  const firstWith = new Map<string, number>();
  findings.forEach((finding, index) => {
    for (const { ref } of finding.cause.evidence) {
      const first = firstWith.get(ref);
      if (first === undefined) firstWith.set(ref, index);
      else sets.join(first, index);
    }
  });
}

/** Chains neighbours in time: a long clean-up by one person is one act as long as no pause exceeds the window. */
function joinByActor(
  findings: readonly Pick<Finding, "change">[],
  sets: DisjointSets,
  windowMs: number,
): void {
  const byActor = new Map<string, { index: number; at: number }[]>();
  findings.forEach(({ change }, index) => {
    if (change.actor.principal === null || change.time === null) return;
    const at = Date.parse(change.time);
    if (Number.isNaN(at)) return;
    const key = JSON.stringify([change.actor.principal, change.actor.session]);
    const acts = byActor.get(key) ?? [];
    acts.push({ index, at });
    byActor.set(key, acts);
  });
  for (const acts of byActor.values()) {
    acts.sort((a, b) => a.at - b.at || a.index - b.index);
    acts.forEach((act, i) => {
      const previous = acts[i - 1];
      if (previous !== undefined && act.at - previous.at <= windowMs) sets.join(previous.index, act.index);
    });
  }
}

/**
 * What was done, whatever the resource: action and the properties with their new values.
 * Secrets and values not yet known say nothing about sameness; a change of nothing else has no signature.
 */
function moveSignature(change: RedactedChange): string | null {
  const moves = change.properties
    .filter((property) => !property.sensitive && !property.unknown)
    .map((property) => JSON.stringify([pathText(property.path), valueText(property.after)]))
    .sort(compareText);
  return moves.length === 0 ? null : JSON.stringify([change.action, moves]);
}

/** Text under which equal values are equal. A value with lone surrogates has no canonical form; its own text then has to do. */
function valueText(value: Json): string {
  try {
    return canonicalJson(value);
  } catch {
    return JSON.stringify(value);
  }
}

/** A group keeps its name as long as its first member (by finding id) stays. */
function nameGroup(
  findings: readonly Pick<Finding, "id">[],
  members: readonly number[],
  groups: Map<string, string>,
): void {
  const ids = members.map((index) => findings[index]?.id ?? "");
  const name = `grp_${sha256Hex(ids[0] ?? "").slice(0, 12)}`;
  for (const id of ids) groups.set(id, name);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class DisjointSets {
  private readonly parent: number[];

  constructor(size: number) {
    this.parent = Array.from({ length: size }, (_, index) => index);
  }

  join(a: number, b: number): void {
    const left = this.root(a);
    const right = this.root(b);
    this.parent[Math.max(left, right)] = Math.min(left, right);
  }

  /** Members of each class in ascending order. */
  classes(): readonly (readonly number[])[] {
    const classes = new Map<number, number[]>();
    this.parent.forEach((_, index) => {
      const root = this.root(index);
      const members = classes.get(root) ?? [];
      members.push(index);
      classes.set(root, members);
    });
    return [...classes.values()];
  }

  private root(index: number): number {
    let at = index;
    for (;;) {
      const up = this.parent[at] ?? at;
      if (up === at) return at;
      this.parent[at] = this.parent[up] ?? up;
      at = up;
    }
  }
}
