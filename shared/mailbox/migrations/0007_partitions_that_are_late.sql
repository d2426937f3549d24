-- An event's id is its sender's: it may name a month that has no partition yet, and then lies in the default partition.
-- Cutting the month's partition moves such rows into it; without that it could never be cut.
create or replace function make_partitions(month timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
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
        if to_regclass(name) is null then
            execute format('lock table %I in access exclusive mode', parent || '_default');
            execute format('create table public.%I (like %I including defaults including constraints)', name, parent);
            execute format(
                'with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
                parent || '_default', id, uuid_from(first), id, uuid_from(following), name);
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                parent, name, uuid_from(first), uuid_from(following));
        end if;
    end loop;
end
$$;

-- Drops outbox and inbox partitions that ended before the given instant; never what is younger than a week, never what
-- was not said yet, and never the ledger.
create or replace function drop_partitions(before timestamptz) returns int
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    child record;
    unsaid boolean;
    dropped int := 0;
begin
    for child in
        select c.relname as name, p.relname as parent
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        join pg_class p on p.oid = i.inhparent
        where p.relname in ('outbox', 'inbox') and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
          and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC'
              <= least(before, now() - interval '7 days')
    loop
        if child.parent = 'outbox' then
            execute format('select exists (select from %I o, relay r where not pg_visible_in_snapshot(o.xid, r.snapshot))',
                child.name) into unsaid;
            continue when unsaid;
        end if;
        execute format('drop table %I', child.name);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;
