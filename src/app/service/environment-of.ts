import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Environment } from "../../domain/index.ts";
import type { Service } from "./service.ts";

/** Where a workspace stands: what policies see of it comes from here, never from whoever asks. Problem: `workspace_missing`. */
export async function environmentOf(
  { config }: Service,
  workspace: string | null,
): Promise<Result<Environment, Problem>> {
  const own = config.environment;
  if (workspace === null || workspace === own.workspace) return ok(own);
  return err(
    problem("workspace_missing", `there is no workspace \`${workspace}\``, {
      hint: "add it, or name one that is there",
    }),
  );
}
