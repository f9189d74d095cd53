//! What records say of parties, the rows of one mention together.

use datafusion::arrow::array::{Array, Date32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use datafusion::arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::{fault, names};
use crate::case::{CaseError, Table, column};
use crate::model::{Date, hash_id};

/// The rows of `parties_read`, by mention, source and place.
pub(super) struct PartiesRead {
    texts: Vec<StringArray>,
    dates: Vec<Date32Array>,
    numbers: Vec<Int64Array>,
    /// Where each mention's rows begin, and the end.
    starts: Vec<u32>,
    /// What of a mention was parted because it contradicts itself.
    parted: Parted,
}

/// A column of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Mention,
    Kind,
    Name,
    NameKind,
    Number,
    Scheme,
    LegalForm,
    Status,
    Country,
    Address,
    Phone,
    Email,
    Sector,
    Account,
    Role,
    Source,
    Locator,
}

const TEXTS: [&str; 17] = [
    "party_id",
    "kind",
    "name",
    "name_kind",
    "registration_number",
    "identifier_scheme",
    "legal_form",
    "status",
    "country",
    "address",
    "phone",
    "email",
    "sector",
    "account_id",
    "role",
    "source_id",
    "locator",
];

/// A column of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Birth,
    StatusUntil,
    Incorporated,
    Dissolved,
    From,
    To,
}

const DAYS: [&str; 6] = [
    "birth_date",
    "status_until",
    "incorporated",
    "dissolved",
    "from_date",
    "to_date",
];

/// A column of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    BirthYear,
    BirthMonth,
    Employees,
    Start,
    End,
}

const NUMBERS: [&str; 5] = ["birth_year", "birth_month", "employees", "byte_start", "byte_end"];

impl PartiesRead {
    pub fn new(
        batches: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    ) -> Result<PartiesRead, CaseError> {
        let schema = Table::PartiesRead.schema();
        let batches = batches.collect::<Result<Vec<RecordBatch>, CaseError>>()?;
        let all = concat_batches(&schema, &batches).map_err(fault)?;
        let by = [
            "party_id",
            "source_id",
            "byte_start",
            "name",
            "registration_number",
            "account_id",
        ];
        let order: Vec<SortColumn> = by
            .into_iter()
            .filter_map(|name| all.column_by_name(name))
            .map(|values| SortColumn {
                values: values.clone(),
                options: None,
            })
            .collect();
        let sorted = match all.num_rows() {
            0 => all,
            _ => take_record_batch(&all, &lexsort_to_indices(&order, None).map_err(fault)?).map_err(fault)?,
        };
        let texts = texts_of(&sorted)?;
        let (sorted, texts, parted) = apart(sorted, texts)?;
        let mut starts = vec![0];
        for row in 1..sorted.num_rows() {
            if texts[0].value(row) != texts[0].value(row - 1) {
                starts.push(row as u32);
            }
        }
        if sorted.num_rows() > 0 {
            starts.push(sorted.num_rows() as u32);
        }
        Ok(PartiesRead {
            texts,
            dates: DAYS
                .iter()
                .map(|name| column::date(&sorted, name).cloned())
                .collect::<Result<_, _>>()?,
            numbers: NUMBERS
                .iter()
                .map(|name| column::number(&sorted, name).cloned())
                .collect::<Result<_, _>>()?,
            starts,
            parted,
        })
    }

    /// What of mentions was parted because records under one number contradict each other.
    pub fn parted(&self) -> &Parted {
        &self.parted
    }

