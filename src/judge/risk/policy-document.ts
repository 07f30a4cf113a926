import { isJsonObject, type Json, member } from "../../base/index.ts";

/** Roles that hold everything, as Google Cloud policy bindings name them. */
const BROAD_ROLES = new Set(["roles/owner", "roles/editor"]);
const ANYBODY = new Set([
  "*",
  "allusers",
  "allauthenticatedusers",
  "arn:aws:iam::*:root",
  "arn:aws:iam::*:*",
]);

/**
 * What an IAM policy document lets through too widely, one sentence a finding, in order and without repeats.
 * Reads AWS documents (JSON text, or the structure of `aws_iam_policy_document`) and Google Cloud bindings.
 * A text that is no JSON says nothing.
 */
export function wildcardsIn(value: Json | undefined): readonly string[] {
  const document = typeof value === "string" ? parsed(value) : value;
  if (document === undefined) return [];
  const found = new Set<string>();
  for (const statement of listOf(member(document, "Statement") ?? member(document, "statement"))) {
    if (isAllow(statement)) readStatement(statement, found);
  }
  for (const binding of listOf(member(document, "bindings"))) readBinding(binding, found);
  return [...found];
}

/** A policy document, or a text of one: what {@link wildcardsIn} can read. */
export function isPolicyDocument(value: Json | undefined): boolean {
  const document = typeof value === "string" ? parsed(value) : value;
  return ["Statement", "statement", "bindings"].some((key) => member(document, key) !== undefined);
}

function readStatement(statement: Json, found: Set<string>): void {
  const except = [...textsOf(statement, "NotAction"), ...textsOf(statement, "not_actions")];
  if (except.length > 0) found.add("allows every action but a few (`NotAction`)");
  for (const action of [...textsOf(statement, "Action"), ...textsOf(statement, "actions")]) {
    const [service = "", name] = action.split(":");
    if (name === undefined ? /^\*+$/.test(action) : service.includes("*") || /^[*?]+$/.test(name)) {
      found.add(`allows every action of \`${action}\``);
    }
  }
  if (hasCondition(statement)) return;
  for (const principal of principalsOf(statement)) {
    if (ANYBODY.has(principal.toLowerCase()))
      found.add(`allows anybody (\`${principal}\`) without a condition`);
  }
  const notPrincipal = member(statement, "NotPrincipal") ?? member(statement, "not_principals");
  if (listOf(notPrincipal).length > 0) found.add("allows anybody but a few (`NotPrincipal`)");
}

function readBinding(binding: Json, found: Set<string>): void {
  for (const role of textsOf(binding, "role")) {
    if (BROAD_ROLES.has(role)) found.add(`grants \`${role}\``);
  }
  for (const someone of textsOf(binding, "members")) {
    if (ANYBODY.has(someone.toLowerCase())) found.add(`allows anybody (\`${someone}\`)`);
  }
}

// A statement without an effect is `Allow` in the Terraform structure and invalid in JSON: read it as the worse.
function isAllow(statement: Json): boolean {
  const effect = member(statement, "Effect") ?? member(statement, "effect");
  return typeof effect !== "string" || effect.toLowerCase() !== "deny";
}

function hasCondition(statement: Json): boolean {
  const condition = member(statement, "Condition") ?? member(statement, "condition");
  return Array.isArray(condition)
    ? condition.length > 0
    : isJsonObject(condition) && Object.keys(condition).length > 0;
}

/** `"*"`, `{"AWS": "*"}`, `{"AWS": ["…"]}` and `[{type, identifiers}]`. */
function principalsOf(statement: Json): string[] {
  const principal = member(statement, "Principal");
  const named = isJsonObject(principal) ? Object.values(principal).flatMap(texts) : texts(principal);
  const blocks = listOf(member(statement, "principals")).flatMap((block) => textsOf(block, "identifiers"));
  return [...named, ...blocks];
}

function textsOf(value: Json, key: string): string[] {
  return texts(member(value, key));
}

function texts(value: Json | undefined): string[] {
  return listOf(value).filter((item) => typeof item === "string");
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function parsed(text: string): Json | undefined {
  const trimmed = text.trimStart();
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
