import { base64Import } from "./base64.ts";
import { collectionImport } from "./collection.ts";
import { collectionListsImport } from "./collection-lists.ts";
import { collectionMapsImport } from "./collection-maps.ts";
import { decimalImport } from "./decimal.ts";
import type { StandardImport } from "./define.ts";
import { httpImport } from "./http.ts";
import { jsonImport } from "./json.ts";
import { runtimeImport } from "./runtime.ts";
import { sockaddrImport } from "./sockaddr.ts";
import { stringsImport } from "./strings.ts";
import { timeImport } from "./time.ts";
import { typesImport } from "./types.ts";
import { unitsImport } from "./units.ts";
import { versionImport } from "./version.ts";

export const STANDARD_IMPORTS: ReadonlyMap<string, StandardImport> = new Map([
  ["base64", base64Import],
  ["collection", collectionImport],
  ["collection/lists", collectionListsImport],
  ["collection/maps", collectionMapsImport],
  ["decimal", decimalImport],
  ["http", httpImport],
  ["json", jsonImport],
  ["runtime", runtimeImport],
  ["sockaddr", sockaddrImport],
  ["strings", stringsImport],
  ["time", timeImport],
  ["types", typesImport],
  ["units", unitsImport],
  ["version", versionImport],
]);
