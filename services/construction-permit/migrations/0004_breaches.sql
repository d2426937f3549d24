-- Undertakings that were not kept (6.4): three of an investor in twelve months bar it for twelve months.
create table breaches (
    project_id uuid not null,
    item text not null,
    round int not null,
    investor text not null,
    papers jsonb not null,
    at timestamptz not null,
    primary key (project_id, item, round)
);
create index breaches_of_investor on breaches (investor, at);
