/**
 * Every argument list that this source can start a tool with. All of them only read: there is no other place
 * from which a subcommand comes, and a caller can add nothing but variable files. `-lock=false`: a reader
 * takes no lock from people who apply.
 */
const COMMANDS = Object.freeze({
  plan: Object.freeze(["plan", "-lock=false", "-input=false", "-no-color"]),
  refreshOnly: Object.freeze(["plan", "-refresh-only", "-lock=false", "-input=false", "-no-color"]),
  show: Object.freeze(["show", "-no-color", "-json"]),
});

export type PlanCommand = "plan" | "refreshOnly";

export function planArguments(
  command: PlanCommand,
  planFile: string,
  varFiles: readonly string[],
): readonly string[] {
  return [...COMMANDS[command], ...varFiles.map((file) => `-var-file=${file}`), `-out=${planFile}`];
}

export function showArguments(planFile: string): readonly string[] {
  return [...COMMANDS.show, planFile];
}
