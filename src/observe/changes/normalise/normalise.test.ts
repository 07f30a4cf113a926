import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Json, type PropertyPath, pathText } from "../../../base/index.ts";
import { detectWithNoise } from "../detect.ts";
import { aTransition } from "../fixtures/transitions.ts";
import { NORMALISERS } from "./index.ts";

interface Case {
  readonly note: string;
  readonly type: string;
  readonly before: Json;
  readonly after: Json;
  /** Paths that this normaliser removes. */
  readonly removed: readonly string[];
  /** Paths that stay. */
  readonly left?: readonly string[];
  readonly sets?: readonly PropertyPath[];
}

const FOLDER = new URL("./fixtures/", import.meta.url);

describe.each(NORMALISERS.map((normaliser) => normaliser.name))("%s", (name) => {
  const cases: readonly Case[] = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));

  it.each(cases.map((one): [string, Case] => [one.note, one]))("%s", (_note, one) => {
    const transition = aTransition(
      one.type,
      one.before,
      one.after,
      one.sets === undefined ? {} : { sets: one.sets },
    );
    const { changes, quiet } = detectWithNoise([transition], { workspace: "w", estateKey: "k" });
    const [change] = [...changes, ...quiet];
    const noise = change?.noise.filter((removed) => removed.normaliser === name) ?? [];
    expect(noise.map((removed) => pathText(removed.path)).sort()).toEqual([...one.removed].sort());
    expect(change?.properties.map((property) => pathText(property.path)).sort() ?? []).toEqual(
      [...(one.left ?? [])].sort(),
    );
    expect(quiet).toHaveLength(one.left === undefined ? 1 : 0);
  });

  it("works in both directions unless it is about one", () => {
    if (name === "server-default") return;
    for (const one of cases) {
      const back = aTransition(
        one.type,
        one.after,
        one.before,
        one.sets === undefined ? {} : { sets: one.sets },
      );
      const { changes, quiet } = detectWithNoise([back], { workspace: "w", estateKey: "k" });
      expect(changes.length, one.note).toBe(one.left === undefined ? 0 : 1);
      expect(quiet.length, one.note).toBe(one.left === undefined ? 1 : 0);
    }
  });
});

it("has fixtures for each normaliser and no others", () => {
  const files = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ""));
  expect(files.sort()).toEqual(NORMALISERS.map((normaliser) => normaliser.name).sort());
});
