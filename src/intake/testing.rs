//! Bytes as a file that was received, for tests.

use std::io::Write;

use super::SourceFile;
use super::encoding::{CodePage, Encoding};

/// Shows bytes to a test as a file of this name.
pub(crate) fn with_source<T>(
    name: &str,
    bytes: &[u8],
    encoding: Encoding,
    test: impl FnOnce(&SourceFile<'_>) -> T,
) -> T {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("written");
    test(&SourceFile {
        source_id: "0123456789abcdef",
        path: file.path(),
        name,
        bytes: bytes.len() as u64,
        encoding,
        progress: &|_| {},
        siblings: &[],
    })
}

/// A code page that was guessed.
pub(crate) fn guessed(page: CodePage) -> Encoding {
    Encoding {
        page,
        basis: super::encoding::BASIS_GUESSED,
        mark: 0,
    }
}
