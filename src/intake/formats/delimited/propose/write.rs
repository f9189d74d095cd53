//! The proposal for a table of movements as TOML: each choice with its reason, each doubt with what must be decided.

use super::Proposal;
use super::channels;
use super::columns::{self, Column};
use super::lexicon::lexicon;
use super::lines;
use super::page::{Page, quoted};
use super::sample::Sample;
use super::settle::{Choice, Settled};
use super::shape::Shape;
use super::sides;
use super::signs::Signs;
use crate::intake::encoding::{BASIS_ASCII, BASIS_GUESSED};

/// Writes a proposal.
pub fn write(sample: &Sample, shape: &Shape, settled: &Settled, name: &str) -> Proposal {
    let mut page = Page::default();
    let records = shape.records().count();
    let table = match settled.signs {
        Signs::Sides => "listing",
        _ => "entries",
    };
    head(&mut page, sample, name, records, table);
    file(&mut page, sample, shape, &settled.around.skip);
    headings(&mut page, shape, settled);
    dates(&mut page, settled);
    amounts(&mut page, settled);
    balances(&mut page, settled);
    currency(&mut page, settled);
    sides::write(&mut page, shape, settled, name);
    rest(&mut page, settled);
    lines::rules(&mut page, shape, &settled.around);
    page.finish(records)
}

/// Id, title, source, and what a row is.
pub fn head(page: &mut Page, sample: &Sample, name: &str, records: usize, table: &str) {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let of = if sample.whole {
        "all of its records"
    } else {
        "its beginning and blocks spread over the rest"
    };
    page.why(&format!(
        "Proposed from {file}: {records} records, {of}. Look at it with `geldspoor mapping check`."
    ));
    page.why("Keys with \"?\" are not settled: the mapping is refused until a person has decided them.");
    let id: String = file
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    page.key("id", id.trim_matches('-'));
    page.key("title", &format!("Proposed for {file}"));
    page.line("version = 1");
    page.key(
        "source",
        &format!("proposed from the file {file}; say here who checked it, and against what"),
    );
    page.key("table", table);
}

/// How the file is cut; `skip` are the rules for lines that are no records.
pub fn file(page: &mut Page, sample: &Sample, shape: &Shape, skip: &[(String, String)]) {
    page.section("file");
    page.why(&format!(
        "{} % of the lines looked at have {} columns with it",
        shape.share, shape.fields
    ));
    page.line(&format!("delimiters = [{}]", quoted(shape.delimiter)));
    match &shape.header {
        None => {
            page.why("the first line holds values: there is no header, and columns have numbers");
            page.line("header = false");
            page.line(&format!("fields = {}", shape.fields));
        }
        Some(header) => {
            if !shape.before.is_empty() {
                page.why(&format!("{} lines stand before the header", shape.before.len()));
                page.line("preamble = \"until header\"");
            }
            if shape.header_rows > 1 {
                page.why("the line below the header holds no values and goes on with it");
                page.line(&format!("header_rows = {}", shape.header_rows));
            }
            let seen: Vec<String> = header.iter().map(|label| quoted(label)).collect();
            page.why("the header as it stands today: a file whose columns changed is told apart by it");
            page.line(&format!("headings = [{}]", seen.join(", ")));
        }
    }
    if shape.loose_end {
        page.why("some records end in empty columns too many, or lack empty ones");
        page.line("loose_end = true");
    }
    if sample.encoding.basis == BASIS_GUESSED {
        page.why("guessed from how often bytes occur: look at letters with marks");
        page.key("code_page", sample.encoding.page.name());
    } else {
        let or = if sample.encoding.basis == BASIS_ASCII {
            "; any page of single bytes reads the same"
        } else {
            ""
        };
        page.why(&format!(
            "code page: {} ({}){or}",
            sample.encoding.page.name(),
            sample.encoding.basis
        ));
    }
    lines::odd(page, shape, skip);
}

