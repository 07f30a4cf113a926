import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

/*
 * A client that costs little: prepared bytes over kept connections, one request at a time on each. Both sides of a comparison get
 * the same one, so that it takes the same share of the machine from each.
 */

export interface Target {
  readonly port: number;
  /** The whole request, head and body. */
  readonly request: Buffer;
  /** Must occur in each answer's body. */
  readonly expect: string;
}

export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly failed: number;
}

export function httpRequest(port: number, path: string, headers: Record<string, string>, body: string): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** As many as there can be: each connection asks again as soon as it has its answer. */
export async function saturate(target: Target, connections: number, ms: number): Promise<Measured> {
  const times: number[] = [];
  let failed = 0;
  const start = performance.now();
  const until = start + ms;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const line = await open(target);
      while (performance.now() < until) {
        const begun = performance.now();
        if (!(await line.ask())) failed++;
        times.push(performance.now() - begun);
      }
      line.close();
    }),
  );
  return measured(times, failed, performance.now() - start);
}

/** At a given rate, whether or not answers come: the time counts from when a request was due, not from when it could be sent. */
export async function pace(target: Target, perSecond: number, connections: number, ms: number): Promise<Measured> {
  const idle: Line[] = await Promise.all(Array.from({ length: connections }, () => open(target)));
  const all = [...idle];
  const waiting: number[] = [];
  const times: number[] = [];
  let failed = 0;
  let sent = 0;
  const start = performance.now();
  const total = Math.floor((perSecond * ms) / 1_000);
  await new Promise<void>((resolve) => {
    const pump = (): void => {
      while (waiting.length > 0 && idle.length > 0) {
        const due = waiting.shift() as number;
        const line = idle.pop() as Line;
        void line.ask().then((good) => {
          if (!good) failed++;
          times.push(performance.now() - due);
          idle.push(line);
          if (times.length === total) resolve();
          pump();
        });
      }
    };
    const timer = setInterval(() => {
      const now = performance.now();
      for (; sent < total && start + (sent * 1_000) / perSecond <= now; sent++) {
        waiting.push(start + (sent * 1_000) / perSecond);
      }
      if (sent === total) clearInterval(timer);
      pump();
    }, 1);
  });
  for (const line of all) line.close();
  return measured(times, failed, performance.now() - start);
}

function measured(times: number[], failed: number, ms: number): Measured {
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return { perSecond: (times.length * 1_000) / ms, p50: at(0.5), p99: at(0.99), worst: times.at(-1) ?? 0, failed };
}

interface Line {
  ask(): Promise<boolean>;
  close(): void;
}

async function open({ port, request, expect }: Target): Promise<Line> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const made = connect(port, "127.0.0.1", () => resolve(made));
    made.setNoDelay(true).once("error", reject);
  });
  let text = "";
  let done: ((good: boolean) => void) | null = null;
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
    const head = text.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = /content-length: (\d+)/i.exec(text.slice(0, head));
    const whole = length === null ? text.endsWith("0\r\n\r\n") : text.length >= head + 4 + Number(length[1]);
    if (!whole) return;
    const good = text.startsWith("HTTP/1.1 200") && text.includes(expect, head);
    text = "";
    done?.(good);
  });
  socket.on("error", () => done?.(false));
  socket.on("close", () => done?.(false));
  return {
    ask: () =>
      new Promise((resolve) => {
        done = resolve;
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
