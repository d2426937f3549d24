//! Which port each part of a suite listens on: fixed ones for people, free ones for tests.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    net::{Ipv4Addr, TcpListener},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::procfs;

/// How ports are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// Counted from this number by the offsets in `suite.toml`, so that addresses can be written down.
    Fixed(u16),
    /// Whatever is free, in a block of its own below the range that the kernel hands to outgoing connections: a port in
    /// that range could be taken by a client while its server is away.
    Free,
}

/// Offsets from the base port, from `suite.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offsets {
    pub base: u16,
    /// Parts that every suite has, by name.
    pub parts: BTreeMap<String, i32>,
    /// From a process's port to its health port.
    pub health: i32,
}

/// Every port of a suite by name; the health port of process `p` is `p/health`.
#[derive(Debug)]
pub struct PortBook {
    ports: BTreeMap<String, u16>,
    _lease: Option<File>,
}

const FIRST_FREE: u16 = 18_000;
const BLOCK: u16 = 100;
const BLOCKS: u16 = 130;
/// From a process's port to its health port, as `suite.toml` says.
const HEALTH: u16 = 1000;

impl PortBook {
    /// Chooses a port for each fixed part and two for each process, and checks that each can be bound.
    ///
    /// # Errors
    /// When a fixed port is taken (saying by whom, where this user may know), or when no block is free.
    pub fn choose(ports: Ports, offsets: &Offsets, processes: &[String]) -> Result<Self> {
        match ports {
            Ports::Fixed(base) => Self::fixed(base, offsets, processes),
            Ports::Free => Self::free(offsets, processes),
        }
    }

    fn fixed(base: u16, offsets: &Offsets, processes: &[String]) -> Result<Self> {
        let mut ports = BTreeMap::new();
        for (name, offset) in &offsets.parts {
            ports.insert(name.clone(), at(base, *offset)?);
        }
        for (name, offset) in processes.iter().zip(1..) {
            ports.insert(name.clone(), at(base, offset)?);
            ports.insert(health_name(name), at(base, offset + offsets.health)?);
        }
        let taken: Vec<String> = ports
            .iter()
            .filter(|(_, port)| TcpListener::bind((Ipv4Addr::LOCALHOST, **port)).is_err())
            .map(|(name, port)| format!("  {port} ({name}) is taken by {}", holder(*port)))
            .collect();
        if !taken.is_empty() {
            bail!(
                "these ports are not free:\n{}\nStop what holds them, or start with other ports: `make demo BASE_PORT=8300`",
                taken.join("\n")
            );
        }
        Ok(Self { ports, _lease: None })
    }

    fn free(offsets: &Offsets, processes: &[String]) -> Result<Self> {
        let names: Vec<String> = offsets
            .parts
            .keys()
            .cloned()
            .chain(processes.iter().flat_map(|name| [name.clone(), health_name(name)]))
            .collect();
        let leases = std::env::temp_dir().join("wutong-ports");
        fs::create_dir_all(&leases).with_context(|| format!("cannot create {}", leases.display()))?;
        // Everybody's first try differs, so that suites that start together seldom meet.
        let first = u16::try_from(std::process::id() % u32::from(BLOCKS)).unwrap_or(0);
        for turn in 0..BLOCKS {
            let block = FIRST_FREE + BLOCK * ((first + turn) % BLOCKS);
            let Some(lease) = lease(&leases.join(block.to_string())) else {
                continue;
            };
            let found: Vec<u16> = (block..block + BLOCK)
                .filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
                .take(names.len())
                .collect();
            if found.len() == names.len() {
                return Ok(Self { ports: names.into_iter().zip(found).collect(), _lease: Some(lease) });
            }
        }
        bail!("no block of {} free ports between {FIRST_FREE} and {}", names.len(), FIRST_FREE + BLOCK * BLOCKS)
    }

    /// The port of a part or process.
    ///
    /// # Errors
    /// When the suite has no such part.
    pub fn of(&self, name: &str) -> Result<u16> {
        self.ports.get(name).copied().with_context(|| format!("the suite has no port called {name}"))
    }

    /// The health port of a process.
    ///
    /// # Errors
    /// When the suite has no such process.
    pub fn health_of(&self, process: &str) -> Result<u16> {
        self.of(&health_name(process))
    }
}

/// A number from which a whole suite may count its ports: nobody holds any that it would bind.
///
/// # Errors
/// When there is none.
pub fn free_base() -> Result<u16> {
    let first = u16::try_from(std::process::id() % u32::from(BLOCKS)).unwrap_or(0);
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    let suits = |base: &u16| (base - 10..base + BLOCK / 2).all(|port| free(port) && free(port + HEALTH));
    // In a block's second half: suites that take whatever is free begin with the first.
    let bases = (0..BLOCKS).map(|turn| FIRST_FREE + BLOCK * ((first + turn) % BLOCKS) + BLOCK / 2);
    bases.into_iter().find(suits).context("no block of ports is free for a suite")
}

fn health_name(process: &str) -> String {
    format!("{process}/health")
}

fn at(base: u16, offset: i32) -> Result<u16> {
    u16::try_from(i32::from(base) + offset)
        .ok()
        .filter(|port| *port > 0)
        .with_context(|| format!("port {base} with offset {offset} is no port"))
}

fn holder(port: u16) -> String {
    match procfs::listener(port) {
        Some(pid) => format!("process {pid}: {}", procfs::command(pid).unwrap_or_default()),
        None => "a process that this user may not see".to_owned(),
    }
}

/// The kernel gives the lease back when its holder ends, however it ends.
fn lease(path: &std::path::Path) -> Option<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).ok()?;
    file.try_lock().ok().map(|()| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets() -> Offsets {
        let parts = [("sign-in".to_owned(), -10), ("sink".to_owned(), -5)].into_iter().collect();
        Offsets { base: 8100, parts, health: 1000 }
    }

    fn processes() -> Vec<String> {
        vec!["intake-1".to_owned(), "intake-2".to_owned()]
    }

    #[test]
    fn fixed_ports_are_counted_from_the_base() {
        let book = PortBook::choose(Ports::Fixed(17_100), &offsets(), &processes()).unwrap();
        assert_eq!(book.of("sign-in").unwrap(), 17_090);
        assert_eq!(book.of("intake-2").unwrap(), 17_102);
        assert_eq!(book.health_of("intake-1").unwrap(), 18_101);
        assert!(book.of("portal").is_err());
    }

    #[test]
    fn a_taken_port_is_told_with_its_holder_and_what_to_do() {
        let _held = TcpListener::bind("127.0.0.1:17195").unwrap();
        let refused = PortBook::choose(Ports::Fixed(17_200), &offsets(), &[]).unwrap_err().to_string();
        assert!(refused.contains("17195 (sink) is taken by process"), "{refused}");
        assert!(refused.contains("BASE_PORT"), "{refused}");
    }

    #[test]
    fn two_suites_get_different_blocks() {
        let one = PortBook::choose(Ports::Free, &offsets(), &processes()).unwrap();
        let other = PortBook::choose(Ports::Free, &offsets(), &processes()).unwrap();
        assert_eq!(one.ports.len(), 6);
        assert!(one.ports.values().all(|port| !other.ports.values().any(|same| same == port)));
    }
}