/// A column as the mapping finds it: its heading, with a number where several have the same.
pub fn found_by(shape: &Shape, at: usize, heading: &str) -> String {
    let header = shape.header.as_deref().unwrap_or_default();
    let same = |other: &&String| other.trim().to_lowercase() == heading.trim().to_lowercase();
    let number = header.iter().take(at + 1).filter(same).count();
    if heading.is_empty() || header.iter().filter(same).count() > 1 {
        format!("{heading}#{number}")
    } else {
        heading.to_owned()
    }
}

// Our name of a column.
fn ours(settled: &Settled, at: usize) -> String {
    match settled.roles.columns.iter().find(|(_, column)| **column == at) {
        Some((role, _)) => (*role).to_owned(),
        None => match settled.roles.texts.iter().position(|text| *text == at) {
            Some(0) => "text".to_owned(),
            Some(number) => format!("text{}", number + 1),
            None => format!("column{}", at + 1),
        },
    }
}

fn headings(page: &mut Page, shape: &Shape, settled: &Settled) {
    page.section("columns");
    let (roles, around) = (&settled.roles, &settled.around);
    for (at, column) in settled.columns.iter().enumerate() {
        let name = ours(settled, at);
        let asked = roles.booked_doubt.contains(&at) || roles.amount_doubt.contains(&at);
        let has_role = !name.starts_with("column") && !name.starts_with("text");
        let shows = shows(column);
        if shape.header.is_none() {
            if has_role || asked || name.starts_with("text") {
                page.line(&format!("{name} = {}  # {shows}", at + 1));
            }
            continue;
        }
        if column.heading.is_empty() && name.starts_with("column") && !asked {
            continue;
        }
        let heading = quoted(&found_by(shape, at, &column.heading));
        if has_role || asked {
            page.line(&format!("{name} = {heading}  # {shows}"));
        } else {
            page.line(&format!(
                "{name} = {{ names = [{heading}], optional = true }}  # {shows}"
            ));
        }
    }
    for (at, column) in settled.columns.iter().enumerate() {
        let asked = roles.booked_doubt.contains(&at) || roles.amount_doubt.contains(&at);
        if !roles.is_taken(at) && !asked && column.filled > 0 {
            let label = columns::label(&settled.columns, at);
            page.unread(&format!("{label}, {}", shows(column)));
        }
    }
    for line in &around.unread {
        page.why(&format!("no rule reads the line ‘{line}’"));
    }
}

/// What a column holds, in a few words.
pub fn shows(column: &Column) -> String {
    let what = if column.filled == 0 {
        "empty in the sample".to_owned()
    } else if column.days.is_some() {
        format!("{} days", column.filled)
    } else if column.ibans * 10 > column.filled * 9 {
        format!("{} IBANs with right check digits", column.ibans)
    } else if column.currencies * 10 > column.filled * 9 {
        "codes of currencies".to_owned()
    } else if column.directions {
        "words of debit and credit".to_owned()
    } else if let Some(numbers) = &column.numbers {
        format!("{} numbers, {} below zero", numbers.filled, numbers.negatives)
    } else {
        format!("{} texts", column.filled)
    };
    what.replace(['\n', '\r'], " ")
}

// A key whose column a person must choose among several.
fn choose(page: &mut Page, settled: &Settled, key: &str, among: &[usize], reason: &str) {
    let names: Vec<String> = among
        .iter()
        .map(|at| columns::label(&settled.columns, *at))
        .collect();
    let doubt = Choice {
        value: "?".to_owned(),
        reason: format!("{reason}: a person must choose among {}", names.join(", ")),
        doubt: true,
    };
    let answers: Vec<String> = among.iter().map(|at| quoted(&ours(settled, *at))).collect();
    page.doubt(key, &doubt, "\"?\"", &answers);
}

fn dates(page: &mut Page, settled: &Settled) {
    page.section("dates");
    let roles = &settled.roles;
    if roles.booked_doubt.is_empty() {
        if !roles.booked_reason.is_empty() {
            page.why(&roles.booked_reason);
        }
        page.key("booked", "booked");
    } else {
        let reason = "several columns hold days, and nothing tells which is the day of booking";
        choose(page, settled, "booked", &roles.booked_doubt, reason);
    }
    for role in ["value", "time"] {
        if roles.get(role).is_some() {
            page.key(role, role);
        }
    }
    if settled.steps {
        page.doubt("epoch", &settled.days, "\"?\"", &["\"2026-01-01\"".to_owned()]);
        page.line("unit = \"day\"");
    } else {
        formats(page, &settled.days, &settled.languages);
    }
}

