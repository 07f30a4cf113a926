import { expect, it } from "vitest";
import { nodeHost } from "../host/node-host.ts";
import { fmtCommand } from "./fmt-command.ts";
import { testCommand } from "./test-command.ts";

const HOST = nodeHost({});

it.each([
  ["both forms of the managed-by policy", "policies/managed-by", 14],
  ["the Sentinel twins of the starter rules", "policies/sentinel", 27],
])("passes the tests that ship with %s", (_note, folder, cases) => {
  const { stdout, exitCode } = testCommand([folder], HOST, false);
  expect(stdout).toContain(`${cases} passed, 0 failed`);
  expect(exitCode).toBe(0);
});

it("finds every shipped policy formatted", () => {
  expect(fmtCommand(["-check", "policies"], HOST)).toMatchObject({ stdout: "", exitCode: 0 });
});
