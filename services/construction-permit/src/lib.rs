//! Construction projects (工程建设项目审批): which of the catalogue's items a project needs, and why.

pub mod cli;
pub mod domain;