/// The formats of days and the language of their months.
pub fn formats(page: &mut Page, days: &Choice, languages: &[&str]) {
    if days.doubt {
        let answers: Vec<String> = days.value.split(", ").map(|one| format!("[{one}]")).collect();
        page.doubt("formats", days, "[\"?\"]", &answers);
    } else if !days.value.is_empty() {
        page.why(&days.reason);
        page.line(&format!("formats = [{}]", days.value));
    }
    if !languages.is_empty() && languages != ["en"] {
        let languages: Vec<String> = languages.iter().map(|language| quoted(language)).collect();
        page.why("the language of the months");
        page.line(&format!("languages = [{}]", languages.join(", ")));
    }
}

fn amounts(page: &mut Page, settled: &Settled) {
    page.section("amount");
    let list = |words: &[String]| {
        words
            .iter()
            .map(|word| quoted(word))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if settled.signs == Signs::Columns {
        page.why(&settled.sign.reason);
        page.key("debit", "debit");
        page.key("credit", "credit");
    } else {
        if settled.roles.amount_doubt.is_empty() {
            page.key("column", "amount");
        } else {
            let reason = "several columns hold amounts, and nothing tells which is that of the entry";
            choose(page, settled, "column", &settled.roles.amount_doubt, reason);
        }
        if settled.roles.get("received").is_some() && settled.signs == Signs::Sides {
            page.key("received", "received");
        }
        if settled.sign.doubt {
            let answers = ["\"credit\"".to_owned(), "\"debit\"".to_owned()];
            page.doubt("positive", &settled.sign, "\"?\"", &answers);
        } else {
            page.why(&settled.sign.reason);
        }
    }
    match &settled.signs {
        Signs::Turned => page.key("positive", "debit"),
        Signs::Words(debit, credit) => {
            if !settled.roles.mark_reason.is_empty() {
                page.why(&settled.roles.mark_reason);
            }
            page.key("direction", "direction");
            // Some banks mark one side alone and leave the cells of the other empty.
            let column = settled
                .roles
                .get("direction")
                .and_then(|at| settled.columns.get(at));
            let empty = column.is_some_and(|column| column.empty > 0);
            for (key, side) in [("debit_words", debit), ("credit_words", credit)] {
                if side.is_empty() && empty {
                    page.why("this side has no mark: its cells are empty");
                    page.line(&format!("{key} = [\"\"]"));
                } else {
                    let of = settled.roles.get("direction").unwrap_or_default();
                    words(
                        page,
                        key,
                        side,
                        &list(side),
                        &columns::label(&settled.columns, of),
                    );
                }
            }
        }
        Signs::Marks(debit, credit) => {
            page.line(&format!("debit_words = [{}]", list(debit)));
            page.line(&format!("credit_words = [{}]", list(credit)));
            let other = if credit.is_empty() { "credit" } else { "debit" };
            if debit.is_empty() || credit.is_empty() {
                page.why(
                    "only one of the two marks stands in the sample: amounts without it go the other way",
                );
                page.key("unmarked", other);
            }
        }
        Signs::Signed | Signs::Columns | Signs::Sides => {}
    }
    if settled.fee.doubt {
        page.doubt(
            "fee",
            &settled.fee,
            "\"?\"",
            &["\"fee\"".to_owned(), "\"\"".to_owned()],
        );
    } else if settled.fee.value == "fee" {
        page.why(&settled.fee.reason);
        page.key("fee", "fee");
    } else if !settled.fee.reason.is_empty() {
        page.why(&format!("no fee beside the amount: {}", settled.fee.reason));
    }
    decimal(page, &settled.numbers);
    if settled.parentheses {
        page.line("parentheses = true");
    }
    if !settled.symbols.is_empty() {
        page.line(&format!("symbols = [{}]", list(&settled.symbols)));
    }
}

/// The decimal sign and that of groups.
pub fn decimal(page: &mut Page, numbers: &Choice) {
    if numbers.doubt {
        page.doubt(
            "decimal",
            numbers,
            "\"?\"",
            &["\".\"".to_owned(), "\",\"".to_owned()],
        );
    } else {
        page.why(&numbers.reason);
        page.key("decimal", &numbers.value);
        page.key("grouping", if numbers.value == "," { "." } else { "," });
    }
}

fn balances(page: &mut Page, settled: &Settled) {
    if settled.roles.get("balance").is_some() && settled.signs != Signs::Sides {
        page.section("balance");
        match settled.balance {
            Some(agreement) => page.why(&format!(
                "{} of {} agree with the amounts",
                agreement.agree, agreement.of
            )),
            None => page
                .why("named by its heading; the sample does not prove it, `mapping check` compares all rows"),
        }
        page.key("after", "balance");
    }
    page.section("order");
    page.why(&settled.order.reason);
    page.key("rows", &settled.order.value);
}

fn words(page: &mut Page, key: &str, words: &[String], listed: &str, column: &str) {
    if words.is_empty() {
        let reason =
            format!("{column} holds no word of this side in the sample: a person must give the bank's own");
        let choice = Choice {
            value: String::new(),
            reason,
            doubt: true,
        };
        page.doubt(key, &choice, "[\"?\"]", &[]);
    } else {
        page.line(&format!("{key} = [{listed}]"));
    }
}

fn currency(page: &mut Page, settled: &Settled) {
    page.section("currency");
    let choice = &settled.currency.choice;
    match choice.value.as_str() {
        "column" => {
            page.why(&choice.reason);
            page.key("column", "currency");
            if settled.roles.get("received_currency").is_some() && settled.signs == Signs::Sides {
                page.key("received", "received_currency");
            }
            if settled.currency.words.is_empty() {
                return;
            }
            page.section("currency.words");
            let (open, known): (Vec<_>, Vec<_>) =
                settled.currency.words.iter().partition(|(_, code)| code == "?");
            for (word, code) in known {
                page.key(&quoted(word), code);
            }
            for (number, (word, _)) in open.iter().enumerate() {
                match number {
                    0 => page.doubt(&quoted(word), choice, "\"?\"", &[]),
                    _ => page.open(&quoted(word)),
                }
            }
        }
        "statement" => {
            page.why(&choice.reason);
            page.key("column", "statement:currency");
        }
        "?" => page.doubt("constant", choice, "\"?\"", &["\"EUR\"".to_owned()]),
        code => {
            page.why(&choice.reason);
            page.key("constant", code);
        }
    }
}

fn rest(page: &mut Page, settled: &Settled) {
    let roles = &settled.roles;
    let texts: Vec<String> = roles.texts.iter().map(|at| quoted(&ours(settled, *at))).collect();
    let has = |role: &str| roles.get(role).is_some();
    if !texts.is_empty() || has("kind") || has("reference") {
        page.section("texts");
    }
    if !texts.is_empty() {
        page.line(&format!("remittance = [{}]", texts.join(", ")));
    }
    if has("kind") {
        page.key("bank_code", "kind");
    }
    if has("reference") {
        page.key("bank_reference", "reference");
    }
    channels::write(page, settled);
    let pending = |at: Option<usize>| -> Vec<String> {
        let column = at.and_then(|at| settled.columns.get(at));
        column
            .iter()
            .flat_map(|column| &column.distinct)
            .filter(|value| lexicon().is("pending", value))
            .map(|value| quoted(value))
            .collect()
    };
    if has("status") {
        page.line("\n[[not_booked]]");
        page.key("column", "status");
        page.line(&format!("words = [{}]", pending(roles.get("status")).join(", ")));
    }
    let in_days = pending(roles.get("booked"));
    if !in_days.is_empty() {
        page.line("\n[[not_booked]]");
        page.why("stands in place of the day: these rows are not booked, and rejected with that reason");
        page.key("column", "booked");
        page.line(&format!("words = [{}]", in_days.join(", ")));
    }
}
