-- The outbox: a row is written in the transaction of the change that it tells of, and routed later.
create table notices (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^ntf_[0-9a-f]{24}$'),
  kind text not null,
  made_at timestamptz not null,
  workspace text not null,
  subject text not null,
  document text not null,
  routed_at timestamptz
);
create index notices_unrouted on notices (seq) where routed_at is null;
create index notices_by_age on notices (made_at);

create table deliveries (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^dlv_[0-9a-f]{24}$'),
  notice text not null references notices (id) on delete cascade,
  channel text not null,
  subject text not null,
  workspace text not null,
  status text not null check (status in ('pending', 'delivered', 'superseded', 'dropped', 'dead')),
  digest text,
  tries integer not null default 0 check (tries >= 0),
  created_at timestamptz not null,
  next_try timestamptz not null,
  -- Held by a process until then; a process that is gone loses it.
  lease_until timestamptz,
  ended_at timestamptz,
  says text,
  unique (notice, channel)
);
create index deliveries_due on deliveries (next_try) where status = 'pending';
create index deliveries_waiting on deliveries (channel, subject, seq) where status = 'pending';
create index deliveries_by_channel on deliveries (channel, seq desc);
create index deliveries_by_workspace on deliveries (workspace, seq desc);
create index deliveries_by_subject on deliveries (subject, seq desc);

create table delivery_tries (
  delivery text not null references deliveries (id) on delete cascade,
  number integer not null check (number > 0),
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text not null check (outcome in ('delivered', 'failed', 'lost', 'running')),
  says text,
  status integer,
  next_try timestamptz,
  primary key (delivery, number)
);

-- The one message, alert or ticket of a subject in a channel.
create table channel_messages (
  channel text not null,
  subject text not null,
  reference text not null,
  updated_at timestamptz not null,
  primary key (channel, subject)
);

-- How far each export of the record has come: every entry below next_index is at its receiver.
create table export_cursors (
  name text primary key,
  next_index bigint not null check (next_index >= 0),
  updated_at timestamptz not null,
  tries integer not null default 0 check (tries >= 0),
  failed_at timestamptz,
  says text
);
