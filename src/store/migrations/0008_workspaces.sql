-- What the estate consists of. `document` is everything that people wrote of a workspace; columns repeat what queries need.
create table declared_workspaces (
  id text primary key check (id ~ '^wsp_[0-9a-f]{24}$'),
  name text not null unique,
  enabled boolean not null,
  account text,
  -- Where it was found by a glob: `null` for one that a person added.
  discovery text,
  -- Told as gone by the last discovery that looked for it.
  missing_since timestamptz,
  version integer not null check (version > 0),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  document text not null
);
create index declared_workspaces_by_account on declared_workspaces (account) where account is not null;
create index declared_workspaces_by_discovery on declared_workspaces (discovery) where discovery is not null;

-- One run of the scanner: asked for, under way, ended. Its id is the scan's own, so that no run is recorded twice.
create table scan_runs (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^scn_[0-9a-f]{24}$'),
  workspace text not null,
  status text not null check (status in ('queued', 'running', 'done', 'failed', 'cancelled')),
  reason text not null check (reason in ('schedule', 'manual', 'event')),
  asked_by text not null,
  asked_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  tries integer not null default 0 check (tries >= 0),
  -- What it is doing, for people; scrubbed of secrets by whoever says it.
  progress text,
  commit_id text,
  problem text
);
create index scan_runs_by_workspace on scan_runs (workspace, seq desc);
create index scan_runs_live on scan_runs (workspace) where status in ('queued', 'running');

-- Who holds a running job. A process that is gone loses it when the time is up, and the job is given to another one.
create table job_leases (
  key text primary key,
  job text not null,
  kind text not null,
  owner text not null,
  until timestamptz not null
);
create index job_leases_by_time on job_leases (until);

-- Cron lines. `next_at` is when the line fires next; what was missed meanwhile fires once.
create table job_schedules (
  name text primary key,
  cron text not null,
  timezone text not null,
  jitter_ms integer not null check (jitter_ms >= 0),
  job text not null,
  next_at timestamptz not null,
  last_at timestamptz
);
create index job_schedules_due on job_schedules (next_at);
