create table access_tokens (
  seq bigint generated always as identity not null,
  id text not null,
  prefix text not null,
  secret_hash text not null,
  account text,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  used_at timestamp with time zone,
  document text not null
);
create table account_sessions (
  id text not null,
  secret_hash text not null,
  account text not null,
  method text not null,
  created_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  ends_at timestamp with time zone not null
);
create table accounts (
  id text not null,
  issuer text not null,
  subject text not null,
  version integer not null,
  document text not null
);
create table approvals (
  seq bigint generated always as identity not null,
  id text not null,
  workspace text not null,
  digests text[] not null,
  expires_at timestamp with time zone not null,
  revoked boolean not null,
  version integer not null,
  document text not null
);
create table audit_checkpoints (
  size bigint not null,
  root text not null,
  peaks text[] not null,
  note text not null
);
create table audit_entries (
  leaf_index bigint not null,
  id text not null,
  kind text not null,
  made_at timestamp with time zone not null,
  workspace text not null,
  entry_text text not null,
  leaf text not null
) partition by RANGE (leaf_index);
create table audit_ids (
  id text not null,
  leaf_index bigint not null
);
create table audit_log (
  only_row boolean default true not null,
  origin text not null,
  partition_entries bigint default 262144 not null
);
create table audit_partitions (
  low bigint not null,
  high bigint not null,
  name text not null
);
create table audit_pruned (
  size bigint not null,
  root text not null,
  peaks text[] not null,
  tombstone text not null,
  pruned_at timestamp with time zone not null
);
create table baseline (
  seq bigint generated always as identity not null,
  finding text not null,
  workspace text not null,
  digest text not null,
  address text not null,
  accepted_by text not null,
  reason text not null,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone
);
create table channel_messages (
  channel text not null,
  subject text not null,
  reference text not null,
  updated_at timestamp with time zone not null
);
create table decisions (
  seq bigint generated always as identity not null,
  id text not null,
  made_at timestamp with time zone not null,
  point text not null,
  workspace text not null,
  principal text,
  kind text not null,
  verdict text not null,
  request text,
  idempotency_key text,
  digests text[] not null,
  document text not null
);
create table declared_workspaces (
  id text not null,
  name text not null,
  enabled boolean not null,
  account text,
  discovery text,
  missing_since timestamp with time zone,
  version integer not null,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  document text not null
);
create table deliveries (
  seq bigint generated always as identity not null,
  id text not null,
  notice text not null,
  channel text not null,
  subject text not null,
  workspace text not null,
  status text not null,
  digest text,
  tries integer default 0 not null,
  created_at timestamp with time zone not null,
  next_try timestamp with time zone not null,
  lease_until timestamp with time zone,
  ended_at timestamp with time zone,
  says text
);
create table delivery_tries (
  delivery text not null,
  number integer not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  outcome text not null,
  says text,
  status integer,
  next_try timestamp with time zone
);
create table exceptions (
  seq bigint generated always as identity not null,
  id text not null,
  rule text not null,
  owner text not null,
  until timestamp with time zone not null,
  revoked boolean not null,
  version integer not null,
  document text not null
);
create table export_cursors (
  name text not null,
  next_index bigint not null,
  updated_at timestamp with time zone not null,
  tries integer default 0 not null,
  failed_at timestamp with time zone,
  says text,
  pending_to bigint,
  holder text,
  lease_until timestamp with time zone,
  next_try timestamp with time zone
);
create table finding_comments (
  seq bigint generated always as identity not null,
  id text not null,
  finding text not null,
  at timestamp with time zone not null,
  author text not null,
  body text not null
);
create table finding_events (
  seq bigint generated always as identity not null,
  finding text not null,
  scan text,
  at timestamp with time zone not null,
  status text not null,
  delta text not null,
  verdict text not null,
  digest text not null
);
create table findings (
  id text not null,
  workspace text not null,
  status text not null,
  address text not null,
  document text not null,
  triage text not null,
  risk_rank smallint not null,
  owner text,
  assigned text,
  due_at timestamp with time zone default 'infinity'::timestamp with time zone not null,
  first_seen timestamp with time zone not null,
  last_seen timestamp with time zone not null,
  words tsvector default ''::tsvector not null
);
create table grant_links (
  seq bigint generated always as identity not null,
  grant_id text not null,
  ref text not null,
  kind text not null,
  made_by text not null,
  confidence text not null,
  says text not null,
  at timestamp with time zone not null
);
create table grants (
  seq bigint generated always as identity not null,
  id text not null,
  holder text not null,
  team text,
  starts_at timestamp with time zone,
  ends_at timestamp with time zone not null,
  reviewed boolean not null,
  version integer not null,
  document text not null
);
create table job_leases (
  key text not null,
  job text not null,
  kind text not null,
  owner text not null,
  until timestamp with time zone not null
);
create table job_schedules (
  name text not null,
  cron text not null,
  timezone text not null,
  jitter_ms integer not null,
  job text not null,
  next_at timestamp with time zone not null,
  last_at timestamp with time zone
);
create table notices (
  seq bigint generated always as identity not null,
  id text not null,
  kind text not null,
  made_at timestamp with time zone not null,
  workspace text not null,
  subject text not null,
  document text not null,
  routed_at timestamp with time zone
);
create table pipeline_runs (
  seq bigint generated always as identity not null,
  workspace text not null,
  run text not null,
  commit_hash text,
  ref text,
  verified boolean not null,
  approved boolean not null,
  identity text,
  decision text,
  plan_sha256 text,
  change_digests text[] not null,
  recorded_at timestamp with time zone not null,
  applied_at timestamp with time zone
);
create table replies (
  key text not null,
  body text not null,
  claimed_at timestamp with time zone not null,
  reply text
);
create table reviews (
  seq bigint generated always as identity not null,
  id text not null,
  kind text not null,
  subject text not null,
  due timestamp with time zone not null,
  closed boolean not null,
  version integer not null,
  document text not null
);
create table role_bindings (
  id text not null,
  principal text,
  document text not null
);
create table scan_results (
  scan text not null,
  row_index integer not null,
  row_text text not null
);
create table scan_runs (
  seq bigint generated always as identity not null,
  id text not null,
  workspace text not null,
  status text not null,
  reason text not null,
  asked_by text not null,
  asked_at timestamp with time zone not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  tries integer default 0 not null,
  progress text,
  commit_id text,
  problem text
);
create table scans (
  id text not null,
  kind text not null,
  made_at timestamp with time zone not null,
  workspace text not null,
  summary text not null,
  result_count integer not null,
  results_root text not null,
  seq bigint generated always as identity not null
);
create table schema_migrations (
  version integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null
);
create table single_uses (
  secret_hash text not null,
  kind text not null,
  expires_at timestamp with time zone not null,
  document text not null
);
create table workspaces (
  name text not null,
  first_seen timestamp with time zone not null
);

