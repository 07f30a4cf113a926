import { expect, it } from "vitest";
import { nodeHost } from "../host/node-host.ts";
import { testCommand } from "./test-command.ts";

it("passes the tests that ship with both forms of the managed-by policy", () => {
  const { stdout, exitCode } = testCommand(["policies/managed-by"], nodeHost({}), false);
  expect(stdout).toContain("14 passed, 0 failed");
  expect(exitCode).toBe(0);
});
