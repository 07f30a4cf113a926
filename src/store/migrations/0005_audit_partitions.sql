-- The log in partitions by place, so that its oldest part can be taken off as a whole: no row of it is ever deleted.
alter table audit_log add column partition_entries bigint not null default 262144 check (partition_entries > 0);

-- Uniqueness over all partitions: a partitioned table can only hold its own key unique.
create table audit_ids (
  id text primary key,
  leaf_index bigint not null
);
insert into audit_ids (id, leaf_index) select id, leaf_index from audit_entries;

-- Which places a partition holds: [low, high).
create table audit_partitions (
  low bigint primary key check (low >= 0),
  high bigint not null check (high > low),
  name text not null unique
);

-- Where the log begins after a part of it was taken off, oldest first: what the next append and a verifier go on from.
create table audit_pruned (
  size bigint primary key check (size > 0),
  root text not null check (root ~ '^[0-9a-f]{64}$'),
  peaks text[] not null,
  tombstone text not null,
  pruned_at timestamptz not null
);

alter table audit_entries rename to audit_entries_0;
alter table audit_entries_0 rename constraint audit_entries_pkey to audit_entries_0_pkey;
alter table audit_entries_0 drop constraint audit_entries_id_key;
alter trigger audit_entries_append_only on audit_entries_0 rename to append_only;

create table audit_entries (
  leaf_index bigint primary key constraint audit_entries_leaf_index_check check (leaf_index >= 0),
  id text not null,
  kind text not null,
  made_at timestamptz not null,
  workspace text not null,
  entry_text text not null,
  leaf text not null constraint audit_entries_leaf_check check (leaf ~ '^[0-9a-f]{64}$')
) partition by range (leaf_index);
create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function refuse_audit_change();
create trigger audit_ids_append_only before update or delete or truncate on audit_ids
  for each statement execute function refuse_audit_change();
create trigger audit_pruned_append_only before update or delete or truncate on audit_pruned
  for each statement execute function refuse_audit_change();

do $$
declare
  high bigint;
begin
  if exists (select 1 from audit_entries_0) then
    select (max(leaf_index) / 262144 + 1) * 262144 into high from audit_entries_0;
    execute format('alter table audit_entries attach partition audit_entries_0 for values from (0) to (%s)', high);
    insert into audit_partitions (low, high, name) values (0, high, 'audit_entries_0');
  else
    drop table audit_entries_0;
  end if;
end
$$;

-- The partition that holds a place, made when it is missing; gives back the place behind its last. Runs as the owner of the tables:
-- who appends may not make or take off tables himself.
create function audit_partition_for(place bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
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
$$;

-- Takes whole partitions off the beginning of the log. For the owner of the tables; refuses unless the log itself says, behind what is
-- taken off, that it is. Gives back how many partitions went.
create function audit_prune(upto bigint, tombstone_id text, base_root text, base_peaks text[], at timestamptz) returns integer
language plpgsql set search_path = public, pg_temp as $$
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
$$;

-- Results of old scans may go (their root stays in the log), but only by this: nobody deletes single rows.
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name = 'scan_results' and current_setting('trueup.expiring', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit log is append-only: % of % is refused', tg_op, tg_table_name
    using errcode = 'TU001';
end
$$;

create function expire_scan_results(before timestamptz, most integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
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
$$;
