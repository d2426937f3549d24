-- Who looked at what of somebody else: one row for each reader, purpose and hour. Rows are added, never changed.
create table accesses (
    -- whose data it is: an applicant's key, or `case:<id>` where the service does not know the applicant
    subject text not null,
    -- the case, project, name or paper
    about uuid not null,
    -- token subject, or the department that used a link
    reader text not null,
    -- by which right: office, department, assigned, place, link
    ground text not null,
    -- the permission under which it was read
    purpose text not null,
    -- business time of the first look of the hour
    at timestamptz not null,
    hour timestamptz not null,
    -- orders them
    id uuid not null,
    primary key (subject, about, reader, purpose, hour)
);
create index accesses_of_subject on accesses (subject, id desc);
create index accesses_about on accesses (about, id desc);
