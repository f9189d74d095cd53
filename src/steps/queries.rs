//! The session as rules and pages ask it.

use datafusion::arrow::array::RecordBatch;

use crate::sql::Session;

impl crate::report::Query for Session {
    fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, String> {
        Session::query(self, sql, &[]).map_err(|error| error.to_string())
    }

    fn masks(&self) -> bool {
        Session::masks(self)
    }
}

impl crate::rules::Query for Session {
    fn query(&self, sql: &str, parameters: &[(String, String)]) -> Result<Vec<RecordBatch>, String> {
        self.query_with_expressions(sql, parameters)
            .map_err(|error| error.to_string())
    }

    fn tables_columns(&self, table: &str) -> Vec<String> {
        self.columns(table)
    }
}
