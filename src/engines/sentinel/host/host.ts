import type { HttpAnswer, HttpRequest } from "../imports/define.ts";

/** What the commands and the test runner need of the outside. The engine itself reads nothing. */
export interface SentinelHost {
  /** Text of a file, or null when there is none. */
  readonly readFile: (path: string) => string | null;
  /** Names in a folder, or null when it is none. */
  readonly listFolder: (path: string) => readonly string[] | null;
  readonly writeFile: (path: string, text: string) => void;
  readonly readStandardInput: () => string;
  readonly nowNs: () => bigint;
  readonly monotonicMs: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text behind a remote source (`git::…`, `https://…`), checksum verified. Absent: remote sources are unsupported. */
  readonly fetchSource?: (source: string) => { readonly text: string } | { readonly error: string };
  /** Performs a request for the `http` import; absent: network is off. */
  readonly request?: (request: HttpRequest) => HttpAnswer | { readonly error: string };
  /** Hosts that the `http` import may ask. */
  readonly allowedHosts?: readonly string[];
}
