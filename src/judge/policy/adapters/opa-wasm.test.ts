import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { policyHost } from "../../../app/policy-host/policy-host.ts";
import type { EngineInput, PolicyDefinition, PolicyFile } from "../policy-engine.ts";
import { judgeThrough, policyEngineContract } from "./contract.ts";
import { opaWasmEngine } from "./opa-wasm.ts";

const BUNDLE = readFileSync(new URL("fixtures/opa-wasm/bundle.tar.gz", import.meta.url));
const HOST = policyHost({ folder: "/nowhere", hosts: [], variables: {}, monotonic: () => 0 });

/** One bundle holds them all; the contract tells them apart by their entry. */
const bundled = (entry: string): PolicyFile => ({ path: `${entry}.tar.gz`, text: "", bytes: BUNDLE });

policyEngineContract(
  opaWasmEngine,
  {
    denies: bundled("denies"),
    broken: { ...bundled("denies"), bytes: Buffer.from("no archive") },
    parametrised: bundled("parametrised"),
    endless: bundled("endless"),
    absent: bundled("absent"),
    entryOf: (file) => `contract.${file.path.replace(".tar.gz", "")}`,
  },
  { host: HOST },
);

const BOUNDS = { now: 0, monotonic: () => 0, timeoutMs: 20_000 };

const policyOf = (entry: string): PolicyDefinition => ({
  name: "p",
  description: "",
  level: "soft-mandatory",
  document: "change",
  entry,
  parameters: {},
  applies: {},
});

const inputOf = (bytes: Uint8Array, entry = "contract.denies"): EngineInput => ({
  set: "set",
  files: [{ path: "bundle.tar.gz", text: "", bytes }],
  policies: [policyOf(entry)],
});

/** A tar.gz of these files, enough of the format to be read. */
function archive(files: Readonly<Record<string, Uint8Array | string>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("0", 156);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** The empty module: valid WebAssembly, no policy. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
/** `(module (func unreachable) (start 0))`: traps when it is loaded. */
const TRAP = Uint8Array.of(...EMPTY, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 0x0b);
const MANIFEST = JSON.stringify({ wasm: [{ entrypoint: "contract/denies", module: "/policy.wasm" }] });

describe("a bundle of opa build -t wasm", () => {
  it("speaks by rules that are entry points, where the package is none", async () => {
    const input = inputOf(BUNDLE, "contract.rules");
    const compiled = opaWasmEngine.compile(input);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    const document = { change: { after: { open: true } } };
    const judgement = await judgeThrough(HOST, compiled.value, policyOf("contract.rules"), document, BOUNDS);
    expect(judgement.deny.map((said) => said.message)).toEqual(["denied"]);
    expect(judgement.warn.map((said) => [said.rule, said.message])).toEqual([["soon", "warned"]]);
  });

  it("tells the build what entry point is missing", () => {
    const compiled = opaWasmEngine.compile(inputOf(BUNDLE, "contract.gone"));
    expect(compiled.ok ? [] : compiled.error.map(({ code, hint }) => [code, hint])).toEqual([
      ["policy_missing", "build the bundle with `-e contract/gone`"],
    ]);
  });

  it.each([
    ["no gzip", Buffer.from("x")],
    ["half of an archive", BUNDLE.subarray(0, 5_000)],
    ["no policy.wasm", archive({ "/data.json": "{}", "/.manifest": MANIFEST })],
    ["no WebAssembly", archive({ "/policy.wasm": "(module)", "/.manifest": MANIFEST })],
    ["no manifest", archive({ "/policy.wasm": EMPTY })],
    ["a manifest that is no JSON", archive({ "/policy.wasm": EMPTY, "/.manifest": "{" })],
    [
      "data that is no object",
      archive({ "/policy.wasm": EMPTY, "/.manifest": MANIFEST, "/data.json": "[]" }),
    ],
    ["an archive that unpacks without end", gzipSync(Buffer.alloc(200 * 1024 * 1024))],
  ])("is refused with its place: %s", (_note, bytes) => {
    const compiled = opaWasmEngine.compile(inputOf(bytes));
    expect(compiled.ok ? [] : compiled.error.map(({ code, place }) => [code, place?.file])).toEqual([
      ["policy_bundle_invalid", "set/bundle.tar.gz"],
    ]);
  });

  it.each([
    ["a module that is no policy", EMPTY, "policy_bundle_invalid"],
    ["a module that traps", TRAP, "policy_bundle_invalid"],
  ])("is an error of the policy when it is run: %s", async (_note, wasm, code) => {
    const input = inputOf(archive({ "/policy.wasm": wasm, "/.manifest": MANIFEST }));
    const compiled = opaWasmEngine.compile(input);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    const judgement = await judgeThrough(HOST, compiled.value, policyOf("contract.denies"), {}, BOUNDS);
    expect([judgement.deny, judgement.error?.code]).toEqual([[], code]);
  });

  it("judges on after a document that is nested too deeply", async () => {
    const compiled = opaWasmEngine.compile(inputOf(BUNDLE));
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    const judge = (document: Parameters<typeof judgeThrough>[3]) =>
      judgeThrough(HOST, compiled.value, policyOf("contract.denies"), document, BOUNDS);
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`) as Parameters<typeof judge>[0];
    expect((await judge(deep)).error?.code).toBe("document_too_deep");
    expect((await judge({ change: { after: { open: true } } })).deny).toHaveLength(1);
  });
});
