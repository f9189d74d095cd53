//! The engine that links records: what merges, what never does, what people decide, beside a second implementation.

mod companies;
mod decided;
mod kin;
mod one_or_two;
mod second;
mod second_words;
mod steady;
mod weighed;
mod world;

use geldspoor::parties::resolve::{
    Compare, Decisions, Explainer, Explanation, Field, Kind, Outcome, Records, RecordsBuilder, Resolved,
    Scheme, Settings, resolve,
};

/// A record of the tests: values by field, several parted by `|`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: String,
    pub kind: Kind,
    /// Name, born, city, phone, address, identifiers.
    pub values: [String; 6],
}

pub const NAME: usize = 0;
pub const BORN: usize = 1;
pub const PHONE: usize = 3;
pub const ADDRESS: usize = 4;
pub const IDENTIFIER: usize = 5;

/// A person with some fields: `person("a", "jansen, jan", &[(BORN, "1984-03-05")])`.
pub fn person(id: &str, name: &str, values: &[(usize, &str)]) -> Row {
    let mut row = Row {
        id: id.to_owned(),
        kind: Kind::Person,
        values: Default::default(),
    };
    row.values[NAME] = name.to_owned();
    for (field, value) in values {
        row.values[*field] = (*value).to_owned();
    }
    row
}

pub fn records(rows: &[Row]) -> Records {
    let fields = [
        ("name", Compare::PersonName),
        ("born", Compare::Date),
        ("city", Compare::Text),
        ("phone", Compare::Contact),
        ("address", Compare::Address),
        ("identifier", Compare::Identifier),
    ];
    let mut builder = RecordsBuilder::new(fields.map(|(name, compare)| Field::new(name, compare)).to_vec());
    for row in rows {
        builder.record(&row.id, row.kind);
        for (field, values) in row.values.iter().enumerate() {
            for value in values.split('|') {
                builder.value(field, value);
            }
        }
    }
    builder.finish().expect("records")
}

/// `bsn` is had once and identifies, `passport` identifies, other schemes do neither.
pub fn settings() -> Settings {
    let scheme = |name: &str, once| Scheme {
        name: name.to_owned(),
        once,
        identifying: true,
    };
    Settings {
        schemes: vec![scheme("bsn", true), scheme("passport", false)],
        ..Settings::default()
    }
}

/// Resolved records and what is needed to look at them.
pub struct Done {
    pub records: Records,
    pub settings: Settings,
    pub decisions: Decisions,
    pub resolved: Resolved,
}

pub fn done(rows: &[Row]) -> Done {
    done_with(rows, settings(), Decisions::default())
}

pub fn done_with(rows: &[Row], settings: Settings, decisions: Decisions) -> Done {
    let records = records(rows);
    let resolved = resolve(&records, &settings, &decisions, &|_| true).expect("resolved");
    Done {
        records,
        settings,
        decisions,
        resolved,
    }
}

impl Done {
    pub fn record(&self, id: &str) -> u32 {
        self.records.find(id).expect("a record")
    }

    pub fn together(&self, left: &str, right: &str) -> bool {
        let clusters = &self.resolved.clusters;
        clusters.of(self.record(left)) == clusters.of(self.record(right))
    }

    pub fn explained(&self, left: &str, right: &str) -> Explanation {
        let (left, right) = (self.record(left), self.record(right));
        Explainer::new(
            &self.records,
            &self.resolved.parameters,
            &self.settings,
            &self.decisions,
        )
        .explain(left, right)
    }

    pub fn outcome(&self, left: &str, right: &str) -> Option<Outcome> {
        let pair = (self.record(left), self.record(right));
        let mut pairs = self.resolved.pairs.iter();
        pairs
            .find(|found| (found.left, found.right) == pair)
            .map(|pair| pair.outcome)
    }

    pub fn household(&self, left: &str, right: &str) -> bool {
        let of = |id: &str| self.resolved.clusters.of(self.record(id));
        let (left, right) = (of(left), of(right));
        let pair = (left.min(right), left.max(right));
        self.resolved
            .households
            .iter()
            .any(|household| household.clusters == pair)
    }
}
