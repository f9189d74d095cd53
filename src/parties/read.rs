//! What records say of parties, the rows of one mention together.

use datafusion::arrow::array::{Array, Date32Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};

use super::fault;
use crate::case::{CaseError, Table, column};
use crate::model::Date;

/// The rows of `parties_read`, by mention, source and place.
pub(super) struct PartiesRead {
    texts: Vec<StringArray>,
    dates: Vec<Date32Array>,
    numbers: Vec<Int64Array>,
    /// Where each mention's rows begin, and the end.
    starts: Vec<u32>,
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
        let texts = TEXTS
            .iter()
            .map(|name| column::text(&sorted, name).cloned())
            .collect::<Result<Vec<_>, _>>()?;
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
        })
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
