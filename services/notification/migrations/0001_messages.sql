-- A message to one person: what was asked for, once per case, event, person and template. Facts are in the ledger.
create table messages (
    id uuid primary key,
    -- e.g. N03@1: the version that it was rendered from
    template text not null,
    case_id uuid not null,
    case_number text not null,
    event text not null,
    -- service, verification, staff
    kind text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    -- vouches for the request, which may not be said again with other content
    salt bytea not null check (length(salt) = 16),
    digest bytea not null check (length(digest) = 32)
);

-- Its way by SMS. The number is kept until the message has ended; then only its mask stays.
create table deliveries (
    message_id uuid primary key,
    state text not null check (state in ('waiting', 'uncertain', 'sent', 'parked', 'discarded')),
    -- counts its changes: who decided on an old one does not pass
    version bigint not null,
    phone text,
    phone_masked text not null,
    signature text not null,
    body text not null,
    attempts int not null,
    -- business time: not before the end of quiet hours
    due_at timestamptz not null,
    -- a code that somebody waits for
    any_hour boolean not null,
    -- system time: not before the end of a pause
    retry_at timestamptz,
    -- why it was parked or discarded
    reason text not null default '',
    -- the provider's own number
    receipt text not null default '',
    changed_at timestamptz not null,
    check ((phone is not null) = (state in ('waiting', 'uncertain', 'parked')))
);
create index deliveries_to_do on deliveries (due_at, message_id) where state in ('waiting', 'uncertain');
create index deliveries_parked on deliveries (changed_at, message_id) where state = 'parked';

-- What a person reads in the suite.
create table in_app (
    message_id uuid primary key,
    -- subject of the person's token
    reader text not null,
    body text not null,
    language text not null,
    told_at timestamptz not null,
    read_at timestamptz
);
create index in_app_of_reader on in_app (reader, told_at desc, message_id desc);

-- What workers still have to do, and since when it is due: a suite is quiet only when nothing here is.
create view unfinished_work as
    select due_at from deliveries where state in ('waiting', 'uncertain');
