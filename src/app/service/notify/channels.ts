import { isAbsolute, join } from "node:path";
import { type Channel, type NotificationSettings, openChannel } from "../../../notify/index.ts";
import { readSecret } from "./secrets.ts";

/** Every configured channel by its name. Nothing is connected or read until something is sent. */
export function openChannels(
  settings: NotificationSettings,
  root: string,
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, Channel> {
  const fromRoot = (path: string): string => (isAbsolute(path) ? path : join(root, path));
  return new Map(
    settings.channels.map((channel) => [
      channel.name,
      openChannel(channel, {
        publicUrl: settings.publicUrl,
        secret: (ref) => readSecret(ref, variables, fromRoot),
      }),
    ]),
  );
}
