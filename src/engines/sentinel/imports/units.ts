import type { StandardImport } from "./define.ts";
import { namespace } from "./define.ts";

export const unitsImport: StandardImport = () =>
  namespace("units", {
    kilobyte: 1024,
    megabyte: 1024 ** 2,
    gigabyte: 1024 ** 3,
    terabyte: 1024 ** 4,
    petabyte: 1024 ** 5,
  });
