//! What we change in the syntax tree before DataFusion plans it: `$parameters` become literals, also inside table
//! functions, named arguments (`time_window => '7 days'`) take their places, and each call of a table function gets a
//! name of its own. The text is never pasted together, so a value cannot become SQL.

use std::ops::ControlFlow;

use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectNamePart, Statement as SqlStatement, TableFactor, Value,
    ValueWithSpan, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, Tokenizer};

use super::SqlError;
use super::functions::{FunctionKind, MOST_CALLS, name_of_call, too_many};

/// Parses one statement and puts parameters and named arguments in place.
pub(super) fn prepare(sql: &str, parameters: &[(String, Expr)]) -> Result<Statement, SqlError> {
    let mut statements = DFParserBuilder::new(sql)
        .with_dialect(&GenericDialect {})
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|e| syntax(sql, &e.to_string()))?;
    let statement = match statements.len() {
        1 => statements.pop_front(),
        0 => None,
        count => {
            return Err(SqlError::Syntax {
                reason: format!("{count} statements where one is expected"),
                hint: "; split them, or put them into a file for `geldspoor sql -f FILE`".to_owned(),
            });
        }
    };
    let Some(mut statement) = statement else {
        return Err(SqlError::Syntax {
            reason: "the statement is empty".to_owned(),
            hint: String::new(),
        });
    };
    refuse_writes(&statement)?;
    let mut rewriter = Rewriter { parameters, calls: 0 };
    let flow = match &mut statement {
        Statement::Statement(inner) => inner.visit(&mut rewriter),
        Statement::Explain(explain) => match explain.statement.as_mut() {
            Statement::Statement(inner) => inner.visit(&mut rewriter),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    };
    match flow {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(statement),
    }
}

/// Cuts a script into its statements at semicolons that stand outside of quotes and comments.
pub fn split_statements(script: &str) -> Result<Vec<String>, SqlError> {
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, script)
        .tokenize_with_location()
        .map_err(|e| syntax(script, &e.to_string()))?;
    // Locations count lines and characters; cut the text there, so that statements keep their spelling.
    let lines: Vec<usize> = std::iter::once(0)
        .chain(script.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let mut statements = Vec::new();
    let mut start = 0;
    let mut has_code = false;
    for token in &tokens {
        match token.token {
            Token::SemiColon => {
                let place = token.span.start;
                let line = lines
                    .get((place.line as usize).saturating_sub(1))
                    .copied()
                    .unwrap_or(0);
                let column = (place.column as usize).saturating_sub(1);
                let at = script[line..]
                    .char_indices()
                    .nth(column)
                    .map_or(script.len(), |(at, _)| line + at);
                if has_code {
                    statements.push(script[start..at].trim().to_owned());
                }
                start = at + 1;
                has_code = false;
            }
            Token::Whitespace(_) | Token::EOF => {}
            _ => has_code = true,
        }
    }
    if has_code {
        statements.push(script[start..].trim().to_owned());
    }
    Ok(statements)
}

fn refuse_writes(statement: &Statement) -> Result<(), SqlError> {
    let name = match statement {
        Statement::Statement(inner) => match inner.as_ref() {
            SqlStatement::Query(_)
            | SqlStatement::Explain { .. }
            | SqlStatement::ExplainTable { .. }
            | SqlStatement::ShowTables { .. }
            | SqlStatement::ShowColumns { .. }
            | SqlStatement::ShowFunctions { .. }
            | SqlStatement::ShowVariable { .. } => return Ok(()),
            other => other.to_string(),
        },
        Statement::Explain(explain) => return refuse_writes(&explain.statement),
        other => other.to_string(),
    };
    let word = name.split_whitespace().next().unwrap_or("this").to_uppercase();
    Err(SqlError::ReadOnly { statement: word })
}

/// Parameters given as text become constants.
pub(super) fn values(parameters: &[(String, String)]) -> Vec<(String, Expr)> {
    let constant = |given: &str| {
        Expr::Value(ValueWithSpan {
            value: literal(given),
            span: Span::empty(),
        })
    };
    parameters
        .iter()
        .map(|(name, given)| (name.clone(), constant(given)))
        .collect()
}

/// Parameters given as SQL expressions are parsed on their own, so that none can end where it does not begin.
pub(super) fn expressions(parameters: &[(String, String)]) -> Result<Vec<(String, Expr)>, SqlError> {
    parameters
        .iter()
        .map(|(name, given)| {
            let expression = DFParserBuilder::new(given.as_str())
                .with_dialect(&GenericDialect {})
                .build()
                .and_then(|mut parser| parser.parse_into_expr())
                .map_err(|e| syntax(given, &e.to_string()))?;
            Ok((name.clone(), expression.expr))
        })
        .collect()
}

struct Rewriter<'a> {
    parameters: &'a [(String, Expr)],
    /// Table functions seen.
    calls: usize,
}

