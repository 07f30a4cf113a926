import type { JobHandler } from "../../../schedule/index.ts";
import type { Service } from "../service.ts";
import { openChannels } from "./channels.ts";
import { deliver } from "./deliver.ts";

/** Handler of the `deliver` job. To be run each minute, and whenever somebody wrote a notice. */
export function deliverJob(
  service: Pick<Service, "config" | "root" | "clock" | "store" | "log">,
  variables: Readonly<Record<string, string | undefined>>,
): JobHandler {
  const { notifications: settings } = service.config;
  const channels = openChannels(settings, service.root, variables);
  return async ({ signal }) => {
    const done = await deliver({
      notifications: service.store.notifications,
      settings,
      channels,
      clock: service.clock,
      random: Math.random,
      signal,
    });
    if (done.ok && done.value.failed > 0)
      service.log.warn({ failed: done.value.failed }, "deliveries failed");
    return done.ok ? { ok: true, value: { ...done.value } } : done;
  };
}
