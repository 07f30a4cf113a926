import { describe, expect, it } from "vitest";
import { parseConfig } from "./parse-config.ts";

const config = (exports: object) =>
  parseConfig(`version: 1\nexports: ${JSON.stringify(exports)}\n`, "trueup.yaml", {});
const ref = { env: "SECRET" };

describe("exports in trueup.yaml", () => {
  it("become settings with defaults", () => {
    const parsed = config({
      disk: { file: { dir: "out" } },
      siem: { format: "ocsf", webhook: { url: "https://siem.example/in", secrets: [ref] }, timeout: "5s" },
      lake: {
        format: "cloudevents",
        s3: { bucket: "audit", prefix: "trueup/", access_key_id: ref, secret_access_key: { file: "key" } },
      },
    });
    expect(parsed.ok && parsed.value.exports).toEqual([
      {
        name: "disk",
        format: "jsonl",
        target: { kind: "file", dir: "out", entriesPerFile: 10_000 },
        privateAddresses: false,
        timeoutMs: 30_000,
      },
      expect.objectContaining({ name: "siem", format: "ocsf", timeoutMs: 5_000 }),
      expect.objectContaining({
        target: {
          kind: "s3",
          endpoint: "https://s3.us-east-1.amazonaws.com",
          bucket: "audit",
          region: "us-east-1",
          prefix: "trueup/",
          pathStyle: false,
          accessKeyId: { kind: "env", name: "SECRET" },
          secretAccessKey: { kind: "file", path: "key" },
          sessionToken: null,
        },
      }),
    ]);
  });

  const REFUSED: readonly (readonly [note: string, one: object, says: RegExp])[] = [
    ["no target", { format: "ocsf" }, /exactly one of `file`, `webhook` and `s3`/],
    [
      "two targets",
      { file: { dir: "a" }, webhook: { url: "https://a.example", secrets: [ref] } },
      /exactly one/,
    ],
    ["no secret", { webhook: { url: "https://a.example", secrets: [] } }, /empty list/],
    [
      "two places of a secret",
      { webhook: { url: "https://a.example", secrets: [{ env: "A", file: "b" }] } },
      /`env` and `file`/,
    ],
    [
      "a password in the address",
      { webhook: { url: "https://u:p@a.example", secrets: [ref] } },
      /wrong form/,
    ],
    ["too long a time limit", { file: { dir: "a" }, timeout: "10m" }, /between 1s and 120s/],
    ["another format", { format: "cef", file: { dir: "a" } }, /`jsonl` or `ocsf` or `cloudevents`/],
    [
      "a bucket that climbs",
      { s3: { bucket: "../x", access_key_id: ref, secret_access_key: ref } },
      /wrong form/,
    ],
  ];
  it.each(REFUSED)("refuses %s", (_note, one, says) => {
    const parsed = config({ one });
    expect(parsed.ok ? [] : parsed.error.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(says),
    );
  });
});
