import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { regoCommand } from "../cli/command.ts";
import { memoryHost } from "../cli/memory-host.ts";
import { type Verification, verifyBundle } from "./signatures.ts";

const FILES = {
  ".manifest": '{"roots": ["h"], "revision": ""}',
  "h/data.json": '{"b": 1, "a": [1, 2.50, "<\\u00e9", {"z": null}], "n": 12345678901234567890}',
  "h/p.rego": "package h.p\n\nx := data.h.b\n",
};
/** What they hash to; the JSON files in canonical form. */
const CANONICAL = {
  ".manifest": '{"revision":"","roots":["h"]}',
  "h/data.json": '{"a":[1,2.50,"<é",{"z":null}],"b":1,"n":12345678901234567890}',
  "h/p.rego": FILES["h/p.rego"],
};
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();

const claims = (files: Readonly<Record<string, string>> = CANONICAL, more: object = {}) => ({
  files: Object.entries(files).map(([name, text]) => ({
    name,
    hash: createHash("sha256").update(text).digest("hex"),
    algorithm: "SHA-256",
  })),
  ...more,
});

function token(payload: object, algorithm: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: algorithm, kid: "default" })}.${part(payload)}`;
  const signature =
    algorithm === "HS256"
      ? createHmac("sha256", "secret").update(text).digest()
      : algorithm === "ES256"
        ? sign("sha256", Buffer.from(text), { key: ec.privateKey, dsaEncoding: "ieee-p1363" })
        : sign("sha256", Buffer.from(text), rsa.privateKey);
  return `${text}.${signature.toString("base64url")}`;
}

function verified(
  payload: object,
  wanted: Partial<Verification> = {},
  files: Readonly<Record<string, string>> = FILES,
  signedAs = "RS256",
) {
  const signatures = JSON.stringify({ signatures: [token(payload, signedAs)] });
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return verifyBundle(
    Object.entries(files).map(([inner, text]) => ({ inner, bytes: bytes(text) })),
    bytes(signatures),
    { key: pem(rsa.publicKey), algorithm: "RS256", ...wanted },
  );
}

describe("verifyBundle", () => {
  it.each([
    ["RS256", pem(rsa.publicKey)],
    ["ES256", pem(ec.publicKey)],
    ["HS256", "secret"],
  ])("accepts %s", (algorithm, key) => {
    expect(verified(claims(), { algorithm, key }, FILES, algorithm)).toBeUndefined();
  });

  it("accepts the key id and the scope that are asked for", () => {
    expect(
      verified(claims(CANONICAL, { scope: "write" }), { keyId: "default", scope: "write" }),
    ).toBeUndefined();
  });

  const refused: readonly [title: string, says: string, found: () => string | undefined][] = [
    [
      "a changed policy",
      "h/p.rego: digest mismatch",
      () => verified(claims(), {}, { ...FILES, "h/p.rego": "package h.p\n" }),
    ],
    [
      "changed data",
      "h/data.json: digest mismatch",
      () => verified(claims(), {}, { ...FILES, "h/data.json": '{"b": 2}' }),
    ],
    [
      "an added file",
      "file h/q.rego not included",
      () => verified(claims(), {}, { ...FILES, "h/q.rego": "package h.q\n" }),
    ],
    [
      "a removed file",
      "file h/more.rego specified",
      () => verified(claims({ ...CANONICAL, "h/more.rego": "" })),
    ],
    [
      "another key",
      "not valid for the key",
      () => verified(claims(), { key: pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey) }),
    ],
    ["no key", "not valid for the key", () => verified(claims(), { key: "nothing" })],
    ["another key id", "another key than `prod`", () => verified(claims(), { keyId: "prod" })],
    ["another scope", "scope mismatch", () => verified(claims(), { scope: "write" })],
    ["an HMAC made with the public key", "another algorithm", () => verified(claims(), {}, FILES, "HS256")],
    [
      "no signature",
      "missing .signatures.json",
      () => verifyBundle([], undefined, { key: "k", algorithm: "RS256" }),
    ],
    ["no files", "lists no files", () => verified({})],
    [
      "an unknown hash",
      "hashing algorithm `MD5` is not accepted",
      () => verified({ files: [{ name: "h/p.rego", hash: "0", algorithm: "MD5" }] }, {}, { "h/p.rego": "" }),
    ],
  ];
  it.each(refused)("refuses %s", (_, says, found) => {
    expect(found()).toContain(says);
  });

  it("does not let an unsigned token through", () => {
    const body = Buffer.from(JSON.stringify(claims())).toString("base64url");
    const head = Buffer.from('{"alg":"none"}').toString("base64url");
    const signatures = new TextEncoder().encode(JSON.stringify({ signatures: [`${head}.${body}.`] }));
    expect(verifyBundle([], signatures, { key: pem(rsa.publicKey), algorithm: "none" })).toContain(
      "not valid",
    );
  });
});

describe("signed bundles on the command line", () => {
  const host = (changed: Readonly<Record<string, string>> = {}) =>
    memoryHost({
      ...Object.fromEntries(
        Object.entries({ ...FILES, ...changed }).map(([path, text]) => [`b/${path}`, text]),
      ),
      "b/.signatures.json": JSON.stringify({ signatures: [token(claims(), "RS256")] }),
      "key.pem": pem(rsa.publicKey),
    });
  const args = ["eval", "-b", "b", "--verification-key", "key.pem", "-f", "raw", "data.h.p.x"];

  it("are read when they are as signed", () => {
    expect(regoCommand(args, host())).toEqual({ stdout: "1\n", stderr: "", exitCode: 0 });
  });

  it("are refused when they are not", () => {
    const done = regoCommand(args, host({ "h/p.rego": "package h.p\n\nx := 2\n" }));
    expect([done.exitCode, done.stdout]).toEqual([2, ""]);
    expect(done.stderr).toContain("digest mismatch");
  });

  it("need the key's file", () => {
    expect(regoCommand(["eval", "--verification-key", "none.pem", "1"], host()).exitCode).toBe(2);
  });
});
