import * as z from "zod";
import { MODIFIERS, WATCH_KINDS } from "../../src/judge/risk/risk-rules.ts";
import { riskClass } from "./parts.ts";

/** A risk rule file, as `parseRiskRules` reads it; a test holds the two together. */

const text = z.string();

const property = z
  .union([
    riskClass,
    z.strictObject({
      class: riskClass,
      watch: z.enum(WATCH_KINDS).optional().describe("What to look for in a changed value"),
      values: z.array(text).optional().describe("Values that a watch of kind values, on or off looks for"),
      raise: riskClass.optional().describe("Class when the watch fires"),
      says: text.optional(),
    }),
  ])
  .meta({ id: "PropertyRule", description: "Class of the properties that a path pattern holds" });

const properties = z.record(text, property).describe("By path pattern, e.g. ingress.cidr_blocks or tags.*");

const type = z
  .union([
    riskClass,
    z.strictObject({
      group: text.optional(),
      class: riskClass.optional(),
      stateful: z.boolean().optional(),
      says: text.optional(),
      properties: properties.optional(),
      kinds: z
        .strictObject({
          at: z.array(text).optional().describe("Path of the attribute that names the kind"),
          classes: z
            .strictObject({
              low: z.array(text).optional(),
              medium: z.array(text).optional(),
              high: z.array(text).optional(),
              critical: z.array(text).optional(),
            })
            .optional(),
          stateful: z.array(text).optional(),
        })
        .optional()
        .describe("Class by the kind that the attributes name"),
    }),
  ])
  .meta({ id: "TypeRule", description: "Rules of one resource type; what is missing comes from its group" });

const group = z
  .strictObject({
    category: text.optional(),
    class: riskClass,
    stateful: z.boolean().optional().describe("Deleting or replacing one loses what nobody can bring back"),
    says: text.optional().describe("Ends the sentence: this decides …"),
    properties: properties.optional(),
    types: z.array(text).optional().describe("Resource types of the group"),
  })
  .meta({ id: "GroupRule", description: "Rules shared by the types of one group" });

export const riskRules = z
  .strictObject({
    version: z.literal(1),
    name: text.optional().describe("Begins the rule ids of this file; default: project"),
    groups: z.record(text, group).optional(),
    types: z.record(text, type).optional().describe("By resource type"),
    properties: properties.optional().describe("Rules for any type, weaker than those of types and groups"),
    address_keys: z
      .array(text)
      .optional()
      .describe("Attributes below which a text is a network range of who may connect"),
    label_maps: z.array(text).optional().describe("Attributes that hold tags or labels"),
    access_keys: z
      .array(
        z.strictObject({ keys: z.array(text).min(1), class: riskClass.optional(), says: text.optional() }),
      )
      .optional()
      .describe("Tag and label keys that are access control, as globs"),
    environments: z
      .array(
        z.strictObject({
          name: text.optional(),
          labels: z.record(text, z.array(text)).optional(),
          raise: z
            .strictObject({
              low: riskClass.optional(),
              medium: riskClass.optional(),
              high: riskClass.optional(),
              critical: riskClass.optional(),
            })
            .optional()
            .describe("From class to class; never lowers"),
        }),
      )
      .optional()
      .describe("Labels that raise classes, e.g. in production"),
    modifiers: z
      .strictObject(Object.fromEntries(MODIFIERS.map((name) => [name, riskClass.optional()])))
      .optional(),
    unknown_type: z
      .strictObject({ class: riskClass.exclude(["low"]), remove: riskClass.exclude(["low"]) })
      .optional()
      .describe("A type that no rule knows is never low"),
  })
  .meta({ title: "Trueup risk rules", description: "Risk rules of a project, merged over the shipped ones" });
