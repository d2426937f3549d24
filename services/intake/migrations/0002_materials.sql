-- A paper: its bytes are in the object store under its digest, stored once.
create table materials (
    id uuid primary key,
    -- token subject of who brought it
    applicant text not null,
    code text not null,
    media_type text not null,
    size bigint not null,
    sm3 text not null,
    received_at timestamptz not null
);
create index materials_of_applicant on materials (applicant, id);
