import { findPeer, programsOf } from "../../tools/peers/find.ts";
import { peersFolder } from "../../tools/peers/places.ts";
import { RECIPES } from "../../tools/peers/recipes.ts";

/** Says which peers there are, so that a skipped test is seen with its reason. */
export function setup(): void {
  const say = (text: string): unknown => process.stdout.write(`${text}\n`);
  say(`real tier: peers in ${peersFolder()}`);
  for (const program of RECIPES.flatMap(programsOf)) {
    const peer = findPeer(program);
    say(peer.found ? `  has      ${program}` : `  SKIPPED  what needs ${program}: ${peer.reason}`);
  }
}
