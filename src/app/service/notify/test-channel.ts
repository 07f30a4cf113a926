import { randomBytes } from "node:crypto";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import type { Notice } from "../../../notify/index.ts";
import type { Service } from "../service.ts";
import { openChannels } from "./channels.ts";

export interface ChannelTest {
  readonly delivered: boolean;
  /** What the receiver answered, or why it was not reached. */
  readonly says: string;
  readonly status: number | null;
}

const TEST_MS = 70_000;

/** Sends one message to a channel at once, past routes and outbox, and says what came of it. */
export async function testChannel(
  service: Pick<Service, "config" | "root" | "clock">,
  principal: Principal,
  name: string,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Result<ChannelTest, Problem>> {
  const { notifications } = service.config;
  const channel = openChannels(notifications, service.root, variables).get(name);
  if (channel === undefined) {
    return err(
      problem("channel_missing", `there is no channel \`${name}\``, {
        hint: "name one of `notifications.channels` in trueup.yaml",
      }),
    );
  }
  const now = rfc3339(service.clock.now());
  const id = randomBytes(12).toString("hex");
  const notice: Notice = {
    id: `ntf_${id}`,
    kind: "channel.test",
    time: now,
    workspace: service.config.environment.workspace,
    labels: service.config.environment.labels,
    class: null,
    severity: "info",
    owner: null,
    subject: `tst_${id}`,
    state: "open",
    title: "test message from Trueup",
    text: `${principal.name} tried the channel ${name}; there is nothing to do`,
    facts: [],
    links: [],
    due: null,
  };
  const message = { kind: "notice", notice, reference: null } as const;
  const sent = await channel.send({ id: `dlv_${id}`, now, message, signal: AbortSignal.timeout(TEST_MS) });
  const { says, status } = sent.ok ? sent.value : sent.error;
  return ok({ delivered: sent.ok, says, status });
}
