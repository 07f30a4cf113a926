import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import {
  type Person,
  type Review,
  type ReviewChoice,
  type ReviewItem,
  type ReviewItemKind,
  type ReviewProof,
  type ReviewStatus,
  samePerson,
} from "../../domain/index.ts";

export function reviewStatus(review: Review, now: number): ReviewStatus {
  if (review.closed !== null) return "closed";
  return now >= Date.parse(review.due) ? "overdue" : "open";
}

/** Which choices end which kind of item. */
const CHOICES: Readonly<Record<ReviewItemKind, readonly ReviewChoice[]>> = {
  change: ["adopt", "roll_back", "already_back"],
  allowed_drift: ["adopt", "roll_back", "already_back", "renew", "escalate"],
  exception: ["adopt", "roll_back", "renew", "escalate"],
  grant: ["adopt", "roll_back", "escalate"],
  approval: ["adopt", "roll_back", "renew", "escalate"],
};

/** Which proofs show that a choice came true. */
const PROOFS: Readonly<Record<ReviewChoice, readonly ReviewProof["kind"][]>> = {
  adopt: ["no_op_plan", "read_again"],
  roll_back: ["read_again"],
  already_back: ["read_again"],
  renew: ["renewed"],
  escalate: ["escalated"],
};

export interface NewReview {
  readonly id: string;
  readonly kind: Review["kind"];
  readonly subject: string;
  readonly holder: Person | null;
  readonly team: string | null;
  readonly due: string;
  readonly items: readonly ReviewItem[];
}

export function openReview(fields: NewReview, now: number): Review {
  return {
    schema: "trueup.review/v1",
    ...fields,
    items: sorted(fields.items),
    openedAt: rfc3339(now),
    closed: null,
    version: 1,
  };
}

/**
 * Adds what came late. An item that is there already keeps its choice and proof and takes the newer evidence; a closed review
 * opens again when there is something new to decide. The due date moves forward only.
 */
export function addItems(review: Review, items: readonly ReviewItem[], due: string): Review {
  const held = new Map(review.items.map((item) => [item.id, item]));
  let fresh = false;
  for (const item of items) {
    const before = held.get(item.id);
    if (before === undefined) fresh ||= mustDecide(item);
    held.set(
      item.id,
      before === undefined ? item : { ...item, decision: before.decision, proof: before.proof },
    );
  }
  const next: Review = {
    ...review,
    items: sorted([...held.values()]),
    due: Date.parse(due) < Date.parse(review.due) ? due : review.due,
    closed: fresh ? null : review.closed,
  };
  return JSON.stringify(next) === JSON.stringify(review) ? review : { ...next, version: review.version + 1 };
}

export interface Choice {
  readonly item: string;
  readonly choice: ReviewChoice;
  readonly by: Person;
  readonly because: string;
}

/** Codes: `review_closed`, `review_item_unknown`, `own_review`, `choice_not_offered`, `reason_missing`. */
export function decideItem(review: Review, choice: Choice, now: number): Result<Review, Problem> {
  if (review.closed !== null) return err(problem("review_closed", `${review.id} is closed`));
  const item = review.items.find(({ id }) => id === choice.item);
  if (item === undefined) return err(unknownItem(review, choice.item));
  if (isHolder(review, choice.by)) return err(ownReview(review, choice.by));
  const offered = CHOICES[item.kind];
  if (!offered.includes(choice.choice)) {
    return err(
      problem("choice_not_offered", `\`${choice.choice}\` does not end ${item.kind} ${item.id}`, {
        hint: `choose one of: ${offered.join(", ")}`,
      }),
    );
  }
  if ((choice.because.match(/[\p{L}\p{N}]{2,}/gu) ?? []).length < 2) {
    return err(problem("reason_missing", "a choice needs a reason", { place: { path: "because" } }));
  }
  const { by, because } = choice;
  // Another choice needs another proof.
  const decision = { choice: choice.choice, by, at: rfc3339(now), because };
  return ok(withItem(review, { ...item, decision, proof: null }));
}

/** Codes: `review_item_unknown`, `item_undecided`, `proof_too_old`, `proof_does_not_fit`. */
export function proveItem(review: Review, id: string, proof: ReviewProof): Result<Review, Problem> {
  const item = review.items.find((one) => one.id === id);
  if (item === undefined) return err(unknownItem(review, id));
  if (item.decision === null) return err(problem("item_undecided", `nobody has decided about ${id} yet`));
  const { choice, at } = item.decision;
  if (Date.parse(proof.at) < Date.parse(at)) {
    return err(problem("proof_too_old", `${proof.ref} was made before somebody chose \`${choice}\``));
  }
  if (!PROOFS[choice].includes(proof.kind)) {
    return err(problem("proof_does_not_fit", `${proof.kind} does not show that \`${choice}\` came true`));
  }
  return ok(withItem(review, { ...item, proof }));
}

/** Codes: `review_closed`, `own_review`, `review_incomplete`. */
export function closeReview(review: Review, by: Person, now: number): Result<Review, Problem> {
  if (review.closed !== null) return err(problem("review_closed", `${review.id} is closed`));
  if (isHolder(review, by)) return err(ownReview(review, by));
  const left = review.items.filter(
    (item) => mustDecide(item) && (item.decision === null || item.proof === null),
  );
  if (left.length > 0) {
    const undecided = left.filter((item) => item.decision === null).length;
    return err(
      problem(
        "review_incomplete",
        `${review.id} has ${undecided} undecided and ${left.length - undecided} unproven of ${review.items.length} items`,
        { hint: `first: ${left[0]?.title}` },
      ),
    );
  }
  return ok({ ...review, closed: { by, at: rfc3339(now) }, version: review.version + 1 });
}

/** Changes by others in a grant's window are shown, and are nobody's here to decide. */
function mustDecide(item: ReviewItem): boolean {
  return item.kind !== "change" || item.by === "holder";
}

function isHolder(review: Review, by: Person): boolean {
  return review.holder !== null && samePerson(review.holder, by);
}

function ownReview(review: Review, by: Person): Problem {
  return problem("own_review", `${by.name} held ${review.subject} and cannot review it`, {
    hint: "ask a colleague",
  });
}

function unknownItem(review: Review, id: string): Problem {
  return problem("review_item_unknown", `${review.id} has no item \`${id}\``);
}

function withItem(review: Review, item: ReviewItem): Review {
  const items = review.items.map((one) => (one.id === item.id ? item : one));
  return { ...review, items, version: review.version + 1 };
}

function sorted(items: readonly ReviewItem[]): readonly ReviewItem[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
