import {
  type Argument,
  type Definition,
  type Field,
  type FieldDefinition,
  type Fragment,
  type FragmentSpread,
  isField,
  isInline,
  KIND,
  type Selection,
  type TypeNode,
  typeText,
  type ValueNode,
} from "./ast.ts";
import { isLeaf } from "./schema.ts";

export interface FieldInfo {
  readonly definition: FieldDefinition | undefined;
  readonly parent: Definition | undefined;
}

export interface Conflict {
  readonly responseName: string;
  readonly reason: string;
  readonly field: Field;
}

interface Lookup {
  info(field: Field): FieldInfo | undefined;
  fragment(name: string): Fragment | undefined;
  type(name: string): Definition | undefined;
  tick(): void;
}

/** Rule OverlappingFieldsCanBeMerged: fields that share a name in the response must be the same. */
export class OverlapFinder {
  readonly #lookup: Lookup;
  readonly #comparedPairs = new Map<string, boolean>();
  #comparedFragments = new Set<string>();

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  within(selections: readonly Selection[]): Conflict[] {
    if (selections.length === 0) return [];
    const { fields, spreads } = collect(selections);
    const conflicts: Conflict[] = [];
    for (const group of fields.values())
      for (const [i, a] of group.entries())
        for (const b of group.slice(i + 1)) push(conflicts, this.#conflict(false, a, b));
    this.#comparedFragments = new Set();
    for (const [i, spread] of spreads.entries()) {
      this.#fieldsAndFragment(conflicts, false, fields, spread);
      for (const other of spreads.slice(i + 1)) this.#fragments(conflicts, false, spread, other);
    }
    return conflicts;
  }

  #fieldsAndFragment(
    conflicts: Conflict[],
    exclusive: boolean,
    fields: Fields,
    spread: FragmentSpread,
  ): void {
    if (this.#comparedFragments.has(spread.Name)) return;
    this.#comparedFragments.add(spread.Name);
    const fragment = this.#lookup.fragment(spread.Name);
    if (fragment === undefined) return;
    const other = collect(fragment.SelectionSet ?? []);
    this.#between(conflicts, exclusive, fields, other.fields);
    for (const nested of other.spreads)
      if (nested.Name !== spread.Name) this.#fieldsAndFragment(conflicts, exclusive, fields, nested);
  }

  #fragments(conflicts: Conflict[], exclusive: boolean, a: FragmentSpread, b: FragmentSpread): void {
    if (a.Name === b.Name) return;
    const key = [a.Name, b.Name].sort().join(" ");
    const known = this.#comparedPairs.get(key);
    // A comparison of fields that do not exclude each other covers the other kind as well.
    if (known !== undefined && (exclusive || !known)) return;
    this.#comparedPairs.set(key, exclusive);
    const [first, second] = [this.#lookup.fragment(a.Name), this.#lookup.fragment(b.Name)];
    if (first === undefined || second === undefined) return;
    const [one, two] = [collect(first.SelectionSet ?? []), collect(second.SelectionSet ?? [])];
    this.#between(conflicts, exclusive, one.fields, two.fields);
    for (const spread of two.spreads) this.#fragments(conflicts, exclusive, a, spread);
    for (const spread of one.spreads) this.#fragments(conflicts, exclusive, spread, b);
  }

  #between(conflicts: Conflict[], exclusive: boolean, a: Fields, b: Fields): void {
    for (const [name, group] of a)
      for (const first of group)
        for (const second of b.get(name) ?? []) push(conflicts, this.#conflict(exclusive, first, second));
  }

  #conflict(parentsExclusive: boolean, a: Field, b: Field): Conflict | undefined {
    this.#lookup.tick();
    // A fragment's field met twice by way of two spreads is no conflict with itself.
    if (a === b) return undefined;
    const [one, two] = [this.#lookup.info(a), this.#lookup.info(b)];
    if (one?.parent === undefined || two?.parent === undefined) return undefined;
    const exclusive =
      parentsExclusive ||
      (one.parent.Name !== two.parent.Name &&
        one.parent.Kind === "OBJECT" &&
        two.parent.Kind === "OBJECT" &&
        one.definition !== undefined &&
        two.definition !== undefined);
    const found = (reason: string): Conflict => ({ responseName: a.Alias || a.Name, reason, field: b });
    if (!exclusive) {
      if (a.Name !== b.Name) return found(`"${a.Name}" and "${b.Name}" are different fields`);
      if (!sameArguments(a.Arguments ?? [], b.Arguments ?? [])) return found("they have differing arguments");
    }
    if (one.definition !== undefined && two.definition !== undefined) {
      const [x, y] = [one.definition.Type, two.definition.Type];
      if (this.#typesConflict(x, y))
        return found(`they return conflicting types "${typeText(x)}" and "${typeText(y)}"`);
    }
    const inner = this.#betweenSelections(exclusive, a.SelectionSet ?? [], b.SelectionSet ?? []);
    if (inner.length === 0) return undefined;
    return found(
      inner.map((part) => `subfields "${part.responseName}" conflict because ${part.reason}`).join(" and "),
    );
  }

  #betweenSelections(exclusive: boolean, a: readonly Selection[], b: readonly Selection[]): Conflict[] {
    const [one, two] = [collect(a), collect(b)];
    const conflicts: Conflict[] = [];
    this.#between(conflicts, exclusive, one.fields, two.fields);
    for (const [fields, spreads] of [
      [one.fields, two.spreads],
      [two.fields, one.spreads],
    ] as const) {
      for (const spread of spreads) {
        this.#comparedFragments = new Set();
        this.#fieldsAndFragment(conflicts, exclusive, fields, spread);
      }
    }
    for (const first of one.spreads)
      for (const second of two.spreads) this.#fragments(conflicts, exclusive, first, second);
    return conflicts;
  }

  #typesConflict(a: TypeNode, b: TypeNode): boolean {
    if (a.Elem !== undefined) return b.Elem === undefined || this.#typesConflict(a.Elem, b.Elem);
    if (b.Elem !== undefined || a.NonNull !== b.NonNull) return true;
    const [x, y] = [this.#lookup.type(a.NamedType), this.#lookup.type(b.NamedType)];
    return x !== undefined && y !== undefined && isLeaf(x) && isLeaf(y) && x.Name !== y.Name;
  }
}

type Fields = ReadonlyMap<string, readonly Field[]>;

function collect(selections: readonly Selection[]): {
  readonly fields: Fields;
  readonly spreads: readonly FragmentSpread[];
} {
  const fields = new Map<string, Field[]>();
  const spreads: FragmentSpread[] = [];
  const walk = (list: readonly Selection[]): void => {
    for (const selection of list) {
      if (isField(selection)) {
        const name = selection.Alias || selection.Name;
        const group = fields.get(name);
        if (group === undefined) fields.set(name, [selection]);
        else group.push(selection);
      } else if (isInline(selection)) walk(selection.SelectionSet ?? []);
      else spreads.push(selection);
    }
  };
  walk(selections);
  return { fields, spreads };
}

function push<T>(items: T[], item: T | undefined): void {
  if (item !== undefined) items.push(item);
}

function sameArguments(a: readonly Argument[], b: readonly Argument[]): boolean {
  return (
    a.length === b.length &&
    a.every((arg) => b.some((other) => arg.Name === other.Name && sameValue(arg.Value, other.Value)))
  );
}

function sameValue(a: ValueNode, b: ValueNode): boolean {
  if (a.Kind !== b.Kind || a.Raw !== b.Raw) return false;
  const [x, y] = [a, b].map((value) => {
    const children = value.Children ?? [];
    return value.Kind === KIND.object ? children.toSorted((p, q) => (p.Name < q.Name ? -1 : 1)) : children;
  });
  return (
    x!.length === y!.length &&
    x!.every((child, i) => child.Name === y![i]!.Name && sameValue(child.Value, y![i]!.Value))
  );
}
