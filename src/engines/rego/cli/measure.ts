import type { RegoHost } from "./host.ts";

export interface Measured {
  readonly runs: number;
  readonly totalNs: number;
  /** Nanoseconds of each run, sorted; at most the last 10,000. */
  readonly samples: readonly number[];
}

const SAMPLES = 10_000;

/** Repeats work until a second has passed, and 10 times at least. */
export function measure(host: RegoHost, work: () => void, milliseconds = 1_000): Measured {
  const samples: number[] = [];
  const started = host.monotonic();
  let runs = 0;
  let before = started;
  while (runs < 10 || before - started < milliseconds) {
    work();
    const after = host.monotonic();
    samples[runs % SAMPLES] = Math.round((after - before) * 1e6);
    before = after;
    runs++;
  }
  return { runs, totalNs: Math.round((before - started) * 1e6), samples: samples.sort((a, b) => a - b) };
}

/** Figures of the samples by the names that the opa tool gives them. */
export function histogram({ samples, runs }: Measured): ReadonlyMap<string, number> {
  const at = (percent: number): number =>
    samples[Math.min(samples.length - 1, Math.floor((samples.length * percent) / 100))] ?? 0;
  const mean = samples.reduce((a, b) => a + b, 0) / Math.max(1, samples.length);
  const variance = samples.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, samples.length);
  const name = "histogram_timer_rego_query_eval_ns_";
  return new Map([
    [`${name}75%`, at(75)],
    [`${name}90%`, at(90)],
    [`${name}95%`, at(95)],
    [`${name}99%`, at(99)],
    [`${name}99.9%`, at(99.9)],
    [`${name}99.99%`, at(99.99)],
    [`${name}count`, runs],
    [`${name}max`, samples.at(-1) ?? 0],
    [`${name}mean`, mean],
    [`${name}median`, at(50)],
    [`${name}min`, samples[0] ?? 0],
    [`${name}stddev`, Math.sqrt(variance)],
  ]);
}
