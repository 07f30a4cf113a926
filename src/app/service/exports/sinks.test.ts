import { createHmac } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LoggedEntry } from "../../../audit/index.ts";
import { canonicalJson, sha256Hex } from "../../../base/index.ts";
import { type HttpReceiver, httpReceiver, type ReceivedRequest } from "../../../testing/http-receiver.ts";
import { freshEntry } from "../../../testing/record.ts";
import { EXPORT_FORMATS, type ExportSettings, type ExportTarget } from "../../config/exports.ts";
import { exportFormat } from "./format.ts";
import { type ExportBatch, type ExportSink, openSink } from "./sink.ts";

const NOW = "2026-11-24T12:00:00.000Z";
const ORIGIN = "trueup.local/test";
const KEY = Buffer.alloc(32, 7);
const variables = { HOOK: `whsec_${KEY.toString("base64")}`, ID: "AKIAEXAMPLE", KEY: "s3cret/key" };

const entries: readonly LoggedEntry[] = Array.from({ length: 30 }, (_, index) => {
  const entry = freshEntry({ because: `because of ${index}, "quoted"\nand more` });
  const text = canonicalJson({ ...entry, actor: { ...entry.actor }, revisions: { ...entry.revisions } });
  return { index, entry, text, leaf: sha256Hex(text) };
});

let folder: string;
let receiver: HttpReceiver;
let status = 200;
const objects = new Map<string, string>();
beforeAll(async () => {
  receiver = await httpReceiver(({ method, path, body }) => {
    if (status === 200 && method === "PUT") objects.set(path, body);
    return { status, body: status === 200 ? "" : "<Error><Code>SlowDown</Code></Error>" };
  });
});
afterAll(() => receiver.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trueup-export-"));
  status = 200;
  receiver.requests.length = 0;
  objects.clear();
  return () => rmSync(folder, { recursive: true, force: true });
});

type Kind = ExportTarget["kind"];

function targetOf(kind: Kind): ExportTarget {
  if (kind === "file") return { kind, dir: join(folder, "out"), entriesPerFile: 10 };
  if (kind === "webhook")
    return { kind, url: `${receiver.url}/in`, secrets: [{ kind: "env", name: "HOOK" }] };
  return {
    kind,
    endpoint: receiver.url,
    bucket: "audit",
    region: "eu-central-1",
    prefix: "a/b/",
    pathStyle: true,
    accessKeyId: { kind: "env", name: "ID" },
    secretAccessKey: { kind: "env", name: "KEY" },
    sessionToken: null,
  };
}

function sinkOf(kind: Kind, over: Partial<ExportSettings> = {}): Promise<ExportSink> {
  const settings = {
    name: "x",
    format: "jsonl",
    target: targetOf(kind),
    privateAddresses: true,
    timeoutMs: 5_000,
  } as const;
  return openSink({ ...settings, ...over }, folder, variables);
}

function batch(from: number, to: number, format: (typeof EXPORT_FORMATS)[number] = "jsonl"): ExportBatch {
  const chosen = exportFormat(format);
  const lines = entries.slice(from, to).map((logged) => chosen.line(logged, ORIGIN));
  return { origin: ORIGIN, from, to, lines, format: chosen, now: NOW, signal: new AbortController().signal };
}

/** What arrived, each batch once: what a receiver makes of it that knows a repetition by its name. */
function arrived(kind: Kind): readonly number[] {
  const format = exportFormat("jsonl");
  const texts =
    kind === "file"
      ? readdirSync(join(folder, "out"))
          .sort()
          .map((name) => readFileSync(join(folder, "out", name), "utf8"))
      : kind === "s3"
        ? [...objects.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, body]) => body)
        : [
            ...new Map(
              receiver.requests.map(({ headers, body }) => [String(headers["webhook-id"]), body]),
            ).values(),
          ];
  return texts.flatMap((text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => format.indexIn(line) ?? -1),
  );
}

