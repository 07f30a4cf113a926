-- Documents (findings, entries, results) are RFC 8785 text, not jsonb: their bytes are what was hashed, and jsonb refuses
-- U+0000 and rewrites numbers. Columns beside a document repeat only what queries need.

create table workspaces (
  name text primary key,
  first_seen timestamptz not null
);

create table scans (
  id text primary key,
  kind text not null check (kind in ('scan', 'check')),
  made_at timestamptz not null,
  workspace text not null references workspaces (name),
  summary text not null,
  result_count integer not null check (result_count >= 0),
  results_root text not null check (results_root ~ '^[0-9a-f]{64}$'),
  seq bigint generated always as identity unique
);
create index scans_by_workspace on scans (workspace, seq desc);

create table scan_results (
  scan text not null references scans (id),
  row_index integer not null check (row_index >= 0),
  row_text text not null,
  primary key (scan, row_index)
);

create table findings (
  id text primary key,
  workspace text not null references workspaces (name),
  status text not null check (status in ('open', 'accepted', 'resolved')),
  address text not null,
  document text not null
);
create index findings_by_workspace on findings (workspace, status);

-- One row each time that a scan or an acceptance moved a finding; a scan that found it unchanged adds none.
create table finding_events (
  seq bigint generated always as identity primary key,
  finding text not null references findings (id),
  scan text references scans (id),
  at timestamptz not null,
  status text not null check (status in ('open', 'accepted', 'resolved')),
  delta text not null check (delta in ('new', 'changed', 'unchanged', 'gone')),
  verdict text not null check (verdict in ('allowed', 'violation', 'review')),
  digest text not null
);
create index finding_events_by_finding on finding_events (finding, seq);

-- An acceptance holds in [valid_from, valid_until); null is "still holds".
create table baseline (
  seq bigint generated always as identity primary key,
  finding text not null references findings (id),
  workspace text not null references workspaces (name),
  digest text not null,
  address text not null,
  accepted_by text not null,
  reason text not null,
  valid_from timestamptz not null,
  valid_until timestamptz
);
create unique index baseline_live on baseline (finding) where valid_until is null;
create index baseline_by_workspace on baseline (workspace) where valid_until is null;

-- Identity of this log, first line of its checkpoints.
create table audit_log (
  only_row boolean primary key default true check (only_row),
  origin text not null
);

create table audit_entries (
  leaf_index bigint primary key check (leaf_index >= 0),
  id text not null unique,
  kind text not null,
  made_at timestamptz not null,
  workspace text not null,
  entry_text text not null,
  leaf text not null check (leaf ~ '^[0-9a-f]{64}$')
);

-- One for each append; the newest carries the state from which the next append goes on.
create table audit_checkpoints (
  size bigint primary key check (size > 0),
  root text not null check (root ~ '^[0-9a-f]{64}$'),
  peaks text[] not null,
  note text not null
);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % of % is refused', tg_op, tg_table_name
    using errcode = 'TU001';
end
$$;

create trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_audit_change();
create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function refuse_audit_change();
create trigger audit_checkpoints_append_only before update or delete or truncate on audit_checkpoints
  for each statement execute function refuse_audit_change();
create trigger scan_results_append_only before update or delete or truncate on scan_results
  for each statement execute function refuse_audit_change();
