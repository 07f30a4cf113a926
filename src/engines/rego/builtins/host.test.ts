import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { num, objectOf, RegoSet, termText, type Value } from "../values/index.ts";
import { type BuiltinContext, BuiltinError, BuiltinHalt, HostCallNeeded } from "./builtin.ts";
import { call, evaluateText, outcome, testContext } from "./expression.testing.ts";
import { walkPairs } from "./graphs.ts";

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

function message(run: () => unknown): string {
  const error = thrown(run);
  return error instanceof BuiltinError ? error.message : `no BuiltinError but ${String(error)}`;
}

describe("what only the host knows", () => {
  const request = objectOf([
    ["method", "get"],
    ["url", "http://localhost/"],
  ]);

  test("http.send asks the host, then gives its answer", () => {
    const needed = thrown(() => call("http.send", [request]));
    expect(needed).toBeInstanceOf(HostCallNeeded);
    expect(needed).toMatchObject({ kind: "http.send", argument: request });
    const response = objectOf([["status_code", 200]]);
    const answering = testContext({ host: { request: () => response } });
    expect(call("http.send", [request], answering)).toBe(response);
  });

  test("a text as answer is the failure", () => {
    const failing = testContext({ host: { request: () => "connection refused" } });
    expect(message(() => call("http.send", [request], failing))).toBe("http.send: connection refused");
    expect(message(() => call("net.lookup_ip_addr", ["a.test"], failing))).toBe(
      "net.lookup_ip_addr: connection refused",
    );
  });

  test("a bad request never reaches the host", () => {
    expect(message(() => call("http.send", [objectOf([["method", "get"]])]))).toContain(
      'missing required request parameters(s): {"url"}',
    );
    const odd = objectOf([
      ["method", "get"],
      ["url", "http://localhost/"],
      ["speed", 1],
    ]);
    expect(message(() => call("http.send", [odd]))).toContain('invalid request parameters(s): {"speed"}');
  });

  test("net.lookup_ip_addr answers addresses itself and asks for names", () => {
    expect(termText(call("net.lookup_ip_addr", ["10.0.0.1"]) as Value)).toBe('{"10.0.0.1"}');
    expect(thrown(() => call("net.lookup_ip_addr", ["a.test"]))).toMatchObject({
      kind: "net.lookup_ip_addr",
      argument: "a.test",
    });
    const answering = testContext({ host: { request: () => ["10.0.0.2", "10.0.0.1"] } });
    expect(termText(call("net.lookup_ip_addr", ["a.test"], answering) as Value)).toBe(
      '{"10.0.0.1", "10.0.0.2"}',
    );
  });

  test("clock, dice and runtime come from the context, and stay the same during an evaluation", () => {
    expect(termText(call("time.now_ns", []) as Value)).toBe("1700000000000000000");
    expect(call("time.now_ns", [], testContext({ nowNs: () => undefined }))).toBeUndefined();

    let draws = 0;
    const ctx = testContext({
      randomInt: (bound) => {
        draws++;
        return bound - draws;
      },
      randomBytes: (count) => new Uint8Array(count).fill(++draws),
      runtime: () => objectOf([["env", objectOf([])]]),
    });
    expect(call("rand.intn", ["a", 10], ctx)).toBe(9);
    expect(call("rand.intn", ["a", 10], ctx)).toBe(9);
    expect(call("rand.intn", ["b", 10], ctx)).toBe(8);
    expect(call("rand.intn", ["c", 0], ctx)).toBe(0);
    expect(draws).toBe(2);
    expect(call("uuid.rfc4122", ["a"], ctx)).toBe("03030303-0303-4303-8303-030303030303");
    expect(call("uuid.rfc4122", ["a"], ctx)).toBe("03030303-0303-4303-8303-030303030303");
    expect(termText(call("opa.runtime", [], ctx) as Value)).toBe('{"env": {}}');
  });
});

describe("limits", () => {
  const small = (): BuiltinContext => testContext({ limits: { maxItems: 100, maxStringBytes: 1000 } });
  const tooMuch = [
    "numbers.range(1, 1000000000000)",
    "numbers.range_step(1, 1000000000000, 2)",
    'net.cidr_expand("10.0.0.0/8")',
    'net.cidr_expand("::/0")',
    "bits.lsh(1, 1000000000)",
    'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", "0123456789012345678901234567890123456789")',
    'sprintf("%100000d", [1])',
  ];
  for (const expression of tooMuch) {
    test(expression.slice(0, 50), () => {
      expect(thrown(() => evaluateText(expression, small()))).toBeInstanceOf(BuiltinHalt);
    });
  }

  test("values nested too deeply end the evaluation, not the process", () => {
    let deep: Value = [];
    for (let i = 0; i < 200_000; i++) deep = [deep];
    for (const name of ["json.marshal", "yaml.marshal", "array.flatten", "walk"]) {
      const error = thrown(() =>
        call(name, [deep], testContext({ limits: { maxItems: 1000, maxStringBytes: 1000 } })),
      );
      if (error !== undefined) expect(error, name).toBeInstanceOf(BuiltinHalt);
    }
    expect(thrown(() => call("regex.match", ["(".repeat(100_000), "a"]))).toBeInstanceOf(BuiltinError);
  });

  test("work is counted, so that a long call can be stopped", () => {
    const stop = new Error("stopped");
    const ctx = testContext({
      tick: () => {
        throw stop;
      },
    });
    expect(thrown(() => evaluateText("numbers.range(1, 1000)", ctx))).toBe(stop);
  });
});

