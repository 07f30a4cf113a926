import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The four golden signals, and a registry that the domain's own numbers join. */
export interface Metrics {
  readonly registry: Registry;
  begun(): void;
  answered(method: string, route: string, status: number, seconds: number): void;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "trueup_" });
  const registers = [registry];
  const inFlight = new Gauge({
    name: "trueup_http_requests_in_flight",
    help: "Requests that are being worked on (saturation)",
    registers,
  });
  const duration = new Histogram({
    name: "trueup_http_request_duration_seconds",
    help: "Time to the answer, by route and class of status (latency, traffic)",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const errors = new Counter({
    name: "trueup_http_request_errors_total",
    help: "Answers with a status of 500 and above (errors)",
    labelNames: ["method", "route"] as const,
    registers,
  });
  return {
    registry,
    begun: () => inFlight.inc(),
    answered(method, route, status, seconds) {
      inFlight.dec();
      duration.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
      if (status >= 500) errors.inc({ method, route });
    },
  };
}
