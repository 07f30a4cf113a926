import { describe, expect, it } from "vitest";
import { compile } from "../program.ts";
import { show } from "../test-kit.ts";
import { STANDARD_IMPORTS } from "./standard-imports.ts";

const NOW = 1_136_214_245_123_456_789n; // 2006-01-02T15:04:05.123456789Z, a Monday

/** `[expression, print form]`; a table for each import. */
const CASES: Readonly<Record<string, readonly (readonly [expr: string, expected: string])[]>> = {
  base64: [
    ['base64.encode("hello?>")', '"aGVsbG8/Pg=="'],
    ['base64.decode("aGVsbG8/Pg==")', '"hello?>"'],
    ['base64.urlencode("hello?>")', '"aGVsbG8_Pg=="'],
    ['base64.urldecode("aGVsbG8_Pg==")', '"hello?>"'],
    ['base64.encode("é")', '"w6k="'],
    ['base64.decode("%%")', "error: the text to decode is not base64"],
    ["base64.encode(undefined)", "undefined"],
    ["base64.encode(1)", "error: argument 1 of `base64.encode` must be a string, not int"],
  ],
  json: [
    ['json.unmarshal("{\\"a\\": [1, 1.5, null, true, \\"x\\"]}")', '{"a": [1 1.5 null true "x"]}'],
    ['json.unmarshal("nope")', "error: the text given to `json.unmarshal` is not JSON"],
    ['json.unmarshal("{\\"__proto__\\": 1}")["__proto__"]', "1"],
    [
      'json.marshal({"b": [1, 1.5, null, undefined], "a": "é", "u": undefined})',
      '"{\\"a\\":\\"é\\",\\"b\\":[1,1.5,null]}"',
    ],
    ["json.marshal(undefined)", "undefined"],
    ["json.marshal(func() { return 1 })", "error: a function cannot be turned into JSON"],
    ["json.marshal([9223372036854775807])", '"[9223372036854775807]"'],
    ['json.valid("[1]")', "true"],
    ['json.valid("[1")', "false"],
  ],
  runtime: [["runtime.version", '"0.40.0"']],
  types: [
    ["types.type_of(true)", '"bool"'],
    ["types.type_of(1)", '"int"'],
    ["types.type_of(9223372036854775807)", '"int"'],
    ["types.type_of(1.0)", '"float"'],
    ['types.type_of("a")', '"string"'],
    ["types.type_of([])", '"list"'],
    ["types.type_of({})", '"map"'],
    ["types.type_of(func() { return 1 })", '"func"'],
    ["types.type_of(null)", '"null"'],
    ["types.type_of(undefined)", '"undefined"'],
  ],
  units: [
    ["units.kilobyte", "1024"],
    ["units.megabyte", "1048576"],
    ["units.gigabyte", "1073741824"],
    ["units.terabyte", "1099511627776"],
    ["units.petabyte", "1125899906842624"],
  ],
  sockaddr: [
    ['sockaddr.is_contained("10.0.0.0/8", "10.1.2.3")', "true"],
    ['sockaddr.is_contained("10.0.0.0/16", "10.0.0.0/8")', "false"],
    ['sockaddr.is_contained("10.0.0.0/8", "fe80::1")', "false"],
    ['sockaddr.is_contained("2001:db8::/32", "2001:db8::1:2")', "true"],
    ['sockaddr.is_contained("0.0.0.0/0", "8.8.8.8")', "true"],
    ['sockaddr.is_contained("x", "8.8.8.8")', "error: `x` is not an IP address or network"],
    ['sockaddr.is_equal("10.0.0.1", "10.0.0.1")', "true"],
    ['sockaddr.is_equal("::1", "0:0:0:0:0:0:0:1")', "true"],
    ['sockaddr.is_equal("10.0.0.0/8", "10.0.0.0/9")', "false"],
    ['sockaddr.is_ipv4("1.2.3.4")', "true"],
    ['sockaddr.is_ipv4("1.2.3.456")', "false"],
    ['sockaddr.is_ipv6("::ffff:1.2.3.4")', "true"],
    ['sockaddr.is_ipv6("1.2.3.4")', "false"],
    ["sockaddr.is_ipv4(undefined)", "undefined"],
  ],
  strings: [
    ['strings.has_prefix("abc", "ab")', "true"],
    ['strings.has_suffix("abc", "bc")', "true"],
    ['strings.has_suffix("abc", "ab")', "false"],
    ['strings.join(["a", ["b", 1, 2.5, true]], "-")', '"a-b-1-2.5-true"'],
    ['strings.join([], ",")', '""'],
    ['strings.join([null], ",")', "error: `strings.join` cannot join a null"],
    ['strings.replace("aaa", "a", "b")', '"bbb"'],
    ['strings.replace("aaa", "a", "b", 2)', '"bba"'],
    ['strings.replace("aaa", "a", "b", 0)', '"aaa"'],
    ['strings.replace("ab", "", "-")', '"-a-b-"'],
    ['strings.trim("xxabxx", "x")', '"ab"'],
    ['strings.trim_left("xxabxx", "x")', '"abxx"'],
    ['strings.trim_right("xxabxx", "x")', '"xxab"'],
    ['strings.trim_space(" \\ta\\n")', '"a"'],
    ['strings.trim_prefix("abab", "ab")', '"ab"'],
    ['strings.trim_suffix("abab", "ab")', '"ab"'],
    ['strings.to_lower("AÉ")', '"aé"'],
    ['strings.to_upper("aé")', '"AÉ"'],
    ['strings.split("a.b.c", ".")', '["a" "b" "c"]'],
    ['strings.split("aé", "")', '["a" "é"]'],
    ['strings.split(["a"], ".")', '["a"]'],
    ['strings.split(undefined, ".")', "undefined"],
    ['strings.split(null, ".")', "error: argument 1 of `strings.split` must be a string, not null"],
    ["strings.contains", "undefined"],
  ],
  time: [
    ["time.now.year", "2006"],
    ["time.now.month", "1"],
    ["time.now.month_name", '"January"'],
    ["time.now.day", "2"],
    ["time.now.hour", "15"],
    ["time.now.minute", "4"],
    ["time.now.second", "5"],
    ["time.now.weekday", "1"],
    ["time.now.weekday_name", '"Monday"'],
    ["time.now.unix", "1136214245"],
    ["time.now.unix_nano", "1136214245123456789"],
    ["time.now.zone", "0"],
    ["time.now.zone_string", '"UTC"'],
    ['time.load("2006-01-02T15:04:05+07:00").hour', "15"],
    ['time.load("2006-01-02T15:04:05+07:00").zone', "25200"],
    ['time.load("2006-01-02T15:04:05+07:00").zone_string', '"+07:00"'],
    ['time.load("2006-01-02T15:04:05+07:00").unix', "1136189045"],
    ["time.load(0).year", "1970"],
    ["time.load(1.5).unix_nano", "1500000000"],
    ["time.load(time.now).unix", "1136214245"],
    ['time.load("yesterday")', "error: `yesterday` is not an RFC 3339 time"],
    ["time.load(1e20)", "error: a time lies outside of the years 1 to 9999"],
    ["time.load(undefined)", "undefined"],
    ["time.now.before(time.now.add(1))", "true"],
    ["time.now.after(0)", "true"],
    ['time.load(0).equal("1970-01-01T00:00:00Z")', "true"],
    ["time.load(0).add(time.hour * 2).hour", "2"],
    ["time.load(0).add(1.5e9).unix", "1"],
    ["time.load(60).sub(0) / time.minute", "1"],
    [
      "[time.nanosecond, time.microsecond, time.millisecond, time.second, time.minute, time.hour]",
      "[1 1000 1000000 1000000000 60000000000 3600000000000]",
    ],
    [
      "time.load(0)",
      '{"day": 1, "hour": 0, "minute": 0, "month": 1, "month_name": "January", "second": 0, "unix": 0, "unix_nano": 0, "weekday": 4, "weekday_name": "Thursday", "year": 1970, "zone": 0, "zone_string": "UTC"}',
    ],
  ],
  version: [
    ['version.new("1.2.3-beta.1+m").major', "1"],
    ['version.new("1.2.3-beta.1+m").minor', "2"],
    ['version.new("1.2.3-beta.1+m").patch', "3"],
    ['version.new("1.2.3-beta.1+m").prerelease', '"beta.1"'],
    ['version.new("1.2.3-beta.1+m").metadata', '"m"'],
    ['version.new("v1.2").version', '"1.2.0"'],
    ['version.new("x")', "error: `x` is not a version"],
    ['version.new("1.10.0").greater_than("1.9.0")', "true"],
    ['version.new("1.10.0").gt(version.new("1.10.0"))', "false"],
    ['version.new("1.10.0").greater_than_or_equals("1.10.0")', "true"],
    ['version.new("1.0.0").gte("1.0.1")', "false"],
    ['version.new("1.0.0-rc1").less_than("1.0.0")', "true"],
    ['version.new("1.0.0-rc.2").lt("1.0.0-rc.10")', "true"],
    ['version.new("1.0.0").less_than_or_equals("1.0.0")', "true"],
    ['version.new("1.0.1").lte("1.0.0")', "false"],
    ['version.new("1.0").equals("1.0.0+build")', "true"],
    ['version.new("1.0").eq("1.1")', "false"],
    ['version.new("1.0.0").compare("1.0.1")', "-1"],
    ['version.new("1.0.1").cmp("1.0.0")', "1"],
    ['version.new("1.5.0").satisfies(">= 1.2, < 2.0")', "true"],
    ['version.new("1.5.0").sat("~> 1.2")', "true"],
    ['version.new("1.5.0").sat("~> 1.2.0")', "false"],
    ['version.new("1.2.9").sat("~> 1.2.0")', "true"],
    ['version.new("2.0.0").sat("~> 1")', "false"],
    ['version.new("1.0.0").sat("!= 1.0.0")', "false"],
    ['version.new("1.0.0").sat("1.0.0")', "true"],
    ['version.new("1.5.0-beta").sat("> 1.0")', "false"],
    ['version.new("1.5.0-beta").sat("> 1.5.0-alpha")', "true"],
    ['version.new("1.0.0").sat("about 1")', "error: `about 1` is not a version constraint"],
  ],
  collection: [
    ["collection.filter([1, 2, 3], func(x) { return x > 1 })", "[2 3]"],
    ['collection.filter({"a": 1, "b": 2}, func(v, k) { return k is "b" })', "[2]"],
    ["collection.filter([1, 2], func(x, i) { return i is 0 })", "[1]"],
    ["collection.reject([1, 2, 3], func(x) { return x > 1 })", "[1]"],
    ["collection.reject([{}, 1], func(x) { return undefined })", "[{} 1]"],
    ["collection.filter([1], func(x) { return 1 })", "[]"],
    ["collection.find([1, 2, 3], func(x) { return x > 1 })", "2"],
    ["collection.find([1], func(x) { return false })", "undefined"],
    [
      'collection.matches([{"a": 1, "b": {"c": 2, "d": 3}}, {"a": 1}], {"b": {"c": 2}})',
      '[{"a": 1, "b": {"c": 2, "d": 3}}]',
    ],
    ["collection.reduce([1, 2, 3], func(acc, x) { return acc + x })", "6"],
    ["collection.reduce([1, 2, 3], func(acc, x, i) { return acc + x * i }, 10)", "18"],
    ["collection.reduce([], func(acc, x) { return acc })", "undefined"],
    ["collection.reduce([null], func(acc, x) { return acc })", "null"],
    ["collection.filter(undefined, func(x) { return true })", "undefined"],
    [
      "collection.filter(1, func(x) { return true })",
      "error: argument 1 of `collection.filter` must be a list or map, not int",
    ],
    ["collection.filter([], 1)", "error: argument 2 of `collection.filter` must be a function, not int"],
    [
      "collection.filter([1], func(a, b, c) { return true })",
      "error: `func` takes 3 arguments, but only 2 are passed to it",
    ],
  ],
  "collection/lists": [
    ["lists.concat([1], [2, [3]], [])", "[1 2 [3]]"],
    ["lists.difference([1, 2, 3], [2], [3.0])", "[1]"],
    ["lists.diff([1, 2], [1])", "[2]"],
    ["lists.intersection([1, 2, 2, 3], [2, 3], [2])", "[2]"],
    ["lists.union([1, 2], [2, 3])", "[1 2 3]"],
    ["lists.sort([3, 1, 2], func(a, b) { return a < b })", "[1 2 3]"],
    ["lists.sort([3, 1, 2], func(a, b) { return compare(b, a) })", "[3 2 1]"],
    ["lists.sort([2, 1], func(a, b) { return true })", "[1 2]"],
    ["lists.sum([1, 2.5])", "3.5"],
    ["lists.sum([])", "0"],
    ['lists.sum(["a"])', "error: argument 1 of `lists.sum` must be a list of numbers, not string"],
    ["lists.concat(1)", "error: argument 1 of `lists.concat` must be a list, not int"],
  ],
  "collection/maps": [
    ['maps.get({"a": {"b": [{"c": 1}]}}, "a.b.0.c")', "1"],
    ['maps.get({"a": [{"b": 1}, {"b": 2}, {}]}, "a.*.b")', "[1 2]"],
    ['maps.get({"a": 1}, "x.y")', "undefined"],
    ['maps.get({"a": 1}, "x.y", "d")', '"d"'],
    ['maps.get({"a": null}, "a", "d")', "null"],
    ['maps.get({"a": null}, "a.b", "d")', '"d"'],
    ['maps.get({"a": 1}, "x", null)', "null"],
    ['maps.get(undefined, "a", "d")', '"d"'],
    ['maps.get(null, "a")', "undefined"],
    ['maps.get({1: "x"}, "1")', '"x"'],
    ['maps.get({"a": "text"}, "a.b", 5)', "5"],
    ['maps.has({"a": {"b": null}}, "a.b")', "true"],
    ['maps.has({"a": 1}, "a.b")', "false"],
    ['maps.set({"a": {"x": 1}}, "a.b.c", 2)', '{"a": {"b": {"c": 2}, "x": 1}}'],
    ['maps.set({"a": [{}, {}]}, "a.*.b", 1)', '{"a": [{"b": 1} {"b": 1}]}'],
    ['maps.set({"a": [1, 2]}, "a.1", 9)', '{"a": [1 9]}'],
    ['maps.unset({"a": {"b": 1}}, "a.b")', '{"a": {}}'],
    ['maps.unset({"a": [{"b": 1, "c": 2}]}, "a.*.b")', '{"a": [{"c": 2}]}'],
    ['maps.pick({"a": {"b": 1, "c": 2}, "d": 3}, ["a.b", "d"])', '{"a": {"b": 1}, "d": 3}'],
    ['maps.pick({"a": 1}, ["x.y"])', "{}"],
    ['maps.omit({"a": {"b": 1}, "c": 2}, ["a.b"])', '{"c": 2}'],
    ['maps.omit({"a": [{"b": 1}, {"b": 1, "c": 2}]}, ["a.*.b"])', '{"a": [{"c": 2}]}'],
    ["maps.get({}, 1)", "error: argument 2 of `maps.get` must be a path as a string, not int"],
  ],
  decimal: [
    ['decimal.new("0.1").add("0.2").string', '"0.3"'],
    ["decimal.new(1.5).string", '"1.5"'],
    ["decimal.new(9223372036854775807).string", '"9223372036854775807"'],
    ['decimal.new("x")', "error: `x` is not a decimal number"],
    ['decimal.new("-2.50").sign', "-1"],
    ['decimal.new("1.25").coefficient', "125"],
    ['decimal.new("1.25").exponent', "-2"],
    ['decimal.new("1200").exponent', "2"],
    ['decimal.new("1.5").float', "1.5"],
    ['decimal.new("-1.9").int', "-1"],
    ["decimal.infinity(-1).string", '"-Infinity"'],
    ["decimal.inf(1).string", '"Infinity"'],
    ["decimal.nan.string", '"NaN"'],
    [
      "[decimal.is_infinite(decimal.inf(1)), decimal.is_inf(1), decimal.isinf(1), decimal.isinfinite(1)]",
      "[true false false false]",
    ],
    ["[decimal.is_nan(decimal.nan), decimal.isnan(1)]", "[true false]"],
    ["decimal.nan.is(decimal.nan)", "false"],
    ["[decimal.new(1).is(1.0), decimal.new(1).is_not(1)]", "[true false]"],
    ["[decimal.new(1).less_than(2), decimal.new(1).lt(1)]", "[true false]"],
    ["[decimal.new(1).less_than_or_equals(1), decimal.new(2).lte(1)]", "[true false]"],
    ["[decimal.new(2).greater_than(1), decimal.new(1).gt(1)]", "[true false]"],
    ["[decimal.new(1).greater_than_or_equals(1), decimal.new(0).gte(1)]", "[true false]"],
    ["[decimal.new(3).subtract(1).string, decimal.new(3).sub(1).string]", '["2" "2"]'],
    ["[decimal.new(3).multiply(2).string, decimal.new(3).mul(2).string]", '["6" "6"]'],
    ["[decimal.new(1).divide(8).string, decimal.new(1).div(8).string]", '["0.125" "0.125"]'],
    [
      "[decimal.new(7).modulo(4).int, decimal.new(7).mod(4).int, decimal.new(-7).remainder(4).int, decimal.new(7).rem(4).int]",
      "[3 3 -3 3]",
    ],
    ["[decimal.new(2).power(10).int, decimal.new(2).pow(3).int]", "[1024 8]"],
    ["decimal.new(0).exp().string", '"1"'],
    ["[decimal.new(1).loge().string, decimal.new(1).ln().string]", '["0" "0"]'],
    ["[decimal.new(1000).log10().string, decimal.new(10).log().string]", '["3" "1"]'],
    [
      "[decimal.new(2).square_root().string, decimal.new(9).sqrt().string]",
      '["1.414213562373095048801688724209698078569671875376948073176679737990732478462107038850387534327641573" "3"]',
    ],
    [
      '[decimal.new("1.1").ceiling().int, decimal.new("1.1").ceil().int, decimal.new("-1.1").floor().int]',
      "[2 2 -2]",
    ],
    [
      "[decimal.new(-1).absolute().int, decimal.new(-1).abs().int, decimal.new(1).negate().int, decimal.new(1).neg().int]",
      "[1 1 -1 -1]",
    ],
    ["decimal.new(undefined)", "undefined"],
    ['decimal.new("1e99999").mul("1e99999").string', '"Infinity"'],
  ],
  http: [
    ['http.request("http://a").url', '"http://a"'],
    [
      'http.request("http://a").with_header("X", "1").with_header("X", "2").headers',
      '{"Accept": "*/*", "X": "2"}',
    ],
    ['http.request("http://a").with_basic_auth("u", "p").headers.Authorization', '"Basic dTpw"'],
    ['http.request("http://a").with_body("b").body', '"b"'],
    ["[http.methodGet, http.methodPost]", '["GET" "POST"]'],
    [
      "[http.client.retries, http.timeout, http.certificate_verification, http.accepted_status_codes]",
      "[1 10 true [200]]",
    ],
    [
      "http.with_retries(3).with_timeout(5).without_certificate_verification().accept_status_codes([200, 404])",
      '{"accepted_status_codes": [200 404], "certificate_verification": false, "retries": 3, "timeout": 5}',
    ],
    ["http.with_retries(11)", "error: `with_retries` takes 0 to 10, not 11"],
    ["http.with_timeout(31)", "error: `with_timeout` takes 0 to 30, not 31"],
    ['http.get("http://a")', "error: the host does not allow requests to `http://a`"],
    ["http.get(1)", "error: argument 1 of `http.get` must be a URL or a request, not int"],
  ],
};

