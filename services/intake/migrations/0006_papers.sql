-- A paper that nobody uses is not kept for ever. Those that lie here already may be used by anybody: they stay.
alter table materials add column used boolean not null default true;
alter table materials alter column used set default false;
create index materials_unused on materials (applicant) where not used;
create index materials_of_digest on materials (sm3);

-- Bytes that no paper names any more and the object store is to forget. Claimed: it is being done; whoever brings the same bytes
-- meanwhile waits until it is over and stores them again.
create table papers_gone (
    sm3 text primary key,
    claimed boolean not null default false
);

