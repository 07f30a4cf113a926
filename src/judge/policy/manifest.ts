import { isMap, LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { err, type JsonObject, ok, type Problem, problem, type Result } from "../../base/index.ts";
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
  points: z
    .array(
      z.enum(["scan", "ci", "forge", "hcp_run_task", "kubernetes_admission", "cloud_api", "decision_api"]),
    )
    .optional(),
});

/** `trueup.policies.yaml`, version 1, as written by people. The published schema is generated from this. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens"),
  engine: z.enum(["rego", "sentinel"]),
  description: z.string().optional(),
  rego_version: z.union([z.literal(0), z.literal(1)]).optional(),
  /** Default for the set's policies. */
  document: documentKind.optional(),
  level: level.optional(),
  /** Risk rules of the set, a file beside the manifest. */
  risk: z.string().optional(),
  /** Folders or files that policies import and that are no policies themselves. */
  library: z.array(z.string()).optional(),
  policies: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens"),
        /** Folder or file of the policy, relative to the manifest. */
        source: z.string(),
        /** Rego package, without `data.`; default: that of the source's first file. */
        package: z.string().optional(),
        description: z.string().optional(),
        level: level.optional(),
        document: documentKind.optional(),
        parameters: z.record(z.string(), z.json()).optional(),
        applies: applies.optional(),
      }),
    )
    .min(1),
});

type RawManifest = z.infer<typeof manifestSchema>;

export interface Manifest {
  readonly name: string;
  readonly engine: "rego" | "sentinel";
  readonly regoVersion: 0 | 1;
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
    const sources = below(folder, policy.source);
    if (sources.length === 0)
      complain(`source \`${policy.source}\` of policy \`${policy.name}\` does not exist`);
    const entry = raw.engine === "sentinel" ? policy.source : (policy.package ?? packageOf(sources));
    if (entry === null) complain(`policy \`${policy.name}\` needs \`package\`: its source names none`);
    return {
      name: policy.name,
      description: policy.description ?? "",
      level: policy.level ?? raw.level ?? "soft-mandatory",
      document: policy.document ?? raw.document ?? "change",
      entry: entry ?? "",
      parameters: (policy.parameters ?? {}) as JsonObject,
      applies: definedOnly(policy.applies),
    };
  });
  if (raw.risk !== undefined && below(folder, raw.risk).length === 0) {
    complain(`risk rules \`${raw.risk}\` do not exist`);
  }
  if (problems.length > 0) return err(problems);
  const taken = [...raw.policies.map((policy) => policy.source), ...(raw.library ?? [])];
  if (raw.risk !== undefined) taken.push(raw.risk);
  return ok({
    name: raw.name,
    engine: raw.engine,
    regoVersion: raw.rego_version ?? 1,
    riskFile: raw.risk ?? null,
    files: [manifest, ...folder.filter((file) => taken.some((path) => isBelow(file, path)))],
    policies,
  });
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
