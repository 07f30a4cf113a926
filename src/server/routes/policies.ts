import * as z from "zod";
import { ok } from "../../base/index.ts";
import { type Route, route } from "../route.ts";
import { json, text } from "../schemas/judgement.ts";

const set = z
  .object({
    name: text,
    place: text,
    revision: text,
    engine: text,
    policies: z.array(
      z.object({
        name: text,
        description: text,
        level: z.enum(["advisory", "soft-mandatory", "hard-mandatory"]),
        document: text,
        entry: text,
        parameters: json,
        applies: json,
      }),
    ),
  })
  .meta({ id: "PolicySet" });

export const policyRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/policies",
    summary: "The policy sets that judge, with levels and revisions",
    tag: "policies",
    access: "policies.read",
    reply: z.object({ items: z.array(set), next: z.null() }),
    handle: async ({ service }) =>
      ok({
        value: {
          items: service.policies.sets.map(({ name, place, revision, engine, policies }) => ({
            name,
            place,
            revision,
            engine,
            policies: policies.map((policy) => ({
              name: policy.name,
              description: policy.description,
              level: policy.level,
              document: policy.document,
              entry: policy.entry,
              parameters: policy.parameters,
              applies: JSON.parse(JSON.stringify(policy.applies)),
            })),
          })),
          next: null,
        },
      }),
  }),
];
