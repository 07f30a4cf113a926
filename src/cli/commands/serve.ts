import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { appOptions } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";
import { version } from "../version.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureBehindProxy?: boolean;
  readonly trustProxy?: readonly string[];
  readonly limit: number;
  /** `false`: `--no-worker`. */
  readonly worker: boolean;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** Runs the server until it is told to stop. Where it can be reached goes to standard output, its log to standard error. */
export function serve(options: ServeOptions) {
  return async (invocation: Invocation): Promise<ExitCode> => {
    const { terminal } = invocation;
    const { tlsCert, tlsKey } = options;
    if ((tlsCert === undefined) !== (tlsKey === undefined)) {
      const message = "a certificate and its key go together";
      noteProblems(terminal, [
        { code: "tls_incomplete", message, hint: "give both --tls-cert and --tls-key" },
      ]);
      return EXIT.failed;
    }
    const { runServer } = await import("../../server/index.ts");
    const done = await runServer(
      appOptions(invocation),
      {
        host: options.host,
        port: options.port,
        tls: tlsCert === undefined || tlsKey === undefined ? null : { cert: tlsCert, key: tlsKey },
        insecureBehindProxy: options.insecureBehindProxy ?? false,
        trustedProxies: options.trustProxy ?? [],
        limits: { principal: options.limit, address: Math.min(options.limit, 600) },
        logLevel: options.logLevel,
        work: options.worker,
        version: version(),
      },
      ({ origin, signInLink }) => {
        terminal.out(`trueup serves at ${origin}`);
        if (signInLink !== null) terminal.out(`sign in once with ${signInLink}`);
      },
    );
    terminal.settle();
    if (done.ok) return EXIT.ok;
    noteProblems(terminal, done.error);
    return EXIT.failed;
  };
}
