-- What an applicant agreed to where somebody else acts at a window: by a one-time code, or on a paper that he signed. Times are
-- system time.
create table consents (
    id uuid primary key,
    -- The case, project, name or filing that it is about; with the act and what of it, all that it is good for.
    case_id uuid not null,
    act text not null,
    about text not null,
    -- Keyed digest of a code; a paper has none.
    digest bytea,
    -- Tries of a code, the wrong ones.
    tries int not null default 0,
    -- The signed paper: id and SM3; a code has none.
    paper jsonb,
    -- Token subjects: who asked for the code or brought the paper, and the second person of a paper.
    asked_by text not null,
    countersigned_by text,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    check ((digest is null) <> (paper is null))
);
create index consents_of_case on consents (case_id, made_at);

-- The telephone of the applicant that counts for a case: proved when the case was filed, or vouched for by his sign-in.
create table proved_phones (
    case_id uuid primary key,
    phone text not null,
    -- sign_in, code
    proof text not null,
    proved_at timestamptz not null
);
