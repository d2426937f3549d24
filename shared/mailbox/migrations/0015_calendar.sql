-- Years that were announced, as heard on calendar.years.v1: the newest revision of each. They hold after a restart, and while
-- the broker is away; what the program was built with holds for every other year.
create table calendar_years (
    year int primary key,
    revision int not null,
    announcement jsonb not null
);

-- By which calendar the timers and due dates of this database were last reckoned to the end: its version and its years. Null
-- before the first time.
create table calendar_reckoned (
    only_row boolean primary key default true check (only_row),
    version text,
    years jsonb
);
insert into calendar_reckoned default values;

-- Subjects that were reckoned again by a newer calendar, and as they stood afterwards; gone when all are.
create table reckoned_again (
    subject uuid primary key,
    version text not null,
    sequence bigint not null
);
