import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Environment } from "../../domain/index.ts";
import type { Service } from "./service.ts";

/** Where a workspace stands: what policies see of it comes from here, never from whoever asks. Problem: `workspace_missing`. */
export async function environmentOf(
  { config, store }: Service,
  workspace: string | null,
): Promise<Result<Environment, Problem>> {
  const own = config.environment;
  if (workspace === null || workspace === own.workspace) return ok(own);
  const found = await store.workspaces.find(workspace);
  if (!found.ok) return found;
  // An id would find it as well: what is asked for is a name.
  if (found.value !== null && found.value.name === workspace) {
    const { name, labels, account } = found.value;
    return ok({ workspace: name, labels, account });
  }
  return err(
    problem("workspace_missing", `there is no workspace \`${workspace}\``, {
      hint: "add it, or name one that is there",
    }),
  );
}
