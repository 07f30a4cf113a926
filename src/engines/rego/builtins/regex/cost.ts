import { type CharSet, complement, disjoint, foldSet, uniteSets } from "./char-set.ts";
import type { Node, Pattern } from "./syntax.ts";

/**
 * How a backtracking engine's time can grow: at most about `weight * length^degree` steps for a text of that
 * length. Patterns whose time might grow exponentially have degree Infinity.
 */
export interface Cost {
  readonly degree: number;
  readonly weight: number;
  /**
   * Groups inside of loops keep another iteration's text in JavaScript than in RE2, and an optional part that could
   * be empty is entered otherwise: whether the pattern fits is the same, what it fits to is not.
   */
  readonly matchDiffers: boolean;
}

export function costOf(pattern: Pattern): Cost {
  const analysis = new Analysis(pattern.ignoreCase);
  const part = analysis.node(pattern.root, "accept");
  const start = isAnchored(pattern.root) || !analysis.variable ? 0 : 1;
  return {
    degree: 1 + part.degree + start,
    weight: Math.min(part.weight, 1e9),
    matchDiffers: analysis.matchDiffers,
  };
}

/** What can come next: a set of characters, anything, or nothing that could fail. */
type Follow = CharSet | "any" | "accept" | "end";

interface Part {
  /** How often the length multiplies because the text can be divided in many ways. */
  readonly degree: number;
  readonly weight: number;
  /** Whether at most one way through it fits any given text. */
  readonly single: boolean;
}

class Analysis {
  readonly #fold: boolean;
  variable = false;
  matchDiffers = false;
  #loops = 0;

  constructor(fold: boolean) {
    this.#fold = fold;
  }

  node(node: Node, follow: Follow): Part {
    switch (node.kind) {
      case "char":
      case "assert":
        return { degree: 0, weight: 1, single: true };
      case "group":
        if (node.capture && this.#loops > 0) this.matchDiffers = true;
        return this.node(node.body, follow);
      case "sequence":
        return this.#sequence(node.items, follow);
      case "choice":
        return this.#choice(node.branches, follow);
      case "repeat":
        return this.#repeat(node, follow);
    }
  }

  #sequence(items: readonly Node[], follow: Follow): Part {
    let degree = 0;
    let weight = 1;
    let single = true;
    let next = follow;
    for (const item of items.toReversed()) {
      const part = this.node(item, next);
      degree += part.degree;
      weight = part.single ? weight + part.weight : weight * (part.weight + 1);
      single &&= part.single;
      next = this.#first(item, next);
    }
    return { degree, weight, single };
  }

  #choice(branches: readonly Node[], follow: Follow): Part {
    const parts = branches.map((branch) => this.node(branch, follow));
    const firsts = branches.map((branch) => this.#first(branch, follow));
    const apart = firsts.every((first, i) => firsts.slice(i + 1).every((other) => isApart(first, other)));
    return {
      degree: Math.max(...parts.map((part) => part.degree)),
      weight: parts.reduce((sum, part) => sum + part.weight, 0),
      single: apart && parts.every((part) => part.single),
    };
  }

  #repeat(node: Extract<Node, { kind: "repeat" }>, follow: Follow): Part {
    const { body, min, max } = node;
    const again = this.#first(body, follow);
    if (max <= 1) {
      if (min < max && isNullable(body)) this.matchDiffers = true;
      const part = this.node(body, follow);
      const single = part.single && isApart(again, follow);
      return { degree: part.degree, weight: part.weight + 1, single };
    }
    if (isNullable(body)) return { degree: Number.POSITIVE_INFINITY, weight: 1, single: false };
    this.variable ||= min !== max;
    this.#loops++;
    const part = this.node(body, uniteFollow(again, follow));
    this.#loops--;
    // A body that fits in more than one way multiplies its ways with each turn.
    if (part.degree > 0 || !part.single)
      return { degree: Number.POSITIVE_INFINITY, weight: 1, single: false };
    const turns = max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max;
    const weight = part.weight * turns;
    if (min === max) return { degree: 0, weight, single: true };
    // At the end of the pattern the first way that fits is taken and never given back.
    const single = follow === "accept" || follow === "end" || isApart(again, follow);
    return { degree: single ? 0 : 1, weight, single };
  }

  /** Characters that can start the node, or what follows when it can be empty. */
  #first(node: Node, follow: Follow): Follow {
    switch (node.kind) {
      case "char": {
        if (node.set === undefined) return "any";
        const set = this.#fold ? foldSet(node.set) : node.set;
        return node.negated ? complement(set) : set;
      }
      case "assert":
        return node.at === "end" ? "end" : follow === "accept" || follow === "end" ? "any" : follow;
      case "group":
        return this.#first(node.body, follow);
      case "sequence":
        return node.items.reduceRight((next, item) => this.#first(item, next), follow);
      case "choice":
        return node.branches.map((branch) => this.#first(branch, follow)).reduce((a, b) => uniteFollow(a, b));
      case "repeat": {
        const first = this.#first(node.body, follow);
        return node.min === 0 ? uniteFollow(first, follow) : first;
      }
    }
  }
}

function isApart(a: Follow, b: Follow): boolean {
  if (a === "end" && Array.isArray(b)) return true;
  if (b === "end" && Array.isArray(a)) return true;
  return Array.isArray(a) && Array.isArray(b) && disjoint(a, b);
}

function uniteFollow(a: Follow, b: Follow): Follow {
  if (a === b) return a;
  if (Array.isArray(a) && Array.isArray(b)) return uniteSets(a, b);
  // The end cannot be mixed up with a character.
  if (a === "end" && Array.isArray(b)) return b;
  if (b === "end" && Array.isArray(a)) return a;
  return "any";
}

function isNullable(node: Node): boolean {
  switch (node.kind) {
    case "char":
      return false;
    case "assert":
      return true;
    case "group":
      return isNullable(node.body);
    case "sequence":
      return node.items.every(isNullable);
    case "choice":
      return node.branches.some(isNullable);
    case "repeat":
      return node.min === 0 || isNullable(node.body);
  }
}

function isAnchored(node: Node): boolean {
  switch (node.kind) {
    case "assert":
      return node.at === "start";
    case "group":
      return isAnchored(node.body);
    case "sequence":
      return node.items.length > 0 && isAnchored(node.items[0]!);
    case "choice":
      return node.branches.every(isAnchored);
    default:
      return false;
  }
}
