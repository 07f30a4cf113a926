import type { Capabilities, CompileOptions, RegoVersion } from "../api.ts";
import {
  type FileSystem,
  joinPath,
  readJson,
  readYaml,
  type Verification,
  walkFiles,
} from "../bundle/index.ts";
import { fail, type Outcome, ok } from "../errors.ts";
import { isObject, lookup, toPlain, type Value } from "../values/index.ts";
import type { FlagSpecs, Flags } from "./flags.ts";

/** Reads one JSON or YAML document whatever its name says. */
export function readDocument(text: string): Outcome<Value, string> {
  const json = readJson(text);
  return json.ok ? json : readYaml(text);
}

export function readDocumentFile(files: FileSystem, path: string): Outcome<Value, string> {
  const read = files.readFile(path);
  if (!read.ok) return fail(`open ${path}: ${read.error}`);
  const text = new TextDecoder().decode(read.value);
  const document = /\.ya?ml$/.test(path) ? readYaml(text) : readDocument(text);
  return document.ok ? document : fail(`unable to parse input: ${document.error}`);
}

/** `--schema`: one file describes the input, a folder gives each file its path as name. */
export function readSchemas(
  files: FileSystem,
  path: string | undefined,
): Outcome<Readonly<Record<string, unknown>> | undefined, string> {
  if (path === undefined) return ok(undefined);
  const clean = path.replace(/^file:\/\//, "");
  const kind = files.kindOf(clean);
  if (kind === undefined) return fail(`stat ${clean}: no such file or directory`);
  const out: Record<string, unknown> = Object.create(null);
  if (kind === "file") {
    const schema = readDocumentFile(files, clean);
    if (!schema.ok) return schema;
    out["input"] = toPlain(schema.value);
    return ok(out);
  }
  const found = walkFiles(files, clean, () => false);
  if (!found.ok) return found;
  for (const file of found.value) {
    if (!/\.(json|ya?ml)$/.test(file.name)) continue;
    const schema = readDocumentFile(files, joinPath(file.path));
    if (!schema.ok) return schema;
    out[[...file.folders, file.name.replace(/\.[^.]+$/, "")].join(".")] = toPlain(schema.value);
  }
  return ok(out);
}

export function readCapabilities(
  files: FileSystem,
  path: string | undefined,
): Outcome<Capabilities | undefined, string> {
  if (path === undefined) return ok(undefined);
  const document = readDocumentFile(files, path);
  if (!document.ok) return document;
  if (!isObject(document.value) || lookup(document.value, "builtins") === undefined)
    return fail(`${path}: no capabilities: the member builtins is missing`);
  return ok(toPlain(document.value) as Capabilities);
}

export function versionOf(flags: Flags): RegoVersion {
  return flags.is("v0-compatible") ? 0 : 1;
}

/** What several commands give to the compiler besides modules and data. */
export function compilerOptions(
  files: FileSystem,
  flags: Flags,
): Outcome<
  Pick<CompileOptions, "schemas" | "capabilities" | "strict" | "version" | "errorLimit" | "annotations">,
  string
> {
  const schemas = readSchemas(files, flags.text("schema"));
  if (!schemas.ok) return schemas;
  const capabilities = readCapabilities(files, flags.text("capabilities"));
  if (!capabilities.ok) return capabilities;
  const limit = flags.number("max-errors");
  return ok({
    version: versionOf(flags),
    strict: flags.is("strict"),
    // The opa tool reads every metadata block, and refuses those that are none.
    annotations: true,
    ...(schemas.value === undefined ? {} : { schemas: schemas.value }),
    ...(capabilities.value === undefined ? {} : { capabilities: capabilities.value }),
    ...(limit === undefined ? {} : { errorLimit: limit }),
  });
}

/** Flags for signed bundles. The opa tool has them for `build` and `run`; here every command that reads bundles does. */
export const VERIFICATION_FLAGS = {
  "verification-key": { kind: "string" },
  "verification-key-id": { kind: "string" },
  "signing-alg": { kind: "string" },
  scope: { kind: "string" },
} as const satisfies FlagSpecs;

/** A file that holds the key, or the secret itself for HS256, HS384 and HS512. */
export function readVerification(
  files: FileSystem,
  flags: Flags,
): Outcome<{ readonly verification?: Verification }, string> {
  const key = flags.text("verification-key");
  if (key === undefined) return ok({});
  const algorithm = flags.text("signing-alg") ?? "RS256";
  const keyId = flags.text("verification-key-id");
  const scope = flags.text("scope");
  const read = files.kindOf(key) === "file" ? files.readFile(key) : undefined;
  if (read !== undefined && !read.ok) return fail(`open ${key}: ${read.error}`);
  if (read === undefined && !algorithm.startsWith("HS"))
    return fail(`open ${key}: no such file or directory`);
  return ok({
    verification: {
      key: read === undefined ? key : new TextDecoder().decode(read.value),
      algorithm,
      ...(keyId === undefined ? {} : { keyId }),
      ...(scope === undefined ? {} : { scope }),
    },
  });
}
