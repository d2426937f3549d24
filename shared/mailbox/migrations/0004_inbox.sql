-- Events that were acted upon, by CloudEvents id (UUIDv7).
create table inbox (
    id uuid primary key
) partition by range (id);
create table inbox_default partition of inbox default;

-- The next offset to read; `since` is where the batch that wrote the row began, and fences a consumer that was overtaken.
create table consumer_offset (
    topic text not null,
    partition int not null,
    since bigint not null,
    next bigint not null,
    primary key (topic, partition)
);

-- Messages that could not be acted upon.
create table parked (
    id uuid primary key,
    topic text not null,
    partition int not null,
    "offset" bigint not null,
    key bytea,
    headers jsonb not null,
    body bytea not null,
    event uuid,
    -- poison: could never be valid; blocked: failed, its key waits; waiting: behind a blocked one
    state text not null check (state in ('poison', 'blocked', 'waiting', 'done', 'discarded')),
    code text not null,
    reason text not null,
    attempts int not null default 1,
    retry_at timestamptz,
    parked_at timestamptz not null,
    resolved_at timestamptz,
    resolved_by text,
    resolution text,
    unique (topic, partition, "offset")
);
create index parked_waiting on parked (topic, key, "offset") where state in ('blocked', 'waiting');
create index parked_open on parked (id) where state in ('poison', 'blocked', 'waiting');
