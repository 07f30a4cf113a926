import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What of the optional packages is used. They are loaded by name, so that the program builds and runs without them. */
interface TracingSdk {
  readonly NodeSDK: new (settings: {
    readonly serviceName: string;
  }) => { start(): void; shutdown(): Promise<void> };
}

const PACKAGE = "@opentelemetry/sdk-node";

/**
 * Traces over OTLP, where `OTEL_EXPORTER_OTLP_ENDPOINT` (or the one for traces) is set; the package costs 36 MB and is loaded only
 * then. Its other settings are OpenTelemetry's own variables. Returns the way to flush and stop.
 */
export async function startTracing(
  variables: Variables,
  version: string,
): Promise<Result<() => Promise<void>, Problem>> {
  const endpoint =
    variables["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? variables["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (endpoint === undefined || endpoint === "") return ok(async () => undefined);
  let sdk: TracingSdk;
  try {
    sdk = (await import(PACKAGE)) as TracingSdk;
  } catch (cause) {
    return err(
      problem(
        "tracing_missing",
        `traces are asked for, and ${PACKAGE} cannot be loaded: ${messageOf(cause)}`,
        {
          hint: `run npm i ${PACKAGE} @opentelemetry/api, or unset OTEL_EXPORTER_OTLP_ENDPOINT`,
        },
      ),
    );
  }
  const tracer = new sdk.NodeSDK({ serviceName: `trueup ${version}` });
  tracer.start();
  return ok(() => tracer.shutdown());
}
