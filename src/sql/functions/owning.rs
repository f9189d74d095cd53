//! `owners(...)` and `structures(...)`: who is behind entities, and the shape of what stands behind them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::arrow::array::{
    ArrayRef, Decimal128Array, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use hashbrown::HashMap;
use rayon::prelude::*;

use super::super::SqlError;
use super::super::flows::{Flows, Told};
use super::super::session::text_list;
use super::{FunctionKind, fault};
use crate::case::{Case, Table};
use crate::model::Date;
use crate::parties::behind::{LAST, OwnerRow, category, kind, owner_rows, regime};
use crate::parties::ownership::{Category, Decision, PartyKind, Regime, Register, Ring, Shape, Threshold};
use crate::parties::{Holdings, find_parties};

/// Arguments of `owners`, with what they are where not given. Without an entity all are told.
pub(super) const OWNERS: &[(&str, &str)] = &[("entity", ""), ("regime", "gte25"), ("as_of", "")];
/// Arguments of `structures`.
pub(super) const STRUCTURES: &[(&str, &str)] = &[("entity", ""), ("as_of", "")];

/// Of more entities than this only shares are gone through, not control.
const MOST_ENTITIES: usize = 50_000;

/// Shares: hundred-millionths.
const SHARE: DataType = DataType::Decimal128(18, 8);

/// The arguments as given.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    entity: String,
    regime: Regime,
    as_of: Option<Date>,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked {
            entity: String::new(),
            regime: Regime::regulation(),
            as_of: None,
        }
    }
}

pub(super) fn owners_schema() -> SchemaRef {
    schema(vec![
        ("entity_id", DataType::Utf8),
        ("entity", DataType::Utf8),
        ("owner_id", DataType::Utf8),
        ("owner", DataType::Utf8),
        ("owner_kind", DataType::Utf8),
        ("certainty", DataType::Utf8),
        ("share_min", SHARE),
        ("share_max", SHARE),
        ("category", DataType::Utf8),
        ("ground", DataType::Utf8),
        ("through", text_list()),
        ("records", text_list()),
    ])
}

pub(super) fn structures_schema() -> SchemaRef {
    schema(vec![
        ("entity_id", DataType::Utf8),
        ("entity", DataType::Utf8),
        ("nearest_person", DataType::Int64),
        ("farthest_person", DataType::Int64),
        ("depth", DataType::Int64),
        ("deepest", text_list()),
        ("countries", text_list()),
        ("countries_on_a_way", DataType::Int64),
        ("opaque_ends", text_list()),
        ("opaque_kinds", text_list()),
        ("nominees", text_list()),
        ("behind", DataType::Int64),
        ("ring", text_list()),
    ])
}

