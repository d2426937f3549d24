-- A place that one holder has at a time: a write that did not get it says so, apart from a state that is merely stale.
create function expect_free(what text, touched bigint, expected bigint) returns boolean
language plpgsql as $$
begin
    if touched <> expected then
        raise exception 'taken: %: % of % places were free', what, touched, expected using errcode = 'WT001';
    end if;
    return true;
end
$$;
