//! The end of a log, for the person who asks why a process died.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

const TAIL_BYTES: u64 = 32 * 1024;

/// The last `count` lines of a log; empty when there is none.
#[must_use]
pub fn last_lines(path: &Path, count: usize) -> Vec<String> {
    let text = tail(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].iter().map(|line| (*line).to_owned()).collect()
}

fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_shown_and_a_missing_one_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tax.log");
        assert!(last_lines(&path, 20).is_empty());
        std::fs::write(&path, "one\n\ntwo\nthree").unwrap();
        assert_eq!(last_lines(&path, 2), ["two", "three"]);
        assert_eq!(last_lines(&path, 20).len(), 3);
    }
}
