-- Which agent reads a project and edits its list: filled by the hall.
create table assignments (
    project_id uuid not null,
    -- token subject
    agent text not null,
    assigned_at timestamptz not null,
    assigned_by text not null,
    -- null while it holds
    ended_at timestamptz,
    primary key (project_id, agent)
);
create index assignments_of_agent on assignments (agent, project_id) where ended_at is null;

-- Whose project it is says `holder`; an investor's name and code are what somebody typed.
drop index projects_of_investor;

comment on column breaches.investor is 'key of the applicant who undertook it';
