import { describe, expect, it } from "vitest";
import { callerOf } from "./asker.ts";

describe("callerOf", () => {
  it("reads a GitHub job's variables as a claim", () => {
    const { asker, pipeline } = callerOf({
      GITHUB_ACTIONS: "true",
      GITHUB_RUN_ID: "42",
      GITHUB_SHA: "abc",
      GITHUB_REF: "refs/heads/main",
      GITHUB_ACTOR: "mira",
      GITHUB_REPOSITORY: "acme/estate",
    });
    expect(asker.actor).toMatchObject({ kind: "pipeline", principal: "acme/estate#42", person: "mira" });
    expect(pipeline).toEqual({
      run: "42",
      commit: "abc",
      ref: "refs/heads/main",
      verified: false,
      approved: false,
    });
  });

  it.each([{ GITHUB_ACTIONS: "true" }, { GITLAB_CI: "true", CI_PIPELINE_ID: "7" }])(
    "never takes variables for a verified run: %j",
    (variables) => {
      expect(callerOf(variables).pipeline).toMatchObject({ verified: false, approved: false });
    },
  );

  it("is the person at the machine otherwise", () => {
    const { asker, pipeline } = callerOf({ CI: "true" });
    expect(pipeline).toBeNull();
    expect(asker.channel).toBe("cli");
  });
});
