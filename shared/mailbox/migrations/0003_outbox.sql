-- What is to be said, in the words in which it will be said. Rows are only inserted; partitions are dropped when old.
create sequence outbox_seq;
create table outbox (
    id uuid primary key,
    seq bigint not null default nextval('outbox_seq'),
    xid xid8 not null default pg_current_xact_id(),
    topic text not null,
    key text not null,
    kind text not null,
    subject uuid not null,
    sequence bigint not null,
    at timestamptz not null,
    trace text,
    body bytea not null
) partition by range (id);
create table outbox_default partition of outbox default;
create index outbox_xid on outbox (xid);

-- How far the relay's leader has published: everything visible in the snapshot.
create table relay (
    only_row boolean primary key default true check (only_row),
    epoch bigint not null,
    snapshot pg_snapshot not null
);
insert into relay (epoch, snapshot) values (0, pg_current_snapshot());
