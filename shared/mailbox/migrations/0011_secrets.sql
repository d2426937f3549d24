-- A message may hold a value that is worth something for minutes and must not be kept, such as a one-time code. `blank` is the same
-- message without it: when it was said, or is worth nothing any more, the blank takes the body's place.
alter table outbox add column blank bytea;
-- System time; stays when the value is gone.
alter table outbox add column expires_at timestamptz;
create index outbox_blank on outbox (id) where blank is not null;

-- A copy that could not be acted upon lives no longer than its value.
alter table parked add column expires_at timestamptz;
create index parked_expiring on parked (expires_at) where expires_at is not null;

-- Blanks what was said, and what nobody said in time. Runs with the owner's rights, because the application's role may change
-- nothing in the outbox; it can do no more than this with it.
create function blank_said(moment timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    blanked bigint;
begin
    update outbox o set body = o.blank, blank = null from relay r
    where o.blank is not null and (o.expires_at <= moment or pg_visible_in_snapshot(o.xid, r.snapshot));
    get diagnostics blanked = row_count;
    return blanked;
end
$$;
