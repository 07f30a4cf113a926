import { isMap, LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { err, type JsonObject, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { ENFORCEMENT_POINTS } from "../../domain/index.ts";
import type { OpaServer } from "./host.ts";
import type { PolicyDefinition, PolicyFile } from "./policy-engine.ts";

/** File name of a set's manifest, at the top of its folder. */
export const MANIFEST = "trueup.policies.yaml";

/** HCP Terraform's file of a Sentinel policy set. */
export const SENTINEL_CONFIG = "sentinel.hcl";

const level = z.enum(["advisory", "soft-mandatory", "hard-mandatory"]);
const documentKind = z.enum(["change", "plan", "admission"]);
const applies = z.strictObject({
  types: z.array(z.string()).min(1).optional(),
  addresses: z.array(z.string()).min(1).optional(),
  actions: z.array(z.enum(["create", "update", "delete", "replace", "read", "no_op", "forget"])).optional(),
  origins: z.array(z.enum(["planned", "attempted", "observed"])).optional(),
  points: z.array(z.enum(ENFORCEMENT_POINTS)).optional(),
});

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens");

const ofEverySet = {
  version: z.literal(1),
  name,
  description: z.string().optional(),
  /** Default for the set's policies. */
  document: documentKind.optional(),
  level: level.optional(),
  /** Risk rules of the set, a file beside the manifest. */
  risk: z.string().optional(),
};

const ofEveryPolicy = {
  name,
  description: z.string().optional(),
  level: level.optional(),
  document: documentKind.optional(),
  parameters: z.record(z.string(), z.json()).optional(),
  applies: applies.optional(),
};

/** A set whose source lies beside the manifest. */
const sourceSet = z.strictObject({
  ...ofEverySet,
  engine: z.enum(["rego", "sentinel"]),
  rego_version: z.union([z.literal(0), z.literal(1)]).optional(),
  /** Folders or files that policies import and that are no policies themselves. */
  library: z.array(z.string()).optional(),
  policies: z
    .array(
      z.strictObject({
        ...ofEveryPolicy,
        /** Folder or file of the policy, relative to the manifest. */
        source: z.string(),
        /** Rego package, without `data.`; default: that of the source's first file. */
        package: z.string().optional(),
      }),
    )
    .min(1),
});

/** Policies that were built elsewhere are known by their package, without `data.`. */
const packages = z
  .array(
    z.strictObject({
      ...ofEveryPolicy,
      package: z
        .string()
        .regex(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/, "a package as a policy writes it: trueup.aws.ports"),
    }),
  )
  .min(1);

/** A file beside the manifest: nothing above its folder. */
const fileBeside = z
  .string()
  .max(500)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\]+$/, "a file in the folder of the manifest");

/** A set that an OPA server holds and judges. */
const serverSet = z.strictObject({
  ...ofEverySet,
  engine: z.literal("opa-server"),
  server: z.strictObject({
    /** `/v1/data` begins here. https, or http on this machine. */
    url: z.string().max(2_000),
    /** Bearer token, by reference only. */
    token: z
      .union([
        z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]*$/, "the name of an environment variable") }),
        z.strictObject({ file: fileBeside }),
      ])
      .optional(),
    /** PEM file of the authorities that vouch for the server, beside the manifest. */
    ca: fileBeside.optional(),
    timeout: z
      .string()
      .regex(/^[1-9]\d{0,4}(?:ms|s)$/, "a duration: 500ms, 2s")
      .optional(),
  }),
  policies: packages,
});

/** A set that was built by `opa build -t wasm`. */
const wasmSet = z.strictObject({
  ...ofEverySet,
  engine: z.literal("opa-wasm"),
  /** `bundle.tar.gz`, beside the manifest. */
  bundle: fileBeside,
  policies: packages,
});

/** `trueup.policies.yaml`, version 1, as written by people. The published schema is generated from this. */
export const manifestSchema = z.discriminatedUnion("engine", [sourceSet, serverSet, wasmSet]);

type RawManifest = z.infer<typeof manifestSchema>;

export interface Manifest {
  readonly name: string;
  readonly engine: RawManifest["engine"];
  readonly regoVersion: 0 | 1;
  /** Of the engine `opa-server`. */
  readonly server: OpaServer | null;
  readonly riskFile: string | null;
  /** Files of the set that take part: sources, libraries, data, risk rules and the manifest. Anything else is ignored. */
  readonly files: readonly PolicyFile[];
  readonly policies: readonly PolicyDefinition[];
}

