-- A case at the front desk. Its facts are in the ledger; this row is what lists and progress pages read.
create table cases (
    id uuid primary key,
    number text not null unique,
    theme text not null,
    owner text not null,
    region text not null,
    channel text not null,
    -- token subject of the applicant
    applicant text not null,
    query_code text not null,
    received_at timestamptz not null,
    -- submitted, running, stopping, closed, withdrawn, terminated, plan_refused
    phase text not null,
    -- open tasks as the process owner told last
    open_tasks jsonb not null default '[]'
);
create index cases_of_applicant on cases (applicant, id);

-- What the applicant entered, apart from everything that others may read. The salt vouches for it in the ledger.
create table case_forms (
    case_id uuid primary key,
    salt bytea not null,
    fields jsonb not null,
    materials jsonb not null
);

-- What people typed when they asked something of a case; the ledger's fact of that sequence vouches for it by a salted digest.
create table case_words (
    case_id uuid not null,
    sequence bigint not null,
    salt bytea not null,
    words jsonb not null,
    primary key (case_id, sequence)
);

-- How the case went on, as its process owner told: one row a step.
create table case_steps (
    case_id uuid not null,
    -- place of the message within the case, and of the step within the message
    message bigint not null,
    place int not null,
    at timestamptz not null,
    event text not null,
    task_id uuid,
    task_code text not null,
    department text not null,
    round int not null,
    note text not null,
    outputs jsonb not null,
    primary key (case_id, message, place)
);
create index case_steps_of_task on case_steps (task_id);

-- Case numbers are drawn in blocks per day and channel; a block that was not used up is never used again.
create table number_blocks (
    day date not null,
    channel int not null,
    next int not null,
    primary key (day, channel)
);
