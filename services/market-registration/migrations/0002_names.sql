-- Declared names, and the places that they hold. A place is taken over where its time is up, by one insert.
create table names (
    id uuid primary key,
    full_name text not null,
    -- region code of the registering authority
    authority text not null,
    -- class of GB/T 4754
    industry text not null,
    -- trade name as it is compared
    name text not null,
    -- token subject; personal data, and in no ledger
    holder text not null,
    declared_at timestamptz not null,
    -- the opening that uses it
    case_id uuid,
    state jsonb not null
);
create index names_of_case on names (case_id) where case_id is not null;

create table name_slots (
    authority text not null,
    industry text not null,
    name text not null,
    state text not null
        check (state in ('reserved', 'registered', 'deregistered', 'renamed', 'revoked')),
    -- the name that holds it
    reservation uuid not null,
    -- free from then on; null while nobody knows
    until timestamptz,
    -- for the warning of names that are mixed up
    sound text not null,
    core text not null,
    primary key (authority, industry, name)
);
create index name_slots_by_sound on name_slots (authority, industry, sound);
create index name_slots_by_core on name_slots (authority, industry, core);
