-- Every version of the construction catalogue that was published, with its files: a project that runs is reckoned by its own
-- version, whatever the program carries by then. A row is never changed.
create table catalogue_versions (
    code text not null,
    version int not null,
    sm3 text not null,
    sources jsonb not null,
    published_at timestamptz not null,
    primary key (code, version)
);
