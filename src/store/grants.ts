/**
 * Statements that let a role use the store and nothing else, for the owner of the tables to run: it reads and writes, but it can
 * neither change nor remove what is in the record, make tables, nor take partitions off. Idempotent.
 */
export function grantsFor(role: string): string {
  const name = `"${role.replaceAll('"', '""')}"`;
  return `grant usage on schema public to ${name};
grant select, insert, update, delete on all tables in schema public to ${name};
revoke update, delete, truncate, references, trigger on
  audit_log, audit_entries, audit_ids, audit_checkpoints, audit_partitions, audit_pruned, scan_results, schema_migrations
  from ${name};
revoke insert on audit_log, audit_partitions, audit_pruned, schema_migrations from ${name};
revoke execute on function audit_prune(bigint, text, text, text[], timestamptz) from public;
revoke execute on function audit_partition_for(bigint), expire_scan_results(timestamptz, integer) from public;
grant execute on function audit_partition_for(bigint), expire_scan_results(timestamptz, integer) to ${name};
do $$
declare
  part record;
begin
  for part in select name from audit_partitions loop
    execute format('revoke all on %I from ${name.replaceAll("'", "''").replaceAll("%", "%%")}', part.name);
  end loop;
  -- The queue of jobs keeps its tables in a schema of its own, which it makes itself.
  execute format('grant create on database %I to ${name.replaceAll("'", "''").replaceAll("%", "%%")}', current_database());
end
$$;
`;
}
