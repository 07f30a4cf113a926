import { describe } from "vitest";
import { findPeers } from "../../tools/peers/find.ts";

type Found<Name extends string> = { readonly [K in Name]: string } & { readonly tofuConfig: string };

/** `describe` of what needs real programs; where one is missing it says so and is skipped. */
export function describeWithPeers<Name extends string>(
  title: string,
  programs: readonly Name[],
  body: (peers: Found<Name>) => void,
): void {
  const peers = findPeers(programs);
  if (peers.found) {
    describe(title, () => body({ ...peers.paths, tofuConfig: peers.tofuConfig }));
    return;
  }
  process.stdout.write(`SKIPPED ${title}: ${peers.reason}\n`);
  describe.skip(`${title} (${peers.reason})`, () => body({} as Found<Name>));
}
