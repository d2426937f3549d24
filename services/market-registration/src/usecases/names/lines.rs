//! Lines of a file, one at a time and none longer than a name can be.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read as _},
    path::Path,
};

/// The longest line, in bytes.
const LONGEST: u64 = 4096;

/// A file that is read line by line; empty lines are passed over.
pub(super) struct Lines {
    file: BufReader<File>,
    number: usize,
}

/// A line, or why it is none.
type Line = Result<String, Vec<String>>;

impl Lines {
    pub(super) fn open(file: &Path) -> io::Result<Self> {
        Ok(Self { file: BufReader::new(File::open(file)?), number: 0 })
    }

    /// The next line with its number, from 1.
    pub(super) fn next(&mut self) -> io::Result<Option<(usize, Line)>> {
        loop {
            let mut bytes = Vec::new();
            self.file.by_ref().take(LONGEST).read_until(b'\n', &mut bytes)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            if bytes.last() != Some(&b'\n') && !self.file.fill_buf()?.is_empty() {
                self.file.skip_until(b'\n')?;
                return Ok(Some((self.number, Err(vec![format!("the line is longer than {LONGEST} bytes")]))));
            }
            let Ok(line) = String::from_utf8(bytes) else {
                return Ok(Some((self.number, Err(vec!["the line is not UTF-8".to_owned()]))));
            };
            // Spreadsheets begin a file with a byte-order mark.
            let line = line.trim_start_matches('\u{feff}').trim();
            if !line.is_empty() {
                return Ok(Some((self.number, Ok(line.to_owned()))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whatever_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lines.csv");
        let long = "x".repeat(9000);
        std::fs::write(
            &file,
            [b"\xef\xbb\xbfa,b\r\n\n".as_slice(), b"\xb0\xa1\n", long.as_bytes(), b"\nlast"].concat(),
        )
        .unwrap();
        let mut lines = Lines::open(&file).unwrap();
        let mut read = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            read.push((number, line.map_err(|faults| faults[0].clone())));
        }
        let fault = |text: &str| Err(text.to_owned());
        let expected = [
            (1, Ok("a,b".to_owned())),
            (3, fault("the line is not UTF-8")),
            (4, fault("the line is longer than 4096 bytes")),
            (5, Ok("last".to_owned())),
        ];
        assert_eq!(read, expected);
    }
}
