export {
  makeScrubber,
  parseSecretPath,
  type Scrubber,
  type SecretPathRule,
  type SecretValues,
  secretMarker,
} from "../secrets/index.ts";
export { type CorrelateOptions, correlate } from "./correlate.ts";
export { type Detection, type DetectOptions, detect, detectWithNoise } from "./detect.ts";
export { changeDigest } from "./digest.ts";
export { NORMALISERS, type Normaliser } from "./normalise/index.ts";
export { changeSecrets, redact } from "./redact.ts";
