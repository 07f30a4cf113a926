import { type Problem, problem } from "../../../base/index.ts";
import type { StateReading } from "./reading.ts";

/**
 * A state file's lineage names the estate that it belongs to, for good. A state of another lineage than the
 * one recorded for a workspace is another estate's: comparing them would report everything as drift. `null`
 * when they agree or one of them is not known.
 */
export function checkLineage(
  reading: Pick<StateReading, "lineage">,
  recorded: { readonly workspace: string; readonly lineage: string | null },
  file: string,
): Problem | null {
  if (reading.lineage === null || recorded.lineage === null || reading.lineage === recorded.lineage)
    return null;
  return problem(
    "state_lineage_mismatch",
    `\`${file}\` has lineage \`${reading.lineage}\`, workspace \`${recorded.workspace}\` was recorded with \`${recorded.lineage}\``,
    {
      place: { file, path: "lineage" },
      hint: "pass the state of this workspace, or name another workspace with `--workspace`",
    },
  );
}