    /// How many mentions there are.
    pub fn mentions(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// The rows of a mention, in order of source and place.
    pub fn rows(&self, mention: u32) -> std::ops::Range<u32> {
        self.starts[mention as usize]..self.starts[mention as usize + 1]
    }

    /// The id of a mention; mentions are sorted by it.
    pub fn id(&self, mention: u32) -> &str {
        self.text(Text::Mention, self.starts[mention as usize])
    }

    /// The mention with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let (mut from, mut to) = (0, self.mentions());
        while from < to {
            let middle = from + (to - from) / 2;
            match self.id(middle).cmp(id) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// A text; empty where there is none.
    pub fn text(&self, text: Text, row: u32) -> &str {
        column::text_at(&self.texts[text as usize], row as usize)
    }

    pub fn day(&self, day: Day, row: u32) -> Option<Date> {
        let array = &self.dates[day as usize];
        array
            .is_valid(row as usize)
            .then(|| Date(array.value(row as usize)))
    }

    pub fn number(&self, number: Number, row: u32) -> Option<i64> {
        let array = &self.numbers[number as usize];
        array.is_valid(row as usize).then(|| array.value(row as usize))
    }

    /// The first text that a mention's rows have in a column; empty where none has.
    pub fn first(&self, text: Text, mention: u32) -> &str {
        self.rows(mention)
            .map(|row| self.text(text, row))
            .find(|text| !text.is_empty())
            .unwrap_or("")
    }

    /// What a mention is: `unknown` where no row knows it. A row that does not know takes nothing from one that does.
    pub fn kind(&self, mention: u32) -> &str {
        let known = |kind: &&str| !kind.is_empty() && *kind != "unknown";
        self.rows(mention)
            .map(|row| self.text(Text::Kind, row))
            .find(known)
            .unwrap_or("unknown")
    }
}

fn texts_of(batch: &RecordBatch) -> Result<Vec<StringArray>, CaseError> {
    TEXTS
        .iter()
        .map(|name| column::text(batch, name).cloned())
        .collect()
}

/// Mentions whose records contradict each other: the number alone then means nobody.
#[derive(Default)]
pub(super) struct Parted {
    /// The mentions made of each, by its id, sorted.
    pub of: BTreeMap<String, Vec<String>>,
    /// By mention, source and first byte, which of them a record is.
    at: HashMap<(String, String, i64), String>,
}

impl Parted {
    /// Which party's mention a record means by an id; nobody where the id alone is told and was parted.
    pub fn meant<'a>(&'a self, id: &'a str, source: &str, start: i64) -> Option<&'a str> {
        if self.of.is_empty() || !self.of.contains_key(id) {
            return Some(id);
        }
        let place = (id.to_owned(), source.to_owned(), start);
        self.at.get(&place).map(String::as_str)
    }
}

/// What records of one mention say so differently that they cannot be taken for one without looking: kinds, birth dates, or
/// names with nothing in common under one number. Each of them becomes a mention of its own, which the linkage joins by their
/// number or reports as a conflict; none keeps the number's own id, so that no decision and no reference passes from one to
/// another with the next delivery.
fn apart(
    sorted: RecordBatch,
    texts: Vec<StringArray>,
) -> Result<(RecordBatch, Vec<StringArray>, Parted), CaseError> {
    let birth = column::date(&sorted, "birth_date")?;
    let start = column::number(&sorted, "byte_start")?;
    let text = |text: Text, row: usize| column::text_at(&texts[text as usize], row);
    let mut ids: Vec<Option<String>> = vec![None; sorted.num_rows()];
    let mut parted = Parted::default();
    let mut first = 0;
    while first < sorted.num_rows() {
        let id = text(Text::Mention, first);
        let end = (first..sorted.num_rows())
            .find(|row| text(Text::Mention, *row) != id)
            .unwrap_or(sorted.num_rows());
        let mut variants: Vec<Said> = Vec::new();
        // Which of them each record is, all rows of one record together.
        let mut records: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
        let mut row = first;
        while row < end {
            let place = (text(Text::Source, row), start.value(row));
            let after = (row..end)
                .find(|other| (text(Text::Source, *other), start.value(*other)) != place)
                .unwrap_or(end);
            let mut said = Said::default();
            for own in row..after {
                let born = birth.is_valid(own).then(|| birth.value(own));
                said.add(text(Text::Kind, own), text(Text::Name, own), born);
            }
            let number = variants.iter().position(|variant| variant.fits(&said));
            let number = number.unwrap_or_else(|| {
                variants.push(Said::default());
                variants.len() - 1
            });
            variants[number].join(said);
            records.push((row..after, number));
            row = after;
        }
        if variants.len() > 1 {
            let own: Vec<String> = variants.iter().map(|variant| variant.id(id)).collect();
            for (rows, number) in records {
                let place = (
                    id.to_owned(),
                    text(Text::Source, rows.start).to_owned(),
                    start.value(rows.start),
                );
                parted.at.insert(place, own[number].clone());
                ids[rows].fill(Some(own[number].clone()));
            }
            let mut own = own;
            own.sort();
            parted.of.insert(id.to_owned(), own);
        }
        first = end;
    }
    if parted.of.is_empty() {
        return Ok((sorted, texts, parted));
    }
    let renamed = StringArray::from_iter_values(
        (0..sorted.num_rows()).map(|row| ids[row].as_deref().unwrap_or_else(|| text(Text::Mention, row))),
    );
    let mut columns = sorted.columns().to_vec();
    for (number, field) in sorted.schema().fields().iter().enumerate() {
        if field.name() == TEXTS[0] {
            columns[number] = std::sync::Arc::new(renamed.clone());
        }
    }
    let batch = RecordBatch::try_new(sorted.schema(), columns).map_err(fault)?;
    // Stable: within a mention the order of sources and places stays.
    let mut order: Vec<u32> = (0..batch.num_rows() as u32).collect();
    order.sort_by(|a, b| renamed.value(*a as usize).cmp(renamed.value(*b as usize)));
    let batch = take_record_batch(&batch, &UInt32Array::from(order)).map_err(fault)?;
    let texts = texts_of(&batch)?;
    Ok((batch, texts, parted))
}

/// What a record, or the records that agree with it, say of a party.
#[derive(Default)]
struct Said {
    kind: String,
    names: Vec<names::Name>,
    birth: Option<i32>,
}

impl Said {
    fn add(&mut self, kind: &str, name: &str, birth: Option<i32>) {
        self.take(kind, birth);
        if !name.is_empty() && !self.names.iter().any(|known| known.raw == name) {
            self.names.push(names::read(name, names::Kind::Unknown));
        }
    }

    fn take(&mut self, kind: &str, birth: Option<i32>) {
        if kind != "unknown" && self.kind.is_empty() {
            self.kind = kind.to_owned();
        }
        self.birth = self.birth.or(birth);
    }

    fn join(&mut self, other: Said) {
        self.take(&other.kind, other.birth);
        for name in other.names {
            if !self.names.iter().any(|known| known.raw == name.raw) {
                self.names.push(name);
            }
        }
    }

    /// The mention's own id beside others under one number.
    fn id(&self, number: &str) -> String {
        let born = self.birth.map(|day| Date(day).to_string()).unwrap_or_default();
        let name = self
            .names
            .iter()
            .map(|name| name.raw.as_str())
            .min()
            .unwrap_or("");
        hash_id('p', &[number, "apart", &self.kind, name, &born])
    }

    /// Whether nothing that both say contradicts.
    fn fits(&self, other: &Said) -> bool {
        let person = |kind: &str| kind == "person";
        let kinds =
            self.kind.is_empty() || other.kind.is_empty() || person(&self.kind) == person(&other.kind);
        let births = self.birth.zip(other.birth).is_none_or(|(a, b)| a == b);
        let alike = |a: &names::Name| other.names.iter().any(|b| a.raw == b.raw || share_a_word(a, b));
        kinds && births && (self.names.is_empty() || other.names.is_empty() || self.names.iter().any(alike))
    }
}

/// Whether two names have a word in common, or one that is spelled alike. An initial stands for many names.
fn share_a_word(a: &names::Name, b: &names::Name) -> bool {
    let agreement = names::parts_agree(a, b);
    agreement.pairs.iter().any(|pair| pair.how != names::How::Initial)
}
