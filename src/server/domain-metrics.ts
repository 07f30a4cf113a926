import { Counter, Gauge, type Registry } from "prom-client";
import type { Service } from "../app/service/index.ts";

/** How long numbers that cost a query are good for, in milliseconds: scrapers come in pairs. */
const KEPT_MS = 5_000;

/** The domain's own numbers: asked of the store when they are scraped, never kept up in between. */
export function observeService(registry: Registry, service: Service): void {
  const registers = [registry];
  let kept: { readonly at: number; readonly numbers: ReturnType<typeof ask> } | null = null;
  const ask = () => service.store.numbers.read(service.clock.now());
  const numbers = () => {
    const now = service.monotonic();
    if (kept === null || now - kept.at > KEPT_MS) kept = { at: now, numbers: ask() };
    return kept.numbers;
  };
  const findings = new Gauge({
    name: "trueup_open_findings",
    help: "Open findings by triage and risk class",
    labelNames: ["triage", "risk"] as const,
    registers,
    async collect() {
      const read = await numbers();
      if (!read.ok) return;
      findings.reset();
      for (const { triage, risk, count } of read.value.openFindings) findings.set({ triage, risk }, count);
    },
  });
  const overdue = new Gauge({
    name: "trueup_overdue_findings",
    help: "Open findings whose due date is past",
    registers,
    async collect() {
      const read = await numbers();
      if (read.ok) overdue.set(read.value.overdueFindings);
    },
  });
  const scanAge = new Gauge({
    name: "trueup_scan_age_seconds",
    help: "Age of the last scan by workspace",
    labelNames: ["workspace"] as const,
    registers,
    async collect() {
      const read = await numbers();
      if (!read.ok) return;
      scanAge.reset();
      for (const { workspace, seconds } of read.value.scanAges) scanAge.set({ workspace }, seconds);
    },
  });
  const decisions = new Counter({
    name: "trueup_decisions_total",
    help: "Decisions given by this process, by point, answer and verdict",
    labelNames: ["point", "decision", "verdict"] as const,
    registers,
    collect() {
      decisions.reset();
      for (const { point, decision, verdict, count } of service.tally.rows()) {
        decisions.inc({ point, decision, verdict }, count);
      }
    },
  });
  const reviews = new Gauge({
    name: "trueup_overdue_reviews",
    help: "Open reviews whose due date is past",
    registers,
    async collect() {
      const read = await numbers();
      if (read.ok) reviews.set(read.value.overdueReviews);
    },
  });
  const entries = new Gauge({
    name: "trueup_audit_entries",
    help: "Entries of the record",
    registers,
    async collect() {
      const head = await service.store.audit.head();
      if (head.ok) entries.set(head.value.size);
    },
  });
  for (const part of ["threads", "running", "waiting"] as const) {
    const gauge = new Gauge({
      name: `trueup_judge_${part}`,
      help: `Judging threads: ${part}`,
      registers,
      collect() {
        gauge.set(service.policies.judge.state[part]);
      },
    });
  }
}
