-- What falls due, in business time.
create table timers (
    owner uuid not null,
    name text not null,
    due_at timestamptz not null,
    primary key (owner, name)
);
create index timers_due on timers (due_at);

-- Every number that must be unique, once.
create table numbers (
    kind text not null,
    value text not null,
    subject uuid not null,
    primary key (kind, value)
);

-- Requests that were carried out, by the client's key. Kept 72 hours.
create table idempotency (
    scope text not null,
    key text not null,
    request bytea not null,
    subject uuid not null,
    at timestamptz not null,
    primary key (scope, key)
);
create index idempotency_at on idempotency using brin (at);
