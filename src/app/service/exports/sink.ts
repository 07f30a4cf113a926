import { isAbsolute, join } from "node:path";
import type { Result } from "../../../base/index.ts";
import { type DeliveryFault, type Outgoing, outgoing, type SecretRef } from "../../../notify/index.ts";
import type { ExportSettings } from "../../config/exports.ts";
import { readSecret } from "../notify/secrets.ts";
import type { ExportFormat } from "./format.ts";

/** Entries that follow each other in the record. The same range always has the same lines. */
export interface ExportBatch {
  /** Identity of the log. */
  readonly origin: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** One an entry, without line ends. */
  readonly lines: readonly string[];
  readonly format: ExportFormat;
  /** RFC 3339, when it is sent. */
  readonly now: string;
  readonly signal: AbortSignal;
}

/**
 * Where batches go. When `put` says ok the batch is as safe as the place can make it. A batch may come again, whole, after any
 * failure: a sink then overwrites what it holds of it or names it so that the receiver knows it.
 */
export interface ExportSink {
  /** For people: a folder, a host. No secret. */
  readonly where: string;
  /** The index at which a batch that begins at `from` must end at the latest. */
  end(from: number): number;
  /** What the place answered, in a few words. */
  put(batch: ExportBatch): Promise<Result<string, DeliveryFault>>;
}

export interface SinkTools {
  readonly send: Outgoing;
  /** The secret's value, read now. */
  readonly secret: (ref: SecretRef) => Promise<Result<string, DeliveryFault>>;
}

/** The sink that the settings describe. Nothing is opened or connected before the first batch. */
export async function openSink(
  { target, privateAddresses, timeoutMs }: ExportSettings,
  root: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<ExportSink> {
  const fromRoot = (path: string): string => (isAbsolute(path) ? path : join(root, path));
  const tools: SinkTools = {
    send: outgoing({ privateAddresses, timeoutMs }),
    secret: (ref) => readSecret(ref, variables, fromRoot),
  };
  switch (target.kind) {
    case "file":
      return (await import("./file-sink.ts")).fileSink({ ...target, dir: fromRoot(target.dir) });
    case "webhook":
      return (await import("./webhook-sink.ts")).webhookSink(target, tools);
    case "s3":
      return (await import("./s3-sink.ts")).s3Sink(target, tools);
  }
}

/** Names by which a batch is known: in order as text, first and last index. */
export function rangeName(from: number, to: number): string {
  return `${padded(from)}-${padded(to - 1)}`;
}

export function padded(index: number): string {
  return String(index).padStart(12, "0");
}
