//! The pages of a Parquet file, looked at before its reader makes room for what they say they unpack to.
//!
//! Their headers are Thrift in its compact form (parquet-format, `PageHeader`; Thrift, compact protocol).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

/// Bytes of the pages that are held at once, one of each column.
const HELD: u64 = 2 << 30;
/// Structures within each other in a header; the format has three.
const DEPTH: u32 = 8;

/// Looks at every page; why the file is not to be read.
pub(super) fn check(file: &File, metadata: &ParquetMetaData) -> Result<(), String> {
    let length = file.metadata().map_err(|error| error.to_string())?.len();
    let mut input = BufReader::new(file);
    for group in metadata.row_groups() {
        let mut held: u64 = 0;
        for column in group.columns() {
            let largest = largest(&mut input, column, length)
                .map_err(|reason| format!("its column ‘{}’: {reason}", column.column_path().string()))?;
            held = held.saturating_add(largest);
        }
        if held > HELD {
            return Err(format!(
                "one page of each of its columns is {held} bytes; at most {HELD} are held in memory"
            ));
        }
    }
    Ok(())
}

// Bytes of the largest page of a column.
fn largest(input: &mut BufReader<&File>, column: &ColumnChunkMetaData, length: u64) -> Result<u64, String> {
    let (start, packed) = place(column)?;
    let end = start.saturating_add(packed);
    if end > length {
        return Err(format!(
            "it says it stands at the bytes {start} to {end}, and the file has {length}"
        ));
    }
    let all = u64::try_from(column.uncompressed_size()).unwrap_or(0);
    let (mut at, mut largest) = (start, 0);
    while at < end {
        let damaged = |error: io::Error| format!("the header of the page at byte {at} is damaged ({error})");
        input.seek(SeekFrom::Start(at)).map_err(damaged)?;
        let mut header = Counted {
            inner: (&mut *input).take(end - at),
            count: 0,
        };
        let (unpacked, packed) = sizes(&mut header).map_err(damaged)?;
        let behind = at.saturating_add(header.count);
        if packed > end.saturating_sub(behind) || unpacked > all {
            return Err(format!(
                "the page at byte {at} says that it is {packed} bytes, which unpack to {unpacked}; the column has {} left, \
                 which unpack to {all} at most",
                end.saturating_sub(behind)
            ));
        }
        largest = largest.max(unpacked).max(packed);
        at = behind + packed;
    }
    Ok(largest)
}

/// First byte and length; the library gives both only where neither is below zero.
fn place(column: &ColumnChunkMetaData) -> Result<(u64, u64), String> {
    let start = column
        .dictionary_page_offset()
        .unwrap_or(column.data_page_offset());
    let length = column.compressed_size();
    match (u64::try_from(start), u64::try_from(length)) {
        (Ok(start), Ok(length)) => Ok((start, length)),
        _ => Err(format!(
            "it says it begins at byte {start} and is {length} bytes long"
        )),
    }
}

/// Counts the bytes that are read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Counted<R> {
    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.inner.read_exact(&mut byte)?;
        self.count += 1;
        Ok(byte[0])
    }

    // Seven bits a byte, the lowest first.
    fn number(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(fault("a number of more than ten bytes"))
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.inner).take(bytes), &mut io::sink())?;
        self.count += skipped;
        if skipped < bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

fn fault(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

// What a page says that it unpacks to, and its bytes: fields 2 and 3 of its header, which is read to its end.
fn sizes<R: BufRead>(header: &mut Counted<R>) -> io::Result<(u64, u64)> {
    let mut sizes = [None, None];
    fields(header, 0, &mut |id, value| match id {
        2 => sizes[0] = Some(value),
        3 => sizes[1] = Some(value),
        _ => {}
    })?;
    let size = |value: Option<i64>| {
        value
            .and_then(|value| u64::try_from(value).ok())
            .ok_or_else(|| fault("it does not say its size"))
    };
    Ok((size(sizes[0])?, size(sizes[1])?))
}

// Reads a structure to its end and tells its whole numbers.
fn fields<R: BufRead>(header: &mut Counted<R>, depth: u32, told: &mut dyn FnMut(i64, i64)) -> io::Result<()> {
    let mut id: i64 = 0;
    loop {
        let first = header.byte()?;
        if first == 0 {
            return Ok(());
        }
        id = match first >> 4 {
            0 => signed(header.number()?),
            delta => id + i64::from(delta),
        };
        match first & 0x0F {
            // A truth is in the type itself.
            1 | 2 => {}
            4..=6 => told(id, signed(header.number()?)),
            kind => value(header, kind, depth)?,
        }
    }
}

// Reads a value of a kind and leaves it.
fn value<R: BufRead>(header: &mut Counted<R>, kind: u8, depth: u32) -> io::Result<()> {
    if depth >= DEPTH {
        return Err(fault("structures within each other"));
    }
    match kind {
        1..=3 => header.skip(1),
        4..=6 => header.number().map(|_| ()),
        7 => header.skip(8),
        8 => {
            let length = header.number()?;
            header.skip(length)
        }
        9 | 10 => {
            let first = header.byte()?;
            let count = match first >> 4 {
                15 => header.number()?,
                count => u64::from(count),
            };
            (0..count).try_for_each(|_| value(header, first & 0x0F, depth + 1))
        }
        12 => fields(header, depth + 1, &mut |_, _| {}),
        _ => Err(fault("a kind of value that no header has")),
    }
}

fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_whatever_stands_beside_them() {
        // Type 0, unpacked 300, packed 5, a structure with a number, a text and a list, a truth.
        let bytes = [
            0x15, 0x00, 0x15, 0xD8, 0x04, 0x15, 0x0A, 0x2C, 0x15, 0x02, 0x18, 0x02, b'a', b'b', 0x19, 0x25,
            0x02, 0x04, 0x00, 0x11, 0x00, 0xFF,
        ];
        let mut header = Counted {
            inner: bytes.as_slice(),
            count: 0,
        };
        assert_eq!(sizes(&mut header).expect("a header"), (300, 5));
        assert_eq!(header.count as usize, bytes.len() - 1);
        for end in 0..bytes.len() - 1 {
            let mut header = Counted {
                inner: &bytes[..end],
                count: 0,
            };
            assert!(sizes(&mut header).is_err(), "{end}");
        }
    }

    #[test]
    fn a_place_below_zero_is_told_and_no_panic() {
        use parquet::schema::{parser::parse_message_type, types::SchemaDescriptor};
        let schema = parse_message_type("message rows { required int32 amount; }").expect("a schema");
        let column = SchemaDescriptor::new(std::sync::Arc::new(schema)).column(0);
        for (start, length) in [(-1, 5), (5, -1)] {
            let chunk = ColumnChunkMetaData::builder(column.clone())
                .set_data_page_offset(start)
                .set_total_compressed_size(length)
                .build()
                .expect("a column");
            let said = place(&chunk).expect_err("refused");
            assert!(said.contains("-1"), "{said}");
        }
    }
}
