import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Outcome, outcome, testContext } from "./expression.testing.ts";
import { builtins } from "./registry.ts";

/*
 * Each row of fixtures/recorded is an expression and what OPA 1.22.2 answered to it: the value's text, nothing for
 * undefined, or the error.
 */
const folder = new URL("./fixtures/recorded/", import.meta.url);

function read<T>(name: string, base: URL): T {
  return JSON.parse(readFileSync(new URL(name, base), "utf8")) as T;
}

/** Built-ins whose answers cannot be recorded, or that the reference refuses outside of its own tests. */
const testedElsewhere = new Set([
  ...["all", "any", "re_match", "set_diff", "net.cidr_overlap"],
  ...["cast_array", "cast_boolean", "cast_null", "cast_object", "cast_set", "cast_string"],
  ...["crypto.x509.parse_and_verify_certificates", "crypto.x509.parse_and_verify_certificates_with_options"],
  ...["http.send", "opa.runtime", "rand.intn", "time.now_ns", "uuid.rfc4122", "walk"],
  ...["endswith", "json.unmarshal"],
]);

/** Compiled to instructions, or given by the evaluator. */
const ofTheCompiler = new Set([
  ...["assign", "eq", "print", "internal.print", "internal.template_string", "internal.test_case"],
  ...["rego.metadata.chain", "rego.metadata.rule", "rego.parse_module"],
]);

const seen = new Set<string>();

describe("recorded answers of OPA", () => {
  for (const file of readdirSync(folder).sort()) {
    test(file.replace(".json", ""), () => {
      for (const [expression, expected] of read<[string, Outcome][]>(file, folder)) {
        expect({ expression, outcome: outcome(expression, testContext(), seen) }).toEqual({
          expression,
          outcome: expected,
        });
      }
    });
  }

  test("every built-in was called", () => {
    const missing = [...builtins.values()]
      .filter(({ name, infix }) => !seen.has(name) && !(infix !== undefined && seen.has(infix)))
      .map(({ name }) => name)
      .filter((name) => !testedElsewhere.has(name) && !ofTheCompiler.has(name));
    expect(missing).toEqual([]);
  });
});

describe("known differences", () => {
  const rows = read<{ expression: string; reference: Outcome; here: Outcome }[]>(
    "./fixtures/known-differences.json",
    new URL(import.meta.url),
  );
  for (const { expression, reference, here } of rows) {
    test(expression.slice(0, 60), () => {
      expect(outcome(expression, testContext())).toEqual(here);
      expect(here).not.toEqual(reference);
    });
  }
});
