//! What a paper is, by its bytes: what a browser or a tool calls it proves nothing.

use std::io::Cursor;

use chassis::http::Fault;
use zip::ZipArchive;

/// Papers within which nobody has to say that he was told: a paper outlives the statement about it by so many days.
pub const GRACE_DAYS: i64 = 2;

/// Parts of an OFD that are looked at; one of more is no paper of ours.
const MOST_PARTS: u16 = 10_000;

/// What may be brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Pdf,
    /// GB/T 33190: a zip whose root holds `OFD.xml`.
    Ofd,
    Png,
    Jpeg,
}

impl Format {
    /// The media type that is recorded.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Ofd => "application/ofd",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// What these bytes are.
    ///
    /// # Errors
    /// What they seem to be where that may not be brought.
    pub fn of(bytes: &[u8]) -> Result<Self, Seems> {
        let found = infer::get(bytes).map(|found| found.mime_type());
        match found {
            Some("image/png") => Ok(Self::Png),
            Some("image/jpeg") => Ok(Self::Jpeg),
            // The crate looks for the mark within the first kilobyte, as old readers do: what stands before it may be anything.
            Some("application/pdf") if bytes.starts_with(b"%PDF") => Ok(Self::Pdf),
            _ if is_ofd(bytes) => Ok(Self::Ofd),
            found => Err(Seems(found)),
        }
    }
}

/// What bytes seem to be that may not be brought; none where nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seems(pub Option<&'static str>);

impl Seems {
    /// For whoever brought it.
    #[must_use]
    pub fn detail(self) -> (String, String) {
        match self.0 {
            Some("application/pdf") => {
                ("PDF 标记之前有其他内容".to_owned(), "something stands before the mark of a PDF".to_owned())
            }
            Some(found) => (format!("按内容识别为 {found}"), format!("by its bytes it is {found}")),
            None => ("按内容无法识别".to_owned(), "its bytes are of no known kind".to_owned()),
        }
    }
}

fn is_ofd(bytes: &[u8]) -> bool {
    let few = bytes.starts_with(b"PK\x03\x04") && parts(bytes).is_some_and(|parts| parts <= MOST_PARTS);
    few && ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name("OFD.xml").is_some())
}

/// How many parts a zip says it has, where its last record says it (APPNOTE 4.3.16).
fn parts(bytes: &[u8]) -> Option<u16> {
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = bytes.get(end + 10..end + 12)?;
    Some(u16::from_le_bytes([*count.first()?, *count.last()?]))
}

/// How much an applicant may have lying here that no application uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub papers: i64,
    pub bytes: i64,
}

impl Quota {
    /// Why one paper more of `size` bytes is too much beside what lies here.
    #[must_use]
    pub fn fault(&self, papers: i64, bytes: i64, size: i64) -> Option<Fault> {
        let Self { papers: most, bytes: most_bytes } = *self;
        if papers >= most {
            let (zh, en) = (format!("未使用的材料最多{most}份"), format!("at most {most} papers that nobody uses"));
            return Some(Fault::new("", "too_many", zh, en));
        }
        (bytes + size > most_bytes).then(|| {
            let mib = most_bytes / (1024 * 1024);
            let (zh, en) =
                (format!("未使用的材料合计最多{mib} MiB"), format!("at most {mib} MiB of papers that nobody uses"));
            Fault::new("", "too_large", zh, en)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn zipped(parts: &[&str]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for part in parts {
            writer.start_file(*part, stored).unwrap();
            writer.write_all(b"<x/>").unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn papers_are_known_by_their_bytes() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (bytes, format) in [
            (b"%PDF-1.7 ...".as_slice(), Format::Pdf),
            (png.as_slice(), Format::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), Format::Jpeg),
            (&zipped(&["OFD.xml", "Doc_0/Document.xml"]), Format::Ofd),
            (&zipped(&["Doc_0/Document.xml", "OFD.xml"]), Format::Ofd),
        ] {
            assert_eq!(Format::of(bytes), Ok(format));
        }
    }

    #[test]
    fn whatever_else_is_refused_by_what_it_is() {
        let docx = zipped(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
        let before: Vec<u8> = b"<script>x</script>%PDF-1.7".to_vec();
        for (bytes, seems) in [
            (b"MZ\x90\0\x03\0\0\0%PDF-1.7".as_slice(), "executable"),
            (&[b"\x7fELF\x02\x01\x01".as_slice(), &[0; 60]].concat(), "executable"),
            (&docx, "zip"),
            (&zipped(&["a.txt"]), "zip"),
            (&zipped(&["folder/OFD.xml"]), "zip"),
            (&before, "pdf"),
            (b"GIF89a".as_slice(), "gif"),
        ] {
            let found = Format::of(bytes).unwrap_err().0.unwrap_or_default();
            assert!(found.contains(seems), "{found} for {seems}");
        }
        for strange in [b"hello".as_slice(), b"", b"PK\x03\x04", b"PK\x03\x04 PK\x05\x06\0\0"] {
            assert!(Format::of(strange).is_err());
        }
    }

    #[test]
    fn what_lies_here_unused_has_a_limit() {
        let quota = Quota { papers: 2, bytes: 10 };
        assert_eq!(quota.fault(1, 5, 5), None);
        assert_eq!(quota.fault(2, 5, 1).map(|fault| fault.code), Some("too_many".to_owned()));
        assert_eq!(quota.fault(1, 5, 6).map(|fault| fault.code), Some("too_large".to_owned()));
    }
}
