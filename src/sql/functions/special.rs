//! `special_category(counterparty_name, remittance, merchant_category, purpose)`: whether a row says something of Directive
//! (EU) 2016/680 Art. 10, by the words that are built in and by the case's lexicons.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use datafusion::prelude::SessionContext;

use crate::lexicons::{Given, Lexicons};
use crate::victims::special::Special;

/// Whether rows are masked in a session, and by what.
pub(in crate::sql) struct Masks {
    root: PathBuf,
    lexicons: OnceLock<std::result::Result<Lexicons, String>>,
    off: AtomicBool,
}

impl Masks {
    pub(in crate::sql) fn of(root: &Path) -> Masks {
        Masks {
            root: root.to_owned(),
            lexicons: OnceLock::new(),
            off: AtomicBool::new(false),
        }
    }

    /// From now on nothing is special.
    pub(in crate::sql) fn take_off(&self) {
        self.off.store(true, Ordering::Relaxed);
    }

    pub(in crate::sql) fn are_on(&self) -> bool {
        !self.off.load(Ordering::Relaxed)
    }

    /// Lexicons are read when the first row is asked for: most queries ask for none.
    fn lexicons(&self) -> Result<&Lexicons> {
        let read = || Lexicons::load(Some(&self.root)).map_err(|error| error.to_string());
        self.lexicons
            .get_or_init(read)
            .as_ref()
            .map_err(|error| DataFusionError::Execution(error.clone()))
    }

    fn special(&self, arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
        let columns: Vec<ArrayRef> = ColumnarValue::values_to_arrays(arguments)?;
        let texts: Vec<_> = columns.iter().map(|column| column.as_string::<i32>()).collect();
        let [name, remittance, category, purpose] = texts.as_slice() else {
            return Err(DataFusionError::Internal("four texts are expected".to_owned()));
        };
        if !self.are_on() {
            return Ok(ColumnarValue::Array(Arc::new(BooleanArray::from(vec![
                false;
                name.len()
            ]))));
        }
        let lexicons = self.lexicons()?;
        let at = crate::case::column::text_at;
        let is_special = (0..name.len()).map(|row| {
            let given = Given {
                remittance: at(remittance, row),
                counterparty_name: at(name, row),
                merchant_category: at(category, row),
                purpose: at(purpose, row),
                channel: "",
                is_credit: false,
            };
            Some(Special::of_entry(given, &lexicons.matcher).is_some())
        });
        Ok(ColumnarValue::Array(Arc::new(
            is_special.collect::<BooleanArray>(),
        )))
    }
}

/// Makes the function known in a session.
pub(in crate::sql) fn register(context: &SessionContext, masks: &Arc<Masks>) {
    let masks = Arc::clone(masks);
    context.register_udf(create_udf(
        "special_category",
        vec![DataType::Utf8; 4],
        DataType::Boolean,
        Volatility::Stable,
        Arc::new(move |arguments: &[ColumnarValue]| masks.special(arguments)),
    ));
}
