export interface PemBlock {
  /** What stands after `BEGIN`. */
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n([\s\S]*?)\r?\n?-----END \1-----[ \t]*(?:\r?\n|$)/;

/** The first PEM block of a text and what follows it; undefined when there is none. */
export function firstPem(text: string): { readonly block: PemBlock; readonly rest: string } | undefined {
  let from = 0;
  for (;;) {
    const match = BLOCK.exec(text.slice(from));
    if (match === null) return undefined;
    const body = match[2]!.replace(/^[^\n:]+:[^\n]*\r?\n/gm, "").replace(/\s+/g, "");
    const end = from + match.index + match[0].length;
    if (/^[A-Za-z0-9+/]*={0,2}$/.test(body) && body.length % 4 === 0) {
      const block = { type: match[1]!, bytes: Buffer.from(body, "base64"), text: match[0] };
      return { block, rest: text.slice(end) };
    }
    from = end;
  }
}

/** All PEM blocks of a text. */
export function allPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let rest = text;
  for (let found = firstPem(rest); found !== undefined; found = firstPem(rest)) {
    blocks.push(found.block);
    rest = found.rest;
  }
  return blocks;
}
