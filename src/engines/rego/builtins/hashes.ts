import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { define } from "./define.ts";
import { stringAt } from "./operands.ts";

export const hashes = [
  ...(["md5", "sha1", "sha256"] as const).map((algorithm) =>
    define(
      `crypto.${algorithm}(x: string) y: string`,
      "crypto",
      `The text's ${algorithm.toUpperCase()} digest as hexadecimal digits.`,
      (_, args) => createHash(algorithm).update(stringAt(args, 0), "utf8").digest("hex"),
    ),
  ),
  ...(["md5", "sha1", "sha256", "sha512"] as const).map((algorithm) =>
    define(
      `crypto.hmac.${algorithm}(x: string, key: string) y: string`,
      "crypto",
      `The HMAC of the text with ${algorithm.toUpperCase()}, as hexadecimal digits.`,
      (_, args) => {
        const text = stringAt(args, 0);
        return createHmac(algorithm, stringAt(args, 1)).update(text, "utf8").digest("hex");
      },
    ),
  ),
  define(
    "crypto.hmac.equal(mac1: string, mac2: string) result: boolean",
    "crypto",
    "Whether two HMACs are equal; takes the same time wherever they differ.",
    (_, args) => {
      const a = Buffer.from(stringAt(args, 0), "utf8");
      const b = Buffer.from(stringAt(args, 1), "utf8");
      return a.length === b.length && timingSafeEqual(a, b);
    },
  ),
];
