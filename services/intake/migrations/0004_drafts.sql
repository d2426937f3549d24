-- An application that was begun. It is nobody's case yet: no ledger, no number, and it is deleted when it is submitted,
-- dropped, or left alone for 30 days.
create table drafts (
    id uuid primary key,
    -- token subject of the applicant, or of whom the writer acts for
    applicant text not null,
    -- code@version of the item or theme it is for
    theme text not null,
    -- channel, region, fields, choices and papers as they were entered
    entered jsonb not null,
    -- counts the changes from 1
    sequence bigint not null,
    changed_at timestamptz not null,
    expires_at timestamptz not null
);
create index drafts_of_applicant on drafts (applicant, id);
