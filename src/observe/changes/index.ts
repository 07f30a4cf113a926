export { type Detection, type DetectOptions, detect, detectWithNoise } from "./detect.ts";
export { changeDigest } from "./digest.ts";
export { NORMALISERS, type Normaliser } from "./normalise/index.ts";
export { replacePaths } from "./path-set.ts";
export { addSecretTexts, changeSecrets, redact } from "./redact.ts";
export { makeScrubber, type Scrubber, type SecretValues, secretMarker } from "./scrubber.ts";
export { configuredSecrets, parseSecretPath, pathsMatching, type SecretPathRule } from "./secret-paths.ts";
