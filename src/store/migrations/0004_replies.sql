-- Replies of creating requests by Idempotency-Key, kept for a day. `reply` is null while the request is being worked on.

create table replies (
  key text primary key check (key ~ '^[0-9a-f]{64}$'),
  body text not null check (body ~ '^[0-9a-f]{64}$'),
  claimed_at timestamptz not null,
  reply text
);
create index replies_by_age on replies (claimed_at);