impl Asked {
    /// Sets an argument, or says why its value is none.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "entity" => self.entity = value.trim().to_owned(),
            "regime" => self.regime = regime(value).map_err(|reason| format!("is {reason}"))?,
            "as_of" if value.is_empty() => self.as_of = None,
            "as_of" => {
                let day = value.trim().parse().map(Date::from_civil);
                self.as_of = Some(day.map_err(|_| format!("is ‘{value}’; a day is written as 2026-01-31"))?);
            }
            _ => {}
        }
        Ok(())
    }

    /// The rows, and what to know of them.
    pub fn rows(&self, function: FunctionKind, flows: &Flows, gone: &AtomicBool) -> Result<Told, SqlError> {
        let asked = format!("{} {self:?}", function.name());
        flows.told_once(&asked, || self.made(function, flows, gone))
    }

    fn made(&self, function: FunctionKind, flows: &Flows, gone: &AtomicBool) -> Result<Told, SqlError> {
        let case = Case::open(flows.root()).map_err(|e| fault(&e))?;
        let mut holdings = Holdings::of(
            &mut case.scan(Table::Parties, &[]),
            &mut case.scan(Table::Relations, &[]),
        )
        .map_err(|e| fault(&e))?;
        let entities = self.entities(function, &case, &holdings)?;
        let day = self.as_of.unwrap_or(LAST);
        holdings.as_of(day);
        let register = Register::new(&holdings.network, Some(day)).map_err(|e| fault(&e))?;
        let go_on = || !gone.load(Ordering::Relaxed);
        match function {
            FunctionKind::Structures => {
                let shapes: Vec<(u32, Shape)> = entities
                    .into_par_iter()
                    .filter(|_| go_on())
                    .map(|entity| {
                        let country = |party: u32| holdings.countries[party as usize];
                        (entity, register.shape(entity, country))
                    })
                    .collect();
                let rows = structures(&holdings, &shapes, &register.rings()).map_err(|e| fault(&e))?;
                stopped_or(gone, (rows, Vec::new()))
            }
            _ => {
                let (rows, notes) = match entities.len() > MOST_ENTITIES {
                    false => (self.grounds(&holdings, &register, &entities, &go_on), Vec::new()),
                    true => (
                        self.shares(&register),
                        vec![format!(
                            "{} entities are too many to go through every ground: shares are told, control and Art. 54 are not. \
                             Name one with entity => '…'",
                            entities.len()
                        )],
                    ),
                };
                stopped_or(gone, (owners(&holdings, &rows).map_err(|e| fault(&e))?, notes))
            }
        }
    }

    /// The entity that is named, or all that can have owners.
    fn entities(
        &self,
        function: FunctionKind,
        case: &Case,
        holdings: &Holdings,
    ) -> Result<Vec<u32>, SqlError> {
        let all = 0..holdings.ids.len() as u32;
        if self.entity.is_empty() {
            let is_entity = |party: &u32| {
                let kind = holdings.network.parties[*party as usize].kind;
                (kind.is_owned() && kind != PartyKind::Unknown) || kind == PartyKind::Trust
            };
            return Ok(all.filter(is_entity).collect());
        }
        let named = find_parties(case, &self.entity).map_err(|e| fault(&e))?;
        let found: Vec<u32> = all
            .filter(|party| named.contains(&holdings.ids[*party as usize]))
            .collect();
        let wrong = |reason: String| SqlError::Argument {
            function: function.name().to_owned(),
            argument: "entity".to_owned(),
            reason,
        };
        match found.len() {
            0 => Err(wrong(format!(
                "is ‘{}’, which is no party's id, name or number; SELECT party_id, name FROM parties lists them",
                self.entity
            ))),
            1 => Ok(found),
            several => {
                let ids: Vec<&str> = found
                    .iter()
                    .take(5)
                    .map(|party| holdings.ids[*party as usize].as_str())
                    .collect();
                Err(wrong(format!(
                    "is ‘{}’, the name of {several} parties: name one by its id, as {}",
                    self.entity,
                    ids.join(", ")
                )))
            }
        }
    }

    fn grounds(
        &self,
        holdings: &Holdings,
        register: &Register<'_>,
        entities: &[u32],
        go_on: &(impl Fn() -> bool + Sync),
    ) -> Vec<OwnerRow> {
        let own = |entity: &u32| {
            let found = register.beneficial(*entity, &self.regime);
            owner_rows(holdings, register, *entity, &found)
        };
        entities
            .par_iter()
            .filter(|_| go_on())
            .flat_map_iter(own)
            .collect()
    }

    fn shares(&self, register: &Register<'_>) -> Vec<OwnerRow> {
        let threshold = self
            .regime
            .thresholds
            .first()
            .copied()
            .unwrap_or(Threshold::GTE25);
        let parties = register.network().parties.as_slice();
        let mut rows = Vec::new();
        for of in Category::NAMED {
            let found = register.integrated(of, threshold);
            for entity in 0..parties.len() as u32 {
                rows.extend(found.of(entity).iter().map(|above| OwnerRow {
                    entity,
                    owner: above.end,
                    kind: kind(parties[above.end as usize].kind),
                    certainty: match above.decision {
                        Decision::Certain => "certain",
                        _ => "possible",
                    },
                    ground: "ownership interest, multiplied along chains and added across them (Art. 52(1))",
                    category: Some(category(of)),
                    share: Some((above.least, above.most)),
                    through: Vec::new(),
                    records: Vec::new(),
                }));
            }
        }
        rows
    }
}

fn stopped_or<T>(gone: &AtomicBool, made: T) -> Result<T, SqlError> {
    match gone.load(Ordering::Relaxed) {
        true => Err(SqlError::Stopped),
        false => Ok(made),
    }
}

fn schema(fields: Vec<(&str, DataType)>) -> SchemaRef {
    let field = |(name, kind): (&str, DataType)| Field::new(name, kind, true);
    Arc::new(Schema::new(fields.into_iter().map(field).collect::<Vec<_>>()))
}

