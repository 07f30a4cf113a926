-- Who may come in. `document` is the whole; columns repeat what queries need. No secret is here, only SHA-256 of random ones.
create table accounts (
  id text primary key check (id ~ '^acc_[0-9a-f]{24}$'),
  -- `local`, or the issuer of the identity provider.
  issuer text not null,
  subject text not null,
  version integer not null check (version > 0),
  document text not null,
  unique (issuer, subject)
);

create table role_bindings (
  id text primary key check (id ~ '^rbd_[0-9a-f]{24}$'),
  -- Principal that it is bound to; `null` where it is bound to a group.
  principal text,
  document text not null
);
create index role_bindings_by_principal on role_bindings (principal) where principal is not null;

create table account_sessions (
  id text primary key check (id ~ '^ses_[0-9a-f]{24}$'),
  secret_hash text not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  account text not null references accounts (id),
  method text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null
);
create index account_sessions_by_account on account_sessions (account);

create table access_tokens (
  seq bigint generated always as identity unique,
  id text primary key check (id ~ '^tok_[0-9a-f]{24}$'),
  -- The beginning of the secret, by which people recognise it.
  prefix text not null,
  secret_hash text not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  -- The person it acts for; `null` for a machine's own.
  account text references accounts (id),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  used_at timestamptz,
  document text not null
);
create index access_tokens_by_prefix on access_tokens (prefix);
create index access_tokens_by_account on access_tokens (account) where account is not null;

-- What works exactly once: links to sign in by, sign-ins on their way through the identity provider. Taking one removes it.
create table single_uses (
  secret_hash text primary key check (secret_hash ~ '^[0-9a-f]{64}$'),
  kind text not null,
  expires_at timestamptz not null,
  document text not null
);
create index single_uses_by_time on single_uses (expires_at);
