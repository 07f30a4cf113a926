import { resultsRoot } from "../audit/index.ts";
import { canonicalJson } from "../base/index.ts";
import type { JudgedChange } from "../domain/index.ts";

export interface ResultRows {
  /** RFC 8785 text of each result, ordered by change id: the root does not depend on the order of judgement. */
  readonly rows: readonly string[];
  /** RFC 6962 root over the rows, 64 hexadecimal characters: what the entry of the scan or check carries. */
  readonly root: string;
}

/**
 * What is kept of every judged change, provable against the record: which change, by digest, and what was said of it.
 * Values are not repeated: the digest binds them, and findings keep them redacted.
 */
export function resultRows(judged: readonly JudgedChange[]): ResultRows {
  const rows = judged
    .map((item) => ({ id: item.change.id, text: canonicalJson(rowOf(item)) }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.text < b.text ? -1 : 1))
    .map(({ text }) => text);
  return { rows, root: resultsRoot(rows) };
}

function rowOf({ change, risk, verdict }: JudgedChange) {
  return {
    change: change.id,
    digest: change.digest,
    origin: change.origin,
    action: change.action,
    type: change.resource.type,
    address: change.resource.address,
    risk: risk.class,
    verdict: verdict.kind,
    row: verdict.row,
    rules: verdict.determining.map(({ policy, rule, waivedBy }) => ({
      rule: `${policy.set}/${policy.policy}/${rule}`,
      revision: policy.revision,
      waived_by: waivedBy === null ? null : `${waivedBy.kind} ${waivedBy.id}`,
    })),
    without_covers: verdict.withoutCovers.kind,
  };
}
