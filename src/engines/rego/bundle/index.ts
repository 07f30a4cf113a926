export { type Bundle, readBundle } from "./bundle.ts";
export { readJson, readYaml } from "./documents.ts";
export { type FileSystem, ignoring, joinPath, walkFiles } from "./files.ts";
export { type Loaded, type LoadRequest, load } from "./load.ts";
export type { Verification } from "./signatures.ts";
export { type ArchivedFile, readTarGz } from "./tar.ts";