impl VisitorMut for Rewriter<'_> {
    type Break = SqlError;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<SqlError> {
        let (name, arguments) = match factor {
            TableFactor::Table {
                name,
                args: Some(arguments),
                ..
            } => (name, &mut arguments.args),
            TableFactor::Function { name, args, .. } => (name, args),
            _ => return ControlFlow::Continue(()),
        };
        let Some(ObjectNamePart::Identifier(identifier)) = name.0.last_mut() else {
            return ControlFlow::Continue(());
        };
        let Some(kind) = FunctionKind::from_name(&identifier.value.to_lowercase()) else {
            return ControlFlow::Continue(());
        };
        self.calls += 1;
        if self.calls > MOST_CALLS {
            return ControlFlow::Break(SqlError::Syntax {
                reason: format!("more than {MOST_CALLS} calls of table functions"),
                hint: "; use several statements".to_owned(),
            });
        }
        *identifier = Ident::new(name_of_call(kind, self.calls));
        match place_arguments(kind, std::mem::take(arguments)) {
            Ok(placed) => {
                *arguments = placed;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<SqlError> {
        if let Expr::Value(ValueWithSpan { value, .. }) = expr
            && let Value::Placeholder(text) = value
        {
            let name = text.trim_start_matches(['$', ':', '@']);
            match self.parameters.iter().find(|(known, _)| known == name) {
                Some((_, given)) => *expr = given.clone(),
                None => {
                    return ControlFlow::Break(SqlError::Parameter {
                        name: name.to_owned(),
                    });
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// A value given as text: a number where it is written as one, else text.
fn literal(given: &str) -> Value {
    let digits = given.strip_prefix('-').unwrap_or(given);
    let mut parts = digits.splitn(2, '.');
    let number = parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        && !digits.is_empty()
        && digits.len() <= 38
        // A leading zero is an identifier (a bank code), not a number.
        && (digits == "0" || digits.starts_with("0.") || !digits.starts_with('0'));
    if number {
        Value::Number(given.to_owned(), false)
    } else {
        Value::SingleQuotedString(given.to_owned())
    }
}

/// Named and positional arguments in the order of the function's signature; `NULL` where one is not given.
fn place_arguments(kind: FunctionKind, given: Vec<FunctionArg>) -> Result<Vec<FunctionArg>, SqlError> {
    let names = &kind.arguments()[..];
    let mut placed: Vec<Option<FunctionArg>> = vec![None; names.len()];
    let wrong = |argument: &str, reason: String| SqlError::Argument {
        function: kind.name().to_owned(),
        argument: argument.to_owned(),
        reason,
    };
    let count = given.len();
    for (at, argument) in given.into_iter().enumerate() {
        let is_unnamed = matches!(argument, FunctionArg::Unnamed(_));
        let (slot, value, shown) = match argument {
            FunctionArg::Unnamed(value) => (Some(at), value, (at + 1).to_string()),
            FunctionArg::Named { name, arg, .. } => (slot_of(names, &name.value), arg, name.value),
            FunctionArg::ExprNamed {
                name: Expr::Identifier(Ident { value: name, .. }),
                arg,
                ..
            } => (slot_of(names, &name), arg, name),
            FunctionArg::ExprNamed { name, .. } => {
                return Err(wrong(&name.to_string(), "is no name".to_owned()));
            }
        };
        match slot.and_then(|slot| placed.get_mut(slot)) {
            None => {
                let reason = match is_unnamed {
                    true => too_many(names, count),
                    false => format!("is not known; it takes {}", names.join(", ")),
                };
                return Err(wrong(&shown, reason));
            }
            Some(Some(_)) => return Err(wrong(&shown, "is given twice".to_owned())),
            Some(empty) => *empty = Some(FunctionArg::Unnamed(value)),
        }
    }
    let null = || {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(ValueWithSpan {
            value: Value::Null,
            span: Span::empty(),
        })))
    };
    Ok(placed
        .into_iter()
        .map(|argument| argument.unwrap_or_else(null))
        .collect())
}

fn slot_of(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| known.eq_ignore_ascii_case(name))
}

fn syntax(sql: &str, reason: &str) -> SqlError {
    let reason = reason.trim_start_matches("SQL error: ").to_owned();
    let line = sql
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("")
        .trim();
    SqlError::Syntax {
        reason,
        hint: format!("; in ‘{}’", line.chars().take(80).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_cut_outside_of_quotes() {
        let script = "SELECT ';' AS é; -- a comment; with a sign\nSELECT 2\n;;";
        let statements = split_statements(script).expect("SQL");
        assert_eq!(statements.len(), 2, "{statements:?}");
        assert_eq!(statements[0], "SELECT ';' AS é");
        assert!(statements[1].ends_with("SELECT 2"));
    }

    #[test]
    fn a_value_never_becomes_sql() {
        let parameters = [("name".to_owned(), "x' OR '1'='1".to_owned())];
        let statement = prepare("SELECT $name", &values(&parameters)).expect("SQL");
        assert_eq!(statement.to_string(), "SELECT 'x'' OR ''1''=''1'");
        assert!(matches!(
            prepare("SELECT $other", &values(&parameters)),
            Err(SqlError::Parameter { .. })
        ));
    }

    #[test]
    fn writing_is_refused() {
        for sql in [
            "DROP TABLE entries",
            "DELETE FROM entries",
            "COPY entries TO 'x.csv'",
            "CREATE VIEW v AS SELECT 1",
        ] {
            assert!(
                matches!(prepare(sql, &[]), Err(SqlError::ReadOnly { .. })),
                "{sql}"
            );
        }
    }

    #[test]
    fn named_arguments_take_their_places() {
        let sql = "SELECT * FROM fan_in(min_counterparties => 3, time_window => '7 days')";
        let statement = prepare(sql, &[]).expect("SQL").to_string();
        assert!(statement.contains("fan_in('7 days', 3"), "{statement}");
        let twice = prepare("SELECT * FROM fan_in('1 day', time_window => '7 days')", &[]);
        assert!(matches!(twice, Err(SqlError::Argument { .. })));
        let unknown = prepare("SELECT * FROM fan_in(window => '7 days')", &[]);
        assert!(matches!(unknown, Err(SqlError::Argument { .. })));
    }
}
