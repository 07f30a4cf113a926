import { Fault } from "../builtin.ts";
import { parseMoment } from "../go-time-parse.ts";
import { parseAddress } from "../ip-address.ts";
import { Regex, RegexError } from "../regex/regex.ts";
import { parseUri } from "../uris.ts";

const HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])";
const HOST_NAME = new RegExp(`^${HOST_LABEL}(?:\\.${HOST_LABEL})*$`);
const UUID = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/i;
const POINTER = /^(?:\/(?:[^~/]|~0|~1)*)*$/;
const RELATIVE_POINTER = /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$/;
const EMAIL = /^(?:[^<>@"]*<[^\s<>@"]+@[^\s<>@"]+>|[^\s<>@",;:()[\]\\]+@[^\s<>@",;:()\\]+)$/;

/** Whether a text has a format; formats that are not known hold for every text. */
export function hasFormat(format: string, text: string): boolean {
  switch (format) {
    case "date":
      return isTime(text, "2006-01-02");
    case "time":
      return isTime(text, "15:04:05Z07:00", "15:04:05");
    case "date-time":
      return isTime(text, "15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00");
    case "hostname":
      return text.length < 256 && HOST_NAME.test(text);
    case "email":
    case "idn-email":
      return EMAIL.test(text);
    case "ipv4":
      return text.includes(".") && parseAddress(text) !== undefined;
    case "ipv6":
      return text.includes(":") && parseAddress(text) !== undefined;
    case "uri":
    case "iri": {
      const parts = parseUri(text);
      return typeof parts !== "string" && parts["scheme"] !== undefined && !text.includes("\\");
    }
    case "uri-reference":
    case "iri-reference":
      return typeof parseUri(text) !== "string" && !text.includes("\\");
    case "uri-template": {
      const parts = parseUri(text);
      if (typeof parts === "string" || text.includes("\\")) return false;
      return !/\{[^}]*$/.test(parts["path"] ?? "");
    }
    case "uuid":
      return UUID.test(text);
    case "regex":
      return isPattern(text);
    case "json-pointer":
      return POINTER.test(text);
    case "relative-json-pointer":
      return RELATIVE_POINTER.test(text);
    default:
      return true;
  }
}

function isTime(text: string, ...layouts: readonly string[]): boolean {
  return layouts.some((layout) => {
    try {
      parseMoment(layout, text);
      return true;
    } catch (thrown) {
      if (thrown instanceof Fault) return false;
      throw thrown;
    }
  });
}

function isPattern(text: string): boolean {
  try {
    return text === "" || new Regex(text) instanceof Regex;
  } catch (thrown) {
    if (thrown instanceof RegexError) return false;
    throw thrown;
  }
}
