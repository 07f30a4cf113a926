import { type DestinationStream, type Logger, pino } from "pino";
import { type Clock, rfc3339 } from "../../base/index.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Members that hold a credential wherever they stand; their values are never written. */
const SECRET_MEMBERS = [
  "authorization",
  "cookie",
  "password",
  "secret",
  "token",
  "client_secret",
  "id_token",
  "access_token",
  "refresh_token",
  "api_key",
  "private_key",
] as const;

const PLACES = ["", "*.", "*.*.", "*.*.*."] as const;

/** JSON lines, one event each. Bodies, queries and credentials are not logged; what slips in under a telling name is removed. */
export function makeLog(level: LogLevel, clock: Clock, to: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${rfc3339(clock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          ...PLACES.flatMap((place) => SECRET_MEMBERS.map((name) => `${place}${name}`)),
          '*["set-cookie"]',
          '*.headers["set-cookie"]',
          '*.headers["x-api-key"]',
        ],
        censor: "(sensitive)",
      },
    },
    to,
  );
}
