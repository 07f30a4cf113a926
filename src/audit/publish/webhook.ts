import { err, messageOf, ok, type Problem, problem } from "../../base/index.ts";
import type { Publish } from "./published.ts";

export interface WebhookTarget {
  /** `https:`, or `http:` to this machine only: a checkpoint is public, but where it goes must not be for others to choose. */
  readonly url: string;
  /** Sent as `Authorization`; never shown in a Problem. */
  readonly authorization?: string;
  readonly timeoutMs?: number;
}

/** POSTs the signed note as text. Any 2xx answer counts; redirects do not. */
export function publishToWebhook(target: WebhookTarget): Publish {
  return async (checkpoint) => {
    const url = URL.canParse(target.url) ? new URL(target.url) : null;
    if (url === null || !isAllowed(url)) {
      return err(problem("checkpoint_unpublished", "the webhook address is not an `https:` address"));
    }
    const place = `${url.origin}${url.pathname}`;
    try {
      const answer = await fetch(url, {
        method: "POST",
        body: checkpoint.note,
        redirect: "error",
        signal: AbortSignal.timeout(target.timeoutMs ?? 10_000),
        headers: {
          "content-type": "text/plain; charset=utf-8",
          ...(target.authorization === undefined ? {} : { authorization: target.authorization }),
        },
      });
      await answer.body?.cancel();
      return answer.ok ? ok({ where: place }) : err(unpublished(place, `it answered ${answer.status}`));
    } catch (cause) {
      return err(unpublished(place, messageOf(cause)));
    }
  };
}

function isAllowed(url: URL): boolean {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && local);
}

function unpublished(place: string, why: string): Problem {
  return problem("checkpoint_unpublished", `the webhook \`${place}\` did not take the checkpoint: ${why}`);
}
