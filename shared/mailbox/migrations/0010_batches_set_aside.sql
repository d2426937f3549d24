-- A batch that the client cannot read is parked by its offsets, `offset` to `last_offset`; there are no bytes of it here.
alter table parked add column last_offset bigint check (last_offset >= "offset");
