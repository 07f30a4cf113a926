import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { err, ok } from "../../../base/index.ts";
import { accepted } from "../../../notify/index.ts";
import type { ExportTarget } from "../../config/exports.ts";
import { type ExportSink, rangeName, type SinkTools } from "./sink.ts";

/** One object a batch, named by its range, so that a batch that comes again overwrites itself. */
export function s3Sink(
  target: Extract<ExportTarget, { kind: "s3" }>,
  { send, secret }: SinkTools,
): ExportSink {
  const { bucket, region, prefix, pathStyle } = target;
  const endpoint = new URL(target.endpoint);
  const base = endpoint.pathname.replace(/\/+$/, "");
  const host = pathStyle ? endpoint.host : `${bucket}.${endpoint.host}`;
  const folder = pathStyle ? `${base}/${bucket}` : base;
  return {
    where: `${endpoint.host}/${bucket}/${prefix}`,
    end: () => Number.MAX_SAFE_INTEGER,
    async put({ from, to, lines, format, now, signal }) {
      const accessKeyId = await secret(target.accessKeyId);
      if (!accessKeyId.ok) return accessKeyId;
      const secretAccessKey = await secret(target.secretAccessKey);
      if (!secretAccessKey.ok) return secretAccessKey;
      const sessionToken = target.sessionToken === null ? null : await secret(target.sessionToken);
      if (sessionToken !== null && !sessionToken.ok) return sessionToken;
      const { SignatureV4 } = await import("@smithy/signature-v4");
      const signer = new SignatureV4({
        service: "s3",
        region,
        credentials: {
          accessKeyId: accessKeyId.value,
          secretAccessKey: secretAccessKey.value,
          ...(sessionToken === null ? {} : { sessionToken: sessionToken.value }),
        },
        sha256: Sha256,
        uriEscapePath: false,
      });
      const path = `${folder}/${prefix}audit-${rangeName(from, to)}.${format.extension}`;
      const body = lines.map((line) => `${line}\n`).join("");
      const signed = await signer.sign(
        {
          method: "PUT",
          protocol: endpoint.protocol,
          hostname: host,
          path,
          query: {},
          headers: { host, "content-type": "application/x-ndjson" },
          body,
        },
        { signingDate: new Date(now) },
      );
      const url = `${endpoint.protocol}//${host}${path}`;
      const reply = await send({ method: "PUT", url, signal, headers: signed.headers, body });
      if (!reply.ok) return reply;
      const taken = accepted(reply.value, Date.parse(now));
      if (taken.ok) return ok(`it answered ${taken.value.status}`);
      // Storage says why in `<Code>`; the rest of its answer may repeat what was signed.
      const code = /<Code>([A-Za-z0-9.]{1,60})<\/Code>/.exec(reply.value.body)?.[1];
      return err(
        code === undefined ? taken.error : { ...taken.error, says: `${taken.error.says} (${code})` },
      );
    },
  };
}

/** The hash that the signer asks for, over the platform's. */
class Sha256 {
  readonly #secret: Buffer | null;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? null : bytesOf(secret);
    this.#hash = this.#fresh();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret === null ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(data);
}
