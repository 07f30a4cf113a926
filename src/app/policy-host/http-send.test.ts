import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/index.ts";
import { sendHttp } from "./http-send.ts";

let server: Server;
let url = "";
let requests = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    requests++;
    let body = "";
    for await (const chunk of request) body += String(chunk);
    if (request.url === "/never") return;
    if (request.url === "/moved") {
      response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
      return;
    }
    response.setHeader("Content-Type", request.url === "/text" ? "text/plain" : "application/json");
    response.end(JSON.stringify({ method: request.method, body, sent: request.headers["x-a"] ?? null }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const send = (request: JsonObject, hosts = [new URL(url).host], timeoutMs = 20_000) =>
  sendHttp({ kind: "http_send", key: "k", request, timeoutMs }, hosts);

describe("http.send of a set that may reach a host", () => {
  it("answers as OPA does: status, headers in lower case, the text and what it holds", async () => {
    const answer = await send({ method: "post", url: `${url}/x`, body: { a: 1 }, headers: { "X-A": "b" } });
    expect(answer.ok && answer.value).toMatchObject({
      status: "200 OK",
      status_code: 200,
      body: { method: "POST", body: '{"a":1}', sent: "b" },
      headers: { "content-type": ["application/json"] },
    });
  });

  it.each([
    ["text stays text", {}, null],
    ["unless the policy wants JSON", { force_json_decode: true }, { method: "GET", body: "", sent: null }],
  ])("%s", async (_note, extra, body) => {
    const answer = await send({ method: "get", url: `${url}/text`, ...extra });
    expect(answer.ok && (answer.value as JsonObject)["body"]).toEqual(body as Json);
  });

  it("hands a redirect on and follows none", async () => {
    const answer = await send({ method: "get", url: `${url}/moved` });
    expect(answer.ok && (answer.value as JsonObject)["status_code"]).toBe(302);
  });

  it.each([
    ["another host", { url: "https://evil.example.com/" }, "policy_host_denied"],
    ["another port", { url: "http://127.0.0.1:1/" }, "policy_host_denied"],
    ["a host that hides behind a name", { url: "http://127.0.0.1@evil.example.com/" }, "policy_host_denied"],
    ["no http", { url: "file:///etc/passwd" }, "policy_host_denied"],
    ["no URL", { url: "nowhere" }, "http_send_refused"],
    ["a connection without checks", { tls_insecure_skip_verify: true }, "http_send_refused"],
    ["redirects", { enable_redirect: true }, "http_send_refused"],
    ["a file of this machine", { tls_client_key_file: "/etc/key" }, "http_send_refused"],
    ["a variable of this machine", { tls_ca_cert_env_variable: "PATH" }, "http_send_refused"],
  ])("asks nobody, whatever `raise_error` says: %s", async (_note, extra, code) => {
    const before = requests;
    const answer = await send({ method: "get", url: `${url}/x`, raise_error: false, ...extra });
    expect([answer.ok ? null : answer.error.code, requests - before]).toEqual([code, 0]);
  });

  it("does not send over the network without encryption", async () => {
    const answer = await send({ method: "get", url: "http://a.example.com/" }, ["a.example.com"]);
    expect(answer.ok ? null : answer.error.code).toBe("policy_host_denied");
  });

  it.each([
    ["is an error of the policy", {}, "http_send_failed"],
    ["is told to a policy that asks for it", { raise_error: false }, "eval_http_send_network_error"],
  ])("a server that does not answer %s", async (_note, extra, code) => {
    const answer = await send({ method: "get", url: `${url}/never`, timeout: "30ms", ...extra });
    const told = answer.ok
      ? ((answer.value as JsonObject)["error"] as JsonObject)["code"]
      : answer.error.code;
    expect(told).toBe(code);
  });

  it.each([
    ["a header that is none", { headers: { "a\r\nb": "c" } }],
    ["a value that is none", { headers: { a: "c\r\nd: e" } }],
    ["a method that is none", { method: "GET / HTTP/1.1\r\n" }],
  ])("never throws: %s", async (_note, extra) => {
    const answer = await send({ method: "get", url: `${url}/x`, ...extra });
    expect(answer.ok ? null : answer.error.code).toBe("http_send_failed");
  });
});
