-- One row per subject of the ledger: its chain's head and the counts that its messages carry.
-- Every commit names the sequence it expects here; two commits that decided on the same state cannot both pass.
create table subjects (
    id uuid primary key,
    kind text not null,
    sequence bigint not null check (sequence > 0),
    head bytea not null check (length(head) = 32),
    -- topic -> number of messages sent about this subject
    sent jsonb not null
) with (fillfactor = 80);

-- Fails a commit whose statement touched other rows than it expected.
create function expect_rows(what text, touched bigint, expected bigint) returns boolean
language plpgsql as $$
begin
    if touched <> expected then
        raise exception 'stale: %: % of % rows were as expected', what, touched, expected using errcode = '40001';
    end if;
    return true;
end
$$;
