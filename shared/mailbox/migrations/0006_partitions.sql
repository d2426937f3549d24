-- Cuts a month's partition of a table that is partitioned by UUIDv7, ahead of its month. Runs with the owner's rights,
-- because the application's role may not create tables.
create function uuid_from(at timestamptz) returns uuid
language sql immutable as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

create function make_partitions(month timestamptz) returns void
language plpgsql security definer set search_path = public, pg_catalog as $$
declare
    parent text;
    first timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
    following timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    name text;
begin
    foreach parent in array array['ledger', 'outbox', 'inbox'] loop
        name := parent || to_char(first at time zone 'UTC', '"_"YYYY"_"MM');
        if to_regclass(name) is null then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
                name, parent, uuid_from(first), uuid_from(following));
        end if;
    end loop;
end
$$;

-- Drops outbox and inbox partitions that ended before the given instant; the ledger is never dropped.
create function drop_partitions(before timestamptz) returns int
language plpgsql security definer set search_path = public, pg_catalog as $$
declare
    child record;
    dropped int := 0;
begin
    for child in
        select c.relname as name
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        join pg_class p on p.oid = i.inhparent
        where p.relname in ('outbox', 'inbox') and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
          and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before
    loop
        execute format('drop table %I', child.name);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;