const ALIASES: Readonly<Record<string, string>> = { "collection/lists": "lists", "collection/maps": "maps" };

describe("standard imports", () => {
  it("has a table for each", () => {
    expect(Object.keys(CASES).sort()).toEqual([...STANDARD_IMPORTS.keys()].sort());
  });

  for (const [name, cases] of Object.entries(CASES)) {
    const alias = ALIASES[name];
    const before = `import "${name}"${alias === undefined ? "" : ` as ${alias}`}`;
    it.each(cases)(`${name}: %s`, (expr, expected) => {
      expect(show(expr, before, { nowNs: NOW })).toBe(expected);
    });
  }

  it("reads the time in a configured zone", () => {
    const options = { nowNs: NOW, importConfig: { time: { timezone: "Australia/Brisbane" } } };
    expect(
      show("time.now.hour, time.now.zone, time.now.day, time.now.zone_string", 'import "time"', options),
    ).toBe('1 36000 3 "Australia/Brisbane"');
    expect(
      show("time.now.hour", 'import "time"', {
        nowNs: NOW,
        importConfig: { time: { timezone: "No/Where" } },
      }),
    ).toBe("error: the time zone `No/Where` is not known");
  });

  it("leaves `time.now` undefined where the host gives no clock", () => {
    expect(show("time.now.hour", 'import "time"')).toBe("undefined");
  });

  it("never changes what the collection imports are given", () => {
    const text =
      'm = {"a": {"b": 1}}\nx = maps.set(m, "a.b", 2)\ny = maps.omit(m, ["a.b"])\nz = maps.unset(m, "a")\nw = maps.pick(m, ["a"])\nw.a["b"] = 9';
    expect(show("m", `import "collection/maps" as maps\n${text}`)).toBe('{"a": {"b": 1}}');
  });
});

