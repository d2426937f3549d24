#!/usr/bin/env bash
# PostgreSQL 16.2 (pgserver 0.1.4; 15.18 does the same): a prepared statement that takes an array is planned anew at each execution,
# for ever, as long as the arrays are short.
#
# Whoever batches writes `where id = any($1)`, or `unnest($1)` joined to a table, prepares it once and believes that it is planned
# once: after five executions, the manual says, a plan that does not know the parameters is kept where it is not dearer. It is
# dearer: of a parameter that is an array the planner supposes ten elements, and of the array at hand it knows that it has one, so
# the plan for this very array wins each time, and is made each time. The same holds for `limit $2`, of which it supposes a tenth of
# the table. `where id = $1` beside it is planned five times. Inserts from `unnest` are planned five times, too.
#
# Remedy: `plan_cache_mode = force_generic_plan` for connections whose statements find their rows by an index whatever they are given.
#
# Seen: custom plans of 30 executions: by_array 30, by_id 5, insert_rows 5, page 30, update_rows 30; forced: none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet pgserver==0.1.4
bin=$(dirname "$(find "$folder/python" -name initdb -path '*/bin/*' | head -1)")

# A server does not run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chmod 755 "$folder"
    install -d -o 65534 -g 65534 "$folder/server"
else
    mkdir "$folder/server"
fi
export HOME="$folder/server"
"${as[@]}" "$bin/initdb" -D server/data -A trust -U probe -E UTF8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D server/data -l server/log -o "-k $folder/server -c listen_addresses=''" -w start >/dev/null
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/server/data" -m fast stop >/dev/null; rm -rf "$folder"' EXIT

plans() {
    {
        cat <<SQL
set plan_cache_mode = $1;
prepare by_id(bigint) as select body from cases where id = \$1;
prepare by_array(bigint[]) as select body from cases where id = any(\$1);
prepare page(bigint, bigint) as select body from cases where id > \$1 order by id limit \$2;
prepare update_rows(bigint[], text[]) as
    update cases c set body = n.body from unnest(\$1, \$2) as n (id, body) where c.id = n.id;
prepare insert_rows(bigint[], text[]) as
    insert into cases select * from unnest(\$1, \$2) on conflict (id) do update set body = excluded.body;
SQL
        for id in $(seq 30); do
            cat <<SQL
execute by_id($id) \\g /dev/null
execute by_array(array[$id]) \\g /dev/null
execute page($id, 20) \\g /dev/null
execute update_rows(array[$id], array['new']);
execute insert_rows(array[$id], array['new']);
SQL
        done
        echo "select name || ' ' || custom_plans from pg_prepared_statements order by 1;"
    } >script.sql
    "$bin/psql" -h "$folder/server" -U probe -d postgres -AtqX -v ON_ERROR_STOP=1 -f script.sql | paste -sd' '
}

"$bin/psql" -h "$folder/server" -U probe -d postgres -qX -v ON_ERROR_STOP=1 <<'SQL'
create table cases (id bigint primary key, body text not null);
insert into cases select n, repeat('x', 200) from generate_series(1, 100000) n;
analyze cases;
SQL
version=$("$bin/psql" -h "$folder/server" -U probe -d postgres -AtqX -c 'show server_version')
usual=$(plans auto)
forced=$(plans force_generic_plan)
echo "PostgreSQL $version, custom plans of 30 executions: $usual; forced: $forced"
[ "$usual" = "by_array 30 by_id 5 insert_rows 5 page 30 update_rows 30" ]
[ "$forced" = "by_array 0 by_id 0 insert_rows 0 page 0 update_rows 0" ]
