import { copyFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * A data folder (`TF_DATA_DIR`) of our own for a workspace that `init` prepared: the backend settings and the
 * selected workspace are copied, since the tool may write them; providers and modules are linked, since it
 * only reads them while planning. So nothing below the workspace's `.terraform` can change, and nothing is
 * downloaded. A workspace that was never initialised gets an empty folder: the tool itself says best what is
 * missing (one without providers needs no `init`).
 */
export function borrowDataFolder(workspace: string, original: string | undefined, into: string): string {
  const source = resolve(workspace, original ?? ".terraform");
  const target = join(into, "data");
  mkdirSync(target, { mode: 0o700 });
  for (const file of ["terraform.tfstate", "environment"])
    if (existsSync(join(source, file))) copyFileSync(join(source, file), join(target, file));
  for (const folder of ["providers", "plugins", "modules"])
    if (existsSync(join(source, folder))) symlinkSync(join(source, folder), join(target, folder), "junction");
  return target;
}
