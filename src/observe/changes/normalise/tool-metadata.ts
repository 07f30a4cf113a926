import type { Normaliser } from "./normaliser.ts";

export const toolMetadata: Normaliser = {
  name: "tool-metadata",
  removes:
    "bookkeeping of the platform or the tool (`resource_version`, `generation`, `etag`, …), by the source's list",
  isNoise: ({ isMetadata }) => isMetadata,
};
