import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askServer, askServerForAll, findServer, type ServerAddress } from "./server-client.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-client-"));
const asked: string[] = [];
const never = new AbortController().signal;
let http: Server;
let server: ServerAddress;

const REPLIES: Readonly<Record<string, readonly [status: number, type: string, body: string]>> = {
  "/v1/list?limit=500": [200, "application/json", '{"items":[1,2],"next":"a&b"}'],
  "/v1/list?limit=500&cursor=a%26b": [200, "application/json", '{"items":[3],"next":null}'],
  "/v1/report": [200, "text/markdown; charset=utf-8", "# Report\n"],
  "/v1/refused": [
    403,
    "application/problem+json",
    '{"code":"own_request","detail":"kim asked for it","hint":"ask a colleague","status":403}',
  ],
  "/v1/proxy": [502, "text/html", "<h1>Bad gateway</h1>"],
  "/v1/page": [200, "text/html", "<h1>Sign in</h1>"],
  "/v1/strange": [200, "application/json", '{"rows":[]}'],
  "/v1/strange?limit=500": [200, "application/json", '{"rows":[]}'],
};

beforeAll(async () => {
  http = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const [status, type, body] = REPLIES[request.url ?? ""] ?? [302, "text/plain", ""];
    response.writeHead(status, { "content-type": type, location: "https://elsewhere.example/" });
    response.end(body);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  server = { origin: `http://127.0.0.1:${port}`, token: "t" };
});
afterAll(() => {
  http.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("findServer", () => {
  it.each([
    ["no address", "trueup", "t", "server_address"],
    ["another scheme", "file:///etc/passwd", "t", "server_address"],
    ["a password in the address", "https://a:b@trueup.example", "t", "server_address"],
    ["http to another machine", "http://trueup.example", "t", "server_insecure"],
    ["http to a name that begins like this machine", "http://127.0.0.1.example", "t", "server_insecure"],
    ["no token", "https://trueup.example", "", "token_missing"],
  ])("refuses %s", async (_what, TRUEUP_SERVER, TRUEUP_TOKEN, code) => {
    const found = await findServer({ TRUEUP_SERVER, TRUEUP_TOKEN }, folder);
    expect(found.ok ? found.value : found.error.code).toBe(code);
  });

  it("takes what is configured before what runs here", async () => {
    const variables = { TRUEUP_SERVER: "https://trueup.example/base/", TRUEUP_TOKEN: "t" };
    expect(await findServer(variables, folder)).toEqual({
      ok: true,
      value: { origin: "https://trueup.example/base", token: "t" },
    });
  });

  it.each([
    ["a server that runs", { origin: "http://127.0.0.1:1", token: "t", pid: process.pid }, true],
    ["a file that a dead server left", { origin: "http://127.0.0.1:1", token: "t", pid: 2 ** 30 }, false],
    ["a file of another kind", { hello: "world" }, false],
    ["no JSON", "{", false],
  ])("reads %s", async (_what, content, there) => {
    writeFileSync(
      join(folder, "server.json"),
      typeof content === "string" ? content : JSON.stringify(content),
    );
    const found = await findServer({}, folder);
    expect(found.ok && found.value !== null).toBe(there);
  });
});

describe("askServer", () => {
  it("sends its token, and reads pages until the last one", async () => {
    expect(await askServerForAll(server, "/list", never)).toEqual({ ok: true, value: [1, 2, 3] });
    expect(asked.at(-1)).toBe("GET /v1/list?limit=500&cursor=a%26b Bearer t");
  });

  it("gives text as text", async () => {
    expect(await askServer(server, { method: "GET", path: "/report" }, never)).toEqual({
      ok: true,
      value: "# Report\n",
    });
  });

  it.each([
    ["a problem as it was", "/refused", "own_request"],
    ["a proxy's page as no answer", "/proxy", "server_answer"],
    ["a page in place of an answer", "/page", "server_answer"],
    ["a redirect, which would take the token along", "/redirect", "server_unreachable"],
  ])("tells %s", async (_what, path, code) => {
    const answer = await askServer(server, { method: "GET", path }, never);
    expect(answer.ok ? null : answer.error.code).toBe(code);
  });

  it("does not take an answer of another shape for an empty list", async () => {
    const answer = await askServerForAll(server, "/strange", never);
    expect(answer.ok ? null : answer.error.code).toBe("server_answer");
  });

  it("says that nobody is there", async () => {
    const nobody = { origin: "http://127.0.0.1:1", token: "t" };
    const answer = await askServer(nobody, { method: "GET", path: "/x" }, never);
    expect(answer.ok ? null : answer.error.code).toBe("server_unreachable");
  });
});
