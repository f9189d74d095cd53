//! Named parts of a query (`WITH`) that it refers to more than once: DataFusion plans such a part anew in each place, and
//! runs each of these plans. Here they are found in the syntax tree, asked for alone, and replaced by a table of their rows.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Cte, Ident, ObjectName, ObjectNamePart, Query, SetExpr, Statement as SqlStatement, TableFactor, Visit,
    Visitor, With,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// The places, in order, of the parts that other parts or the query itself refer to more than once. None where a part may
/// refer to itself.
///
/// A part inside of another that has the same name is counted for it as well. That costs time at worst: whether a part's
/// rows stand in a table or not changes nothing in what the query means.
pub(super) fn repeated(statement: &Statement) -> Vec<usize> {
    let Some(query) = query_of(statement) else {
        return Vec::new();
    };
    let Some(with) = query.with.as_ref().filter(|with| !with.recursive) else {
        return Vec::new();
    };
    let count = |place: usize| {
        let mut references = References {
            name: folded(&with.cte_tables[place].alias.name),
            found: 0,
        };
        // Parts before it, and the part itself, know a table of that name, not the part.
        for later in &with.cte_tables[place + 1..] {
            let _ = later.query.visit(&mut references);
        }
        let _ = query.body.visit(&mut references);
        references.found
    };
    (0..with.cte_tables.len())
        .filter(|place| count(*place) > 1)
        .collect()
}

/// The query for the rows of one part alone, with the parts before it.
pub(super) fn alone(statement: &Statement, place: usize) -> Option<Statement> {
    let query = query_of(statement)?;
    let with = query.with.as_ref()?;
    let part = with.cte_tables.get(place)?;
    let mut asked = all_of(ObjectName(vec![ObjectNamePart::Identifier(
        part.alias.name.clone(),
    )]))?;
    asked.with = Some(With {
        with_token: with.with_token.clone(),
        recursive: false,
        cte_tables: with.cte_tables[..=place].to_vec(),
    });
    Some(Statement::Statement(Box::new(SqlStatement::Query(Box::new(
        asked,
    )))))
}

/// Puts the rows of a table, by its schema and name, in the place of a part's query. The part keeps its name, so that
/// whatever refers to it stays as it is. Gives false where there is no such part.
pub(super) fn replace(statement: &mut Statement, place: usize, schema: &str, table: &str) -> bool {
    let named = [schema, table].map(|name| ObjectNamePart::Identifier(Ident::new(name)));
    let part = query_of_mut(statement)
        .and_then(|query| query.with.as_mut())
        .and_then(|with| with.cte_tables.get_mut(place));
    match (part, all_of(ObjectName(named.to_vec()))) {
        (Some(Cte { query, .. }), Some(rows)) => {
            **query = rows;
            true
        }
        _ => false,
    }
}

fn query_of(statement: &Statement) -> Option<&Query> {
    match statement {
        Statement::Statement(inner) => match inner.as_ref() {
            SqlStatement::Query(query) => Some(query),
            _ => None,
        },
        _ => None,
    }
}

fn query_of_mut(statement: &mut Statement) -> Option<&mut Query> {
    match statement {
        Statement::Statement(inner) => match inner.as_mut() {
            SqlStatement::Query(query) => Some(query),
            _ => None,
        },
        _ => None,
    }
}

/// `SELECT * FROM name`.
fn all_of(name: ObjectName) -> Option<Query> {
    let mut query = Parser::new(&GenericDialect {})
        .try_with_sql("SELECT * FROM x")
        .and_then(|mut parser| parser.parse_query())
        .ok()?;
    if let SetExpr::Select(select) = query.body.as_mut()
        && let Some(from) = select.from.first_mut()
        && let TableFactor::Table { name: place, .. } = &mut from.relation
    {
        *place = name;
        return Some(*query);
    }
    None
}

/// As SQL compares names: small letters where they are not quoted.
fn folded(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}

struct References {
    name: String,
    found: usize,
}

impl Visitor for References {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        if let [ObjectNamePart::Identifier(name)] = relation.0.as_slice()
            && folded(name) == self.name
        {
            self.found += 1;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewrite;
    use super::*;

    fn parsed(sql: &str) -> Statement {
        rewrite::prepare(sql, &[]).expect("SQL")
    }

    #[test]
    fn parts_that_are_referred_to_once_are_left() {
        let sql = "WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM A), c AS (SELECT * FROM b JOIN \"b\" AS d ON true)
            SELECT * FROM c WHERE c.x IN (SELECT x FROM a)";
        assert_eq!(repeated(&parsed(sql)), [0, 1]);
        assert_eq!(repeated(&parsed("SELECT 1")), [0_usize; 0]);
        let recursive = "WITH RECURSIVE a AS (SELECT 1 AS x UNION SELECT x FROM a) SELECT * FROM a, a AS b";
        assert_eq!(repeated(&parsed(recursive)), [0_usize; 0]);
    }

    #[test]
    fn a_part_may_have_the_name_of_the_table_that_it_reads() {
        let sql = "WITH entries AS (SELECT * FROM entries, entries AS b) SELECT * FROM entries";
        assert_eq!(repeated(&parsed(sql)), [0_usize; 0]);
    }

    #[test]
    fn a_part_is_asked_alone_and_replaced_by_a_table() {
        let sql = "WITH a(y) AS (SELECT 1 AS x), b AS (SELECT * FROM a, a AS c), d AS (SELECT 2) SELECT * FROM b, b AS e";
        let mut statement = parsed(sql);
        assert_eq!(
            alone(&statement, 1).expect("a part").to_string(),
            "WITH a (y) AS (SELECT 1 AS x), b AS (SELECT * FROM a, a AS c) SELECT * FROM b"
        );
        assert!(replace(&mut statement, 0, "parts", "p1"));
        assert!(!replace(&mut statement, 3, "parts", "p2"));
        assert_eq!(
            statement.to_string(),
            "WITH a (y) AS (SELECT * FROM parts.p1), b AS (SELECT * FROM a, a AS c), d AS (SELECT 2) SELECT * FROM b, b AS e"
        );
    }
}
