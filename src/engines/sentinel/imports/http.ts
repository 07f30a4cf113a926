import { runtimeError } from "../errors.ts";
import { bytesOf, textOf } from "../values/bytes.ts";
import { fromJson } from "../values/json.ts";
import type { FuncValue, Value } from "../values/value.ts";
import { isInt, Namespace } from "../values/value.ts";
import type { ImportContext, StandardImport } from "./define.ts";
import { define, functions, intArg, listArg, stringArg, wrongArgument } from "./define.ts";

const MAX_RETRIES = 10;
const MAX_TIMEOUT = 30;

interface Client {
  readonly accepted: readonly number[];
  readonly retries: number;
  readonly timeout: number;
  readonly verify: boolean;
}

/** Strings of a request are byte strings. */
interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const requests = new WeakMap<Namespace, Request>();

/** Requests go to the host, which decides which hosts may be asked; the engine itself has no network. */
export const httpImport: StandardImport = (context) => {
  const client: Client = { accepted: [200], retries: 1, timeout: 10, verify: true };
  const base = clientObject(client, context);
  const request = define("request", 1, 1, (args) =>
    requestObject({ url: stringArg(args, 0, "http.request"), headers: { Accept: "*/*" }, body: "" }),
  );
  return new Namespace("http", (name) => {
    switch (name) {
      case "client":
        return base;
      case "request":
        return request;
      case "methodGet":
        return "GET";
      case "methodPost":
        return "POST";
      default:
        return base.get(name);
    }
  });
};

function clientObject(client: Client, context: ImportContext): Namespace {
  const change = (part: Partial<Client>): Namespace => clientObject({ ...client, ...part }, context);
  const send = (name: string, method: string): FuncValue =>
    define(name, 1, 1, ([target]) => perform(client, method, target as Value, context));
  return object(
    "http.client",
    {
      accepted_status_codes: [...client.accepted],
      retries: client.retries,
      timeout: client.timeout,
      certificate_verification: client.verify,
      ...functions(
        send("get", "GET"),
        send("post", "POST"),
        send("send", "GET"),
        define("accept_status_codes", 1, 1, (args) =>
          change({ accepted: listArg(args, 0, "accept_status_codes").map(statusCode) }),
        ),
        define("with_retries", 1, 1, (args) =>
          change({ retries: bounded(args, "with_retries", MAX_RETRIES) }),
        ),
        define("with_timeout", 1, 1, (args) =>
          change({ timeout: bounded(args, "with_timeout", MAX_TIMEOUT) }),
        ),
        define("without_certificate_verification", 0, 0, () => change({ verify: false })),
      ),
    },
    ["accepted_status_codes", "retries", "timeout", "certificate_verification"],
  );
}

function statusCode(value: Value): number {
  if (!isInt(value)) {
    throw wrongArgument("accept_status_codes", 0, "a list of ints", value);
  }
  return Number(value);
}

function bounded(args: readonly Value[], name: string, most: number): number {
  const value = Number(intArg(args, 0, name));
  if (value < 0 || value > most) {
    throw runtimeError(`\`${name}\` takes 0 to ${most}, not ${value}`);
  }
  return value;
}

function requestObject(request: Request): Namespace {
  const withHeader = (name: string, value: string): Namespace =>
    requestObject({ ...request, headers: { ...request.headers, [textOf(name)]: value } });
  const made = object(
    "http.request",
    {
      url: request.url,
      body: request.body,
      headers: fromJson(mapText(request.headers)),
      ...functions(
        define("with_header", 2, 2, (args) =>
          withHeader(stringArg(args, 0, "with_header"), stringArg(args, 1, "with_header")),
        ),
        define("with_basic_auth", 2, 2, (args) =>
          withHeader(
            "Authorization",
            `Basic ${btoa(`${stringArg(args, 0, "with_basic_auth")}:${stringArg(args, 1, "with_basic_auth")}`)}`,
          ),
        ),
        define("with_body", 1, 1, (args) =>
          requestObject({ ...request, body: stringArg(args, 0, "with_body") }),
        ),
      ),
    },
    ["url", "headers", "body"],
  );
  requests.set(made, request);
  return made;
}

function mapText(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, textOf(value)]));
}

function perform(client: Client, method: string, target: Value, context: ImportContext): Namespace {
  const request =
    typeof target === "string"
      ? { url: target, headers: { Accept: "*/*" }, body: "" }
      : target instanceof Namespace
        ? requests.get(target)
        : undefined;
  if (request === undefined) {
    throw wrongArgument(`http.${method.toLowerCase()}`, 0, "a URL or a request", target);
  }
  const answer = context.request({
    method,
    url: textOf(request.url),
    headers: mapText(request.headers),
    body: textOf(request.body),
    timeoutSeconds: client.timeout,
    retries: client.retries,
    verifyCertificate: client.verify,
  });
  if (!client.accepted.includes(answer.status)) {
    throw runtimeError(
      `\`${textOf(request.url)}\` answered with the status ${answer.status}, which is not accepted`,
    );
  }
  return object(
    "http.response",
    {
      status_code: answer.status,
      headers: fromJson(answer.headers),
      body: bytesOf(answer.body),
    },
    ["status_code", "headers", "body"],
  );
}

function object(
  typeName: string,
  members: Readonly<Record<string, Value>>,
  shown: readonly string[],
): Namespace {
  return new Namespace(typeName, (name) => (Object.hasOwn(members, name) ? members[name] : undefined), shown);
}
