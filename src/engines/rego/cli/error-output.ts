import type { ModuleSource } from "../api.ts";
import type { RegoError } from "../errors.ts";
import { type Json, record } from "./json.ts";

/** Errors as `{"message", "code", "location", "details"}`. Parse errors carry their line, as the opa tool's do. */
export function errorsJson(errors: readonly RegoError[], sources: readonly ModuleSource[], query = ""): Json {
  return errors.map((error) => errorJson(error, sources, query));
}

export function errorJson(error: RegoError, sources: readonly ModuleSource[], query = ""): Json {
  const { message, code } = error;
  return record({ message, code, ...placeAndDetails(error, sources, query) });
}

/** The same as the test runner writes it: its code first. */
export function testErrorJson(error: RegoError, sources: readonly ModuleSource[], query: string): Json {
  const { message, code } = error;
  return record({ code, message, ...placeAndDetails(error, sources, query) });
}

function placeAndDetails(
  error: RegoError,
  sources: readonly ModuleSource[],
  query: string,
): Record<string, Json | undefined> {
  const source = sources.find((module) => module.name === error.file)?.source ?? query;
  const { file, row, col } = error;
  return {
    location: row === 0 && col === 0 ? undefined : record({ file, row, col }),
    details: error.stage === "parse" ? parseDetails(error, source) : undefined,
  };
}

/** Errors that are plain sentences, such as those of loading. */
export function messagesJson(messages: readonly string[]): Json {
  return messages.map((message) => record({ message }));
}

function parseDetails(error: RegoError, source: string): Json | undefined {
  const [line, caret] = error.details;
  if (line === undefined || caret === undefined) return undefined;
  const full = source.split(/\r\n|\n|\r/).find((text) => text.replace(/^\t+/, "") === line) ?? line;
  return record({ line: full, idx: caret.length - 1 + (full.length - line.length) });
}

/** `N errors occurred` and each error's text, as the opa tool prints them for people. */
export function errorsText(errors: readonly RegoError[], during = ""): string {
  const texts = errors.map((error) => error.text);
  return messagesText(texts, during);
}

export function messagesText(texts: readonly string[], during = ""): string {
  return texts.length === 1
    ? `1 error occurred${during}: ${texts[0]}\n`
    : `${texts.length} errors occurred${during}:\n${texts.join("\n")}\n`;
}
