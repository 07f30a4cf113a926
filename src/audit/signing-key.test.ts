import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { okValue, problemIn } from "../testing/record.ts";
import { defaultKeyFile, loadSigningKey } from "./signing-key.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-key-"));
let file = "";
let count = 0;

beforeEach(() => {
  file = join(folder, String(++count), "audit-key.pem");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("loadSigningKey", () => {
  it("makes a key once, for its owner only, with the public half beside it", async () => {
    const first = okValue(await loadSigningKey({ file }));
    const second = okValue(await loadSigningKey({ file }));
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.signer.vkey).toBe(first.signer.vkey);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(first.publicFile, "utf8")).toBe(`${first.signer.vkey}\n`);
    expect(readFileSync(file, "utf8")).toContain("BEGIN PRIVATE KEY");
    expect(JSON.stringify(first)).not.toContain(readFileSync(file, "utf8").split("\n")[1]);
  });

  it("ends with one key when many start together", async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadSigningKey({ file })));
    expect(new Set(keys.map((key) => okValue(key).signer.vkey)).size).toBe(1);
    expect(keys.filter((key) => okValue(key).created)).toHaveLength(1);
  });

  it("refuses a key that others can read", async () => {
    okValue(await loadSigningKey({ file }));
    chmodSync(file, 0o644);
    expect(problemIn(await loadSigningKey({ file }))).toMatchObject({
      code: "signing_key_exposed",
      place: { file },
    });
  });

  it("refuses a key inside the data directory, also through a link, and makes none there", async () => {
    const dataDir = join(folder, "data");
    mkdirSync(dataDir, { recursive: true });
    const link = join(folder, `link-${count}`);
    symlinkSync(dataDir, link);
    for (const inside of [join(dataDir, "k", "audit-key.pem"), join(link, "audit-key.pem")]) {
      expect(problemIn(await loadSigningKey({ file: inside, dataDir })).code).toBe("signing_key_in_data_dir");
      expect(existsSync(inside)).toBe(false);
    }
    okValue(await loadSigningKey({ file: join(folder, "data-keys", "audit-key.pem"), dataDir }));
  });

  it.each([
    ["no key", "hello"],
    [
      "a public key",
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGlzZBxQ8OExB6DDFvOEqqIF+xWSaqr8sMTiLNbLXRNY=\n-----END PUBLIC KEY-----\n",
    ],
  ])("refuses a file with %s and leaves it", async (_name, text) => {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
    expect(problemIn(await loadSigningKey({ file })).code).toBe("signing_key_unreadable");
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("tells when the folder cannot be made", async () => {
    writeFileSync(join(folder, "plain"), "");
    const refused = await loadSigningKey({ file: join(folder, "plain", "audit-key.pem") });
    expect(problemIn(refused).code).toBe("signing_key_unreadable");
  });

  it.each([
    [{ XDG_CONFIG_HOME: "/x", HOME: "/h" }, "/x/trueup/audit-key.pem"],
    [{ HOME: "/h" }, "/h/.config/trueup/audit-key.pem"],
  ])("lies by default where %j says", (env, path) => {
    expect(defaultKeyFile(env)).toBe(path);
  });
});
