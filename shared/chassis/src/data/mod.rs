//! Data files (数据文件): what a city changes without changing a program. A file is read whole, and everything that is wrong
//! in it is named at once, with file and key; one that has a fault is never used.

mod digest;
mod fault;
mod file;
mod label;
mod reader;
mod source;

pub use self::{
    digest::digest,
    fault::{DataFault, DataFaults},
    file::DataFile,
    label::Label,
    reader::Reader,
    source::{Source, Unreadable},
};

#[cfg(test)]
mod tests;
