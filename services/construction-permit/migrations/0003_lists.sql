-- Versions of tailored lists. One is never changed; an acknowledgement is added to it.
create table lists (
    project_id uuid not null,
    version int not null,
    list jsonb not null,
    made_at timestamptz not null,
    made_by text not null,
    -- answers, edit or catalogue
    made_from text not null,
    acknowledged_at timestamptz,
    acknowledged_by text,
    primary key (project_id, version)
);
