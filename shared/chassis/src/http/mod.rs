//! The HTTP kit: every service answers, refuses, limits and describes itself in the same way.
//!
//! A request passes [`observe`] (span, measure, log line, failures as problems), then [`admit`] (who asks, and whether
//! too much), then the route, whose parameters are the rest: [`Permit`], [`IdempotencyKey`], [`Body`], [`AtLeast`].

mod actor;
mod admit;
mod app;
mod body;
pub mod codes;
mod gate;
pub mod health;
mod idempotency;
mod keys;
mod limits;
mod observe;
mod openapi;
mod permit;
mod problem;
mod sequence;
mod text;
mod tokens;

pub use self::{
    actor::{Actor, Role, Scope},
    app::Kit,
    body::Body,
    codes::{Code, Kind},
    gate::Gate,
    idempotency::{IdempotencyKey, Intent},
    keys::{KeySet, KeySetError},
    openapi::{Document, Routes},
    permit::{Permission, Permit},
    problem::{Fault, Problem},
    sequence::{AsOf, AtLeast},
    text::{Language, Text},
    tokens::Tokens,
};
