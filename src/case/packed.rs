//! A batch whose texts of few values are keys into a dictionary, as a Parquet file.
//!
//! The ordinary writer looks each value up by its text, again for every row; where the rows were built with keys that is
//! most of the cost of writing. Here the pages of such columns are made from the keys: a page with the dictionary (PLAIN)
//! and one with definition levels and keys (RLE_DICTIONARY), as the Parquet format describes them. Every other column
//! takes the ordinary way.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::{Array, AsArray, DictionaryArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef, UInt32Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::compute_leaves;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

/// The type of a column of keys.
pub fn packed_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8))
}

/// Whether a batch has columns of keys.
pub fn is_packed(batch: &RecordBatch) -> bool {
    batch
        .columns()
        .iter()
        .any(|column| *column.data_type() == packed_type())
}

/// The schema of a batch whose packed columns are named, where the table's own says text.
pub fn packed_schema(table: &SchemaRef, types: impl Iterator<Item = DataType>) -> SchemaRef {
    let fields = table.fields().iter().zip(types).map(|(field, kind)| {
        if *field.data_type() == kind {
            field.clone()
        } else {
            Arc::new(field.as_ref().clone().with_data_type(kind))
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Writes the batch as a file of one row group and gives the sink back.
pub fn write<W: Write + Send>(
    sink: W,
    schema: SchemaRef,
    properties: WriterProperties,
    batch: &RecordBatch,
) -> Result<W> {
    let compress = batch.num_rows() >= super::writer::COMPRESSED_FROM;
    let (mut file, factory) =
        ArrowWriter::try_new(sink, schema.clone(), Some(properties))?.into_serialized_writer()?;
    let descriptors: Vec<ColumnDescPtr> = file.schema_descr().columns().to_vec();
    let writers = factory.create_column_writers(0)?;
    let mut group = file.next_row_group()?;
    for (((mut writer, array), field), descriptor) in writers
        .into_iter()
        .zip(batch.columns())
        .zip(schema.fields())
        .zip(descriptors)
    {
        match array.as_any().downcast_ref::<DictionaryArray<UInt32Type>>() {
            Some(keys) => {
                let (bytes, close) = chunk(keys, descriptor, compress)?;
                group.append_column(&bytes, close)?;
            }
            None => {
                for leaf in compute_leaves(field, array)? {
                    writer.write(&leaf)?;
                }
                writer.close()?.append_to_row_group(&mut group)?;
            }
        }
    }
    group.close()?;
    file.into_inner()
}

/// The column chunk of a column of keys.
fn chunk(
    array: &DictionaryArray<UInt32Type>,
    descriptor: ColumnDescPtr,
    compress: bool,
) -> Result<(Bytes, ColumnCloseResult)> {
    let rows = array.len();
    let values = array.values().as_string::<i32>();
    let keys = array.keys();
    let mut dictionary = Vec::with_capacity(values.value_data().len() + 4 * values.len());
    for value in values.iter().flatten() {
        dictionary.extend_from_slice(&(value.len() as u32).to_le_bytes());
        dictionary.extend_from_slice(value.as_bytes());
    }
    let mut body = Vec::with_capacity(rows / 2);
    if descriptor.max_def_level() > 0 {
        body.extend_from_slice(&[0; 4]);
        let mut levels = Runs::new(1, &mut body);
        match keys.nulls() {
            None => levels.repeat(1, rows),
            Some(valid) if valid.null_count() == rows => levels.repeat(0, rows),
            Some(valid) => valid.iter().for_each(|valid| levels.push(u32::from(valid))),
        }
        levels.finish();
        let length = (body.len() - 4) as u32;
        body[..4].copy_from_slice(&length.to_le_bytes());
    }
    let width = (32 - (values.len().saturating_sub(1) as u32).leading_zeros()).max(1);
    body.push(width as u8);
    let mut indices = Runs::new(width, &mut body);
    match keys.nulls().filter(|nulls| nulls.null_count() > 0) {
        None if values.len() == 1 => indices.repeat(0, rows),
        None => keys.values().iter().for_each(|key| indices.push(*key)),
        Some(nulls) if nulls.null_count() == rows => {}
        Some(valid) => {
            for (key, valid) in keys.values().iter().zip(valid.iter()) {
                if valid {
                    indices.push(*key);
                }
            }
        }
    }
    indices.finish();

    let (plain_sizes, mut parts) = ([dictionary.len(), body.len()], [dictionary, body]);
    let mut codec = Compression::UNCOMPRESSED;
    if compress {
        let packed = [squeeze(&parts[0])?, squeeze(&parts[1])?];
        let (before, after) = (plain_sizes[0] + plain_sizes[1], packed[0].len() + packed[1].len());
        // Less than a tenth is not worth the reader's time.
        if after + before / 10 < before {
            codec = Compression::ZSTD(ZstdLevel::try_new(1)?);
            parts = packed;
        }
    }
    let [dictionary, body] = parts;
    let mut sink = TrackedWrite::new(Vec::with_capacity(dictionary.len() + body.len() + 128));
    let mut pages = SerializedPageWriter::new(&mut sink);
    let first = Page::DictionaryPage {
        buf: dictionary.into(),
        num_values: values.len() as u32,
        encoding: Encoding::PLAIN,
        is_sorted: false,
    };
    let second = Page::DataPage {
        buf: body.into(),
        num_values: rows as u32,
        encoding: Encoding::RLE_DICTIONARY,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    let first = pages.write_page(CompressedPage::new(first, plain_sizes[0]))?;
    let second = pages.write_page(CompressedPage::new(second, plain_sizes[1]))?;
    let bytes = Bytes::from(sink.into_inner()?);
    // Headers count on both sides, as the ordinary writer counts them.
    let headers = bytes.len() - first.compressed_size - second.compressed_size;
    let metadata = ColumnChunkMetaData::builder(descriptor)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
        .set_compression(codec)
        .set_num_values(rows as i64)
        .set_total_compressed_size(bytes.len() as i64)
        .set_total_uncompressed_size((plain_sizes[0] + plain_sizes[1] + headers) as i64)
        .set_dictionary_page_offset(Some(first.offset as i64))
        .set_data_page_offset(second.offset as i64)
        .set_statistics(statistics(array))
        .build()?;
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok((bytes, close))
}

/// Least and greatest value, where they are short enough to be worth keeping, and the number of rows without one.
fn statistics(array: &DictionaryArray<UInt32Type>) -> Statistics {
    const LONGEST: usize = 64;
    let values = array.values().as_string::<i32>();
    let bound = |value: Option<&str>| value.filter(|v| v.len() <= LONGEST).map(ByteArray::from);
    let (least, greatest) = (values.iter().flatten().min(), values.iter().flatten().max());
    Statistics::ByteArray(ValueStatistics::new(
        bound(least),
        bound(greatest),
        None,
        Some(array.null_count() as u64),
        false,
    ))
}

fn squeeze(bytes: &[u8]) -> Result<Vec<u8>> {
    thread_local! {
        static ZSTD: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    }
    let fault = |error: std::io::Error| ParquetError::External(Box::new(error));
    ZSTD.with_borrow_mut(|slot| {
        let compressor = match slot {
            Some(compressor) => compressor,
            None => slot.insert(zstd::bulk::Compressor::new(1).map_err(fault)?),
        };
        compressor.compress(bytes).map_err(fault)
    })
}

/// The hybrid of run lengths and packed bits of the Parquet format: eight equal values or more become a run, others are
/// packed in groups of eight.
struct Runs<'a> {
    width: u32,
    out: &'a mut Vec<u8>,
    /// Values that are not written yet, at most eight.
    group: [u32; 8],
    filled: usize,
    /// The value that repeats and how often, where a run is open.
    value: u32,
    count: usize,
    /// Where the header of the packed groups that are open stands, and how many they are.
    packed: Option<(usize, u32)>,
}

impl<'a> Runs<'a> {
    fn new(width: u32, out: &'a mut Vec<u8>) -> Runs<'a> {
        Runs {
            width,
            out,
            group: [0; 8],
            filled: 0,
            value: 0,
            count: 0,
            packed: None,
        }
    }

    fn repeat(&mut self, value: u32, times: usize) {
        for _ in 0..times.min(8) {
            self.push(value);
        }
        if times > 8 {
            // A run is open now.
            self.count += times - 8;
        }
    }

    #[inline]
    fn push(&mut self, value: u32) {
        if value == self.value && self.count > 0 {
            self.count += 1;
            if self.count > 8 {
                return;
            }
        } else {
            if self.count >= 8 {
                self.end_run();
            }
            self.value = value;
            self.count = 1;
        }
        self.group[self.filled] = value;
        self.filled += 1;
        if self.filled == 8 {
            if self.count >= 8 {
                // All eight are equal: they begin a run.
                self.filled = 0;
                self.packed = None;
            } else {
                self.pack();
                // What repeats at the end of a packed group cannot begin a run before the next group.
                self.count = 0;
            }
        }
    }

    fn end_run(&mut self) {
        self.header((self.count as u64) << 1);
        let bytes = self.width.div_ceil(8) as usize;
        self.out.extend_from_slice(&self.value.to_le_bytes()[..bytes]);
        self.count = 0;
    }

    fn pack(&mut self) {
        // One byte of header counts to 63 groups.
        let (at, groups) = match self.packed {
            Some((at, groups)) if groups < 63 => (at, groups),
            _ => {
                self.out.push(0);
                (self.out.len() - 1, 0)
            }
        };
        let (mut bits, mut held) = (0u64, 0);
        for value in self.group {
            bits |= u64::from(value) << held;
            held += self.width;
            while held >= 8 {
                self.out.push(bits as u8);
                bits >>= 8;
                held -= 8;
            }
        }
        self.out[at] = ((groups + 1) << 1 | 1) as u8;
        self.packed = Some((at, groups + 1));
        self.filled = 0;
    }

    fn header(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    fn finish(mut self) {
        if self.filled > 0 {
            self.group[self.filled..].fill(0);
            self.pack();
        } else if self.count >= 8 {
            self.end_run();
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, StringArray};
    use datafusion::arrow::compute::cast;
    use datafusion::arrow::datatypes::Field;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use proptest::prelude::*;

    use super::*;

    /// What the library's own reader makes of it.
    fn round_trip(values: &[Option<String>], rows_extra: usize) -> Vec<Option<String>> {
        let mut all = values.to_vec();
        all.extend(std::iter::repeat_n(values.last().cloned().flatten(), rows_extra));
        let plain: ArrayRef = Arc::new(StringArray::from(all.clone()));
        let packed = cast(&plain, &packed_type()).expect("a dictionary");
        let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Utf8, true)]));
        let types = std::iter::once(packed_type());
        let batch = RecordBatch::try_new(packed_schema(&schema, types), vec![packed]).expect("a batch");
        let bytes = write(Vec::new(), schema, WriterProperties::builder().build(), &batch).expect("written");
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
            .expect("a file")
            .with_batch_size(1 << 20)
            .build()
            .expect("a reader");
        let read: Vec<Option<String>> = reader
            .flat_map(|batch| {
                let batch = batch.expect("rows");
                let column = batch.column(0).as_string::<i32>().clone();
                (0..column.len())
                    .map(|row| column.is_valid(row).then(|| column.value(row).to_owned()))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(read, all);
        read
    }

    #[test]
    fn runs_groups_and_gaps_read_back() {
        let text = |n: u32| Some(format!("v{n}"));
        for length in [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 504, 505, 513, 5_000] {
            let rows: Vec<_> = (0..length).map(|n| text(n * 7 % 5)).collect();
            round_trip(&rows, 0);
            round_trip(&rows, 20);
            round_trip(&rows.iter().map(|_| text(1)).collect::<Vec<_>>(), 0);
            round_trip(&rows.iter().map(|_| None).collect::<Vec<_>>(), 0);
            round_trip(&(0..length).map(text).collect::<Vec<_>>(), 0);
            let gaps: Vec<_> = (0..length)
                .map(|n| if n % 3 == 0 { None } else { text(n / 9) })
                .collect();
            round_trip(&gaps, 100);
        }
    }

    proptest! {
        #[test]
        fn whatever_the_runs(runs in prop::collection::vec((prop::option::of(0u32..400), 1usize..30), 0..200)) {
            let rows: Vec<_> = runs
                .iter()
                .flat_map(|(value, times)| std::iter::repeat_n(value.map(|v| v.to_string()), *times))
                .collect();
            round_trip(&rows, 0);
        }
    }
}
