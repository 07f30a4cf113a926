// Above 500 lines: the rules of one specification, which share the walk over one query and the order of its errors.

import { quoteGo } from "../../values/index.ts";
import type { BuiltinContext } from "../builtin.ts";
import { fault } from "../operands.ts";
import {
  type Argument,
  type ArgumentDefinition,
  type Definition,
  type Directive,
  type Field,
  type FieldDefinition,
  type Fragment,
  type FragmentSpread,
  type InlineFragment,
  isCompatible,
  isField,
  isInline,
  KIND,
  type Operation,
  type Position,
  type Positions,
  type QueryDocument,
  type Selection,
  typeNameOf,
  typeText,
  type ValueNode,
  type VariableDefinition,
} from "./ast.ts";
import { type FieldInfo, OverlapFinder } from "./overlaps.ts";
import { isAbstract, isComposite, isInput, isLeaf, named, type Schema } from "./schema.ts";
import { didYouMean, orList, suggestions } from "./suggestions.ts";
import { checkValue, type ValueContext, valueText } from "./values.ts";

/**
 * Checks a query against a schema by the rules of the GraphQL specification, in the order and words of the Go
 * library that OPA uses.
 *
 * @throws Fault with all that is wrong
 */
export function validateQuery(
  ctx: BuiltinContext,
  schema: Schema,
  document: QueryDocument,
  positions: Positions,
): void {
  const problems = new Validator(ctx, schema, document, positions).run();
  const first = problems[0];
  if (first === undefined) return;
  const text = problems
    .map(({ position, message }) =>
      position === undefined
        ? `input: ${message}\n`
        : `input:${position.line}:${position.column}: ${message}\n`,
    )
    .join("");
  if (first.position === undefined) throw fault(`GraphQL parse error: ${text}`);
  const { line, column } = first.position;
  const message = text.slice(`input:${line}:${column}: `.length).replace(/\.\n$/, "");
  throw fault(`${message} in GraphQL string at location ${line}:${column}`);
}

interface Problem {
  readonly position: Position | undefined;
  readonly message: string;
}

const TYPENAME: FieldDefinition = {
  Description: "",
  Name: "__typename",
  Type: { NamedType: "String", NonNull: false },
};

const LOCATIONS: Readonly<Record<string, string>> = {
  query: "QUERY",
  mutation: "MUTATION",
  subscription: "SUBSCRIPTION",
};

const MAX_LIST_DEPTH = 3;

class Validator {
  readonly #ctx: BuiltinContext;
  readonly #schema: Schema;
  readonly #document: QueryDocument;
  readonly #positions: Positions;
  readonly #problems: Problem[] = [];
  readonly #info = new Map<Field, FieldInfo>();
  readonly #overlaps: OverlapFinder;
  readonly #usedVariables = new Set<VariableDefinition>();
  readonly #usedFragments = new Set<string>();
  readonly #misplaced = new Set<string>();
  readonly #seenFragments = new Set<string>();
  readonly #seenOperations = new Set<string>();
  readonly #cycleChecked = new Set<string>();
  #spreads = new Set<string>();
  #operation: Operation | undefined;
  #inFragments = false;

