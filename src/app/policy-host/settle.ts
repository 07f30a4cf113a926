import type { HostAnswer, HostExchange, HostRequest, PolicyHost } from "../../judge/policy/index.ts";

/** Attempts in which something may still be asked. Each is one step of what depends on each other; policies need a handful. */
const MAX_ROUNDS = 50;

/** Requests that are under way at once. */
const IN_PARALLEL = 8;

/**
 * Makes an attempt until it asks nothing new, with everything that was answered so far. The attempt is synchronous and
 * pure, so that making it again changes nothing but what it may know.
 */
export async function settle<T>(attempt: (exchange: HostExchange) => T): Promise<T> {
  const answers = new Map<string, HostAnswer>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const asked: NonNullable<HostExchange["asked"]> = new Map();
    const value = attempt({ answers, asked });
    if (asked.size === 0) return value;
    await performAll([...asked.values()], answers);
  }
  return attempt({ answers, asked: null });
}

async function performAll(
  asked: readonly { readonly host: PolicyHost; readonly request: HostRequest }[],
  answers: Map<string, HostAnswer>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let one = asked[next++]; one !== undefined; one = asked[next++]) {
      answers.set(one.request.key, await one.host.perform(one.request));
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_PARALLEL, asked.length) }, work));
}
