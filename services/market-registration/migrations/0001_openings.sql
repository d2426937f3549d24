-- An opening: its head here, its tasks one row each. Facts are in the ledger.
create table openings (
    id uuid primary key,
    number text not null,
    region text not null,
    received_at timestamptz not null,
    -- running, stopping, closed, withdrawn, terminated, plan_refused
    phase text not null,
    head jsonb not null
);

create table tasks (
    id uuid primary key,
    case_id uuid not null,
    -- in the order of the plan
    place int not null,
    department text,
    state jsonb not null
);
create index tasks_of_case on tasks (case_id, place);

-- What the applicant entered, apart from everything that others may read.
create table dossiers (
    case_id uuid primary key,
    fields jsonb not null,
    materials jsonb not null
);
