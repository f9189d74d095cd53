//! `statistics`: counts that single nobody out.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use super::args::{StatisticsBy, StatisticsOf, StatisticsVerb};
use super::context::{Context, Failure, code};
use crate::steps::{self, By, Of, Statistics};
use crate::victims::statistics::Limits;

pub fn run(context: &Context, options: &StatisticsVerb) -> Result<u8, Failure> {
    let mut case = context.open()?;
    let by: Vec<By> = options
        .by
        .iter()
        .map(|by| match by {
            StatisticsBy::Form => By::Form,
            StatisticsBy::Category => By::Category,
            StatisticsBy::Route => By::Route,
        })
        .collect();
    let of = match options.of {
        StatisticsOf::Persons => Of::Persons,
        StatisticsOf::Groups => Of::Groups,
        StatisticsOf::Findings => Of::Findings,
    };
    let limits = Limits {
        least: options.least,
        least_of_children: options.least_of_children.max(options.least),
    };
    let statistics = steps::statistics(&case, context.limits, of, &by, limits)?;
    let batch = table(&statistics).map_err(|error| Failure::new(code::FAULT, error))?;
    let said = steps::beware_of(&steps::given_before(&case, &statistics)?);
    let mut writer = case.write(context.actor())?;
    let given = steps::given(&statistics);
    writer.note_written(&given.name, &given.sha256);
    writer.commit()?;
    for note in statistics.notes().into_iter().chain(said) {
        context.say(note);
    }
    context.rows(&[batch], &options.format)?;
    Ok(0)
}

fn table(statistics: &Statistics) -> Result<RecordBatch, datafusion::arrow::error::ArrowError> {
    let lines = statistics.lines();
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    for (at, by) in statistics.by.iter().enumerate() {
        let bins = lines.iter().map(|line| line.bins[at].as_str());
        columns.push((by.as_str(), Arc::new(StringArray::from_iter_values(bins))));
    }
    let shown = lines.iter().map(|line| line.shown.to_string());
    columns.push((
        statistics.of.as_str(),
        Arc::new(StringArray::from_iter_values(shown)),
    ));
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let least = lines.iter().map(|line| number(line.bounds.0));
    let most = lines.iter().map(|line| number(line.bounds.1));
    columns.push(("at_least", Arc::new(Int64Array::from_iter_values(least))));
    columns.push(("at_most", Arc::new(Int64Array::from_iter_values(most))));
    RecordBatch::try_from_iter(columns)
}
