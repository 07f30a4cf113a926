import { quoteGo } from "../../values/index.ts";
import { fault } from "../operands.ts";

/**
 * The pattern of a template such as `urn:foo:{.*}`: what stands between the delimiters is a pattern, the rest plain
 * text. Delimiters may nest; each inner pattern must be valid by itself.
 */
export function templatePattern(
  template: string,
  start: string,
  end: string,
  check: (pattern: string) => unknown,
  quote: (text: string) => string,
): string {
  let pattern = "^";
  let last = 0;
  for (const [from, to] of delimited(template, start, end)) {
    const inner = template.slice(from + 1, to - 1);
    check(`^${inner}$`);
    pattern += `${quote(template.slice(last, from))}(${inner})`;
    last = to;
  }
  return `${pattern}${quote(template.slice(last))}$`;
}

function delimited(template: string, start: string, end: string): readonly (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  let level = 0;
  let from = 0;
  for (let i = 0; i < template.length; i++) {
    if (template[i] === start) {
      level++;
      if (level === 1) from = i;
    } else if (template[i] === end) {
      level--;
      if (level < 0) break;
      if (level === 0) spans.push([from, i + 1]);
    }
  }
  if (level !== 0) throw fault(`unbalanced braces in ${quoteGo(template)}`);
  return spans;
}
