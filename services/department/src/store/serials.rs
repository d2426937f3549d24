//! Counters of the series from which rules draw numbers.

use mailbox::{Row, Sql};

/// A counter that was drawn from.
pub struct SerialRow {
    pub series: String,
    /// The next serial as it was loaded: a commit that does not find it there is stale.
    pub loaded: i64,
    pub next: i64,
}

impl Row for SerialRow {
    type Key = String;

    fn key(&self) -> String {
        self.series.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let loaded = sql.bind(rows.iter().map(|r| r.loaded).collect());
        let nexts = sql.bind(rows.iter().map(|r| r.next).collect());
        let series = sql.bind(rows.into_iter().map(|r| r.series).collect());
        let text = format!(
            "update serials s set next = n.next
             from unnest({series}::text[], {loaded}::bigint[], {nexts}::bigint[]) as n (series, loaded, next)
             where s.series = n.series and s.next = n.loaded returning 1"
        );
        sql.expect("serials_as_loaded", text, count);
    }
}

/// A series that rules may draw from; one that is there already goes on where it stands, but never before `first`.
pub struct SeriesStart {
    pub series: String,
    pub first: i64,
}

impl Row for SeriesStart {
    type Key = String;

    fn key(&self) -> String {
        self.series.clone()
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let firsts = sql.bind(rows.iter().map(|r| r.first).collect());
        let series = sql.bind(rows.into_iter().map(|r| r.series).collect());
        let text = format!(
            "insert into serials (series, next) select * from unnest({series}::text[], {firsts}::bigint[])
             on conflict (series) do update set next = greatest(serials.next, excluded.next)"
        );
        sql.part("begin_series", text);
    }
}
