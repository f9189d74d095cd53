//! `trace(...)`: where claimed money went, as rows of table `lots`, without storing them.

use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::arrow::array::RecordBatch;

use super::super::SqlError;
use super::super::flows::Flows;
use super::fault;
use crate::book::{
    From, GivenKind, Request, TraceError, methods_called, standing_request, trace_case, with_accounts,
};
use crate::case::Case;
use crate::model::period;

/// The arguments, with what they are where not given. None has to be given.
pub(super) const ARGUMENTS: [(&str, &str); 7] = [
    ("claim", ""),
    ("period", ""),
    ("kind", "proceeds"),
    ("label", ""),
    ("method", "usual"),
    ("interest", "own"),
    ("gain", "follows"),
];

/// What is traced.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    from: String,
    period: Option<(i32, i32)>,
    kind: Option<GivenKind>,
    label: String,
    method: Option<String>,
    interest_is_fruit: Option<bool>,
    gain_is_own: Option<bool>,
}

impl Asked {
    /// Takes a value, or says what is allowed.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let one_of = |words: [&str; 2]| match words.iter().position(|word| *word == value) {
            Some(place) => Ok(place == 1),
            None => Err(format!("is ‘{value}’; it is {} or {}", words[0], words[1])),
        };
        match name {
            "claim" => self.from = value.to_owned(),
            "period" if value.is_empty() => {}
            "period" => {
                let (first, last) = period(value).map_err(|reason| format!("is ‘{value}’; {reason}"))?;
                self.period = Some((first.0, last.0));
            }
            "kind" => {
                let kind = GivenKind::from_word(value);
                self.kind = Some(kind.ok_or_else(|| format!("is ‘{value}’; it is proceeds or property"))?);
            }
            "label" => self.label = value.to_owned(),
            "method" => {
                methods_called(value).ok_or_else(|| {
                    let known: Vec<&str> = crate::trace::METHODS.iter().map(|method| method.name()).collect();
                    format!("is ‘{value}’; there are usual, all, {}", known.join(", "))
                })?;
                self.method = Some(value.to_owned());
            }
            "interest" => self.interest_is_fruit = Some(one_of(["own", "fruit"])?),
            _ => self.gain_is_own = Some(one_of(["follows", "own"])?),
        }
        Ok(())
    }

    /// Rows of table `lots`, and what has to be said beside them. Where nothing is named, what stands in the case.
    pub fn rows(&self, flows: &Flows, gone: &AtomicBool) -> Result<(RecordBatch, Vec<String>), SqlError> {
        let case = Case::open(flows.root()).map_err(|e| fault(&e))?;
        let request = self.request(&case)?;
        let asked = match &self.method {
            Some(name) => methods_called(name).unwrap_or_default(),
            None => request.methods(),
        };
        // Which places have a bound by flow depends on all methods; so the same lot says the same, whichever are asked for.
        let mut methods = request.methods();
        for method in &asked {
            if methods.iter().all(|other| other.name() != method.name()) {
                methods.push(*method);
            }
        }
        let go_on = |_: &str| !gone.load(Ordering::Relaxed);
        let mut traced = match trace_case(&case, &request, &methods, &go_on) {
            Ok(traced) => traced,
            Err(TraceError::Stopped) => return Err(SqlError::Stopped),
            Err(error) => return Err(fault(&error)),
        };
        let plain = |text: &str| with_accounts(text, str::to_owned);
        let refused = traced
            .claims
            .iter()
            .filter_map(|claim| claim.refused.as_deref().map(plain));
        let notes = traced.notes.iter().map(|note| plain(&note.text)).collect();
        if traced.claims.iter().all(|claim| claim.refused.is_some()) {
            return Err(wrong("claim", refused.collect::<Vec<_>>().join("; ")));
        }
        let is_asked = |name: &str| asked.iter().any(|method| method.name() == name);
        traced.lots.retain(|lot| is_asked(lot.method));
        Ok((traced.lot_rows().map_err(|e| fault(&e))?, notes))
    }

    fn request(&self, case: &Case) -> Result<Request, SqlError> {
        let named: Vec<&str> = self
            .from
            .split([',', ';'])
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .collect();
        let standing = standing_request(case).map_err(|e| fault(&e))?;
        let mut request = match (named.is_empty(), standing) {
            (true, Some(_)) if self.period.is_some() || self.kind.is_some() || !self.label.is_empty() => {
                let argument = match (self.period, self.kind) {
                    (Some(_), _) => "period",
                    (None, Some(_)) => "kind",
                    (None, None) => "label",
                };
                let reason = "is about what claim names, and nothing is named: add claim => 'ACCOUNT', an entry or a finding";
                return Err(wrong(argument, reason.to_owned()));
            }
            (true, Some(standing)) => standing,
            (true, None) => {
                return Err(wrong(
                    "claim",
                    "nothing is claimed in this case: name an entry, an account or a finding, or several with commas between"
                        .to_owned(),
                ));
            }
            (false, standing) => Request {
                assets: standing.map(|standing| standing.assets).unwrap_or_default(),
                ..Request::default()
            },
        };
        request.from.extend(named.iter().map(|what| From {
            what: (*what).to_owned(),
            period: self.period,
            kind: self.kind.unwrap_or_default(),
            label: self.label.clone(),
        }));
        request.interest_is_fruit = self.interest_is_fruit.unwrap_or(request.interest_is_fruit);
        request.gain_is_own = self.gain_is_own.unwrap_or(request.gain_is_own);
        Ok(request)
    }
}

fn wrong(argument: &str, reason: String) -> SqlError {
    SqlError::Argument {
        function: "trace".to_owned(),
        argument: argument.to_owned(),
        reason,
    }
}
