import { newAuditEntry } from "../../audit/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import type { AuditEntry, Finding } from "../../domain/index.ts";
import { acceptFindings } from "../../govern/findings/index.ts";
import { type AppOptions, openSession, type Session } from "../session.ts";

export interface BaselineRequest {
  readonly reason: string;
  /** Ids, or beginnings of ids; empty: every open finding. */
  readonly findings: readonly string[];
}

export interface BaselineOutcome {
  readonly accepted: readonly Finding[];
  /** Hard-mandatory violations: nothing silences them, a baseline neither. */
  readonly refused: readonly Finding[];
}

/** Accepts what is there today, by digest: a finding that moves is open again. */
export async function baseline(
  options: AppOptions,
  request: BaselineRequest,
): Promise<Result<BaselineOutcome, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const { workspace } = session.config.environment;
  if (request.reason.trim().length < 10) {
    const hint = "say why, in a sentence that the one who audits it understands";
    return err([problem("reason_too_short", "the reason is too short to tell anybody anything", { hint })]);
  }
  return session.withStore(async (store) => {
    const open = await store.findings.list({ workspace, statuses: ["open"] });
    if (!open.ok) return err([open.error]);
    const chosen = choose(open.value, request.findings);
    if (!chosen.ok) return chosen;
    const by = { acceptedAt: rfc3339(session.now), acceptedBy: callerName(session), reason: request.reason };
    const { entries, findings: accepted, refused } = acceptFindings(chosen.value, by);
    if (accepted.length === 0) return ok({ accepted, refused });
    const audit = accepted.map((finding) => baselineEntry(session, finding, request.reason));
    const recorded = await store.findings.accept({ workspace, entries, findings: accepted, audit });
    return recorded.ok ? ok({ accepted, refused }) : err([recorded.error]);
  });
}

function choose(
  open: readonly Finding[],
  ids: readonly string[],
): Result<readonly Finding[], readonly Problem[]> {
  if (ids.length === 0) return ok(open);
  const chosen = new Set<Finding>();
  for (const id of ids) {
    const matches = open.filter((finding) => finding.id.startsWith(id) || finding.id.startsWith(`fnd_${id}`));
    const match = matches[0];
    if (match === undefined || matches.length > 1) {
      const message =
        matches.length > 1
          ? `more than one open finding begins with \`${id}\``
          : `there is no open finding \`${id}\``;
      return err([problem("finding_missing", message, { hint: "`trueup findings list` shows the ids" })]);
    }
    chosen.add(match);
  }
  return ok([...chosen]);
}

function callerName({ caller }: Session): string {
  return caller.asker.actor.person ?? caller.asker.actor.principal ?? "unknown";
}

function baselineEntry(session: Session, finding: Finding, reason: string): AuditEntry {
  return newAuditEntry({
    kind: "baseline",
    time: rfc3339(session.now),
    workspace: finding.workspace,
    actor: session.caller.asker.actor,
    channel: session.caller.asker.channel,
    subject: finding.id,
    answer: "accepted",
    because: reason,
    revisions: {},
    details: {
      address: finding.change.resource.address,
      digest: finding.change.digest,
      verdict: finding.verdict.kind,
      row: finding.verdict.row,
    },
  });
}
