create table decisions (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^dec_[0-9a-f]{24}$'),
  made_at timestamptz not null,
  point text not null,
  workspace text not null,
  principal text,
  kind text not null check (kind in ('allow', 'deny', 'require_approval')),
  verdict text not null check (verdict in ('allowed', 'violation', 'review')),
  request text,
  idempotency_key text unique,
  digests text[] not null,
  document text not null
);
create index decisions_by_workspace on decisions (workspace, seq desc);
create index decisions_by_kind on decisions (kind, seq desc);
create index decisions_by_request on decisions (request) where request is not null;
create index decisions_by_digest on decisions using gin (digests);
create index decisions_by_age on decisions (made_at);

create table pipeline_runs (
  seq bigint generated always as identity primary key,
  workspace text not null,
  run text not null,
  commit_hash text,
  ref text,
  verified boolean not null,
  approved boolean not null,
  identity text,
  decision text unique,
  plan_sha256 text,
  change_digests text[] not null,
  recorded_at timestamptz not null,
  applied_at timestamptz
);
create index pipeline_runs_by_workspace on pipeline_runs (workspace, recorded_at);
