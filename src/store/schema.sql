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
);
create table audit_log (
  only_row boolean default true not null,
  origin text not null
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
create table export_cursors (
  name text not null,
  next_index bigint not null,
  updated_at timestamp with time zone not null,
  tries integer default 0 not null,
  failed_at timestamp with time zone,
  says text
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
  document text not null
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
create table replies (
  key text not null,
  body text not null,
  claimed_at timestamp with time zone not null,
  reply text
);
create table scan_results (
  scan text not null,
  row_index integer not null,
  row_text text not null
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
create table workspaces (
  name text not null,
  first_seen timestamp with time zone not null
);

alter table audit_checkpoints add constraint audit_checkpoints_pkey PRIMARY KEY (size);
alter table audit_checkpoints add constraint audit_checkpoints_root_check CHECK ((root ~ '^[0-9a-f]{64}$'::text));
alter table audit_checkpoints add constraint audit_checkpoints_size_check CHECK ((size > 0));
alter table audit_entries add constraint audit_entries_id_key UNIQUE (id);
alter table audit_entries add constraint audit_entries_leaf_check CHECK ((leaf ~ '^[0-9a-f]{64}$'::text));
alter table audit_entries add constraint audit_entries_leaf_index_check CHECK ((leaf_index >= 0));
alter table audit_entries add constraint audit_entries_pkey PRIMARY KEY (leaf_index);
alter table audit_log add constraint audit_log_only_row_check CHECK (only_row);
alter table audit_log add constraint audit_log_pkey PRIMARY KEY (only_row);
alter table baseline add constraint baseline_finding_fkey FOREIGN KEY (finding) REFERENCES findings(id);
alter table baseline add constraint baseline_pkey PRIMARY KEY (seq);
alter table baseline add constraint baseline_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name);
alter table channel_messages add constraint channel_messages_pkey PRIMARY KEY (channel, subject);
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
alter table export_cursors add constraint export_cursors_next_index_check CHECK ((next_index >= 0));
alter table export_cursors add constraint export_cursors_pkey PRIMARY KEY (name);
alter table export_cursors add constraint export_cursors_tries_check CHECK ((tries >= 0));
alter table finding_events add constraint finding_events_delta_check CHECK ((delta = ANY (ARRAY['new'::text, 'changed'::text, 'unchanged'::text, 'gone'::text])));
alter table finding_events add constraint finding_events_finding_fkey FOREIGN KEY (finding) REFERENCES findings(id);
alter table finding_events add constraint finding_events_pkey PRIMARY KEY (seq);
alter table finding_events add constraint finding_events_scan_fkey FOREIGN KEY (scan) REFERENCES scans(id);
alter table finding_events add constraint finding_events_status_check CHECK ((status = ANY (ARRAY['open'::text, 'accepted'::text, 'resolved'::text])));
alter table finding_events add constraint finding_events_verdict_check CHECK ((verdict = ANY (ARRAY['allowed'::text, 'violation'::text, 'review'::text])));
alter table findings add constraint findings_pkey PRIMARY KEY (id);
alter table findings add constraint findings_status_check CHECK ((status = ANY (ARRAY['open'::text, 'accepted'::text, 'resolved'::text])));
alter table findings add constraint findings_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name);
alter table notices add constraint notices_id_check CHECK ((id ~ '^ntf_[0-9a-f]{24}$'::text));
alter table notices add constraint notices_pkey PRIMARY KEY (id);
alter table notices add constraint notices_seq_key UNIQUE (seq);
alter table replies add constraint replies_body_check CHECK ((body ~ '^[0-9a-f]{64}$'::text));
alter table replies add constraint replies_key_check CHECK ((key ~ '^[0-9a-f]{64}$'::text));
alter table replies add constraint replies_pkey PRIMARY KEY (key);
alter table scan_results add constraint scan_results_pkey PRIMARY KEY (scan, row_index);
alter table scan_results add constraint scan_results_row_index_check CHECK ((row_index >= 0));
alter table scan_results add constraint scan_results_scan_fkey FOREIGN KEY (scan) REFERENCES scans(id);
alter table scans add constraint scans_kind_check CHECK ((kind = ANY (ARRAY['scan'::text, 'check'::text])));
alter table scans add constraint scans_pkey PRIMARY KEY (id);
alter table scans add constraint scans_result_count_check CHECK ((result_count >= 0));
alter table scans add constraint scans_results_root_check CHECK ((results_root ~ '^[0-9a-f]{64}$'::text));
alter table scans add constraint scans_seq_key UNIQUE (seq);
alter table scans add constraint scans_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name);
alter table schema_migrations add constraint schema_migrations_pkey PRIMARY KEY (version);
alter table workspaces add constraint workspaces_pkey PRIMARY KEY (name);

CREATE INDEX baseline_by_workspace ON public.baseline USING btree (workspace) WHERE (valid_until IS NULL);
CREATE UNIQUE INDEX baseline_live ON public.baseline USING btree (finding) WHERE (valid_until IS NULL);
CREATE INDEX deliveries_by_channel ON public.deliveries USING btree (channel, seq DESC);
CREATE INDEX deliveries_by_subject ON public.deliveries USING btree (subject, seq DESC);
CREATE INDEX deliveries_by_workspace ON public.deliveries USING btree (workspace, seq DESC);
CREATE INDEX deliveries_due ON public.deliveries USING btree (next_try) WHERE (status = 'pending'::text);
CREATE INDEX deliveries_waiting ON public.deliveries USING btree (channel, subject, seq) WHERE (status = 'pending'::text);
CREATE INDEX finding_events_by_finding ON public.finding_events USING btree (finding, seq);
CREATE INDEX findings_by_workspace ON public.findings USING btree (workspace, status);
CREATE INDEX notices_by_age ON public.notices USING btree (made_at);
CREATE INDEX notices_unrouted ON public.notices USING btree (seq) WHERE (routed_at IS NULL);
CREATE INDEX replies_by_age ON public.replies USING btree (claimed_at);
CREATE INDEX scans_by_workspace ON public.scans USING btree (workspace, seq DESC);

CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit log is append-only: % of % is refused', tg_op, tg_table_name
    using errcode = 'TU001';
end
$function$
;

CREATE TRIGGER audit_checkpoints_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER scan_results_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.scan_results FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
