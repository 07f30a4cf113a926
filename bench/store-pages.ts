import { performance } from "node:perf_hooks";
import { canonicalJson } from "../src/base/index.ts";
import type { FindingPageQuery } from "../src/govern/findings/ports.ts";
import { openDatabase } from "../src/store/open-store.ts";
import { aFinding } from "../src/testing/index.ts";
import { okValue } from "../src/testing/record.ts";
import { makePlace, type StoreKind } from "../src/testing/stores.ts";

/*
 * How long a page of findings takes when there are many: `node --import tsx bench/store-pages.ts [COUNT] [embedded|postgres]`.
 * Makes a store of its own, fills it, walks through lists as people do, and prints p50, p99 and the worst page in milliseconds.
 */

const count = Number(process.argv[2] ?? 1_000_000);
const kind = (process.argv[3] ?? "postgres") as StoreKind;
const PAGES = 40;

const LISTS: readonly (readonly [string, Omit<FindingPageQuery, "limit">])[] = [
  ["everything, by due date", {}],
  ["open, by due date", { statuses: ["open"] }],
  ["open, worst first", { statuses: ["open"], sort: "risk" }],
  ["open, newest first", { statuses: ["open"], sort: "last_seen" }],
  ["by address", { sort: "address" }],
  ["one workspace of 500", { workspaces: ["ws-17"], statuses: ["open"] }],
  ["20 workspaces, worst first", { workspaces: some(20), statuses: ["open"], sort: "risk" }],
  ["critical and open, in review", { statuses: ["open"], triages: ["review"], riskClasses: ["critical"] }],
  ["one owner of 200", { owner: "team-7", statuses: ["open"] }],
  ["nobody's, newest first", { owner: null, statuses: ["open"], sort: "last_seen" }],
  ["rare words", { text: "bucket-77777" }],
  ["common words, worst first", { text: "aws_s3_bucket", statuses: ["open"], sort: "risk" }],
  ["common words in one workspace", { text: "aws bucket", workspaces: ["ws-21"], sort: "address" }],
  ["resolved, critical, one workspace", { workspaces: ["ws-3"], statuses: ["resolved"], riskClasses: ["critical"] }],
];

function some(number: number): readonly string[] {
  return Array.from({ length: number }, (_, n) => `ws-${n * 7}`);
}

const place = await makePlace(kind);
try {
  await fill();
  const store = await place.open();
  console.log(`${count} findings on ${place.server?.version ?? kind}, pages of 50, up to ${PAGES} pages a list`);
  console.log(`${"list".padEnd(36)} ${"pages".padStart(6)} ${"p50 ms".padStart(8)} ${"p99 ms".padStart(8)} ${"worst".padStart(8)}`);
  const all: number[] = [];
  for (const [name, query] of LISTS) {
    const times: number[] = [];
    let cursor: string | null = null;
    do {
      const start = performance.now();
      const page: { next: string | null } = okValue(
        await store.findings.page({ ...query, ...(cursor === null ? {} : { cursor }), limit: 50 }),
      );
      times.push(performance.now() - start);
      cursor = page.next;
    } while (cursor !== null && times.length < PAGES);
    all.push(...times);
    say(name, times);
  }
  say("all lists", all);
  const start = performance.now();
  okValue(await store.findings.counts("2026-11-24T12:00:00.000Z"));
  console.log(`counts by class for the metrics: ${(performance.now() - start).toFixed(0)} ms`);
  await store.close();
} finally {
  await place.remove();
}

function say(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1).padStart(8);
  console.log(`${name.padEnd(36)} ${String(times.length).padStart(6)} ${at(0.5)} ${at(0.99)} ${at(1)}`);
}

/** Written by the database itself from one template: what is measured is reading. */
async function fill(): Promise<void> {
  const opened = await openDatabase(place.address, place.options);
  if (!opened.ok) throw new Error(opened.error.message);
  const { database, leave } = opened.value;
  const start = performance.now();
  await database.query(
    "insert into workspaces select 'ws-' || n, now() from generate_series(0, 499) as n on conflict do nothing",
  );
  const template = canonicalJson(aFinding({ id: "fnd_000000000000", owner: "team-0", workspace: "ws-0" }));
  const STEP = 50_000;
  for (let from = 0; from < count; from += STEP) {
    await database.query(
      `insert into findings (id, workspace, status, address, document, triage, risk_rank, owner, due_at, first_seen, last_seen, words)
       select id, workspace, status, address, replace(replace(replace($1, 'fnd_000000000000', id), '"team-0"', '"' || coalesce(owner, 'nobody') || '"'), '"ws-0"', '"' || workspace || '"'),
         (array['remediate', 'review', 'known_and_allowed'])[1 + n % 3], rank, owner,
         case when n % 9 = 0 then 'infinity' else timestamptz '2026-11-01' + n % 7777777 * interval '1 second' end,
         timestamptz '2026-10-01' + n % 999 * interval '1 hour', timestamptz '2026-11-01' + (n * 7919) % 2000000 * interval '1 second',
         to_tsvector('simple', regexp_replace(workspace || ' ' || address, '[^a-z0-9]+', ' ', 'g'))
       from (select n, 'fnd_' || lpad(to_hex(n * 2654435761 % 281474976710656), 12, '0') as id, 'ws-' || (n * 31 % 500) as workspace,
           (array['open', 'open', 'accepted', 'resolved', 'resolved', 'resolved'])[1 + n / 3 % 6] as status,
           (array['aws_s3_bucket', 'aws_instance', 'aws_security_group', 'aws_iam_role'])[1 + n % 4] || '.bucket-' || n as address,
           case when n % 100 < 70 then 0 when n % 100 < 90 then 1 when n % 100 < 98 then 2 else 3 end as rank,
           case when n % 4 = 0 then null else 'team-' || (n % 200) end as owner
         from generate_series($2::bigint, $3::bigint) as n) as made`,
      [template, from, Math.min(from + STEP, count) - 1],
    );
  }
  await database.query("vacuum analyze findings");
  console.log(`filled in ${((performance.now() - start) / 1_000).toFixed(0)} s, template ${template.length} bytes`);
  await database.close();
  await leave?.();
}
