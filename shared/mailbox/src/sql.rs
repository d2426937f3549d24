//! One commit is one statement: every table adds a data-modifying part to it, and the whole passes or fails together.

use serde::Serialize;
use sqlx::{
    Encode, Postgres, Type,
    postgres::{PgArguments, PgHasArrayType},
};

/// A statement that is being put together. Parts see the state before the statement, not each other's rows.
#[derive(Default)]
pub struct Sql {
    parts: Vec<(String, String)>,
    checks: Vec<String>,
    arguments: PgArguments,
    count: usize,
    fault: Option<sqlx::error::BoxDynError>,
}

impl Sql {
    /// Binds one column's values and returns its placeholder, e.g. `$3`; cast it in the text: `{ids}::uuid[]`.
    pub fn bind<T>(&mut self, values: Vec<T>) -> String
    where
        T: PgHasArrayType + Type<Postgres> + for<'q> Encode<'q, Postgres> + Send + 'static,
    {
        self.bind_one(values)
    }

    /// Binds one column's values for a column of type `json`, whose text the database keeps as it is: what it never
    /// looks into costs it least that way. What is none is null. The placeholder is cast already.
    pub fn bind_json<T: Serialize>(&mut self, values: impl IntoIterator<Item = T>) -> String {
        let text = |value: T| serde_json::to_string(&value).map(|text| Some(text).filter(|text| text != "null"));
        let texts = values.into_iter().map(text).collect::<Result<Vec<_>, _>>();
        let texts = texts.unwrap_or_else(|fault| {
            self.fault.get_or_insert(fault.into());
            Vec::new()
        });
        format!("{}::text[]::json[]", self.bind(texts))
    }

    /// Binds one value.
    pub fn bind_one<T>(&mut self, value: T) -> String
    where
        T: Type<Postgres> + for<'q> Encode<'q, Postgres> + Send + 'static,
    {
        use sqlx::Arguments as _;
        if let Err(fault) = self.arguments.add(value) {
            self.fault.get_or_insert(fault);
        }
        self.count += 1;
        format!("${}", self.count)
    }

    /// Adds a part that may touch any number of rows.
    pub fn part(&mut self, name: &str, text: String) {
        self.parts.push((name.to_owned(), text));
    }

    /// Adds a part that must touch exactly `rows` rows, or the whole commit is stale; the text ends with `returning 1`.
    pub fn expect(&mut self, name: &str, text: String, rows: usize) {
        self.check("expect_rows", name, text, rows);
    }

    /// Adds a part that takes exactly `rows` places, or the whole commit fails with
    /// [`CommitError::Taken`](crate::CommitError::Taken): `insert .. on conflict .. do update .. where` the place is free.
    /// The text ends with `returning 1`.
    pub fn take(&mut self, name: &str, text: String, rows: usize) {
        self.check("expect_free", name, text, rows);
    }

    fn check(&mut self, function: &str, name: &str, text: String, rows: usize) {
        let rows = self.bind_one(i64::try_from(rows).unwrap_or(i64::MAX));
        self.checks.push(format!("{function}('{name}', (select count(*) from {name}), {rows})"));
        self.part(name, text);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The statement and what is bound to it.
    pub(crate) fn finish(self) -> Result<(String, PgArguments), sqlx::Error> {
        if let Some(fault) = self.fault {
            return Err(sqlx::Error::Encode(fault));
        }
        let parts: Vec<String> = self.parts.iter().map(|(name, text)| format!("{name} as ({text})")).collect();
        let checks = if self.checks.is_empty() { "true".to_owned() } else { self.checks.join(" and ") };
        Ok((format!("with {} select {checks}", parts.join(",\n")), self.arguments))
    }
}
