import { Abort, withPlace } from "../errors.ts";
import type { SourceFile } from "../source-file.ts";
import { placeAt } from "../source-file.ts";
import type { Scope } from "./scope.ts";

/** What the compilation of one expression or statement knows. */
export interface CompileContext {
  readonly file: SourceFile;
  readonly scope: Scope;
  /** Position of each import in the file, by the name it is bound to. */
  readonly imports: ReadonlyMap<string, number>;
  /** Byte-string forms are made once a name. */
  readonly coverage: boolean;
}

/** An error at a known place of the file. */
export function abortAt(file: SourceFile, pos: number, message: string): Abort {
  return new Abort("sentinel_runtime_error", message, placeAt(file, pos));
}

/** Runs an operation on values; an error without a place gets this one. */
export function guarded<T>(file: SourceFile, pos: number, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw withPlace(error, file, pos);
  }
}
