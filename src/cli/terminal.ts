import { type Problem, problemText } from "../base/index.ts";
import { prose } from "./output/neutral-text.ts";

/** What a command may do with the outside: print, and know where it prints. */
export interface Terminal {
  /** Writes the report. */
  out(text: string): void;
  /** The same for what comes in pieces; waits where the reader is slower. */
  outPieces(pieces: Iterable<string>): Promise<void>;
  /** Writes what is for people beside the report: progress, problems, hints. */
  note(text: string): void;
  /** Replaces the progress line on a terminal; prints a plain line now and then elsewhere. */
  progress(text: string): void;
  /** Ends the progress line, if there is one. */
  settle(): void;
  readonly colour: boolean;
  readonly width: number;
  readonly interactive: boolean;
}

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Progress lines where there is no terminal come at most this often, so that a CI log stays readable. */
const QUIET_MS = 10_000;

/** What is done sooner needs no word there. */
const PATIENCE_MS = 2_000;

export function openTerminal({ stdout, stderr, variables }: Streams): Terminal {
  const interactive = stdout.isTTY === true && stderr.isTTY === true && !isSet(variables["CI"]);
  // https://no-color.org: any non-empty NO_COLOR switches colours off.
  const colour = stdout.isTTY === true && !isSet(variables["NO_COLOR"]) && variables["TERM"] !== "dumb";
  let lineOpen = false;
  let lastQuiet = performance.now() - QUIET_MS + PATIENCE_MS;
  const settle = (): void => {
    if (lineOpen) stderr.write("\r\u001b[2K");
    lineOpen = false;
  };
  return {
    out(text) {
      settle();
      stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    },
    async outPieces(pieces) {
      settle();
      for (const piece of endingInNewline(pieces)) {
        if (!stdout.write(piece)) await new Promise((resolve) => stdout.once("drain", resolve));
      }
    },
    note(text) {
      settle();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (stderr.isTTY === true && !isSet(variables["CI"])) {
        stderr.write(`\r\u001b[2K${prose(text)}`);
        lineOpen = true;
        return;
      }
      const now = performance.now();
      if (now - lastQuiet < QUIET_MS) return;
      lastQuiet = now;
      stderr.write(`${prose(text)}\n`);
    },
    settle,
    colour,
    width: Math.min(Math.max(stdout.columns ?? 80, 40), 200),
    interactive,
  };
}

export function* endingInNewline(pieces: Iterable<string>): Iterable<string> {
  let last = "";
  for (const piece of pieces) {
    if (piece === "") continue;
    yield piece;
    last = piece;
  }
  if (!last.endsWith("\n")) yield "\n";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/** Problems go to stderr, one a line, each with its place and what to do. */
export function noteProblems(terminal: Terminal, problems: readonly Problem[]): void {
  for (const found of problems) terminal.note(`trueup: ${prose(problemText(found))}`);
}
