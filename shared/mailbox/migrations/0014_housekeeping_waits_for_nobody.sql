-- Housekeeping waits for nobody. While somebody reads for long (a dump), a lock that waits would make everybody who comes
-- later wait behind it: the desk would stand still. Who does not get a lock within a tenth of a second fails with 55P03 and
-- tries again later. `detach partition .. concurrently`, which waits without being in the way, is refused where there is a
-- default partition.
--
-- `pg_temp` last: a table of the caller's own session never stands for one of ours in what runs with the owner's rights.
create or replace function make_partitions(month timestamptz) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set lock_timeout = '100ms' as $$
declare
    parent text;
    id text;
    first timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
    following timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    name text;
begin
    foreach parent in array array['ledger', 'outbox', 'inbox'] loop
        name := parent || to_char(first at time zone 'UTC', '"_"YYYY"_"MM');
        id := case parent when 'ledger' then 'subject' else 'id' end;
        if to_regclass('public.' || quote_ident(name)) is null then
            execute format('lock table public.%I in access exclusive mode', parent || '_default');
            execute format('create table public.%I (like public.%I including defaults including constraints)', name, parent);
            execute format(
                'with moved as (delete from public.%I where %I >= %L and %I < %L returning *)
                 insert into public.%I select * from moved',
                parent || '_default', id, uuid_from(first), id, uuid_from(following), name);
            execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)',
                parent, name, uuid_from(first), uuid_from(following));
        end if;
    end loop;
end
$$;

-- Drops the oldest outbox or inbox partition that ended before the given instant, and says how many that were: 0 or 1, so
-- that no lock is held for more than one. Never what is younger than a week, never what was not said yet, and never the
-- ledger.
create or replace function drop_partitions(before timestamptz) returns int
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set lock_timeout = '100ms' as $$
declare
    child record;
    unsaid boolean;
begin
    for child in
        select c.relname as name, p.relname as parent
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        join pg_class p on p.oid = i.inhparent
        where p.relnamespace = 'public'::regnamespace
          and p.relname in ('outbox', 'inbox') and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
          and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC'
              <= least(before, now() - interval '7 days')
        order by right(c.relname, 7), c.relname
    loop
        if child.parent = 'outbox' then
            execute format(
                'select exists (select from public.%I o, public.relay r where not pg_visible_in_snapshot(o.xid, r.snapshot))',
                child.name) into unsaid;
            continue when unsaid;
        end if;
        execute format('drop table public.%I', child.name);
        return 1;
    end loop;
    return 0;
end
$$;

alter function blank_said(timestamptz) set lock_timeout = '1s';

-- They act with the owner's rights, for whom `migrate` names.
revoke execute on function make_partitions(timestamptz), drop_partitions(timestamptz), blank_said(timestamptz) from public;
