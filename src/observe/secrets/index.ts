export { HIDDEN, hideSecrets } from "./hide-secrets.ts";
export {
  below,
  membersOf,
  type PathSet,
  pathSet,
  relation,
  replaceAt,
  replacePaths,
  visitAt,
} from "./path-set.ts";
export { makeScrubber, type Scrubber, type SecretValues, secretMarker } from "./scrubber.ts";
export { isSecretName } from "./secret-names.ts";
export { configuredSecrets, parseSecretPath, pathsMatching, type SecretPathRule } from "./secret-paths.ts";
export { addSecretTexts } from "./secret-texts.ts";
export { isSecretValue } from "./secret-values.ts";
