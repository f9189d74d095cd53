//! The code page that the header of OFX 1 names.

use std::fs::File;
use std::io::Read;

use crate::intake::encoding::{BASIS_DECLARED, BASIS_GIVEN, CodePage, Encoding};
use crate::intake::{SourceFile, declared};

/// The encoding to read with: that of the header where the file is in a page of single bytes that was only guessed. A
/// file whose bytes are UTF-8 throughout is UTF-8, whatever its header says: many banks never changed the header. That
/// it says otherwise is kept with the source.
pub fn of(source: &SourceFile<'_>) -> Encoding {
    let found = source.encoding;
    let wide = |page| matches!(page, CodePage::Utf8 | CodePage::Utf16Le | CodePage::Utf16Be);
    if wide(found.page) || found.basis == BASIS_GIVEN {
        return found;
    }
    let mut head = Vec::new();
    let read = File::open(source.path).and_then(|file| file.take(1_024).read_to_end(&mut head));
    let named = read.ok().and_then(|_| declared::ofx(&head)?.page);
    match named.filter(|page| !wide(*page)) {
        Some(page) => Encoding {
            page,
            basis: BASIS_DECLARED,
            ..found
        },
        None => found,
    }
}
