import { neutral, withoutRunnerCommands } from "./neutral-text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Neutral text with the five entities; what XML 1.0 forbids even as a reference is replaced. */
export function xmlText(value: string): string {
  return neutral(value)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

export function xmlAttributes(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(withoutRunnerCommands(value))}"`)
    .join("");
}

/** An element; `children` are XML already. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[],
): string {
  const head = `${name}${xmlAttributes(attributes)}`;
  if (children.length === 0) return `<${head}/>`;
  return `<${head}>\n${children.join("\n")}\n</${name}>`;
}