describe.each<Kind>(["file", "webhook", "s3"])("a sink: %s", (kind) => {
  it("takes batches in order, each once however often it comes", async () => {
    const sink = await sinkOf(kind);
    for (const [from, to] of [
      [0, 4],
      [0, 4],
      [4, 10],
      [10, 13],
      [10, 13],
      [13, 20],
    ] as const) {
      expect(sink.end(from)).toBeGreaterThanOrEqual(to);
      expect(await sink.put(batch(from, to))).toMatchObject({ ok: true });
    }
    expect(arrived(kind)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it("says what is wrong, without a secret", async () => {
    status = 503;
    const target =
      kind === "file" ? ({ kind, dir: "/dev/null/out", entriesPerFile: 10 } as const) : targetOf(kind);
    const failed = await (await sinkOf(kind, { target })).put(batch(0, 1));
    if (failed.ok) throw new Error("it was taken");
    expect(failed.error.permanent).toBe(false);
    for (const secret of Object.values(variables)) expect(failed.error.says).not.toContain(secret);
  });
});

describe("files", () => {
  const file = () => join(folder, "out", "audit-000000000000-000000000009.jsonl");

  it("are cut where a batch was torn, at every byte", async () => {
    const sink = await sinkOf("file");
    await sink.put(batch(0, 2));
    const before = readFileSync(file()).length;
    await sink.put(batch(2, 4));
    const whole = readFileSync(file(), "utf8");
    for (let size = before; size < whole.length; size += 37) {
      truncateSync(file(), size);
      expect(await sink.put(batch(2, 4))).toMatchObject({ ok: true });
      expect(readFileSync(file(), "utf8")).toBe(whole);
    }
  });

  it("are never cut where somebody else went on", async () => {
    const sink = await sinkOf("file");
    for (const [from, to] of [
      [0, 2],
      [2, 4],
      [4, 8],
    ] as const)
      await sink.put(batch(from, to));
    const whole = readFileSync(file(), "utf8");
    expect(await sink.put(batch(2, 4))).toMatchObject({ ok: true });
    expect(readFileSync(file(), "utf8")).toBe(whole);
    const other = {
      ...batch(2, 4),
      lines: batch(2, 4).lines.map((line) => line.replace("quoted", "forged")),
    };
    expect(await sink.put(other)).toMatchObject({ ok: false, error: { permanent: true } });
    expect(readFileSync(file(), "utf8")).toBe(whole);
  });

  it("refuse a gap, and lines of something else", async () => {
    const sink = await sinkOf("file");
    await sink.put(batch(0, 2));
    const gap = await sink.put(batch(3, 4));
    expect(gap).toMatchObject({ ok: false, error: { permanent: true } });
    appendFileSync(file(), "hello\n");
    expect(await sink.put(batch(2, 3))).toMatchObject({ ok: false, error: { permanent: true } });
    writeFileSync(file(), "");
    expect(await sink.put(batch(2, 3))).toMatchObject({ ok: true });
  });

  it("find the end of a file that is longer than a tail", async () => {
    const sink = await sinkOf("file", {
      target: { kind: "file", dir: join(folder, "out"), entriesPerFile: 30 },
    });
    const long = (from: number, to: number): ExportBatch => {
      const plain = batch(from, to);
      const lines = plain.lines.map((line) => line.replace("because of", "x".repeat(300_000)));
      return { ...plain, lines };
    };
    for (const [from, to] of [
      [0, 2],
      [2, 3],
      [3, 5],
      [3, 5],
    ] as const)
      expect(await sink.put(long(from, to))).toMatchObject({ ok: true });
    expect(arrived("file")).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("webhooks", () => {
  it.each(EXPORT_FORMATS)("are signed over what is sent: %s", async (format) => {
    await (await sinkOf("webhook")).put(batch(0, 2, format));
    const [request] = receiver.requests;
    const {
      "webhook-id": id,
      "webhook-timestamp": time,
      "webhook-signature": signature,
    } = request?.headers ?? {};
    expect(id).toMatch(/^exp_[0-9a-f]{12}_000000000000-000000000001$/);
    const mac = createHmac("sha256", KEY).update(`${id}.${time}.${request?.body}`).digest("base64");
    expect(signature).toBe(`v1,${mac}`);
  });

  it("do not reach a private address unless told to", async () => {
    const target = { ...targetOf("webhook"), url: receiver.url.replace("http:", "https:") } as ExportTarget;
    const sink = await sinkOf("webhook", { privateAddresses: false, target });
    expect(await sink.put(batch(0, 1))).toMatchObject({ ok: false, error: { permanent: true } });
    expect(receiver.requests).toEqual([]);
  });
});

/** AWS Signature Version 4, written down once more from its documentation: what storage does with a request. */
function signatureOf({ method, path, headers, body }: ReceivedRequest): string {
  const authorization = headers.authorization ?? "";
  const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? "";
  const scope = /Credential=AKIAEXAMPLE\/([^,]+)/.exec(authorization)?.[1] ?? "";
  const listed = signed.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, "", listed.join(""), signed, sha256Hex(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256Hex(canonical)].join("\n");
  const mac = (key: string | Buffer, said: string) => createHmac("sha256", key).update(said).digest();
  const key = scope.split("/").reduce<string | Buffer>(mac, `AWS4${variables.KEY}`);
  return mac(key, text).toString("hex");
}

describe("S3", () => {
  it("objects are signed, named by range, and carry their checksum", async () => {
    await (await sinkOf("s3")).put(batch(4, 10, "ocsf"));
    const [request] = receiver.requests;
    if (request === undefined) throw new Error("no request");
    expect(request.path).toBe("/audit/a/b/audit-000000000004-000000000009.ocsf.jsonl");
    expect(request.headers["x-amz-content-sha256"]).toBe(sha256Hex(request.body));
    expect(request.headers.authorization).toContain("/20261124/eu-central-1/s3/aws4_request");
    expect(request.headers.authorization).toContain(`Signature=${signatureOf(request)}`);
  });

  it("says the code that storage answered", async () => {
    status = 503;
    expect(await (await sinkOf("s3")).put(batch(0, 1))).toMatchObject({
      ok: false,
      error: { says: "it answered 503 (SlowDown)", permanent: false },
    });
  });
});
