//! Rows of a service's own tables inside [`Changes`](crate::Changes).

use std::{any::Any, collections::BTreeMap};

use crate::sql::Sql;

/// A row of a state table. All rows of one kind are written by one array statement.
pub trait Row: Send + Sized + 'static {
    /// What identifies the row: a later row with the same key replaces an earlier one of the same commit.
    type Key: Ord + Clone + Send;

    fn key(&self) -> Self::Key;

    /// Adds the statement's part that writes these rows, which are in key order.
    fn write(rows: Vec<Self>, sql: &mut Sql);
}

/// All rows of one kind in a commit.
pub(crate) trait Rows: Send {
    fn write(self: Box<Self>, sql: &mut Sql);
    fn absorb(&mut self, later: Box<dyn Rows>);
    fn as_any(&mut self) -> &mut dyn Any;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

pub(crate) struct RowSet<R: Row>(BTreeMap<R::Key, R>);

impl<R: Row> RowSet<R> {
    pub(crate) fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(crate) fn put(&mut self, row: R) {
        self.0.insert(row.key(), row);
    }
}

impl<R: Row> Rows for RowSet<R> {
    fn write(self: Box<Self>, sql: &mut Sql) {
        R::write(self.0.into_values().collect(), sql);
    }

    fn absorb(&mut self, later: Box<dyn Rows>) {
        if let Ok(later) = later.into_any().downcast::<Self>() {
            self.0.extend(later.0);
        }
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