/** The manifest of a folder. Every problem carries its line; nothing unknown is ignored. */
export function parseManifest(
  manifest: PolicyFile,
  folder: readonly PolicyFile[],
  shownAs: string,
): Result<Manifest, readonly Problem[]> {
  const lines = new LineCounter();
  const document = parseDocument(manifest.text, { lineCounter: lines, uniqueKeys: true });
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    const place = { file: shownAs, line, column: col };
    return err([
      problem("manifest_invalid", `the manifest is no YAML: ${firstLine(syntax.message)}`, { place }),
    ]);
  }
  const parsed = manifestSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return toManifest(parsed.data, manifest, folder, shownAs);
  return err(
    parsed.error.issues.map((issue) => {
      const path = issue.path.map(String);
      const node = isMap(document.contents)
        ? document.getIn(issue.path as (string | number)[], true)
        : undefined;
      const offset = (node as { range?: [number, number, number] } | undefined)?.range?.[0];
      const at = offset === undefined ? undefined : lines.linePos(offset);
      const place = {
        file: shownAs,
        ...(at === undefined ? {} : { line: at.line, column: at.col }),
        ...(path.length === 0 ? {} : { path: path.join(".") }),
      };
      return problem("manifest_invalid", `the manifest is not valid: ${issue.message}`, { place });
    }),
  );
}

function toManifest(
  raw: RawManifest,
  manifest: PolicyFile,
  folder: readonly PolicyFile[],
  shownAs: string,
): Result<Manifest, readonly Problem[]> {
  const problems: Problem[] = [];
  const complain = (message: string): void => {
    problems.push(problem("manifest_invalid", message, { place: { file: shownAs } }));
  };
  const names = new Set<string>();
  const policies = raw.policies.map((policy): PolicyDefinition => {
    if (names.has(policy.name)) complain(`policy \`${policy.name}\` is declared twice`);
    names.add(policy.name);
    const entry = entryOf(raw.engine, policy, folder, complain);
    return {
      name: policy.name,
      description: policy.description ?? "",
      level: policy.level ?? raw.level ?? "soft-mandatory",
      document: policy.document ?? raw.document ?? "change",
      entry,
      parameters: (policy.parameters ?? {}) as JsonObject,
      applies: definedOnly(policy.applies),
    };
  });
  if (
    raw.engine === "opa-wasm" &&
    !folder.some((file) => isBelow(file, raw.bundle) && file.bytes !== undefined)
  )
    complain(`bundle \`${raw.bundle}\` does not exist, or is no .tar.gz`);
  if (raw.risk !== undefined && below(folder, raw.risk).length === 0) {
    complain(`risk rules \`${raw.risk}\` do not exist`);
  }
  if (problems.length > 0) return err(problems);
  const taken = takenBy(raw);
  if (raw.risk !== undefined) taken.push(raw.risk);
  return ok({
    name: raw.name,
    engine: raw.engine,
    regoVersion: ("rego_version" in raw ? raw.rego_version : undefined) ?? 1,
    server: raw.engine === "opa-server" ? serverOf(raw.server) : null,
    riskFile: raw.risk ?? null,
    files: [manifest, ...folder.filter((file) => taken.some((path) => isBelow(file, path)))],
    policies,
  });
}

type RawPolicy = RawManifest["policies"][number];

function entryOf(
  engine: RawManifest["engine"],
  policy: RawPolicy,
  folder: readonly PolicyFile[],
  complain: (message: string) => void,
): string {
  if (!("source" in policy)) return policy.package;
  const sources = below(folder, policy.source);
  if (sources.length === 0)
    complain(`source \`${policy.source}\` of policy \`${policy.name}\` does not exist`);
  const entry = engine === "sentinel" ? policy.source : (policy.package ?? packageOf(sources));
  if (entry === null) complain(`policy \`${policy.name}\` needs \`package\`: its source names none`);
  return entry ?? "";
}

/** Files and folders that take part. */
function takenBy(raw: RawManifest): string[] {
  if (raw.engine === "opa-server") return [];
  if (raw.engine === "opa-wasm") return [raw.bundle];
  return [...raw.policies.map((policy) => policy.source), ...(raw.library ?? [])];
}

function serverOf(raw: z.infer<typeof serverSet>["server"]): OpaServer {
  const timeout = /^(\d+)(ms|s)$/.exec(raw.timeout ?? "");
  return {
    url: raw.url,
    token: raw.token ?? null,
    ca: raw.ca ?? null,
    timeoutMs: timeout === null ? null : Number(timeout[1]) * (timeout[2] === "s" ? 1_000 : 1),
  };
}

function below(files: readonly PolicyFile[], path: string): PolicyFile[] {
  return files.filter((file) => isBelow(file, path));
}

function isBelow(file: PolicyFile, path: string): boolean {
  const plain = path.replace(/^\.\//, "").replace(/\/$/, "");
  return plain === "." || file.path === plain || file.path.startsWith(`${plain}/`);
}

function packageOf(files: readonly PolicyFile[]): string | null {
  const first = files.find((file) => file.path.endsWith(".rego") && !file.path.endsWith("_test.rego"));
  return first === undefined ? null : (/^package[ \t]+([A-Za-z_][\w.]*)/m.exec(first.text)?.[1] ?? null);
}

/** Zod types an absent key as possibly `undefined`; domain types say absent. */
function definedOnly(raw: RawManifest["policies"][number]["applies"]): PolicyDefinition["applies"] {
  const entries = Object.entries(raw ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as PolicyDefinition["applies"];
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
