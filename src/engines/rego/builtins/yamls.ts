import { Fault } from "./builtin.ts";
import { define } from "./define.ts";
import { checkLength, stringAt } from "./operands.ts";
import { readYaml } from "./yaml/read.ts";
import { writeYaml } from "./yaml/write.ts";

export const yamls = [
  define("yaml.marshal(x: any) y: string", "encoding", "The value as YAML text.", (ctx, args) => {
    const text = writeYaml(args[0]!);
    checkLength(ctx, text.length);
    return text;
  }),
  define(
    "yaml.unmarshal(x: string) y: any",
    "encoding",
    "The value of a YAML text, of its first document.",
    (ctx, args) => {
      const text = stringAt(args, 0);
      ctx.tick(text.length >> 3);
      return readYaml(text);
    },
  ),
  define("yaml.is_valid(x: string) result: boolean", "encoding", "Whether the text is YAML.", (ctx, args) => {
    if (typeof args[0] !== "string") return false;
    ctx.tick(args[0].length >> 3);
    try {
      readYaml(args[0]);
      return true;
    } catch (thrown) {
      if (thrown instanceof Fault) return false;
      throw thrown;
    }
  }),
];
