import type { Place, SourceFile } from "./source-file.ts";
import { placeAt, placeText } from "./source-file.ts";

/** Stable codes. A `limit` error means that the host's bounds ended the evaluation, not that the policy is wrong. */
export type SentinelErrorCode =
  | "sentinel_syntax_error"
  | "sentinel_check_error"
  | "sentinel_import_error"
  | "sentinel_param_error"
  | "sentinel_config_error"
  | "sentinel_runtime_error"
  | "sentinel_limit_error";

/** One error of a source, a configuration or an evaluation. `text` is `file:line:col: message`. */
export interface SentinelError {
  readonly code: SentinelErrorCode;
  readonly message: string;
  /** Null where the error belongs to no line, such as a missing parameter value. */
  readonly place: Place | null;
  readonly text: string;
}

export function sentinelError(code: SentinelErrorCode, message: string, place: Place | null): SentinelError {
  return { code, message, place, text: place === null ? message : `${placeText(place)}: ${message}` };
}

/**
 * Ends an evaluation from deep inside. Never leaves the engine: the public calls turn it into a value.
 * Thrown without a place by operations on values; the closure that knows its source adds it (`withPlace`).
 */
export class Abort extends Error {
  readonly code: SentinelErrorCode;
  readonly place: Place | null;

  constructor(code: SentinelErrorCode, message: string, place: Place | null = null) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

export function runtimeError(message: string): Abort {
  return new Abort("sentinel_runtime_error", message);
}

export function limitError(message: string): Abort {
  return new Abort("sentinel_limit_error", message);
}

/** Gives an error without a place the place of the expression that met it. */
export function withPlace(error: unknown, file: SourceFile, pos: number): unknown {
  if (error instanceof Abort && error.place === null) {
    return new Abort(error.code, error.message, placeAt(file, pos));
  }
  return error;
}

/** True for what the JavaScript engine throws when its stack is full, or a string or table would be too large. */
export function isHostLimit(error: unknown): boolean {
  return error instanceof RangeError;
}

/** The public form of whatever ended an evaluation; anything else is a bug of ours and is thrown on. */
export function toSentinelError(error: unknown): SentinelError {
  if (error instanceof Abort) {
    return sentinelError(error.code, error.message, error.place);
  }
  if (isHostLimit(error)) {
    return sentinelError(
      "sentinel_limit_error",
      "the evaluation nests too deeply or needs too much memory",
      null,
    );
  }
  throw error;
}