alter table access_tokens add constraint access_tokens_account_fkey FOREIGN KEY (account) REFERENCES accounts(id);
alter table access_tokens add constraint access_tokens_id_check CHECK ((id ~ '^tok_[0-9a-f]{24}$'::text));
alter table access_tokens add constraint access_tokens_pkey PRIMARY KEY (id);
alter table access_tokens add constraint access_tokens_secret_hash_check CHECK ((secret_hash ~ '^[0-9a-f]{64}$'::text));
alter table access_tokens add constraint access_tokens_secret_hash_key UNIQUE (secret_hash);
alter table access_tokens add constraint access_tokens_seq_key UNIQUE (seq);
alter table account_sessions add constraint account_sessions_account_fkey FOREIGN KEY (account) REFERENCES accounts(id);
alter table account_sessions add constraint account_sessions_id_check CHECK ((id ~ '^ses_[0-9a-f]{24}$'::text));
alter table account_sessions add constraint account_sessions_pkey PRIMARY KEY (id);
alter table account_sessions add constraint account_sessions_secret_hash_check CHECK ((secret_hash ~ '^[0-9a-f]{64}$'::text));
alter table account_sessions add constraint account_sessions_secret_hash_key UNIQUE (secret_hash);
alter table accounts add constraint accounts_id_check CHECK ((id ~ '^acc_[0-9a-f]{24}$'::text));
alter table accounts add constraint accounts_issuer_subject_key UNIQUE (issuer, subject);
alter table accounts add constraint accounts_pkey PRIMARY KEY (id);
alter table accounts add constraint accounts_version_check CHECK ((version > 0));
alter table approvals add constraint approvals_id_check CHECK ((id ~ '^apr_[0-9a-f]{24}$'::text));
alter table approvals add constraint approvals_pkey PRIMARY KEY (id);
alter table approvals add constraint approvals_seq_key UNIQUE (seq);
alter table approvals add constraint approvals_version_check CHECK ((version > 0));
alter table audit_checkpoints add constraint audit_checkpoints_pkey PRIMARY KEY (size);
alter table audit_checkpoints add constraint audit_checkpoints_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text));
alter table audit_checkpoints add constraint audit_checkpoints_size_check CHECK ((size > 0));
alter table audit_entries add constraint audit_entries_leaf_check CHECK ((leaf ~ '^[0-9a-f]{64}$'::text));
alter table audit_entries add constraint audit_entries_leaf_index_check CHECK ((leaf_index >= 0));
alter table audit_entries add constraint audit_entries_pkey PRIMARY KEY (leaf_index);
alter table audit_ids add constraint audit_ids_pkey PRIMARY KEY (id);
alter table audit_log add constraint audit_log_only_row_check CHECK (only_row);
alter table audit_log add constraint audit_log_partition_entries_check CHECK ((partition_entries > 0));
alter table audit_log add constraint audit_log_pkey PRIMARY KEY (only_row);
alter table audit_partitions add constraint audit_partitions_check CHECK ((high > low));
alter table audit_partitions add constraint audit_partitions_low_check CHECK ((low >= 0));
alter table audit_partitions add constraint audit_partitions_name_key UNIQUE (name);
alter table audit_partitions add constraint audit_partitions_pkey PRIMARY KEY (low);
alter table audit_pruned add constraint audit_pruned_pkey PRIMARY KEY (size);
alter table audit_pruned add constraint audit_pruned_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text));
alter table audit_pruned add constraint audit_pruned_size_check CHECK ((size > 0));
alter table baseline add constraint baseline_finding_fkey FOREIGN KEY (finding) REFERENCES findings(id) ON DELETE CASCADE;
alter table baseline add constraint baseline_pkey PRIMARY KEY (seq);
alter table baseline add constraint baseline_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name);
alter table channel_messages add constraint channel_messages_pkey PRIMARY KEY (channel, subject);
alter table decisions add constraint decisions_id_check CHECK ((id ~ '^dec_[0-9a-f]{24}$'::text));
alter table decisions add constraint decisions_idempotency_key_key UNIQUE (idempotency_key);
alter table decisions add constraint decisions_kind_check CHECK ((kind = ANY (ARRAY['allow'::text, 'deny'::text, 'require_approval'::text])));
alter table decisions add constraint decisions_pkey PRIMARY KEY (id);
alter table decisions add constraint decisions_seq_key UNIQUE (seq);
alter table decisions add constraint decisions_verdict_check CHECK ((verdict = ANY (ARRAY['allowed'::text, 'violation'::text, 'review'::text])));
alter table declared_workspaces add constraint declared_workspaces_id_check CHECK ((id ~ '^wsp_[0-9a-f]{24}$'::text));
alter table declared_workspaces add constraint declared_workspaces_name_key UNIQUE (name);
alter table declared_workspaces add constraint declared_workspaces_pkey PRIMARY KEY (id);
alter table declared_workspaces add constraint declared_workspaces_version_check CHECK ((version > 0));
alter table deliveries add constraint deliveries_id_check CHECK ((id ~ '^dlv_[0-9a-f]{24}$'::text));
alter table deliveries add constraint deliveries_notice_channel_key UNIQUE (notice, channel);
alter table deliveries add constraint deliveries_notice_fkey FOREIGN KEY (notice) REFERENCES notices(id) ON DELETE CASCADE;
alter table deliveries add constraint deliveries_pkey PRIMARY KEY (id);
alter table deliveries add constraint deliveries_seq_key UNIQUE (seq);
alter table deliveries add constraint deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'superseded'::text, 'dropped'::text, 'dead'::text])));
alter table deliveries add constraint deliveries_tries_check CHECK ((tries >= 0));
alter table delivery_tries add constraint delivery_tries_delivery_fkey FOREIGN KEY (delivery) REFERENCES deliveries(id) ON DELETE CASCADE;
alter table delivery_tries add constraint delivery_tries_number_check CHECK ((number > 0));
alter table delivery_tries add constraint delivery_tries_outcome_check CHECK ((outcome = ANY (ARRAY['delivered'::text, 'failed'::text, 'lost'::text, 'running'::text])));
alter table delivery_tries add constraint delivery_tries_pkey PRIMARY KEY (delivery, number);
alter table exceptions add constraint exceptions_id_check CHECK ((id ~ '^exc_[0-9a-f]{24}$'::text));
alter table exceptions add constraint exceptions_pkey PRIMARY KEY (id);
alter table exceptions add constraint exceptions_seq_key UNIQUE (seq);
alter table exceptions add constraint exceptions_version_check CHECK ((version > 0));
alter table export_cursors add constraint export_cursors_next_index_check CHECK ((next_index >= 0));
alter table export_cursors add constraint export_cursors_pending_check CHECK ((pending_to > next_index));
alter table export_cursors add constraint export_cursors_pkey PRIMARY KEY (name);
alter table export_cursors add constraint export_cursors_tries_check CHECK ((tries >= 0));
alter table finding_comments add constraint finding_comments_finding_fkey FOREIGN KEY (finding) REFERENCES findings(id) ON DELETE CASCADE;
alter table finding_comments add constraint finding_comments_id_key UNIQUE (id);
alter table finding_comments add constraint finding_comments_pkey PRIMARY KEY (seq);
alter table finding_events add constraint finding_events_delta_check CHECK ((delta = ANY (ARRAY['new'::text, 'changed'::text, 'unchanged'::text, 'gone'::text])));
alter table finding_events add constraint finding_events_finding_fkey FOREIGN KEY (finding) REFERENCES findings(id) ON DELETE CASCADE;
alter table finding_events add constraint finding_events_pkey PRIMARY KEY (seq);
alter table finding_events add constraint finding_events_scan_fkey FOREIGN KEY (scan) REFERENCES scans(id);
alter table finding_events add constraint finding_events_status_check CHECK ((status = ANY (ARRAY['open'::text, 'accepted'::text, 'resolved'::text])));
alter table finding_events add constraint finding_events_verdict_check CHECK ((verdict = ANY (ARRAY['allowed'::text, 'violation'::text, 'review'::text])));
alter table findings add constraint findings_pkey PRIMARY KEY (id);
alter table findings add constraint findings_status_check CHECK ((status = ANY (ARRAY['open'::text, 'accepted'::text, 'resolved'::text])));
alter table findings add constraint findings_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name);
alter table grant_links add constraint grant_links_confidence_check CHECK ((confidence = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text])));
alter table grant_links add constraint grant_links_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES grants(id);
alter table grant_links add constraint grant_links_kind_check CHECK ((kind = ANY (ARRAY['finding'::text, 'attempt'::text, 'event'::text])));
alter table grant_links add constraint grant_links_made_by_check CHECK ((made_by = ANY (ARRAY['holder'::text, 'others'::text])));
alter table grant_links add constraint grant_links_pkey PRIMARY KEY (grant_id, kind, ref);
alter table grant_links add constraint grant_links_seq_key UNIQUE (seq);
alter table grants add constraint grants_id_check CHECK ((id ~ '^grt_[0-9a-f]{24}$'::text));
alter table grants add constraint grants_pkey PRIMARY KEY (id);
alter table grants add constraint grants_seq_key UNIQUE (seq);
alter table grants add constraint grants_version_check CHECK ((version > 0));
alter table job_leases add constraint job_leases_pkey PRIMARY KEY (key);
alter table job_schedules add constraint job_schedules_jitter_ms_check CHECK ((jitter_ms >= 0));
alter table job_schedules add constraint job_schedules_pkey PRIMARY KEY (name);
alter table notices add constraint notices_id_check CHECK ((id ~ '^ntf_[0-9a-f]{24}$'::text));
alter table notices add constraint notices_pkey PRIMARY KEY (id);
alter table notices add constraint notices_seq_key UNIQUE (seq);
alter table pipeline_runs add constraint pipeline_runs_decision_key UNIQUE (decision);
alter table pipeline_runs add constraint pipeline_runs_pkey PRIMARY KEY (seq);
alter table replies add constraint replies_body_check CHECK ((body ~ '^[0-9a-f]{64}$'::text));
alter table replies add constraint replies_key_check CHECK ((key ~ '^[0-9a-f]{64}$'::text));
alter table replies add constraint replies_pkey PRIMARY KEY (key);
alter table reviews add constraint reviews_id_check CHECK ((id ~ '^rev_[0-9a-f]{24}$'::text));
alter table reviews add constraint reviews_kind_check CHECK ((kind = ANY (ARRAY['grant'::text, 'recurring'::text])));
alter table reviews add constraint reviews_pkey PRIMARY KEY (id);
alter table reviews add constraint reviews_seq_key UNIQUE (seq);
alter table reviews add constraint reviews_version_check CHECK ((version > 0));
alter table role_bindings add constraint role_bindings_id_check CHECK ((id ~ '^rbd_[0-9a-f]{24}$'::text));
alter table role_bindings add constraint role_bindings_pkey PRIMARY KEY (id);
alter table scan_results add constraint scan_results_pkey PRIMARY KEY (scan, row_index);
alter table scan_results add constraint scan_results_row_index_check CHECK ((row_index >= 0));
alter table scan_results add constraint scan_results_scan_fkey FOREIGN KEY (scan) REFERENCES scans(id);
alter table scan_runs add constraint scan_runs_id_check CHECK ((id ~ '^scn_[0-9a-f]{24}$'::text));
alter table scan_runs add constraint scan_runs_pkey PRIMARY KEY (id);
alter table scan_runs add constraint scan_runs_reason_check CHECK ((reason = ANY (ARRAY['schedule'::text, 'manual'::text, 'event'::text])));
alter table scan_runs add constraint scan_runs_seq_key UNIQUE (seq);
alter table scan_runs add constraint scan_runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])));
alter table scan_runs add constraint scan_runs_tries_check CHECK ((tries >= 0));
alter table scans add constraint scans_kind_check CHECK ((kind = ANY (ARRAY['scan'::text, 'check'::text])));
alter table scans add constraint scans_pkey PRIMARY KEY (id);
alter table scans add constraint scans_result_count_check CHECK ((result_count >= 0));
alter table scans add constraint scans_results_root_check CHECK ((results_root ~ '^[0-9a-f]{64}$'::text));
alter table scans add constraint scans_seq_key UNIQUE (seq);
alter table scans add constraint scans_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name);
alter table schema_migrations add constraint schema_migrations_pkey PRIMARY KEY (version);
alter table single_uses add constraint single_uses_pkey PRIMARY KEY (secret_hash);
alter table single_uses add constraint single_uses_secret_hash_check CHECK ((secret_hash ~ '^[0-9a-f]{64}$'::text));
alter table workspaces add constraint workspaces_pkey PRIMARY KEY (name);