fn owners(
    holdings: &Holdings,
    rows: &[OwnerRow],
) -> Result<RecordBatch, datafusion::arrow::error::ArrowError> {
    let id = |party: u32| holdings.ids[party as usize].as_str();
    let bound = |pick: fn((u64, u64)) -> u64| -> Result<ArrayRef, datafusion::arrow::error::ArrowError> {
        let values = rows
            .iter()
            .map(|row| row.share.map(|share| i128::from(pick(share))));
        Ok(Arc::new(
            Decimal128Array::from_iter(values).with_precision_and_scale(18, 8)?,
        ))
    };
    let cited = |record: &u32| {
        let at = &holdings.records[*record as usize];
        format!("{}:{}-{}", at.source_id, at.byte_start, at.byte_end)
    };
    let columns: Vec<ArrayRef> = vec![
        texts(rows.iter().map(|row| Some(id(row.entity)))),
        names(rows.iter().map(|row| holdings.called(row.entity))),
        texts(rows.iter().map(|row| Some(id(row.owner)))),
        names(rows.iter().map(|row| holdings.called(row.owner))),
        texts(rows.iter().map(|row| Some(row.kind))),
        texts(rows.iter().map(|row| Some(row.certainty))),
        bound(|share| share.0)?,
        bound(|share| share.1)?,
        texts(rows.iter().map(|row| row.category)),
        texts(rows.iter().map(|row| Some(row.ground))),
        lists(
            rows.iter()
                .map(|row| row.through.iter().map(|one| id(*one).to_owned()).collect()),
        ),
        lists(
            rows.iter()
                .map(|row| holdings.with_others(&row.records).iter().map(cited).collect()),
        ),
    ];
    RecordBatch::try_new(owners_schema(), columns)
}

fn structures(
    holdings: &Holdings,
    shapes: &[(u32, Shape)],
    rings: &[Ring],
) -> Result<RecordBatch, datafusion::arrow::error::ArrowError> {
    let id = |party: u32| holdings.ids[party as usize].clone();
    let ids = |parties: &[u32]| -> Vec<String> { parties.iter().map(|party| id(*party)).collect() };
    let rings: HashMap<u32, &Ring> = (rings.iter())
        .flat_map(|ring| ring.entities.iter().map(move |entity| (*entity, ring)))
        .collect();
    let ring = |entity: u32| rings.get(&entity).copied();
    let number = |pick: &dyn Fn(&Shape) -> Option<u32>| -> ArrayRef {
        Arc::new(Int64Array::from_iter(
            shapes.iter().map(|(_, shape)| pick(shape).map(i64::from)),
        ))
    };
    let columns: Vec<ArrayRef> = vec![
        texts(
            shapes
                .iter()
                .map(|(entity, _)| Some(holdings.ids[*entity as usize].as_str())),
        ),
        names(shapes.iter().map(|(entity, _)| holdings.called(*entity))),
        number(&|shape| shape.nearest_person),
        number(&|shape| shape.farthest_person),
        number(&|shape| Some(shape.depth)),
        lists(shapes.iter().map(|(_, shape)| ids(&shape.deepest))),
        lists(shapes.iter().map(|(_, shape)| {
            let names = shape
                .countries
                .iter()
                .map(|country| holdings.country_names[usize::from(*country)].clone());
            names.collect()
        })),
        number(&|shape| Some(shape.countries_on_a_way)),
        lists(
            shapes
                .iter()
                .map(|(_, shape)| shape.opaque().map(|(party, _)| id(party)).collect()),
        ),
        lists(
            shapes
                .iter()
                .map(|(_, shape)| shape.opaque().map(|(_, of)| kind(of).to_owned()).collect()),
        ),
        lists(shapes.iter().map(|(_, shape)| ids(&shape.nominees))),
        number(&|shape| Some(shape.reached)),
        lists(
            shapes
                .iter()
                .map(|(entity, _)| ring(*entity).map(|ring| ids(&ring.cycle)).unwrap_or_default()),
        ),
    ];
    RecordBatch::try_new(structures_schema(), columns)
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(StringArray::from_iter(values))
}

fn names(values: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn lists(values: impl Iterator<Item = Vec<String>>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for own in values {
        for text in own {
            builder.values().append_value(text);
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}