  constructor(ctx: BuiltinContext, schema: Schema, document: QueryDocument, positions: Positions) {
    this.#ctx = ctx;
    this.#schema = schema;
    this.#document = document;
    this.#positions = positions;
    this.#overlaps = new OverlapFinder({
      info: (field) => this.#info.get(field),
      fragment: (name) => named(document.Fragments, name),
      type: (name) => schema.types.get(name),
      tick: () => ctx.tick(1),
    });
  }

  run(): readonly Problem[] {
    for (const operation of this.#document.Operations ?? []) {
      this.#spreads = new Set();
      this.#walkOperation(operation);
    }
    for (const fragment of this.#document.Fragments ?? []) {
      this.#spreads = new Set();
      const definition = this.#schema.types.get(fragment.TypeCondition);
      this.#walkDirectives(fragment.Directives, "FRAGMENT_DEFINITION");
      this.#walkSelections(definition, fragment.SelectionSet);
      this.#onFragment(fragment, definition);
    }
    return this.#problems;
  }

  #report(node: object, message: string): void {
    this.#problems.push({ position: this.#positions.get(node), message });
  }

  #root(operation: Operation): Definition | undefined {
    const name = (operation.Operation || "query") as "query" | "mutation" | "subscription";
    return this.#schema.roots[name];
  }

  #walkOperation(operation: Operation): void {
    this.#operation = operation;
    const variables = operation.VariableDefinitions ?? [];
    for (const variable of variables) {
      const name = typeNameOf(variable.Type);
      if (!this.#schema.types.has(name)) this.#report(variable, `Unknown type "${name}".`);
    }
    for (const variable of variables) {
      if (variable.DefaultValue !== undefined)
        this.#walkValue(variable.DefaultValue, {
          expected: variable.Type,
          definition: this.#schema.types.get(typeNameOf(variable.Type)),
          hasDefault: false,
        });
      this.#walkDirectives(variable.Directives, "VARIABLE_DEFINITION");
    }
    this.#walkDirectives(operation.Directives, LOCATIONS[operation.Operation || "query"] ?? "QUERY");
    this.#walkSelections(this.#root(operation), operation.SelectionSet);
    this.#onOperation(operation);
    this.#operation = undefined;
  }

  #walkSelections(parent: Definition | undefined, selections: readonly Selection[] | undefined): void {
    for (const selection of selections ?? []) {
      this.#ctx.tick(1);
      if (isField(selection)) this.#walkField(parent, selection);
      else if (isInline(selection)) this.#walkInline(parent, selection);
      else this.#walkSpread(parent, selection);
    }
  }

  #walkField(parent: Definition | undefined, field: Field): void {
    const definition = field.Name === "__typename" ? TYPENAME : this.#fieldOf(parent, field.Name);
    const info = { definition, parent };
    this.#info.set(field, info);
    const type = definition === undefined ? undefined : this.#schema.types.get(typeNameOf(definition.Type));
    for (const arg of field.Arguments ?? []) this.#walkArgument(named(definition?.Arguments, arg.Name), arg);
    this.#walkDirectives(field.Directives, "FIELD");
    this.#walkSelections(type, field.SelectionSet);
    this.#onField(field, info, type);
  }

  /** The root has the fields of introspection, which the type map's own entry lacks. */
  #fieldOf(parent: Definition | undefined, name: string): FieldDefinition | undefined {
    if (parent === undefined) return undefined;
    const { query } = this.#schema.roots;
    return named(query !== undefined && query.Name === parent.Name ? query.Fields : parent.Fields, name);
  }

  #walkInline(parent: Definition | undefined, inline: InlineFragment): void {
    const inner = inline.TypeCondition === "" ? parent : this.#schema.types.get(inline.TypeCondition);
    this.#walkDirectives(inline.Directives, "INLINE_FRAGMENT");
    this.#walkSelections(inner, inline.SelectionSet);
    this.#onInline(inline, parent);
  }

  #walkSpread(parent: Definition | undefined, spread: FragmentSpread): void {
    const fragment = named(this.#document.Fragments, spread.Name);
    const inner = fragment === undefined ? undefined : this.#schema.types.get(fragment.TypeCondition);
    this.#walkDirectives(spread.Directives, "FRAGMENT_SPREAD");
    if (fragment !== undefined && !this.#spreads.has(fragment.Name)) {
      this.#spreads.add(fragment.Name);
      this.#walkDirectives(fragment.Directives, "FRAGMENT_DEFINITION");
      this.#walkSelections(inner, fragment.SelectionSet);
    }
    this.#onSpread(spread, fragment, parent);
  }

  #walkDirectives(directives: readonly Directive[] | undefined, location: string): void {
    const list = directives ?? [];
    for (const directive of list) {
      const definition = this.#schema.directives.get(directive.Name);
      for (const arg of directive.Arguments ?? [])
        this.#walkArgument(named(definition?.Arguments, arg.Name), arg);
      this.#onDirective(directive, location);
    }
    const seen = new Set<string>();
    for (const directive of list) {
      const repeatable = this.#schema.directives.get(directive.Name)?.IsRepeatable ?? false;
      if (!repeatable && seen.has(directive.Name))
        this.#report(directive, `The directive "@${directive.Name}" can only be used once at this location.`);
      seen.add(directive.Name);
    }
  }

  #walkArgument(definition: ArgumentDefinition | undefined, arg: Argument): void {
    this.#walkValue(arg.Value, {
      expected: definition?.Type,
      definition: definition === undefined ? undefined : this.#schema.types.get(typeNameOf(definition.Type)),
      hasDefault: definition?.DefaultValue !== undefined && definition.DefaultValue.Kind !== KIND.null,
    });
  }

  #walkValue(value: ValueNode, place: Omit<ValueContext, "variable">): void {
    let variable: VariableDefinition | undefined;
    if (value.Kind === KIND.variable) {
      variable = this.#operation?.VariableDefinitions?.find((item) => item.Variable === value.Raw);
      if (variable !== undefined) this.#usedVariables.add(variable);
    }
    for (const child of value.Children ?? []) {
      if (value.Kind === KIND.object) this.#walkArgument(named(place.definition?.Fields, child.Name), child);
      else {
        const element = place.expected?.Elem;
        this.#walkValue(child.Value, {
          expected: element,
          definition: element === undefined ? undefined : place.definition,
          hasDefault: false,
        });
      }
    }
    this.#onValue(value, { ...place, variable });
  }

  #onField(field: Field, { definition, parent }: FieldInfo, type: Definition | undefined): void {
    if (parent !== undefined && definition === undefined)
      this.#report(
        field,
        `Cannot query field "${field.Name}" on type "${parent.Name}".${this.#suggest(parent, field.Name)}`,
      );
    if (parent !== undefined && definition !== undefined)
      for (const arg of field.Arguments ?? []) {
        const names = (definition.Arguments ?? []).map((item) => item.Name);
        if (!names.includes(arg.Name))
          this.#report(
            field,
            `Unknown argument "${arg.Name}" on field "${parent.Name}.${field.Name}".${didYouMean("Did you mean", arg.Name, names)}`,
          );
      }
    if ((field.Name === "__schema" || field.Name === "__type") && this.#isTooDeep(field, new Set(), 0))
      this.#report(field, "Maximum introspection depth exceeded");
    this.#reportOverlaps(field.SelectionSet);
    for (const arg of definition?.Arguments ?? [])
      if (
        arg.Type.NonNull &&
        arg.DefaultValue === undefined &&
        named(field.Arguments, arg.Name) === undefined
      )
        this.#report(
          field,
          `Field "${field.Name}" argument "${arg.Name}" of type "${typeText(arg.Type)}" is required, but it was not provided.`,
        );
    if (definition !== undefined && type !== undefined) this.#checkLeaf(field, definition, type);
    this.#checkUnique(field.Arguments, (name) => `There can be only one argument named "${name}".`);
  }

  #checkLeaf(field: Field, definition: FieldDefinition, type: Definition): void {
    const selects = (field.SelectionSet ?? []).length > 0;
    if (isLeaf(type) && selects)
      this.#report(
        field,
        `Field "${field.Name}" must not have a selection since type "${type.Name}" has no subfields.`,
      );
    if (!isLeaf(type) && !selects)
      this.#report(
        field,
        `Field "${field.Name}" of type "${typeText(definition.Type)}" must have a selection of subfields. Did you mean "${field.Name} { ... }"?`,
      );
  }

  #suggest(parent: Definition, name: string): string {
    if (isAbstract(parent)) {
      const types = this.#typesWithField(parent, name);
      if (types.length > 0)
        return ` Did you mean to use an inline fragment on ${orList(types.map((type) => `"${type}"`))}?`;
    }
    if (parent.Kind !== "OBJECT" && parent.Kind !== "INTERFACE") return "";
    const { query } = this.#schema.roots;
    const fields = (query?.Name === parent.Name ? query.Fields : parent.Fields) ?? [];
    const close = suggestions(
      name,
      fields.map((field) => field.Name),
    );
    return close.length === 0 ? "" : ` Did you mean ${orList(close.map((item) => `"${item}"`))}?`;
  }

  #typesWithField(parent: Definition, name: string): readonly string[] {
    const objects: string[] = [];
    const interfaces = new Map<string, number>();
    for (const type of this.#schema.possible.get(parent.Name) ?? []) {
      if (named(type.Fields, name) === undefined) continue;
      objects.push(type.Name);
      for (const candidate of type.Interfaces ?? [])
        if (named(this.#schema.types.get(candidate)?.Fields, name) !== undefined)
          interfaces.set(candidate, (interfaces.get(candidate) ?? 0) + 1);
    }
    const count = (type: string): number => interfaces.get(type) ?? 0;
    return [...interfaces.keys(), ...objects].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
  }

  #isTooDeep(field: Field, visited: Set<string>, depth: number): boolean {
    const lists = ["fields", "interfaces", "possibleTypes", "inputFields"].includes(field.Name);
    if (lists && depth + 1 >= MAX_LIST_DEPTH) return true;
    return this.#selectionsTooDeep(field.SelectionSet ?? [], visited, lists ? depth + 1 : depth);
  }

  #selectionsTooDeep(selections: readonly Selection[], visited: Set<string>, depth: number): boolean {
    return selections.some((selection) => {
      if (isField(selection)) return this.#isTooDeep(selection, visited, depth);
      if (isInline(selection)) return this.#selectionsTooDeep(selection.SelectionSet ?? [], visited, depth);
      const fragment = named(this.#document.Fragments, selection.Name);
      if (fragment === undefined || visited.has(selection.Name)) return false;
      visited.add(selection.Name);
      const deep = this.#selectionsTooDeep(fragment.SelectionSet ?? [], visited, depth);
      visited.delete(selection.Name);
      return deep;
    });
  }

  #reportOverlaps(selections: readonly Selection[] | undefined): void {
    for (const { field, responseName, reason } of this.#overlaps.within(selections ?? []))
      this.#report(
        field,
        `Fields "${responseName}" conflict because ${reason}. Use different aliases on the fields to fetch both if this was intentional.`,
      );
  }

  /** Each repeated name once. */
  #checkUnique(
    items: readonly { readonly Name: string }[] | undefined,
    message: (name: string) => string,
  ): void {
    const counts = new Map<string, number>();
    for (const item of items ?? []) {
      const count = counts.get(item.Name) ?? 0;
      if (count === 1) this.#report(item, message(item.Name));
      counts.set(item.Name, count + 1);
    }
  }

  #onInline(inline: InlineFragment, parent: Definition | undefined): void {
    const condition = inline.TypeCondition;
    const type = this.#schema.types.get(condition);
    if (type !== undefined && !isComposite(type))
      this.#report(inline, `Fragment cannot condition on non composite type "${condition}".`);
    if (condition !== "" && type === undefined) this.#report(inline, `Unknown type "${condition}".`);
    this.#reportOverlaps(inline.SelectionSet);
    if (parent !== undefined && this.#neverFits(parent, type))
      this.#report(
        inline,
        `Fragment cannot be spread here as objects of type "${parent.Name}" can never be of type "${condition}".`,
      );
  }

  #onSpread(spread: FragmentSpread, fragment: Fragment | undefined, parent: Definition | undefined): void {
    if (fragment === undefined) this.#report(spread, `Unknown fragment "${spread.Name}".`);
    if (!this.#inFragments) this.#usedFragments.add(spread.Name);
    if (fragment === undefined || parent === undefined) return;
    if (this.#neverFits(parent, this.#schema.types.get(fragment.TypeCondition)))
      this.#report(
        spread,
        `Fragment "${spread.Name}" cannot be spread here as objects of type "${parent.Name}" can never be of type "${fragment.TypeCondition}".`,
      );
  }

  #neverFits(parent: Definition, type: Definition | undefined): boolean {
    if (type === undefined || !isComposite(type) || !isComposite(parent)) return false;
    const parents = parent.Kind === "OBJECT" ? [parent] : (this.#schema.possible.get(parent.Name) ?? []);
    const types = this.#schema.possible.get(type.Name) ?? [];
    return !parents.some((item) => types.some((other) => other.Name === item.Name));
  }

  #onFragment(fragment: Fragment, type: Definition | undefined): void {
    const { Name: name, TypeCondition: condition } = fragment;
    if (type !== undefined && condition !== "" && !isComposite(type))
      this.#report(fragment, `Fragment "${name}" cannot condition on non composite type "${condition}".`);
    if (type === undefined)
      this.#report(
        fragment,
        `Unknown type "${condition}".${didYouMean("Did you mean", condition, [...this.#schema.types.keys()])}`,
      );
    this.#checkCycles(fragment, [], new Map());
    this.#inFragments = true;
    if (!this.#usedFragments.has(name)) this.#report(fragment, `Fragment "${name}" is never used.`);
    this.#reportOverlaps(fragment.SelectionSet);
    if (this.#seenFragments.has(name))
      this.#report(fragment, `There can be only one fragment named "${name}".`);
    this.#seenFragments.add(name);
  }

  #checkCycles(fragment: Fragment, path: FragmentSpread[], places: Map<string, number>): void {
    if (this.#cycleChecked.has(fragment.Name)) return;
    this.#cycleChecked.add(fragment.Name);
    const spreads = spreadsOf(fragment.SelectionSet ?? []);
    if (spreads.length === 0) return;
    places.set(fragment.Name, path.length);
    for (const spread of spreads) {
      const start = places.get(spread.Name);
      path.push(spread);
      const next = named(this.#document.Fragments, spread.Name);
      if (start === undefined) {
        if (next !== undefined) this.#checkCycles(next, path, places);
      } else {
        const cycle = path.slice(start, -1).map((step) => `"${step.Name}"`);
        const via = cycle.length === 0 ? "" : ` via ${cycle.join(", ")}`;
        this.#report(spread, `Cannot spread fragment "${spread.Name}" within itself${via}.`);
      }
      path.pop();
    }
    places.delete(fragment.Name);
  }

  #onDirective(directive: Directive, location: string): void {
    const definition = this.#schema.directives.get(directive.Name);
    const name = directive.Name;
    if (definition !== undefined) {
      const names = (definition.Arguments ?? []).map((arg) => arg.Name);
      for (const arg of directive.Arguments ?? [])
        if (!names.includes(arg.Name))
          this.#report(
            directive,
            `Unknown argument "${arg.Name}" on directive "@${name}".${didYouMean("Did you mean", arg.Name, names)}`,
          );
    }
    if (definition === undefined) this.#report(directive, `Unknown directive "@${name}".`);
    else if (!definition.Locations.includes(location)) {
      const place = this.#positions.get(directive);
      const key = `${name} ${place?.line} ${place?.column}`;
      if (!this.#misplaced.has(key))
        this.#report(directive, `Directive "@${name}" may not be used on ${location}.`);
      this.#misplaced.add(key);
    }
    for (const arg of definition?.Arguments ?? [])
      if (
        arg.Type.NonNull &&
        arg.DefaultValue === undefined &&
        named(directive.Arguments, arg.Name) === undefined
      )
        this.#report(
          directive,
          `Directive "@${name}" argument "${arg.Name}" of type "${typeText(arg.Type)}" is required, but it was not provided.`,
        );
    this.#checkUnique(directive.Arguments, (arg) => `There can be only one argument named "${arg}".`);
  }

  #onOperation(operation: Operation): void {
    const name = operation.Name;
    const variables = operation.VariableDefinitions ?? [];
    if (this.#root(operation) === undefined)
      this.#report(operation, `Schema does not support operation type "${operation.Operation}"`);
    if (name === "" && (this.#document.Operations ?? []).length > 1)
      this.#report(operation, "This anonymous operation must be the only defined operation.");
    for (const variable of variables)
      if (!this.#usedVariables.has(variable))
        this.#report(
          variable,
          `Variable "$${variable.Variable}" is never used${name === "" ? "" : ` in operation "${name}"`}.`,
        );
    this.#reportOverlaps(operation.SelectionSet);
    this.#checkSubscription(operation);
    if (this.#seenOperations.has(name))
      this.#report(operation, `There can be only one operation named "${name}".`);
    this.#seenOperations.add(name);
    const counts = new Map<string, number>();
    for (const variable of variables) {
      const count = counts.get(variable.Variable) ?? 0;
      if (count === 1)
        this.#report(variable, `There can be only one variable named "$${variable.Variable}".`);
      counts.set(variable.Variable, count + 1);
    }
    for (const variable of variables) {
      const type = this.#schema.types.get(typeNameOf(variable.Type));
      if (type !== undefined && !isInput(type))
        this.#report(
          variable,
          `Variable "$${variable.Variable}" cannot be non-input type "${typeText(variable.Type)}".`,
        );
    }
  }

  #checkSubscription(operation: Operation): void {
    if (operation.Operation !== "subscription" || this.#schema.roots.subscription === undefined) return;
    const fields = this.#topFields(operation.SelectionSet ?? [], new Set());
    const unique = [
      ...new Map(fields.toReversed().map((field) => [field.Name, field])).values(),
    ].toReversed();
    const title =
      operation.Name === "" ? "Anonymous Subscription" : `Subscription ${quoteGo(operation.Name)}`;
    if (unique.length > 1) this.#report(unique[1]!, `${title} must select only one top level field.`);
    for (const field of unique)
      if (field.Name.startsWith("__"))
        this.#report(field, `${title} must not select an introspection top level field.`);
  }

  #topFields(selections: readonly Selection[], visited: Set<string>): Field[] {
    return selections.flatMap((selection) => {
      if (isField(selection)) return [selection];
      if (isInline(selection)) return this.#topFields(selection.SelectionSet ?? [], visited);
      const fragment = named(this.#document.Fragments, selection.Name);
      if (fragment === undefined || visited.has(selection.Name)) return [];
      visited.add(selection.Name);
      return this.#topFields(fragment.SelectionSet ?? [], visited);
    });
  }

  #onValue(value: ValueNode, context: ValueContext): void {
    const operation = this.#operation;
    if (value.Kind === KIND.variable && operation !== undefined && context.variable === undefined)
      this.#report(
        value,
        `Variable "${valueText(value)}" is not defined${operation.Name === "" ? "" : ` by operation "${operation.Name}"`}.`,
      );
    if (value.Kind === KIND.object) {
      const seen = new Set<string>();
      for (const child of value.Children ?? []) {
        if (seen.has(child.Name))
          this.#report(child, `There can be only one input field named "${child.Name}".`);
        seen.add(child.Name);
      }
    }
    checkValue(value, context, this.#positions, (position, message) => {
      this.#problems.push({ position, message });
    });
    this.#checkVariablePosition(value, context);
  }

  #checkVariablePosition(
    value: ValueNode,
    { expected, variable, hasDefault, definition }: ValueContext,
  ): void {
    if (value.Kind === KIND.variable && expected !== undefined && variable !== undefined && this.#operation) {
      const given = variable.DefaultValue;
      const mayBeNull = hasDefault || (given !== undefined && given.Kind !== KIND.null);
      const wanted = mayBeNull ? { ...expected, NonNull: false } : expected;
      if (!isCompatible(variable.Type, wanted))
        this.#report(
          value,
          `Variable "${valueText(value)}" of type "${typeText(variable.Type)}" used in position expecting type "${typeText(expected)}".`,
        );
    }
    if (value.Kind !== KIND.object || named(definition?.Directives, "oneOf") === undefined) return;
    for (const child of value.Children ?? []) {
      const used =
        child.Value.Kind === KIND.variable
          ? this.#operation?.VariableDefinitions?.find((item) => item.Variable === child.Value.Raw)
          : undefined;
      if (used !== undefined && !used.Type.NonNull)
        this.#report(
          used,
          `Variable "${valueText(child.Value)}" is of type "${typeText(used.Type)}" but must be non-nullable to be used for OneOf Input Object "${definition?.Name}".`,
        );
    }
  }
}

function spreadsOf(selections: readonly Selection[]): FragmentSpread[] {
  return selections.flatMap((selection) => {
    if (isField(selection) || isInline(selection)) return spreadsOf(selection.SelectionSet ?? []);
    return [selection];
  });
}
