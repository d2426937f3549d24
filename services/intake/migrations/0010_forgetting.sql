-- Bytes are claimed no earlier than a minute after they were noted: a commit that names them again, and was begun before the
-- note was there to be seen, is over by then.
alter table papers_gone add column noted_at timestamptz not null default now();

-- How much lies here unused is counted with every paper that is brought, and the archivist finds what has lain here for long: a
-- paper needs no timer of its own.
drop index materials_unused;
create index materials_unused on materials (applicant) include (size, received_at) where not used;
delete from timers where name = 'paper_expires';
