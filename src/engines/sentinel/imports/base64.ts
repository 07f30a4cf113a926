import { runtimeError } from "../errors.ts";
import type { StandardImport } from "./define.ts";
import { define, functions, namespace, shared, stringArg } from "./define.ts";

const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const URL_SAFE = /^[A-Za-z0-9_-]*={0,2}$/;

export const base64Import: StandardImport = shared(
  namespace(
    "base64",
    functions(
      define("encode", 1, 1, (args) => btoa(stringArg(args, 0, "base64.encode"))),
      define("decode", 1, 1, (args) => decode(stringArg(args, 0, "base64.decode"), STANDARD)),
      define("urlencode", 1, 1, (args) =>
        btoa(stringArg(args, 0, "base64.urlencode"))
          .replaceAll("+", "-")
          .replaceAll("/", "_"),
      ),
      define("urldecode", 1, 1, (args) => decode(stringArg(args, 0, "base64.urldecode"), URL_SAFE)),
    ),
  ),
);

/** Strings are bytes already, so `btoa` and `atob` work on them as they are. */
function decode(text: string, alphabet: RegExp): string {
  if (!alphabet.test(text) || text.length % 4 !== 0) {
    throw runtimeError("the text to decode is not base64");
  }
  return atob(text.replaceAll("-", "+").replaceAll("_", "/"));
}
