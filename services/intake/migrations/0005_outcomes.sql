-- What the front desk itself decided about a case; null is accepted when it was received.
alter table cases add column desk jsonb;

-- What is needed to pass a case on that is accepted later than received.
alter table case_forms add column choices jsonb not null default '{}';

-- The front desk's own part of the timeline: one row a fact that people see. No personal data.
create table desk_steps (
    case_id uuid not null,
    -- the ledger's fact
    sequence bigint not null,
    at timestamptz not null,
    event text not null,
    note text not null,
    primary key (case_id, sequence)
);

-- Undertakings that were not kept (容缺失信): three in twelve months bar for twelve months.
create table tolerance_breaches (
    case_id uuid primary key,
    -- token subject of the applicant
    applicant text not null,
    at timestamptz not null
);
create index tolerance_breaches_of_applicant on tolerance_breaches (applicant, at);

-- What one body forgot to tell in a first notice (32(4)): a record against that body, never against the applicant.
create table overlooked (
    case_id uuid not null,
    sequence bigint not null,
    body text not null,
    -- material codes
    items text[] not null,
    at timestamptz not null,
    primary key (case_id, sequence)
);
create index overlooked_by_body on overlooked (body, at);
