export type { CheckpointPlace, Config, EventFile, PolicyPlace, TofuSource } from "./config.ts";
export { VARIABLES, type Variables } from "./environment.ts";
export { CONFIG_FILE, type LoadedConfig, loadConfig } from "./load-config.ts";
export { defaultConfig, parseConfig, parseExceptions } from "./parse-config.ts";
export { rawConfig, rawExceptionFile } from "./raw.ts";
export { CONFIG_SCHEMA_URL, starterConfig } from "./starter-config.ts";