CREATE INDEX access_tokens_by_account ON public.access_tokens USING btree (account) WHERE (account IS NOT NULL);
CREATE INDEX access_tokens_by_prefix ON public.access_tokens USING btree (prefix);
CREATE INDEX account_sessions_by_account ON public.account_sessions USING btree (account);
CREATE INDEX approvals_by_digest ON public.approvals USING gin (digests);
CREATE INDEX approvals_live ON public.approvals USING btree (expires_at) WHERE (NOT revoked);
CREATE INDEX baseline_by_finding ON public.baseline USING btree (finding);
CREATE INDEX baseline_by_workspace ON public.baseline USING btree (workspace) WHERE (valid_until IS NULL);
CREATE UNIQUE INDEX baseline_live ON public.baseline USING btree (finding) WHERE (valid_until IS NULL);
CREATE INDEX decisions_by_age ON public.decisions USING btree (made_at);
CREATE INDEX decisions_by_digest ON public.decisions USING gin (digests);
CREATE INDEX decisions_by_kind ON public.decisions USING btree (kind, seq DESC);
CREATE INDEX decisions_by_request ON public.decisions USING btree (request) WHERE (request IS NOT NULL);
CREATE INDEX decisions_by_workspace ON public.decisions USING btree (workspace, seq DESC);
CREATE INDEX declared_workspaces_by_account ON public.declared_workspaces USING btree (account) WHERE (account IS NOT NULL);
CREATE INDEX declared_workspaces_by_discovery ON public.declared_workspaces USING btree (discovery) WHERE (discovery IS NOT NULL);
CREATE INDEX deliveries_by_channel ON public.deliveries USING btree (channel, seq DESC);
CREATE INDEX deliveries_by_subject ON public.deliveries USING btree (subject, seq DESC);
CREATE INDEX deliveries_by_workspace ON public.deliveries USING btree (workspace, seq DESC);
CREATE INDEX deliveries_due ON public.deliveries USING btree (next_try) WHERE (status = 'pending'::text);
CREATE INDEX deliveries_waiting ON public.deliveries USING btree (channel, subject, seq) WHERE (status = 'pending'::text);
CREATE INDEX exceptions_live ON public.exceptions USING btree (until) WHERE (NOT revoked);
CREATE INDEX finding_comments_by_finding ON public.finding_comments USING btree (finding, seq);
CREATE INDEX finding_events_by_finding ON public.finding_events USING btree (finding, seq);
CREATE INDEX findings_by_due ON public.findings USING btree (due_at, id);
CREATE INDEX findings_by_kind ON public.findings USING btree (status, triage, risk_rank, due_at);
CREATE INDEX findings_by_last_seen ON public.findings USING btree (last_seen DESC, id DESC);
CREATE INDEX findings_by_owner ON public.findings USING btree (owner, status, due_at) WHERE (owner IS NOT NULL);
CREATE INDEX findings_by_risk ON public.findings USING btree (risk_rank DESC, id DESC);
CREATE INDEX findings_by_status_due ON public.findings USING btree (status, due_at, id);
CREATE INDEX findings_by_status_last_seen ON public.findings USING btree (status, last_seen DESC, id DESC);
CREATE INDEX findings_by_status_risk ON public.findings USING btree (status, risk_rank DESC, id DESC);
CREATE INDEX findings_by_words ON public.findings USING gin (words);
CREATE INDEX findings_by_workspace ON public.findings USING btree (workspace, address COLLATE "C", id);
CREATE INDEX findings_by_workspace_due ON public.findings USING btree (workspace, status, due_at, id);
CREATE INDEX grants_by_window ON public.grants USING btree (starts_at, ends_at) WHERE (starts_at IS NOT NULL);
CREATE INDEX grants_unreviewed ON public.grants USING btree (ends_at) WHERE (NOT reviewed);
CREATE INDEX job_leases_by_time ON public.job_leases USING btree (until);
CREATE INDEX job_schedules_due ON public.job_schedules USING btree (next_at);
CREATE INDEX notices_by_age ON public.notices USING btree (made_at);
CREATE INDEX notices_unrouted ON public.notices USING btree (seq) WHERE (routed_at IS NULL);
CREATE INDEX pipeline_runs_by_workspace ON public.pipeline_runs USING btree (workspace, recorded_at);
CREATE INDEX replies_by_age ON public.replies USING btree (claimed_at);
CREATE UNIQUE INDEX reviews_of_grants ON public.reviews USING btree (subject) WHERE (kind = 'grant'::text);
CREATE INDEX reviews_open ON public.reviews USING btree (due) WHERE (NOT closed);
CREATE INDEX role_bindings_by_principal ON public.role_bindings USING btree (principal) WHERE (principal IS NOT NULL);
CREATE INDEX scan_runs_by_workspace ON public.scan_runs USING btree (workspace, seq DESC);
CREATE INDEX scan_runs_live ON public.scan_runs USING btree (workspace) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX scans_by_workspace ON public.scans USING btree (workspace, seq DESC);
CREATE INDEX single_uses_by_time ON public.single_uses USING btree (expires_at);