describe("walk", () => {
  const document = objectOf([
    ["b", [1]],
    ["a", RegoSet.of(["x"])],
  ]);

  test("parents first, keys in order, members of sets under themselves", () => {
    expect(termText(call("walk", [document]) as Value)).toBe(
      '[[[], {"a": {"x"}, "b": [1]}], [["a"], {"x"}], [["a", "x"], "x"], [["b"], [1]], [["b", 0], 1]]',
    );
  });

  test("without paths only the values differ", () => {
    const pairs = walkPairs(testContext(), document, false) as readonly (readonly Value[])[];
    expect(pairs.map((pair) => termText(pair[1] as Value))).toEqual([
      '{"a": {"x"}, "b": [1]}',
      '{"x"}',
      '"x"',
      "[1]",
      "1",
    ]);
    expect(pairs.every((pair) => (pair[0] as readonly Value[]).length === 0)).toBe(true);
  });
});

describe("deprecated built-ins", () => {
  const table: [string, Value[], string | undefined][] = [
    ["all", [[true, true]], "true"],
    ["all", [[true, false]], "false"],
    ["all", [[]], "true"],
    ["any", [[false, true]], "true"],
    ["any", [RegoSet.of([])], "false"],
    ["re_match", ["a+", "caat"], "true"],
    ["set_diff", [RegoSet.of([1, 2]), RegoSet.of([2])], "{1}"],
    ["net.cidr_overlap", ["10.0.0.0/8", "10.1.0.0/16"], "true"],
    ["cast_array", [RegoSet.of([2, 1])], "[1, 2]"],
    ["cast_set", [[2, 1, 2]], "{1, 2}"],
    ["cast_string", ["a"], '"a"'],
    ["cast_boolean", [true], "true"],
    ["cast_null", [null], "null"],
    ["cast_object", [objectOf([])], "{}"],
  ];
  for (const [name, args, expected] of table) {
    test(`${name}(${args.map(termText).join(", ")})`, () => {
      const value = call(name, args);
      expect(value === undefined ? undefined : termText(value)).toBe(expected);
    });
  }

  test("casts refuse other types", () => {
    for (const name of ["array", "set", "string", "boolean", "null", "object"])
      expect(
        thrown(() => call(`cast_${name}`, [1])),
        name,
      ).toBeInstanceOf(BuiltinError);
  });
});

describe("certificate chains", () => {
  const pem = readFileSync(new URL("./fixtures/chain.pem", import.meta.url), "utf8");
  const [root, intermediate, leaf] = pem.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/g) as [
    string,
    string,
    string,
  ];
  const at = (seconds: bigint) => testContext({ nowNs: () => seconds * 1_000_000_000n });
  const valid = () => at(1_800_000_000n);
  const verified = (text: string, ctx: BuiltinContext, options?: Value): unknown => {
    const name = "crypto.x509.parse_and_verify_certificates";
    const answer =
      options === undefined ? call(name, [text], ctx) : call(`${name}_with_options`, [text, options], ctx);
    return (answer as readonly Value[])[0];
  };

  test("root, intermediate, leaf", () => {
    expect(verified(root + intermediate + leaf, valid())).toBe(true);
    const [, chain] = call("crypto.x509.parse_and_verify_certificates", [pem], valid()) as [Value, Value[]];
    expect(chain).toHaveLength(3);
  });

  test("a missing intermediate, a wrong order, another time", () => {
    expect(verified(root + leaf, valid())).toBe(false);
    expect(verified(leaf + intermediate + root, valid())).toBe(false);
    expect(verified(pem, at(1_000_000_000n))).toBe(false);
    expect(verified(pem, at(100_000_000_000n))).toBe(false);
    expect(verified("nothing", valid())).toBe(false);
  });

  test("options", () => {
    const options = (name: string, value: Value) => objectOf([[name, value]]);
    expect(verified(pem, valid(), options("DNSName", "leaf.example.com"))).toBe(true);
    expect(verified(pem, valid(), options("DNSName", "other.example.com"))).toBe(false);
    expect(verified(pem, valid(), options("KeyUsages", ["KeyUsageServerAuth"]))).toBe(true);
    expect(verified(pem, valid(), options("KeyUsages", ["KeyUsageCodeSigning"]))).toBe(false);
    const later = num.fromText("1000000000000000000");
    expect(verified(pem, valid(), options("CurrentTime", later))).toBe(false);
  });
});

describe("prefixes and JSON", () => {
  test("endswith and json.unmarshal", () => {
    expect(outcome('endswith("abc", "bc")', testContext())).toBe("true");
    expect(outcome('endswith("abc", "ab")', testContext())).toBe("false");
    expect(outcome('json.unmarshal("{\\"a\\": [1.50, 1e400]}")', testContext())).toBe('{"a": [1.50, 1e400]}');
  });
});