describe("http through the host", () => {
  const text = 'import "http"\nimport "json"';
  const expr =
    'json.unmarshal(http.accept_status_codes([200, 404]).get(http.request("https://api.example.com/x").with_header("A", "b")).body).n';

  it("suspends, and goes on when the answer is there", () => {
    const program = compile({ name: "t", text: `${text}\nmain = ${expr} is 5` });
    if (!program.ok) {
      throw new Error("does not compile");
    }
    const first = program.value.evaluate({ allowedHosts: ["*.example.com"] });
    const call = first.ok ? first.value.suspended : null;
    expect(call?.request).toEqual({
      method: "GET",
      url: "https://api.example.com/x",
      headers: { Accept: "*/*", A: "b" },
      body: "",
      timeoutSeconds: 10,
      retries: 1,
      verifyCertificate: true,
    });
    const answers = new Map([[call?.key ?? "", { status: 404, headers: {}, body: '{"n": 5}' }]]);
    expect(program.value.evaluate({ allowedHosts: ["*.example.com"], hostAnswers: answers })).toMatchObject({
      ok: true,
      value: { status: "pass", suspended: null },
    });
    const refused = new Map([[call?.key ?? "", { status: 500, headers: {}, body: "" }]]);
    expect(program.value.evaluate({ allowedHosts: ["*.example.com"], hostAnswers: refused })).toMatchObject({
      ok: false,
      error: {
        error: { message: "`https://api.example.com/x` answered with the status 500, which is not accepted" },
      },
    });
  });

  it.each([
    ["another host", ["example.com"], "https://api.example.com/x"],
    ["a host that only ends alike", ["*.example.com"], "https://evilexample.com/x"],
    ["another scheme", ["api.example.com"], "file://api.example.com/x"],
    ["another scheme where every host may be asked", ["*"], "file:///etc/passwd"],
    ["user information that looks like a host", ["example.com"], "https://example.com@evil.test/"],
  ])("refuses %s", (_note, allowedHosts, url) => {
    expect(show(`http.get("${url}")`, text, { allowedHosts })).toBe(
      `error: the host does not allow requests to \`${url}\``,
    );
  });

  it("asks the caller about any host where it judges each request itself", () => {
    const program = compile({ name: "t", text: `${text}\nhttp.get("https://anywhere.test/")\nmain = true` });
    expect(program.ok && program.value.evaluate({ allowedHosts: ["*"] })).toMatchObject({
      ok: true,
      value: { suspended: { request: { url: "https://anywhere.test/" } } },
    });
  });
});
