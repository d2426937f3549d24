-- A project: its head here, its tasks one row each. Facts are in the ledger.
create table projects (
    id uuid primary key,
    code text not null,
    -- token subject of the applicant
    holder text not null,
    investor text not null,
    region text not null,
    registered_at timestamptz not null,
    -- registered, running, stopping, closed, withdrawn, terminated
    phase text not null,
    card text not null,
    entry jsonb not null,
    -- the engine's head; null before its list was acknowledged
    head jsonb
);
create index projects_of_holder on projects (holder, registered_at desc, id desc);
create index projects_of_investor on projects (investor);

create table tasks (
    id uuid primary key,
    project_id uuid not null,
    -- in the order of the plan
    place int not null,
    state jsonb not null
);
create index tasks_of_project on tasks (project_id, place);

-- What the applicant entered and brought, apart from everything that others may read.
create table records (
    project_id uuid primary key,
    record jsonb not null
);
