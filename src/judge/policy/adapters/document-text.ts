import { err, type Json, ok, type Result } from "../../../base/index.ts";
import type { HostFailure } from "../host.ts";

/** A document as it travels to an engine outside. One that is nested too deeply for that is an error of the policy. */
export function documentText(document: Json): Result<string, HostFailure> {
  try {
    return ok(JSON.stringify(document));
  } catch {
    return err({ code: "document_too_deep", message: "the document is nested too deeply to be handed on" });
  }
}
