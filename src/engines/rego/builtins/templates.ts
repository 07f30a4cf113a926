import { cacheOf } from "./bounded-cache.ts";
import { define } from "./define.ts";
import { objectAt, stringAt } from "./operands.ts";
import { type Body, parseTemplate } from "./template/parse.ts";
import { renderTemplate } from "./template/render.ts";

export const templates = [
  define(
    "strings.render_template(value: string, vars: object[string: any]) result: string",
    "strings",
    "A template of Go's `text/template` filled with the variables.",
    (ctx, args) => {
      const text = stringAt(args, 0);
      const variables = objectAt(args, 1);
      const template = cacheOf<Body>(ctx.constants, "template").get(text, parseTemplate);
      return renderTemplate(ctx, template, variables);
    },
  ),
];
