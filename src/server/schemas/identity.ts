import * as z from "zod";
import { identity } from "../../app/service/index.ts";

const globs = (what: string) =>
  z.array(z.string().min(1).max(500)).max(200).nullable().default(null).describe(what);

export const roleName = z.enum(identity.ROLES);
export const tokenScope = z.enum(identity.TOKEN_SCOPES);
/** Where a role holds; absent: everywhere. */
export const bindingScope = z
  .strictObject({
    workspaces: globs("Globs over names; null: any"),
    teams: globs("Globs over owning teams; null: any"),
    labels: z
      .record(z.string().max(200), z.string().max(500))
      .nullable()
      .default(null)
      .describe("Globs by label"),
  })
  .default({ workspaces: null, teams: null, labels: null })
  .describe("Where the role holds: every part that is given must hold; nothing given: everywhere");
