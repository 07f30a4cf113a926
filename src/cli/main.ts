import { EXIT } from "./exit-codes.ts";
import { runProgram } from "./program.ts";

// A reader that goes away (`trueup … | head`) is no failure of ours.
process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
  process.exit(cause.code === "EPIPE" ? EXIT.ok : EXIT.failed);
});

runProgram(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (cause: unknown) => {
    // Only a bug comes here. The trace is for whoever reports it, and never replaces the sentence.
    const detail = process.env["TRUEUP_DEBUG"] && cause instanceof Error ? `\n${cause.stack}` : "";
    const message = cause instanceof Error ? cause.message : String(cause);
    process.stderr.write(
      `trueup: internal error: ${message.split("\n")[0]}; please report it with the command you ran (TRUEUP_DEBUG=1 shows the trace) [internal_error]${detail}\n`,
    );
    process.exitCode = EXIT.failed;
  },
);
