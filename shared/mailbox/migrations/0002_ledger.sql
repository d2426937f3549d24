-- Facts, one row each, never changed. Partitioned by the subject's id (UUIDv7), so that a subject lies in one partition
-- and (subject, sequence) is unique for good.
create table ledger (
    subject uuid not null,
    sequence bigint not null,
    kind text not null,
    actor text not null,
    at timestamptz not null,
    body bytea not null,
    -- SM3 digests of the messages the fact caused, 32 bytes each
    messages bytea not null,
    hash bytea not null check (length(hash) = 32),
    xid xid8 not null default pg_current_xact_id(),
    primary key (subject, sequence)
) partition by range (subject);
create table ledger_default partition of ledger default;
create index ledger_xid on ledger (xid);

-- A block seals the rows that became visible since the block before, so that a removed subject or tail shows.
create table ledger_block (
    number bigint primary key,
    closed_at timestamptz not null,
    snapshot pg_snapshot not null,
    rows bigint not null,
    root bytea not null check (length(root) = 32),
    hash bytea not null check (length(hash) = 32)
);
