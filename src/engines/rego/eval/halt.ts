import type { Location, RegoErrorCode } from "../errors.ts";

/** Ends an evaluation. Not an Error: it carries no stack, and only the public API ever sees it. */
export class Halt {
  readonly code: RegoErrorCode;
  readonly message: string;
  readonly location: Location | undefined;

  constructor(code: RegoErrorCode, message: string, location: Location | undefined) {
    this.code = code;
    this.message = message;
    this.location = location;
  }
}
