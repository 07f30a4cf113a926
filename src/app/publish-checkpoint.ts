import { type Publish, publishToFolder, publishToGit, publishToWebhook } from "../audit/index.ts";
import type { Problem } from "../base/index.ts";
import type { Checkpoint } from "../domain/index.ts";
import type { CheckpointPlace } from "./config/index.ts";

/**
 * Carries a checkpoint to every configured place. A place that fails is told and does not undo what was recorded: the next
 * checkpoint covers everything that this one does.
 */
export async function publishCheckpoint(
  checkpoint: Checkpoint,
  places: readonly CheckpointPlace[],
  fromRoot: (path: string) => string,
): Promise<readonly Problem[]> {
  const done = await Promise.all(places.map((place) => publisher(place, fromRoot)(checkpoint)));
  return done.flatMap((result) => (result.ok ? [] : [result.error]));
}

function publisher(place: CheckpointPlace, fromRoot: (path: string) => string): Publish {
  switch (place.kind) {
    case "file":
      return publishToFolder(fromRoot(place.path));
    case "git":
      return publishToGit({ repository: fromRoot(place.path) });
    case "webhook":
      return publishToWebhook({ url: place.url });
  }
}
