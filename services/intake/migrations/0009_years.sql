-- Every revision of a year of the calendar that was taken in: what is news is compared with all of them, so that a folder or the
-- program itself never undoes what was announced since.
create table announced_years (
    year int not null,
    revision int not null,
    sm3 text not null,
    announcement jsonb not null,
    announced_by text not null,
    announced_at timestamptz not null,
    primary key (year, revision)
);

-- Files of the folder of notices that were not taken in, and everything that is wrong with each; gone when they are right.
create table refused_years (
    file text primary key,
    sm3 text not null,
    faults jsonb not null,
    refused_at timestamptz not null
);
