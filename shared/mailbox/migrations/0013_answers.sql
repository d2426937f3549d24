-- Nothing is set aside in silence: whoever wrote a parked message is told so, where the topic names him.
alter table parked
    -- of the event's id, what was said and the reason: the same is kept once
    add column digest bytea check (length(digest) = 32),
    -- the reason in Chinese; empty where the code says it all
    add column zh text not null default '',
    -- how often it was said, and when last
    add column times int not null default 1 check (times > 0),
    add column seen_at timestamptz,
    -- when its sender was told of it last
    add column told_at timestamptz;
create index parked_digest on parked (digest);
-- given up by an operator: not acted upon when it is said again
create index parked_given_up on parked (event) where state = 'discarded';

-- What operators did with parked messages; each act is told to the sender.
create table parked_acts (
    id uuid primary key,
    parked uuid not null,
    act text not null check (act in ('mended', 'replayed', 'discarded')),
    at timestamptz not null,
    by_whom text not null,
    reason text not null,
    -- SM3 digests of key, headers and body, before and after it was mended
    digest_before bytea check (length(digest_before) = 32),
    digest_after bytea check (length(digest_after) = 32),
    told_at timestamptz,
    check ((act = 'mended') = (digest_before is not null and digest_after is not null))
);
create index parked_acts_of on parked_acts (parked, at);
create index parked_acts_untold on parked_acts (at) where told_at is null;

-- How much each sender was told in this minute (system time), and what was left out of it. A sender that loops fills nothing.
create table told_senders (
    sender text primary key,
    minute timestamptz not null,
    told int not null,
    left_out bigint not null,
    -- the last message that was left out
    topic text not null,
    partition int not null,
    "offset" bigint not null,
    version bigint not null check (version > 0)
);

-- What a message is about, where that is not called by the subject's id: `department:TAX`.
alter table outbox add column about text;
