import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { changed } from "./rego.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trueup-watch-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("`--watch` goes on when something in a folder changes", async () => {
  const next = changed([folder], new AbortController().signal);
  writeFileSync(join(folder, "a.rego"), "package a\n");
  expect(await next).toBe(true);
});

it("`--watch` ends with the command", async () => {
  const person = new AbortController();
  const next = changed([folder], person.signal);
  person.abort();
  expect(await next).toBe(false);
});

it("`--watch` ends where there is nothing to watch", async () => {
  expect(await changed([join(folder, "gone")], new AbortController().signal)).toBe(false);
});
