import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { fixedClock } from "../base/index.ts";
import { okValue, problemIn, testSealer } from "../testing/record.ts";
import { openStore } from "./open-store.ts";
import { readPostgresAddress } from "./postgres-address.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-address-"));
const file = join(folder, "password");
writeFileSync(file, "from the file\n");
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ["postgres://u:canary@h/d", {}, "postgres://u:***@h/d", undefined],
  ["postgres://h/d?user=u&password=canary", {}, "postgres://h/d?user=u&password=***", undefined],
  ["postgres://u@h:6543/d", { TRUEUP_STORE_PASSWORD: "canary" }, "postgres://u@h:6543/d", "canary"],
  ["postgres://u@h/d", { TRUEUP_STORE_PASSWORD_FILE: file }, "postgres://u@h/d", "from the file"],
  [
    "postgresql://u@h/d",
    { TRUEUP_STORE_PASSWORD: "canary", TRUEUP_STORE_PASSWORD_FILE: file },
    "postgresql://u@h/d",
    "canary",
  ],
  ["postgres://u:canary@h/d", { TRUEUP_STORE_PASSWORD: "other" }, "postgres://u:***@h/d", undefined],
])("reads %s with %j", async (address, variables, shown, password) => {
  const read = okValue(await readPostgresAddress(address, variables));
  expect(read.shown).toBe(shown);
  expect(read.user).toBe("u");
  expect(read.connection.password).toBe(password);
});

it("names the password file that is not there, and nothing of an address that is none", async () => {
  const missing = { TRUEUP_STORE_PASSWORD_FILE: join(folder, "none") };
  expect(problemIn(await readPostgresAddress("postgres://u@h/d", missing))).toMatchObject({
    code: "store_password_unreadable",
    place: { file: join(folder, "none") },
  });
  const broken = problemIn(await readPostgresAddress("postgres://u:canary@:::/d", {}));
  expect(broken.code).toBe("store_address_unknown");
  expect(JSON.stringify(broken)).not.toContain("canary");
});

it("says that a server does not answer, without its password", async () => {
  const refused = problemIn(
    await openStore("postgres://u:canary@127.0.0.1:1/d", {
      clock: fixedClock(0),
      sealer: testSealer(),
      patienceMs: 100,
    }),
  );
  expect(refused.code).toBe("store_unavailable");
  expect(JSON.stringify(refused)).not.toContain("canary");
});
