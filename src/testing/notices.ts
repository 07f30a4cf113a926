import type { Notice } from "../notify/ports.ts";
import { REPORT_TIME } from "./index.ts";

let made = 0;

/** A fresh notice of a violation; ids are in the order of making. */
export function aNotice(over: Partial<Notice> = {}): Notice {
  made += 1;
  return {
    id: `ntf_${String(made).padStart(24, "0")}`,
    kind: "finding.violation",
    time: REPORT_TIME,
    workspace: "prod-edge",
    labels: { env: "prod", team: "platform" },
    class: "high",
    severity: "error",
    owner: "platform",
    subject: "fnd_aabbccddeeff",
    state: "open",
    title: "`aws_security_group.web` was opened to the internet",
    text: "an ingress rule lets everybody in; roll it back or ask for an exception",
    facts: [
      { name: "Risk", value: "high" },
      { name: "Changed by", value: "ana@example.com (console)" },
      { name: "ingress[0].cidr_blocks", value: '["10.0.0.0/8"] → ["0.0.0.0/0"]' },
    ],
    links: [{ label: "Review it", path: "findings/fnd_aabbccddeeff" }],
    due: "2026-11-25T09:30:00.000Z",
    ...over,
  };
}
