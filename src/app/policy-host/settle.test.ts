import { expect, it } from "vitest";
import { type Json, ok } from "../../base/index.ts";
import type { HostExchange, HostRequest, PolicyHost } from "../../judge/policy/index.ts";
import { settle } from "./settle.ts";

const requestOf = (key: string): HostRequest => ({ kind: "http_send", key, request: {}, timeoutMs: 1 });

function countingHost() {
  const asked: string[] = [];
  const host: PolicyHost = {
    hosts: [],
    perform(request) {
      asked.push(request.key);
      return Promise.resolve(ok<Json>(request.key));
    },
  };
  return { asked, host };
}

it("makes an attempt that asks nothing once", async () => {
  let attempts = 0;
  expect(await settle(() => ++attempts)).toBe(1);
});

it("asks for everything of an attempt at once, and for nothing twice", async () => {
  const { asked, host } = countingHost();
  let attempts = 0;
  const attempt = ({ answers, asked: needs }: HostExchange): string => {
    attempts++;
    const need = (key: string): boolean => {
      if (!answers.has(key)) needs?.set(key, { host, request: requestOf(key) });
      return answers.has(key);
    };
    const first = [need("a"), need("b")].every(Boolean);
    return first && need("c") ? "done" : "not yet";
  };
  expect(await settle(attempt)).toBe("done");
  expect([asked, attempts]).toEqual([["a", "b", "c"], 3]);
});

it("ends with what asks without end: the last attempt may ask nothing", async () => {
  const { asked, host } = countingHost();
  const attempt = ({ answers, asked: needs }: HostExchange): string => {
    if (needs === null) return "told that it must end";
    const key = `n${answers.size}`;
    needs.set(key, { host, request: requestOf(key) });
    return "not yet";
  };
  expect(await settle(attempt)).toBe("told that it must end");
  expect(asked.length).toBeLessThanOrEqual(100);
});
