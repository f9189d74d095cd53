//! The proposal as TOML: each choice with its reason, each doubt with what must be decided.

use super::Proposal;
use super::columns::Column;
use super::sample::Sample;
use super::settle::{Choice, Settled, Signs};
use super::shape::Shape;
use crate::intake::encoding::{BASIS_ASCII, BASIS_GUESSED};
use crate::intake::formats::delimited::iban_of_name;

/// Lines of TOML, and the doubts among them.
struct Page {
    text: String,
    doubts: Vec<String>,
}

/// Writes a proposal.
pub fn write(sample: &Sample, shape: &Shape, settled: &Settled, name: &str) -> Proposal {
    let mut page = Page {
        text: String::new(),
        doubts: Vec::new(),
    };
    let records = shape.records().count();
    head(&mut page, sample, shape, settled, name, records);
    columns(&mut page, shape, settled);
    dates(&mut page, settled);
    amounts(&mut page, settled);
    currency(&mut page, settled);
    sides(&mut page, settled, name);
    rest(&mut page, shape, settled);
    Proposal {
        text: page.text,
        doubts: page.doubts,
        records,
    }
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn why(&mut self, reason: &str) {
        for part in wrap(reason) {
            self.line(&format!("# {part}"));
        }
    }

    fn section(&mut self, name: &str) {
        self.line(&format!("\n[{name}]"));
    }

    fn key(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    // A key that a person must settle, with what would settle it.
    fn doubt(&mut self, key: &str, choice: &Choice, unsettled: &str, example: &str) {
        self.why(&format!("DOUBT: {}", choice.reason));
        if !example.is_empty() {
            self.line(&format!("# {key} = {example}"));
        }
        self.line(&format!("{key} = {unsettled}"));
        self.doubts.push(choice.reason.clone());
    }
}

fn head(page: &mut Page, sample: &Sample, shape: &Shape, settled: &Settled, name: &str, records: usize) {
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
    page.key(
        "table",
        if settled.signs == Signs::Sides {
            "listing"
        } else {
            "entries"
        },
    );
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
        Some(_) if !shape.before.is_empty() => {
            page.why(&format!("{} lines stand before the header", shape.before.len()));
            page.line("preamble = \"until header\"");
        }
        Some(_) => {}
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
    if shape.misfits > 0 {
        page.why(&format!(
            "{} lines of the sample have other columns and will be rejected; where they are known to be no records, add a \
             [[skip]] rule",
            shape.misfits
        ));
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

fn columns(page: &mut Page, shape: &Shape, settled: &Settled) {
    page.section("columns");
    let header = shape.header.as_deref().unwrap_or_default();
    for (at, column) in settled.columns.iter().enumerate() {
        let name = ours(settled, at);
        let has_role = !name.starts_with("column") && !name.starts_with("text");
        if shape.header.is_none() {
            if has_role || name.starts_with("text") {
                page.line(&format!("{name} = {}  # {}", at + 1, shows(column)));
            }
            continue;
        }
        if column.heading.is_empty() && name.starts_with("column") {
            continue;
        }
        let same = |other: &&String| other.trim().to_lowercase() == column.heading.trim().to_lowercase();
        let number = header.iter().take(at + 1).filter(same).count();
        let heading = if column.heading.is_empty() || header.iter().filter(same).count() > 1 {
            format!("{}#{number}", column.heading)
        } else {
            column.heading.clone()
        };
        let shows = shows(column);
        if has_role {
            page.line(&format!("{name} = {}  # {shows}", quoted(&heading)));
        } else {
            page.line(&format!(
                "{name} = {{ names = [{}], optional = true }}  # {shows}",
                quoted(&heading)
            ));
        }
    }
}

// What a column holds, in a few words.
fn shows(column: &Column) -> String {
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

fn dates(page: &mut Page, settled: &Settled) {
    page.section("dates");
    page.key("booked", "booked");
    for role in ["value", "time"] {
        if settled.roles.get(role).is_some() {
            page.key(role, role);
        }
    }
    if settled.steps {
        page.doubt("epoch", &settled.days, "\"?\"", "\"2026-01-01\"");
        page.line("unit = \"day\"");
    } else if settled.days.doubt {
        for one in settled.days.value.split(", ") {
            page.line(&format!("# formats = [{one}]"));
        }
        page.doubt("formats", &settled.days, "[\"?\"]", "");
    } else {
        page.why(&settled.days.reason);
        page.line(&format!("formats = [{}]", settled.days.value));
    }
    if !settled.languages.is_empty() && settled.languages != ["en"] {
        let languages: Vec<String> = settled
            .languages
            .iter()
            .map(|language| quoted(language))
            .collect();
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
        page.key("column", "amount");
        if settled.roles.get("received").is_some() && settled.signs == Signs::Sides {
            page.key("received", "received");
        }
        if settled.sign.doubt {
            page.doubt("positive", &settled.sign, "\"?\"", "");
        } else {
            page.why(&settled.sign.reason);
        }
    }
    match &settled.signs {
        Signs::Turned => page.key("positive", "debit"),
        Signs::Words(debit, credit) => {
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
                    words(page, key, side, &list(side));
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
    if settled.roles.get("fee").is_some() && settled.signs != Signs::Sides {
        page.why("a fee beside the amount, taken from the account as well");
        page.key("fee", "fee");
    }
    if settled.numbers.doubt {
        page.doubt("decimal", &settled.numbers, "\"?\"", "\",\"");
    } else {
        page.why(&settled.numbers.reason);
        page.key("decimal", &settled.numbers.value);
        page.key("grouping", if settled.numbers.value == "," { "." } else { "," });
    }
    if settled.parentheses {
        page.line("parentheses = true");
    }
    if !settled.symbols.is_empty() {
        page.line(&format!("symbols = [{}]", list(&settled.symbols)));
    }
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

fn words(page: &mut Page, key: &str, words: &[String], listed: &str) {
    if words.is_empty() {
        let reason = "no word of this side stands in the sample: give the bank's own".to_owned();
        let choice = Choice {
            value: String::new(),
            reason,
            doubt: true,
        };
        page.doubt(key, &choice, "[\"?\"]", "");
    } else {
        page.line(&format!("{key} = [{listed}]"));
    }
}

fn currency(page: &mut Page, settled: &Settled) {
    page.section("currency");
    let choice = &settled.currency;
    match choice.value.as_str() {
        "column" | "words" => {
            if !choice.doubt {
                page.why(&choice.reason);
            }
            page.key("column", "currency");
            if settled.roles.get("received_currency").is_some() && settled.signs == Signs::Sides {
                page.key("received", "received_currency");
            }
            if choice.doubt {
                let column = settled
                    .roles
                    .get("currency")
                    .and_then(|at| settled.columns.get(at));
                page.section("currency.words");
                for word in column.iter().flat_map(|column| &column.distinct) {
                    page.doubt(&quoted(word), choice, "\"?\"", "");
                }
            }
        }
        "?" => page.doubt("constant", choice, "\"?\"", "\"EUR\""),
        code => {
            page.why(&choice.reason);
            page.key("constant", code);
        }
    }
}

fn sides(page: &mut Page, settled: &Settled, name: &str) {
    if settled.signs == Signs::Sides {
        for (side, bank) in [("payer", "payer_bank"), ("payee", "payee_bank")] {
            page.section(side);
            page.key("account", &format!("{side}_account"));
            if settled.roles.get(bank).is_some() {
                page.key("bank", bank);
            }
        }
        return;
    }
    page.section("account");
    if settled.roles.get("account").is_some() {
        page.why("the column that names the account of each row");
        page.key("account_from", "column:account");
    } else {
        let reason = match iban_of_name(name) {
            Some(iban) => format!("no column names the account; the file's name holds {iban}"),
            None => "no column names the account, and neither does the file's name: give it with --account, else the file's \
                     own name stands for it"
                .to_owned(),
        };
        page.why(&reason);
        page.key("account_from", "name");
    }
    let other: Vec<(&str, &str)> = [
        ("name", "other_name"),
        ("account", "other_account"),
        ("bank", "other_bank"),
    ]
    .into_iter()
    .filter(|(_, role)| settled.roles.get(role).is_some())
    .collect();
    if !other.is_empty() {
        page.section("counterparty");
        for (key, role) in other {
            page.key(key, role);
        }
    }
}

fn rest(page: &mut Page, shape: &Shape, settled: &Settled) {
    let texts: Vec<String> = settled
        .roles
        .texts
        .iter()
        .map(|at| quoted(&ours(settled, *at)))
        .collect();
    if !texts.is_empty() || settled.roles.get("kind").is_some() {
        page.section("texts");
    }
    if !texts.is_empty() {
        page.line(&format!("remittance = [{}]", texts.join(", ")));
    }
    if settled.roles.get("kind").is_some() {
        page.key("bank_code", "kind");
    }
    if let Some(column) = settled.roles.get("status").and_then(|at| settled.columns.get(at)) {
        let pending: Vec<String> = column
            .distinct
            .iter()
            .filter(|value| super::lexicon::lexicon().is("pending", value))
            .map(|value| quoted(value))
            .collect();
        page.line("\n[[not_booked]]");
        page.key("column", "status");
        page.line(&format!("words = [{}]", pending.join(", ")));
    }
    let booked = settled.roles.get("booked").and_then(|at| settled.columns.get(at));
    let pending: Vec<String> = booked
        .iter()
        .flat_map(|column| &column.distinct)
        .filter(|value| super::lexicon::lexicon().is("pending", value))
        .map(|value| quoted(value))
        .collect();
    if !pending.is_empty() {
        page.line("\n[[not_booked]]");
        page.why("stands in place of the day: these rows are not booked, and rejected with that reason");
        page.key("column", "booked");
        page.line(&format!("words = [{}]", pending.join(", ")));
    }
    if shape.repeated {
        page.line("\n[[skip]]");
        page.why("the header stands among the records again");
        page.key("pattern", &format!("^{}$", regex::escape(&shape.header_line)));
        page.key("reason", "header again");
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

// Lines of a comment of at most 110 characters.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() {
                line.push_str(word);
                continue;
            }
            if line.chars().count() + word.chars().count() < 110 {
                line.push(' ');
                line.push_str(word);
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}
