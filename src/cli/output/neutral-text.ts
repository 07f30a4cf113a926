/**
 * Text that comes from plans, policies and logs is hostile: it may carry terminal escapes, characters that reorder
 * or hide text, and lines that a CI runner takes for a command. Everything shown passes through here first.
 */

/**
 * C0 and C1 controls, DEL, soft hyphen, bidirectional controls (UAX #9), zero-width and line-separating characters,
 * interlinear annotations, tag characters and lone surrogates.
 */
const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u{${code.toString(16)}}`;
}

/** Makes every dangerous character visible as `\u{…}`, line breaks included: the result is always one line. */
export function neutral(text: string): string {
  return text.replace(DANGEROUS, visible);
}

/** For prose of at most about `max` characters: white space of any kind becomes one space, then as {@link neutral}. */
export function prose(text: string, max = 2_000): string {
  return neutral(
    shortened(text, max)
      .replace(/[\t\n\v\f\r \u0085\u2028\u2029]+/g, " ")
      .trim(),
  );
}

/**
 * Keeps a line from being read as a command by the CI runner whose log it is printed to: GitHub Actions (`::name::` at the
 * start of a line, `##[name]` anywhere), Azure Pipelines (`##vso[`, `##[`) and TeamCity (`##teamcity[`).
 */
export function withoutRunnerCommands(line: string): string {
  return line
    .replace(/##(?=\[|vso\[|teamcity\[)/gi, "# #")
    .replace(/^((?:\s|\u001b\[[0-9;]*m)*):(?=:)/, "$1: ");
}

/** Shortens to about `max` UTF-16 units without cutting a character in two, and says how long the whole was. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return `${text.slice(0, end)}… (${text.length} characters)`;
}
