import { aggregates } from "./aggregates.ts";
import { arithmetic } from "./arithmetic.ts";
import { arrays } from "./arrays.ts";
import { aws } from "./aws.ts";
import { bits } from "./bits.ts";
import type { Builtin } from "./builtin.ts";
import { comparison } from "./comparison.ts";
import { encodings } from "./encodings.ts";
import { globs } from "./globs.ts";
import { graphqls } from "./graphqls.ts";
import { graphs } from "./graphs.ts";
import { hashes } from "./hashes.ts";
import { host } from "./host.ts";
import { jsonDocuments } from "./json-documents.ts";
import { net } from "./net.ts";
import { objects } from "./objects.ts";
import { regexes } from "./regexes.ts";
import { schemas } from "./schemas.ts";
import { semver } from "./semver.ts";
import { sets } from "./sets.ts";
import { strings } from "./strings.ts";
import { templates } from "./templates.ts";
import { times } from "./times.ts";
import { tokens } from "./tokens.ts";
import { typeChecks } from "./type-checks.ts";
import { units } from "./units.ts";
import { uris } from "./uris.ts";
import { uuids } from "./uuids.ts";
import { x509 } from "./x509.ts";
import { yamls } from "./yamls.ts";

const families: readonly (readonly Builtin[])[] = [
  aggregates,
  arithmetic,
  arrays,
  bits,
  comparison,
  graphs,
  jsonDocuments,
  objects,
  encodings,
  globs,
  regexes,
  net,
  semver,
  units,
  uris,
  uuids,
  times,
  hashes,
  host,
  tokens,
  yamls,
  schemas,
  aws,
  templates,
  x509,
  graphqls,
  sets,
  strings,
  typeChecks,
];

/** Every built-in by name, in order of names. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  families
    .flat()
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((builtin) => [builtin.name, builtin]),
);
