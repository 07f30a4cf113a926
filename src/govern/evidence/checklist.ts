/** One thing that auditors ask for, and where the record holds it. */
export interface ChecklistItem {
  readonly asked: string;
  /** Controls that ask it. */
  readonly by: string;
  /** Entry kind and members, or the document. */
  readonly held: string;
}

/** What an emergency change must show, before, during and after, with the place of each field. */
export const CHECKLIST: readonly ChecklistItem[] = [
  {
    asked: "identifier and kind of the emergency",
    by: "CM-3, CC8.1",
    held: "break_glass entry: subject, details.emergency",
  },
  {
    asked: "incident or ticket",
    by: "CM-3, 6.5.1",
    held: "break_glass entry: details.incident; exception entry: details.ticket",
  },
  {
    asked: "reason and business impact",
    by: "CM-3, A.8.32",
    held: "break_glass entry: because, details.touches",
  },
  {
    asked: "scope",
    by: "CM-3",
    held: "break_glass entry: details.scope; exception entry: details.addresses, types, paths",
  },
  {
    asked: "requester is not the approver",
    by: "CC8.1, SOX ITGC",
    held: "approval, exception and review entries: actor; refused attempts: answer refused, code own_request or own_review",
  },
  { asked: "start and hard end", by: "AC-2(2)", held: "break_glass entry: details.starts_at, ends_at" },
  {
    asked: "what, when, where, source, outcome, who of each change",
    by: "AU-3 a–f, 10.2",
    held: "verdict and decision entries: details.action and resource, details.happened_at, actor.sourceIp, channel, answer, actor",
  },
  {
    asked: "before and after",
    by: "CM-3, AU-3",
    held: "finding document: change.before, change.after, secrets removed; verdict entry: details.properties",
  },
  {
    asked: "policy version and gate decision",
    by: "CM-5(1)",
    held: "revisions of verdict and decision entries; decision entry: details.point",
  },
  {
    asked: "denied tries",
    by: "AU-3, AC-6(9)",
    held: "decision entries with answer deny; entries with answer refused",
  },
  {
    asked: "who was alerted at the opening",
    by: "CC7.2",
    held: "notification delivery log of the grant's notice",
  },
  { asked: "automatic end", by: "AC-2(2)", held: "break_glass entry with answer expired or closed" },
  {
    asked: "changes in the window, by the holder and by others",
    by: "CM-3 f",
    held: "break_glass entries with answer collected: details.links",
  },
  {
    asked: "reviewer is not the actor, and what was decided",
    by: "CM-3 f, CC8.1",
    held: "review entries: actor, answer, because, details.item",
  },
  {
    asked: "code and reality agree again",
    by: "CM-6 c",
    held: "review entries with answer proven: details.proof, details.ref",
  },
  {
    asked: "nothing was changed or removed since",
    by: "AU-9(4), AU-10",
    held: "Merkle log, signed checkpoints, inclusion proofs of this report",
  },
  {
    asked: "completeness",
    by: "CM-8(3)",
    held: "the population of this report: every observed change once, the counts add up",
  },
];
