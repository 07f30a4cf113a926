import { describe, expect, it } from "vitest";
import { parseManifest } from "./manifest.ts";
import { revisionOf } from "./policy-set.ts";

const FOLDER = [
  { path: "aws/ssh/ssh.rego", text: "# why\npackage trueup.aws.ssh\n" },
  { path: "aws/ssh/ssh_test.rego", text: "package trueup.aws.ssh_test\n" },
  { path: "lib/net.rego", text: "package trueup.lib.net\n" },
  { path: "other/stray.rego", text: "package stray\n" },
  { path: "risk.yaml", text: "version: 1\n" },
];

function parse(text: string) {
  return parseManifest({ path: "trueup.policies.yaml", text }, FOLDER, "set/trueup.policies.yaml");
}

const VALID = `version: 1
name: starter
engine: rego
library: [lib]
risk: risk.yaml
policies:
  - name: ssh
    source: aws/ssh
    level: hard-mandatory
    parameters: { ports: [22] }
    applies: { types: ["aws_*"], actions: [delete] }
`;

describe("parseManifest", () => {
  it("reads a set, takes the package from the source, and leaves out what nobody lists", () => {
    const parsed = parse(VALID);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    expect(parsed.value.policies).toEqual([
      {
        name: "ssh",
        description: "",
        level: "hard-mandatory",
        document: "change",
        entry: "trueup.aws.ssh",
        parameters: { ports: [22] },
        applies: { types: ["aws_*"], actions: ["delete"] },
      },
    ]);
    expect(parsed.value.files.map((file) => file.path)).toEqual([
      "trueup.policies.yaml",
      "aws/ssh/ssh.rego",
      "aws/ssh/ssh_test.rego",
      "lib/net.rego",
      "risk.yaml",
    ]);
  });

  it.each([
    ["no YAML", "version: [", /no YAML/],
    ["another version", VALID.replace("version: 1", "version: 2"), /version|1/],
    ["an unknown key", VALID.replace("library:", "libary:"), /libary/],
    ["an unknown level", VALID.replace("hard-mandatory", "very-mandatory"), /level|Invalid/],
    ["a policy twice", `${VALID}  - name: ssh\n    source: aws/ssh\n`, /declared twice/],
    ["a source that does not exist", VALID.replace("aws/ssh", "aws/gone"), /aws\/gone.*does not exist/],
    ["risk rules that do not exist", VALID.replace("risk.yaml", "gone.yaml"), /gone\.yaml/],
    ["no policy", VALID.slice(0, VALID.indexOf("policies:")), /policies/],
    ["a name with a slash", VALID.replace("name: starter", "name: a/b"), /lower-case/],
    ["a duplicate key", `${VALID}name: twice\n`, /unique|no YAML/],
  ])("refuses %s with its file", (_note, text, says) => {
    const parsed = parse(text);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.error.map((found) => `${found.message} ${found.place?.path ?? ""}`).join("\n")).toMatch(
      says,
    );
    expect(parsed.error.every((found) => found.place?.file === "set/trueup.policies.yaml")).toBe(true);
  });
});

describe("revisionOf", () => {
  it("depends on names and contents, not on order", () => {
    const [a, b] = [FOLDER[0]!, FOLDER[2]!];
    expect(revisionOf([a, b])).toBe(revisionOf([b, a]));
    expect(revisionOf([a, { ...b, text: `${b.text} ` }])).not.toBe(revisionOf([a, b]));
    expect(revisionOf([a, { ...b, path: "lib/net2.rego" }])).not.toBe(revisionOf([a, b]));
  });
});
