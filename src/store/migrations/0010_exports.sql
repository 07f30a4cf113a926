-- Which entries go out next is written before they do, so that a retry sends the same; one process at a time holds a cursor.
alter table export_cursors add column pending_to bigint;
alter table export_cursors add constraint export_cursors_pending_check check (pending_to > next_index);
alter table export_cursors add column holder text;
alter table export_cursors add column lease_until timestamptz;
alter table export_cursors add column next_try timestamptz;