CREATE OR REPLACE FUNCTION public.audit_partition_for(place bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  step bigint;
  first bigint;
  last bigint;
  table_name text;
begin
  select high into last from audit_partitions where low <= place and place < high;
  if found then
    return last;
  end if;
  select partition_entries into strict step from audit_log;
  select greatest(place / step * step, coalesce(max(high), 0)) into first from audit_partitions;
  last := (place / step + 1) * step;
  table_name := 'audit_entries_' || first;
  execute format('create table %I (like audit_entries including all)', table_name);
  execute format('create trigger append_only before update or delete or truncate on %I
    for each statement execute function refuse_audit_change()', table_name);
  execute format('alter table audit_entries attach partition %I for values from (%s) to (%s)', table_name, first, last);
  insert into audit_partitions (low, high, name) values (first, last, table_name);
  return last;
end
$function$
;
CREATE OR REPLACE FUNCTION public.audit_prune(upto bigint, tombstone_id text, base_root text, base_peaks text[], at timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  part record;
  gone integer := 0;
begin
  perform pg_advisory_xact_lock(7277002);
  if not exists (
    select 1 from audit_entries where id = tombstone_id and kind = 'tombstone' and leaf_index >= upto
      and (replace(entry_text, '\u0000', '\ufffd')::json #>> '{details,prunedTo}')::bigint = upto
      and replace(entry_text, '\u0000', '\ufffd')::json #>> '{details,root}' = base_root
  ) then
    raise exception 'no tombstone in the log speaks of the first % entries', upto using errcode = 'TU002';
  end if;
  if not exists (select 1 from audit_partitions where high = upto) then
    raise exception 'no partition of the log ends at %', upto using errcode = 'TU002';
  end if;
  for part in select low, name from audit_partitions where high <= upto order by low loop
    execute format('alter table audit_entries detach partition %I', part.name);
    execute format('drop table %I', part.name);
    delete from audit_partitions where low = part.low;
    gone := gone + 1;
  end loop;
  alter table audit_ids disable trigger audit_ids_append_only;
  delete from audit_ids where leaf_index < upto;
  alter table audit_ids enable trigger audit_ids_append_only;
  alter table audit_checkpoints disable trigger audit_checkpoints_append_only;
  delete from audit_checkpoints where size < upto;
  alter table audit_checkpoints enable trigger audit_checkpoints_append_only;
  insert into audit_pruned (size, root, peaks, tombstone, pruned_at) values (upto, base_root, base_peaks, tombstone_id, at);
  return gone;
end
$function$
;
CREATE OR REPLACE FUNCTION public.expire_scan_results(before timestamp with time zone, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  old text[];
  gone integer;
begin
  select coalesce(array_agg(id), '{}') into old from (
    select s.id from scans s where s.made_at < before and exists (select 1 from scan_results r where r.scan = s.id)
      and exists (select 1 from scans later where later.workspace = s.workspace and later.kind = s.kind and later.seq > s.seq)
    order by s.seq limit most
  ) as expired;
  perform set_config('trueup.expiring', 'on', true);
  delete from scan_results where scan = any (old);
  perform set_config('trueup.expiring', 'off', true);
  gone := cardinality(old);
  return gone;
end
$function$
;
CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and tg_table_name = 'scan_results' and current_setting('trueup.expiring', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit log is append-only: % of % is refused', tg_op, tg_table_name
    using errcode = 'TU001';
end
$function$
;

CREATE TRIGGER audit_checkpoints_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_ids_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_ids FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_pruned_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_pruned FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER scan_results_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.scan_results FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
