import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { err, ok, problem } from "../../../base/index.ts";
import type { JobQueue, JobRequest } from "../../../schedule/index.ts";
import { deliverSoon } from "./deliver-soon.ts";

const change = (kind: string) => ({ kind, id: "x", workspace: null });

function queue() {
  const asked: JobRequest[] = [];
  const waiting: (() => void)[] = [];
  const warnings: unknown[] = [];
  let fails: "no" | "refuses" | "throws" = "no";
  const jobs: Pick<JobQueue, "enqueue"> = {
    async enqueue(job) {
      asked.push(job);
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (fails === "throws") throw new Error("closed");
      return fails === "refuses" ? err(problem("store_failed", "no")) : ok("id");
    },
  };
  const answer = async (): Promise<void> => {
    waiting.splice(0).forEach((resolve) => {
      resolve();
    });
    await setImmediate();
  };
  const log = { warn: (...said: readonly unknown[]) => void warnings.push(said) };
  return {
    asked,
    answer,
    warnings,
    tell: deliverSoon(jobs, log),
    fail: (how: typeof fails) => (fails = how),
  };
}

it("asks once for many changes, and once more for those that came meanwhile", async () => {
  const { asked, answer, tell } = queue();
  for (let n = 0; n < 100; n++) tell(change("finding"));
  expect(asked).toEqual([{ kind: "deliver", key: "deliver", data: {} }]);
  await answer();
  expect(asked).toHaveLength(2);
  await answer();
  expect(asked).toHaveLength(2);
  tell(change("grant"));
  expect(asked).toHaveLength(3);
  await answer();
});

it.each(["decision", "workspace", "audit"])("leaves out %s, of which nobody is told", (kind) => {
  const { asked, tell } = queue();
  tell(change(kind));
  expect(asked).toEqual([]);
});

it.each(["refuses", "throws"] as const)("goes on when the queue %s", async (how) => {
  const { asked, answer, warnings, tell, fail } = queue();
  fail(how);
  tell(change("scan"));
  await answer();
  expect(warnings).toHaveLength(1);
  tell(change("scan"));
  expect(asked).toHaveLength(2);
  await answer();
});
