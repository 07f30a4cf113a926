import {
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as sendHttp,
} from "node:http";
import { Agent as HttpsAgent, request as sendHttps } from "node:https";
import { codeOf, err, ok, type Result } from "../../base/index.ts";

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For everything together: connection, answer, its last byte. */
  readonly timeoutMs: number;
  /** PEM text; takes the place of the system's authorities. */
  readonly ca: string | null;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

export interface HttpFailure {
  readonly kind: "timeout" | "unreachable" | "too_large" | "refused";
  /** In a few words, without the content of an answer. */
  readonly why: string;
}

/** Answers that are larger are given up. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

const PORTS = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true }) };

/**
 * One request, one answer. Never follows a redirect, never reads more than {@link MAX_ANSWER_BYTES}, always checks a
 * server's certificate, always ends. Takes no proxy from the environment.
 */
export function exchange(request: HttpRequest): Promise<Result<HttpResponse, HttpFailure>> {
  return new Promise((resolve) => {
    const { url, body, ca } = request;
    const secure = url.protocol === "https:";
    let timer: NodeJS.Timeout | undefined;
    const end = (outcome: Result<HttpResponse, HttpFailure>): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    try {
      const options: RequestOptions & { ca?: string; rejectUnauthorized: boolean } = {
        method: request.method,
        headers: {
          ...request.headers,
          ...(body === null ? {} : { "content-length": String(Buffer.byteLength(body)) }),
        },
        agent: secure ? PORTS["https:"] : PORTS["http:"],
        rejectUnauthorized: true,
        ...(ca === null ? {} : { ca }),
      };
      const sent = secure ? sendHttps(url, options) : sendHttp(url, options);
      timer = setTimeout(() => {
        end(err({ kind: "timeout", why: `no answer within ${request.timeoutMs} ms` }));
        sent.destroy();
      }, request.timeoutMs);
      sent.on("response", (response) => {
        receive(response).then(end, (cause: unknown) => end(unreachable(cause)));
      });
      sent.on("error", (cause) => end(unreachable(cause)));
      sent.end(body ?? undefined);
    } catch (cause) {
      // Node refuses header names, methods and paths that are none.
      end(err({ kind: "refused", why: codeOf(cause) ?? "no valid request" }));
    }
  });
}

async function receive(response: IncomingMessage): Promise<Result<HttpResponse, HttpFailure>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      response.destroy();
      return err({ kind: "too_large", why: `the answer is larger than ${MAX_ANSWER_BYTES} bytes` });
    }
    chunks.push(chunk);
  }
  const headers: Record<string, string[]> = Object.create(null);
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    if (values !== undefined) headers[name] = values;
  }
  return ok({
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? "",
    headers,
    body: Buffer.concat(chunks),
  });
}

function unreachable(cause: unknown): Result<HttpResponse, HttpFailure> {
  return err({ kind: "unreachable", why: codeOf(cause) ?? "the connection failed" });
}
