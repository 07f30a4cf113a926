import { quoteGo } from "../values/index.ts";
import { define } from "./define.ts";
import { parseAddress } from "./ip-address.ts";
import { fault, stringAt } from "./operands.ts";

export const uris = [
  define(
    "uri.parse(uri: string) output: object[string: string]",
    "uri",
    "Parts of a URI that are there: scheme, hostname, port, path, raw_path, raw_query, fragment.",
    (_, args) => {
      const text = stringAt(args, 0);
      const parts = parseUri(text);
      if (typeof parts === "string") throw fault(`parse ${quoteGo(text)}: ${parts}`);
      return { ...parts };
    },
  ),
  define(
    "uri.is_valid(uri: string) result: boolean",
    "uri",
    "Whether the text is a URI or a relative reference, and not empty.",
    (_, [value]) => typeof value === "string" && value !== "" && typeof parseUri(value) !== "string",
  ),
];

type Parts = Record<string, string>;

/** Parts as Go's `net/url` splits them, or what is wrong in its words. */
export function parseUri(text: string): Parts | string {
  const hash = text.indexOf("#");
  const before = hash < 0 ? text : text.slice(0, hash);
  const parts: Parts = {};
  // Go quotes the whole text, but looks for control characters before the fragment only.
  const problem = parseMain(before, parts);
  if (problem !== undefined) return problem;
  const fragment = hash < 0 ? "" : text.slice(hash + 1);
  const decoded = decode(fragment, "fragment");
  if (typeof decoded !== "string") return decoded.problem;
  if (decoded !== "") parts["fragment"] = decoded;
  return parts;
}

function parseMain(text: string, parts: Parts): string | undefined {
  if (/[\u0000-\u001f\u007f]/.test(text)) return "net/url: invalid control character in URL";
  if (text === "*") return setPath(parts, "*");
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0];
  if (scheme === undefined && text.startsWith(":")) return "missing protocol scheme";
  if (scheme !== undefined) parts["scheme"] = scheme.slice(0, -1).toLowerCase();
  let rest = text.slice(scheme?.length ?? 0);
  const question = rest.indexOf("?");
  if (question >= 0) {
    if (question + 1 < rest.length) parts["raw_query"] = rest.slice(question + 1);
    rest = rest.slice(0, question);
  }
  if (!rest.startsWith("/")) {
    if (scheme !== undefined) return undefined;
    if (rest.split("/")[0]!.includes(":")) return "first path segment in URL cannot contain colon";
  }
  if (rest.startsWith("//") && (scheme !== undefined || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    const authority = rest.slice(2, slash < 0 ? undefined : slash);
    rest = slash < 0 ? "" : rest.slice(slash);
    const problem = parseAuthority(authority, parts);
    if (problem !== undefined) return problem;
  }
  return setPath(parts, rest);
}

function setPath(parts: Parts, raw: string): string | undefined {
  const path = decode(raw, "path");
  if (typeof path !== "string") return path.problem;
  if (path === "") return undefined;
  parts["path"] = path;
  // As OPA has it: the text as written only where encoding the path again would not give it back.
  parts["raw_path"] = encodePath(path) === raw ? path : raw;
  return undefined;
}

export function encodePath(path: string): string {
  return [...Buffer.from(path, "utf8")]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      if (/[A-Za-z0-9\-_.~$&+,/:;=@]/.test(char)) return char;
      return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

function parseAuthority(authority: string, parts: Parts): string | undefined {
  const at = authority.lastIndexOf("@");
  const problem = parseHost(authority.slice(at + 1), parts);
  if (problem !== undefined || at < 0) return problem;
  const user = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return "net/url: invalid userinfo";
  const decoded = decode(user, "fragment");
  return typeof decoded === "string" ? undefined : decoded.problem;
}

function parseHost(host: string, parts: Parts): string | undefined {
  const open = host.lastIndexOf("[");
  let name = host;
  let colonPort = "";
  if (open >= 0) {
    const close = host.lastIndexOf("]");
    if (close < 0) return "missing ']' in host";
    if (open > 0) return "invalid IP-literal";
    colonPort = host.slice(close + 1);
    if (!isPort(colonPort)) return `invalid port ${quoteGo(colonPort)} after host`;
    const literal = decodeLiteral(host.slice(1, close));
    if (typeof literal !== "string") return literal.problem;
    name = literal;
  } else {
    const colon = host.lastIndexOf(":");
    if (colon >= 0) {
      colonPort = host.slice(colon);
      name = host.slice(0, colon);
      if (!isPort(colonPort)) return `invalid port ${quoteGo(colonPort)} after host`;
    }
    const decoded = decode(name, "host");
    if (typeof decoded !== "string") return decoded.problem;
    name = decoded;
  }
  if (name !== "") parts["hostname"] = name;
  if (colonPort.length > 1) parts["port"] = colonPort.slice(1);
  return undefined;
}

/** An IPv6 address in brackets, with a zone after `%25`. */
function decodeLiteral(inner: string): string | { readonly problem: string } {
  const zoneAt = inner.indexOf("%25");
  const address = decode(zoneAt < 0 ? inner : inner.slice(0, zoneAt), "host");
  if (typeof address !== "string") return address;
  const zone = zoneAt < 0 ? "" : decode(inner.slice(zoneAt), "fragment");
  if (typeof zone !== "string") return zone;
  if (!address.includes(":") && parseAddress(address) !== undefined) return { problem: "invalid IP-literal" };
  if (!address.includes(":") || parseAddress(address) === undefined)
    return { problem: `invalid host: ParseAddr(${quoteGo(inner)}): unable to parse IP` };
  return address + zone;
}

function isPort(text: string): boolean {
  return text === "" || /^:[0-9]*$/.test(text);
}

/** Characters of ASCII that may stand unescaped in a host. */
const HOST_CHAR = /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/;

function decode(text: string, mode: "path" | "host" | "fragment"): string | { readonly problem: string } {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(i)!);
    if (char === "%") {
      const triple = text.slice(i, i + 3);
      const bad = !/^%[0-9a-fA-F]{2}$/.test(triple);
      // Only characters outside of ASCII may be escaped in a host.
      if (bad || (mode === "host" && triple < "%8"))
        return { problem: `invalid URL escape ${quoteGo(triple)}` };
      bytes.push(Number.parseInt(triple.slice(1), 16));
      i += 3;
      continue;
    }
    if (mode === "host" && char < "\u0080" && !HOST_CHAR.test(char))
      return { problem: `invalid character ${quoteGo(char)} in host name` };
    bytes.push(...Buffer.from(char, "utf8"));
    i += char.length;
  }
  return Buffer.from(bytes).toString("utf8");
}
