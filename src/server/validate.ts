import type { ZodType } from "zod";
import { err, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { Fault } from "./problem-status.ts";

/** A Problem with the places of what is wrong. */
export interface Refused {
  readonly problem: Problem;
  readonly faults: readonly Fault[];
}

export type RequestPart = "params" | "query" | "body";

const MOST_FAULTS = 20;

/** One part of a request against its schema; a part without a schema must be empty. */
export function validPart(
  part: RequestPart,
  schema: ZodType | undefined,
  value: unknown,
): Result<unknown, Refused> {
  if (schema === undefined) {
    const empty =
      value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
    return empty ? ok({}) : refused(part, [{ pointer: `/${part}`, detail: `this route takes no ${part}` }]);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const faults = parsed.error.issues.flatMap((issue): Fault[] => {
    const at = [part, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        pointer: pointerOf([...at, key]),
        detail: "there is no such member",
      }));
    }
    return [{ pointer: pointerOf(at), detail: sentence(issue.message) }];
  });
  return refused(part, faults.slice(0, MOST_FAULTS));
}

function refused(part: RequestPart, faults: readonly Fault[]): Result<never, Refused> {
  const first = faults[0];
  const what = first === undefined ? part : `\`${first.pointer}\``;
  return err({
    problem: problem(
      "request_invalid",
      `${what} is not as this route takes it${first ? `: ${first.detail}` : ""}`,
      {
        hint: "see /v1/openapi.json",
      },
    ),
    faults,
  });
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** House form: lower-case start, no final full stop. The library never quotes the value itself. */
function sentence(message: string): string {
  const text = message.replace(/\.$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}
