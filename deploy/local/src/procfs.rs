//! What Linux tells about processes: whether a recorded process is still that one, what it used, who holds a port.

use std::{collections::BTreeSet, fs, time::Duration};

/// One line of `/proc/<pid>/stat`, as far as the launcher needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    pub parent: u32,
    /// Processor ticks of the process and of the children that it has waited for.
    pub ticks: u64,
    /// Ticks between the machine's start and the process's: with the pid, the identity of a process.
    pub started: u64,
    pub zombie: bool,
}

/// Reads `/proc/<pid>/stat`; none when there is no such process.
#[must_use]
pub fn stat(pid: u32) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse_stat(line: &str) -> Option<Stat> {
    // The second field is the command in brackets and may itself hold spaces and brackets.
    let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        parent: u32::try_from(number(1)?).ok()?,
        ticks: number(11)? + number(12)? + number(13)? + number(14)?,
        started: number(19)?,
        zombie: *fields.first()? == "Z",
    })
}

/// The command line of a process, for messages.
#[must_use]
pub fn command(pid: u32) -> Option<String> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let text = String::from_utf8_lossy(&bytes).replace('\0', " ");
    Some(text.trim().chars().take(120).collect())
}

/// The processes whose parent is `pid`.
#[must_use]
pub fn children(pid: u32) -> Vec<u32> {
    all().filter(|other| stat(*other).is_some_and(|stat| stat.parent == pid)).collect()
}

/// Processor time of a process and of its children, running or ended.
#[must_use]
pub fn processor_time(pid: u32) -> Duration {
    let ticks: u64 = std::iter::once(pid).chain(children(pid)).filter_map(stat).map(|stat| stat.ticks).sum();
    let per_second = rustix::param::clock_ticks_per_second().max(1);
    Duration::from_micros(ticks * 1_000_000 / per_second)
}

/// Who listens on a TCP port of this machine: the pid, when this user may see it.
#[must_use]
pub fn listener(port: u16) -> Option<u32> {
    let sockets: BTreeSet<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| listening_inodes(&table, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    if sockets.is_empty() {
        return None;
    }
    all().find(|pid| holds(*pid, &sockets))
}

fn listening_inodes(table: &str, port: u16) -> Vec<String> {
    let suffix = format!(":{port:04X}");
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let listens = fields.get(1)?.ends_with(&suffix) && *fields.get(3)? == "0A";
            listens.then(|| fields.get(9).map(|inode| (*inode).to_owned())).flatten()
        })
        .collect()
}

fn holds(pid: u32, sockets: &BTreeSet<String>) -> bool {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    files
        .filter_map(Result::ok)
        .filter_map(|file| fs::read_link(file.path()).ok())
        .any(|target| target.to_str().is_some_and(|target| sockets.contains(target)))
}

fn all() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_with_brackets_does_not_confuse_the_fields() {
        let line = "42 (a) b) S 7 1 1 0 -1 0 0 0 0 0 10 20 3 4 20 0 1 0 5555 0 0";
        assert_eq!(parse_stat(line), Some(Stat { parent: 7, ticks: 37, started: 5555, zombie: false }));
    }

    #[test]
    fn this_process_is_its_parents_child_and_has_used_time() {
        let me = std::process::id();
        let parent = stat(me).unwrap().parent;
        assert!(children(parent).contains(&me));
        assert!(command(me).is_some_and(|command| !command.is_empty()));
    }

    #[test]
    fn the_holder_of_a_port_is_found() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(listener(socket.local_addr().unwrap().port()), Some(std::process::id()));
    }
}
