//! The HTTP kit: every service answers, refuses, limits and describes itself in the same way.
//!
//! A request passes [`observe`] (span, measure, log line, failures as problems), then [`admit`] (who asks, and whether
//! too much), then the route, whose parameters are the rest: [`Permit`], [`IdempotencyKey`], [`Body`], [`AtLeast`].

mod actor;
mod acts;
mod admit;
mod answers;
mod app;
mod body;
pub mod codes;
mod door;
mod gate;
pub mod health;
mod idempotency;
pub mod instant;
mod keys;
mod limits;
mod misfit;
mod observe;
mod on_behalf;
mod openapi;
mod page;
mod permit;
mod problem;
mod scope;
mod sequence;
mod text;
mod tokens;
mod window;
mod written;

pub(crate) use self::openapi::ITSELF as DESCRIPTION;
pub use self::{
    actor::{Actor, Role},
    acts::{Act, InWhoseName, acts},
    app::Kit,
    body::{Body, Form, Unfit},
    codes::{Code, Kind},
    door::shown,
    gate::Gate,
    idempotency::{IdempotencyKey, Intent},
    keys::{KeySet, KeySetError},
    on_behalf::{Asker, By, Ground, OnBehalf},
    openapi::{Document, Routes},
    page::Limit,
    permit::{Permission, Permit},
    problem::{Fault, Problem},
    scope::{Own, Scope},
    sequence::{AsOf, AtLeast},
    text::{Language, Text},
    tokens::Tokens,
    window::{ApplicantBody, DocumentBody, Named, NamedShown},
    written::{AtMost, Faults, Line, Long, Prose, Reason, Short, Written},
};
