-- What pages of findings are filtered and sorted by. `owner` is who has it: by hand (`assigned`) or else by the rules.
alter table findings add column triage text;
alter table findings add column risk_rank smallint;
alter table findings add column owner text;
alter table findings add column assigned text;
alter table findings add column due_at timestamptz not null default 'infinity';
alter table findings add column first_seen timestamptz;
alter table findings add column last_seen timestamptz;
alter table findings add column words tsvector not null default '';

-- Postgres reads no JSON that has U+0000 in it, and a document may.
update findings set
  triage = j #>> '{triage}',
  risk_rank = array_position(array['low', 'medium', 'high', 'critical'], j #>> '{risk,class}') - 1,
  owner = j #>> '{owner}',
  due_at = coalesce((j #>> '{due}')::timestamptz, 'infinity'),
  first_seen = (j #>> '{firstSeen}')::timestamptz,
  last_seen = (j #>> '{lastSeen}')::timestamptz,
  words = to_tsvector('simple', regexp_replace(lower(workspace || ' ' || address), '[^a-z0-9]+', ' ', 'g'))
from (select id as which, replace(document, '\u0000', '\ufffd')::json as j from findings) as read
where id = which;

alter table findings alter column triage set not null;
alter table findings alter column risk_rank set not null;
alter table findings alter column first_seen set not null;
alter table findings alter column last_seen set not null;

drop index findings_by_workspace;
create index findings_by_workspace on findings (workspace, address collate "C", id);
-- Each sort once for one status and once for any: a list is then read in the order of an index, page by page.
create index findings_by_due on findings (due_at, id);
create index findings_by_status_due on findings (status, due_at, id);
create index findings_by_risk on findings (risk_rank desc, id desc);
create index findings_by_status_risk on findings (status, risk_rank desc, id desc);
create index findings_by_last_seen on findings (last_seen desc, id desc);
create index findings_by_status_last_seen on findings (status, last_seen desc, id desc);
create index findings_by_owner on findings (owner, status, due_at) where owner is not null;
create index findings_by_workspace_due on findings (workspace, status, due_at, id);
create index findings_by_kind on findings (status, triage, risk_rank, due_at);
create index findings_by_words on findings using gin (words);

create table finding_comments (
  seq bigint generated always as identity primary key,
  id text not null unique,
  finding text not null references findings (id) on delete cascade,
  at timestamptz not null,
  author text not null,
  body text not null
);
create index finding_comments_by_finding on finding_comments (finding, seq);

-- Forgetting an old finding takes its history and its baseline along.
alter table finding_events drop constraint finding_events_finding_fkey;
alter table finding_events add constraint finding_events_finding_fkey foreign key (finding) references findings (id) on delete cascade;
alter table baseline drop constraint baseline_finding_fkey;
alter table baseline add constraint baseline_finding_fkey foreign key (finding) references findings (id) on delete cascade;
create index baseline_by_finding on baseline (finding);
