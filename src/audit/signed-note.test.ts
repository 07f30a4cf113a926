import { createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { okValue, problemIn } from "../testing/record.ts";
import { parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { noteSigner, privateKeyFromSeed, rawPublicKey, readPublicKey, verifyEd25519 } from "./signed-note.ts";
import { keyNameOf } from "./signing-key.ts";
import { openNote, parseTreeHead, parseVerifierKey } from "./verify/note.ts";

/** Published vector of the reference implementation of signed notes (golang.org/x/mod/sumdb/note). */
const VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SEED = Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1);
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE =
  "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const NOTE = `${TEXT}\n${SIGNATURE}`;

/** The example of the tlog-checkpoint specification: a form to read, under a key that is not published. */
const CHECKPOINT =
  "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

const peter = noteSigner("PeterNeumann", privateKeyFromSeed(SEED));
const peterKey = parseVerifierKey(VKEY);
const keys = peterKey === null ? [] : [peterKey];

describe("a signed note", () => {
  it("is byte for byte the published one", () => {
    expect(peter.vkey).toBe(VKEY);
    expect(peter.sign(TEXT)).toBe(NOTE);
  });

  it("opens under its key only", () => {
    expect(openNote(NOTE, keys, verifyEd25519)).toMatchObject({ kind: "opened", text: TEXT });
    const other = parseVerifierKey(
      noteSigner("PeterNeumann", generateKeyPairSync("ed25519").privateKey).vkey,
    );
    expect(openNote(NOTE, other === null ? [] : [other], verifyEd25519).kind).toBe("refused");
    expect(openNote(NOTE, [], verifyEd25519).kind).toBe("refused");
  });

  it("may carry signatures of strangers", () => {
    const enoch = noteSigner("EnochRoot", generateKeyPairSync("ed25519").privateKey);
    const line = enoch.sign(TEXT).slice(TEXT.length + 1);
    expect(openNote(`${TEXT}\n${line}${SIGNATURE}`, keys, verifyEd25519).kind).toBe("opened");
  });

  const bad: readonly (readonly [string, string])[] = [
    ["an edited text", NOTE.replace("problem,", "problem!")],
    ["no signature", `${TEXT}\n`],
    ["no blank line", `${TEXT}${SIGNATURE}`],
    ["no newline at its end", NOTE.slice(0, -1)],
    ["a hyphen for the dash", NOTE.replace("\u2014", "-")],
    ["a control character", NOTE.replace("problem,", "problem\t")],
    [
      "a failing signature of a known key beside a good one",
      `${NOTE}${SIGNATURE.replace("x08go/ZJ", "x08go/ZK")}`,
    ],
    ["a signature with loose end bits", NOTE.replace("JnAM=", "JnAN=")],
    ["a thousand signatures", `${TEXT}\n${SIGNATURE.repeat(1_000)}`],
  ];
  it.each(bad)("is refused with %s", (_name, note) => {
    expect(openNote(note, keys, verifyEd25519).kind).toBe("refused");
  });

  it("is refused after any change of one character", () => {
    fc.assert(
      fc.property(fc.nat(NOTE.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, char) => {
        const changed = NOTE.slice(0, at) + char + NOTE.slice(at + 1);
        fc.pre(changed !== NOTE);
        expect(openNote(changed, keys, verifyEd25519).kind).toBe("refused");
      }),
    );
  });

  it.each(["no newline", "a\tb\n", "\ud800\n"])("is not made of %j", (text) => {
    expect(() => peter.sign(text)).toThrow(TypeError);
  });

  it.each(["", "two words", "a+b", "a\u2003b"])("is not signed under the name %j", (name) => {
    expect(() => noteSigner(name, privateKeyFromSeed(SEED))).toThrow(TypeError);
  });
});

describe("a verifier key", () => {
  it("is refused in every mangled form", () => {
    for (let from = 0; from <= VKEY.length; from++) {
      for (let to = from; to <= VKEY.length; to++) {
        if (to - from < VKEY.length) expect(parseVerifierKey(VKEY.slice(from, to))).toBeNull();
      }
    }
    for (let at = 0; at < VKEY.length; at++) {
      const next = String.fromCharCode(VKEY.charCodeAt(at) + 1);
      expect(parseVerifierKey(VKEY.slice(0, at) + next + VKEY.slice(at + 1))).toBeNull();
    }
  });

  it.each([
    ["a wrong length", "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="],
    ["another algorithm", "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
  ])("is refused with %s, although its hash fits", (_name, vkey) => {
    expect(parseVerifierKey(vkey)).toBeNull();
  });

  it("is read from verifier text and from PEM", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
    const raw = rawPublicKey(createPublicKey(privateKey));
    const vkey = noteSigner(keyNameOf(raw), privateKey).vkey;
    expect(okValue(readPublicKey(pem, keyNameOf))).toBe(vkey);
    expect(okValue(readPublicKey(`${vkey}\n`, keyNameOf))).toBe(vkey);
  });

  it("is not read from anything else", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
    const pem = rsa.export({ format: "pem", type: "spki" }).toString();
    for (const text of ["", "hello", pem, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]) {
      expect(problemIn(readPublicKey(text, keyNameOf)).code).toBe("public_key_unreadable");
    }
  });
});

describe("a checkpoint", () => {
  it("is read as the specification writes it", () => {
    const fields = {
      origin: "example.com/behind-the-sofa",
      size: 20852163,
      root: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    };
    expect(okValue(parseCheckpoint(CHECKPOINT))).toEqual({ ...fields, note: CHECKPOINT });
    const head = parseTreeHead(CHECKPOINT.slice(0, CHECKPOINT.indexOf("\n\n") + 1));
    expect(head).toMatchObject({ origin: fields.origin, size: fields.size });
    expect(Buffer.from(head?.root ?? []).toString("base64")).toBe(fields.root);
  });

  it("comes back from its note", () => {
    const signed = signCheckpoint(peter, { origin: "x/y", size: 7, root: Buffer.alloc(32, 9) });
    expect(okValue(parseCheckpoint(signed.note))).toEqual(signed);
    const opened = openNote(signed.note, keys, verifyEd25519);
    expect(opened.kind === "opened" ? parseTreeHead(opened.text) : null).toEqual({
      origin: "x/y",
      size: 7,
      root: new Uint8Array(32).fill(9),
    });
  });

  const root = Buffer.alloc(32).toString("base64");
  it.each([
    ["a leading zero", `o\n07\n${root}\n`],
    ["a size that no number holds", `o\n99999999999999999999\n${root}\n`],
    ["a negative size", `o\n-1\n${root}\n`],
    ["a short root", "o\n1\nAAAA\n"],
    ["no origin", `\n1\n${root}\n`],
    ["two lines", "o\n1\n"],
    ["an empty extension line", `o\n1\n${root}\n\nx\n`],
  ])("is none with %s", (_name, text) => {
    expect(parseTreeHead(text)).toBeNull();
    expect(parseCheckpoint(`${text}\n${SIGNATURE}`).ok).toBe(false);
  });
});
