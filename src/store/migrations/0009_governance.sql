-- What lets a change stand although a rule forbids it, and the work that ends it. `document` is the whole; columns repeat what
-- queries need. Status is stored nowhere: it follows from the facts and the clock. Rows are never deleted.
create table grants (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^grt_[0-9a-f]{24}$'),
  holder text not null,
  team text,
  starts_at timestamptz,
  ends_at timestamptz not null,
  reviewed boolean not null,
  version integer not null check (version > 0),
  document text not null
);
create index grants_unreviewed on grants (ends_at) where not reviewed;
create index grants_by_window on grants (starts_at, ends_at) where starts_at is not null;

-- What happened in the window of a grant: one row for each thing and grant, however often and late it is told.
create table grant_links (
  seq bigint generated always as identity unique,
  grant_id text not null references grants (id),
  ref text not null,
  kind text not null check (kind in ('finding', 'attempt', 'event')),
  made_by text not null check (made_by in ('holder', 'others')),
  confidence text not null check (confidence in ('high', 'medium', 'low')),
  says text not null,
  at timestamptz not null,
  primary key (grant_id, kind, ref)
);

create table exceptions (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^exc_[0-9a-f]{24}$'),
  rule text not null,
  owner text not null,
  until timestamptz not null,
  revoked boolean not null,
  version integer not null check (version > 0),
  document text not null
);
create index exceptions_live on exceptions (until) where not revoked;

create table approvals (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^apr_[0-9a-f]{24}$'),
  workspace text not null,
  digests text[] not null,
  expires_at timestamptz not null,
  revoked boolean not null,
  version integer not null check (version > 0),
  document text not null
);
create index approvals_live on approvals (expires_at) where not revoked;
create index approvals_by_digest on approvals using gin (digests);

create table reviews (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^rev_[0-9a-f]{24}$'),
  kind text not null check (kind in ('grant', 'recurring')),
  subject text not null,
  due timestamptz not null,
  closed boolean not null,
  version integer not null check (version > 0),
  document text not null
);
create index reviews_open on reviews (due) where not closed;
-- One grant has one review.
create unique index reviews_of_grants on reviews (subject) where kind = 'grant';
