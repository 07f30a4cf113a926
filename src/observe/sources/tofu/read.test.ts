import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../../base/index.ts";
import { type PlanSection, readPlanFile, readPlanJson, readStateFile } from "./read.ts";

const FIXTURES = fileURLToPath(new URL("./fixtures/", import.meta.url));
const SMALL = { wholeBytes: 100, keptBytes: 1e6 };

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trueup-read-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("readPlanFile", () => {
  it.each(["aws-plan.json", "canary-plan.json", "terraform-0.12-plan.json", "planned-values-only.json"])(
    "reads %s section by section as it reads it whole",
    async (name) => {
      const file = join(FIXTURES, name);
      const whole = await readPlanFile(file);
      const inSections = await readPlanFile(file, { limits: SMALL });
      if (!whole.ok || !inSections.ok) throw new Error("expected readings");
      expect({ ...inSections.value, declared: inSections.value.declared }).toEqual({
        ...whole.value,
        declared: whole.value.declared,
      });
    },
  );

  it("reads large bytes that are in memory section by section too", () => {
    const bytes = readFileSync(join(FIXTURES, "canary-plan.json"));
    const whole = readPlanJson(bytes, { file: "p" });
    const inSections = readPlanJson(bytes, { file: "p", limits: SMALL });
    expect(whole.ok && inSections.ok && inSections.value.planned).toEqual(whole.ok && whole.value.planned);
    const kept = readPlanJson(bytes, { file: "p", limits: SMALL, keep: [] });
    expect(kept.ok && Object.hasOwn(kept.value.plan, "prior_state")).toBe(false);
  });

  it("tells the attributes of every resource, from the changes where the other sections were left out", () => {
    const bytes = readFileSync(join(FIXTURES, "canary-plan.json"));
    const whole = readPlanJson(bytes, { file: "p" });
    const kept = readPlanJson(bytes, { file: "p", limits: SMALL, keep: [] });
    if (!whole.ok || !kept.ok) throw new Error("the fixture cannot be read");
    expect(whole.value.attributes.map(({ resource }) => resource.address)).toEqual(
      whole.value.declared.map(({ resource }) => resource.address),
    );
    const declared = new Map(kept.value.attributes.map((one) => [one.resource.address, one.attributes]));
    expect(declared.size).toBeGreaterThan(0);
    for (const { resource, after } of kept.value.planned.filter(({ after }) => after !== null)) {
      expect(declared.get(resource.address)).toEqual(after);
    }
  });

  it("reads a pipe to its end, in parts that it cannot know", async () => {
    const file = join(FIXTURES, "canary-plan.json");
    const pipe = join(folder, "pipe");
    const made = spawnSync("mkfifo", [pipe]);
    if (made.status !== 0) return console.log("skipped: no mkfifo here");
    const text = `${readFileSync(file, "utf8")}${" ".repeat(300_000)}`;
    const writing = writeFile(pipe, text);
    const reading = await readPlanFile(pipe);
    await writing;
    expect(reading).toMatchObject({ ok: true, value: { sha256: sha256Hex(text) } });
  });

  it("knows the secrets of sections that no policy reads, unless the changes tell them", () => {
    const resource = (address: string, value: string) => ({
      address,
      mode: address.startsWith("data.") ? "data" : "managed",
      type: "aws_ssm_parameter",
      values: { value: `canary-${value}` },
    });
    const change = {
      actions: ["update"],
      before: { value: "canary-old-1" },
      after: { value: "canary-new-1" },
    };
    const known = resource("aws_ssm_parameter.known", "same-1");
    const rest = [
      resource("data.aws_ssm_parameter.x", "data-1"),
      resource("aws_ssm_parameter.other", "other-1"),
      { ...resource("aws_ssm_parameter.known", "deposed-1"), deposed_key: "0a" },
    ];
    const plan = {
      format_version: "1.2",
      planned_values: { root_module: { child_modules: [{ resources: [known] }] } },
      resource_changes: [{ ...known, values: undefined, change }],
      prior_state: { values: { root_module: { resources: [known, ...rest] } } },
    };
    const secrets = (keep?: readonly PlanSection[]) => {
      const reading = readPlanJson(JSON.stringify(plan), {
        file: "p",
        ...(keep === undefined ? {} : { keep }),
      });
      return reading.ok ? [...reading.value.secrets].sort() : [];
    };
    const told = ["canary-data-1", "canary-deposed-1", "canary-new-1", "canary-old-1", "canary-other-1"];
    expect(secrets(["resource_changes"])).toEqual(told);
    for (const keep of [undefined, ["planned_values"], ["prior_state"]] as const) {
      expect(secrets(keep)).toEqual([...told, "canary-same-1"]);
    }
  });

  it("keeps only the sections asked for above the limit, and what it needs itself", async () => {
    const file = join(FIXTURES, "canary-plan.json");
    const reading = await readPlanFile(file, { limits: SMALL, keep: ["output_changes"] });
    if (!reading.ok) throw new Error(reading.error.message);
    expect(Object.keys(reading.value.plan).sort()).toEqual([
      "configuration",
      "format_version",
      "output_changes",
      "resource_changes",
      "resource_drift",
      "terraform_version",
      "variables",
    ]);
    expect(reading.value.planned.length).toBeGreaterThan(0);
  });

  it("says clearly when the policies need more than memory allows", async () => {
    const file = join(FIXTURES, "aws-plan.json");
    const reading = await readPlanFile(file, { limits: { wholeBytes: 100, keptBytes: 500 } });
    expect(reading).toMatchObject({ ok: false, error: { code: "plan_too_large" } });
  });

  it.each([
    ["a missing file", "nowhere.json", "plan_missing"],
    ["a folder", ".", "plan_unreadable"],
  ])("refuses %s", async (_note, name, code) => {
    const reading = await readPlanFile(join(folder, name));
    expect(reading).toMatchObject({ ok: false, error: { code, place: { file: join(folder, name) } } });
  });

  it.runIf(process.getuid?.() !== 0)("refuses a file that may not be read", async () => {
    const file = join(folder, "locked.json");
    writeFileSync(file, "{}");
    chmodSync(file, 0);
    expect(await readPlanFile(file)).toMatchObject({ ok: false, error: { code: "plan_unreadable" } });
  });

  it("records the digest of the bytes either way", async () => {
    const file = join(FIXTURES, "aws-plan.json");
    const [whole, inSections] = await Promise.all([
      readPlanFile(file),
      readPlanFile(file, { limits: SMALL }),
    ]);
    expect(whole.ok && inSections.ok && whole.value.sha256 === inSections.value.sha256).toBe(true);
  });
});

describe("readStateFile", () => {
  it("refuses a missing file and one beyond the limit", async () => {
    expect(await readStateFile(join(folder, "nowhere"))).toMatchObject({
      ok: false,
      error: { code: "state_missing" },
    });
    const file = join(folder, "state.json");
    writeFileSync(file, readFileSync(join(FIXTURES, "state-file.json")));
    expect(await readStateFile(file, { limits: { wholeBytes: 1, keptBytes: 10 } })).toMatchObject({
      ok: false,
      error: { code: "state_too_large" },
    });
    expect((await readStateFile(file)).ok).toBe(true);
  });
});
