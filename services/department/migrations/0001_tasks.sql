-- A task on this department's desk. What happened is in the ledger (subject = task); this row is where it stands.
create table tasks (
    id uuid primary key,
    case_id uuid not null,
    -- for people
    case_number text not null,
    theme text not null,
    task_code text not null,
    region text not null,
    -- who asked, and is answered
    owner text not null,
    round int not null,
    status text not null check (status in ('received', 'in_review', 'suspended', 'answered', 'closed', 'cancelled')),
    assigned_at timestamptz not null,
    -- A projection by the calendar version beside it, for the work list; no decision reads it. Null while the clock stands still.
    due_at timestamptz,
    calendar text not null,
    -- Work without a due date comes last.
    rank timestamptz not null generated always as (coalesce(due_at, timestamptz '9999-12-31 00:00:00+00')) stored,
    -- the desk's own state, and when its clock stood still
    desk jsonb not null,
    clock jsonb not null
);
create index tasks_open on tasks (rank, id) where status in ('received', 'in_review', 'suspended');
create index tasks_answered on tasks (rank, id) where status = 'answered';

-- What this department may know for the task: personal data, apart from everything else. The salt vouches for it in the ledger.
create table dossiers (
    task_id uuid primary key,
    salt bytea not null check (length(salt) = 16),
    fields jsonb not null,
    materials jsonb not null
);

-- Every decision that was sent, one row each. A row that refuses and was not signed by a head cannot exist.
create table decisions (
    task_id uuid not null,
    -- place in the task's chain
    sequence bigint not null,
    round int not null,
    decided_at timestamptz not null,
    result text not null check (result in ('granted', 'refused')),
    -- token subject, or the rule
    actor text not null,
    role text not null check (role in ('rule', 'department_clerk', 'department_head')),
    -- the answer as it was sent
    answer jsonb not null,
    primary key (task_id, sequence),
    check (result <> 'refused' or role = 'department_head')
);
