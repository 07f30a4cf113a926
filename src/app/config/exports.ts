import * as z from "zod";
import type { SecretRef } from "../../notify/index.ts";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";
import { type Complain, rawSecret, toSecret } from "./secret.ts";

/* The `exports` section of trueup.yaml: shapes, and what they mean. Secrets are references, never values. */

export const EXPORT_FORMATS = ["jsonl", "ocsf", "cloudevents"] as const;
export type ExportFormatName = (typeof EXPORT_FORMATS)[number];

export type ExportTarget =
  | { readonly kind: "file"; readonly dir: string; readonly entriesPerFile: number }
  | { readonly kind: "webhook"; readonly url: string; readonly secrets: readonly SecretRef[] }
  | {
      readonly kind: "s3";
      readonly endpoint: string;
      readonly bucket: string;
      readonly region: string;
      /** Ends in a slash unless empty. */
      readonly prefix: string;
      /** The bucket in the path instead of the host name. */
      readonly pathStyle: boolean;
      readonly accessKeyId: SecretRef;
      readonly secretAccessKey: SecretRef;
      readonly sessionToken: SecretRef | null;
    };

export interface ExportSettings {
  readonly name: string;
  readonly format: ExportFormatName;
  readonly target: ExportTarget;
  /** May it be in a private network? */
  readonly privateAddresses: boolean;
  readonly timeoutMs: number;
}

const text = z.string().min(1).max(2_000);
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const url = z
  .string()
  .regex(/^https?:\/\/[^\s@?#]+$/)
  .max(2_000);

const ENTRIES_PER_FILE = 10_000;

const oneExport = z
  .strictObject({
    format: z
      .enum(EXPORT_FORMATS)
      .default("jsonl")
      .describe("jsonl: entries as they were hashed; ocsf; cloudevents; default jsonl"),
    file: z
      .strictObject({
        dir: text.describe("Folder, relative to this file; one for all workers"),
        entries_per_file: z
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .default(ENTRIES_PER_FILE)
          .describe(`A new file begins after so many entries; default ${ENTRIES_PER_FILE}`),
      })
      .optional()
      .describe("Files that are appended to and synced"),
    webhook: z
      .strictObject({
        url: z
          .string()
          .regex(/^https?:\/\/[^\s@]+$/)
          .max(2_000)
          .describe("Where each batch is posted"),
        secrets: z
          .array(rawSecret)
          .min(1)
          .max(4)
          .describe("Standard Webhooks secrets (whsec_…); each one signs"),
      })
      .optional()
      .describe("A batch a request, signed by the Standard Webhooks scheme"),
    s3: z
      .strictObject({
        bucket: z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
          .describe("Name of the bucket"),
        region: z
          .string()
          .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
          .default("us-east-1")
          .describe("Default us-east-1"),
        endpoint: url.optional().describe("Default https://s3.REGION.amazonaws.com"),
        prefix: z
          .string()
          .regex(/^[A-Za-z0-9_-][A-Za-z0-9._/-]{0,199}$/)
          .optional()
          .describe("Folder in the bucket"),
        path_style: z
          .boolean()
          .optional()
          .describe("The bucket in the path; default: when `endpoint` is given"),
        access_key_id: rawSecret,
        secret_access_key: rawSecret,
        session_token: rawSecret.optional(),
      })
      .optional()
      .describe("An object a batch in storage that speaks the S3 protocol"),
    private_addresses: z.boolean().optional().describe("May it be in a private network? Default false"),
    timeout: z.string().regex(DURATION_PATTERN).optional().describe("Time limit of one request; default 30s"),
  })
  .describe("One place to which the record is copied; exactly one of file, webhook and s3");

export const rawExports = z
  .record(name, oneExport)
  .describe("Copies of the record elsewhere, by name: each entry at least once, in order, without a gap");

type RawExport = z.infer<typeof oneExport>;

export function toExports(
  raw: z.infer<typeof rawExports> | undefined,
  complain: Complain,
): readonly ExportSettings[] {
  return Object.entries(raw ?? {}).flatMap(([name, given]): ExportSettings[] => {
    const say: Complain = (path, message) => complain(["exports", name, ...path], message);
    const target = toTarget(given, say);
    const timeoutMs = given.timeout === undefined ? 30_000 : (parseDuration(given.timeout) ?? 0);
    if (timeoutMs < 1_000 || timeoutMs > 120_000) say(["timeout"], "`timeout` must be between 1s and 120s");
    if (target === null) return [];
    const privateAddresses = given.private_addresses ?? false;
    return [{ name, format: given.format, target, privateAddresses, timeoutMs }];
  });
}

function toTarget({ file, webhook, s3 }: RawExport, complain: Complain): ExportTarget | null {
  if ([file, webhook, s3].filter((kind) => kind !== undefined).length !== 1) {
    complain([], "an export needs exactly one of `file`, `webhook` and `s3`");
    return null;
  }
  if (file !== undefined) return { kind: "file", dir: file.dir, entriesPerFile: file.entries_per_file };
  if (webhook !== undefined) {
    const secrets = webhook.secrets.map((ref, index) =>
      toSecret(ref, ["webhook", "secrets", index], complain),
    );
    return { kind: "webhook", url: webhook.url, secrets };
  }
  if (s3 === undefined) return null;
  const { bucket, region, endpoint, prefix = "", path_style, session_token } = s3;
  const secretIn = (key: "access_key_id" | "secret_access_key") => toSecret(s3[key], ["s3", key], complain);
  return {
    kind: "s3",
    endpoint: (endpoint ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, ""),
    bucket,
    region,
    prefix: prefix === "" ? "" : `${prefix.replace(/\/+$/, "")}/`,
    pathStyle: path_style ?? endpoint !== undefined,
    accessKeyId: secretIn("access_key_id"),
    secretAccessKey: secretIn("secret_access_key"),
    sessionToken:
      session_token === undefined ? null : toSecret(session_token, ["s3", "session_token"], complain),
  };
}
