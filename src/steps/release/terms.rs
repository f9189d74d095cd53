//! The terms of one person, collected from records: each once, in an order that does not depend on the records' order.

use std::collections::BTreeSet;

use datafusion::arrow::array::RecordBatch;

use crate::case::CaseError;
use crate::case::column::{self, text_at};
use crate::model::Date;
use crate::victims::release::Term;

/// Terms by kind.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    names: BTreeSet<String>,
    accounts: BTreeSet<String>,
    cards: BTreeSet<String>,
    phones: BTreeSet<(String, String)>,
    emails: BTreeSet<String>,
    addresses: BTreeSet<(String, String)>,
    numbers: BTreeSet<String>,
    born: Option<Date>,
    ids: BTreeSet<String>,
}

/// What a row of `parties`, `parties_read` or `counterparties` says.
pub fn add_record(terms: &mut Terms, batch: &RecordBatch, row: usize) -> Result<(), CaseError> {
    let text = |name: &str| column::text(batch, name).map(|column| text_at(column, row));
    let country = text("country")?;
    terms.name(text("name")?);
    terms.number(text("registration_number")?);
    terms.phone(text("phone")?, country);
    terms.email(text("email")?);
    terms.address(text("address")?, country);
    Ok(())
}

impl Terms {
    pub fn name(&mut self, name: &str) {
        put(&mut self.names, name);
    }

    pub fn account(&mut self, number: &str) {
        put(&mut self.accounts, number);
    }

    pub fn phone(&mut self, number: &str, country: &str) {
        if !number.trim().is_empty() {
            self.phones.insert((number.trim().to_owned(), country.to_owned()));
        }
    }

    pub fn email(&mut self, mail: &str) {
        put(&mut self.emails, mail);
    }

    pub fn address(&mut self, address: &str, country: &str) {
        if !address.trim().is_empty() {
            self.addresses
                .insert((address.trim().to_owned(), country.to_owned()));
        }
    }

    /// A number in a register or on a document. Numbers of bank accounts come by their accounts.
    pub fn number(&mut self, number: &str) {
        put(&mut self.numbers, number);
    }

    pub fn born(&mut self, day: Option<Date>) {
        self.born = day;
    }

    pub fn id(&mut self, id: &str) {
        // Of what stands for an account without a party there is no id of a table.
        if !id.contains(' ') {
            put(&mut self.ids, id);
        }
    }

    /// A number by the scheme of the table `party_identifiers`.
    pub fn identifier(&mut self, scheme: &str, country: &str, value: &str) {
        match scheme {
            "iban" => self.account(value),
            "card" => put(&mut self.cards, value),
            "phone" => self.phone(value, country),
            "email" => self.email(value),
            // Whose bank it is says nothing of a person.
            "bic" => {}
            _ => self.number(value),
        }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Leaves out names.
    pub fn without_names(&mut self, is_out: impl Fn(&str) -> bool) {
        self.names.retain(|name| !is_out(name));
    }

    /// All terms of somebody whom a record calls a person.
    pub fn finish(self) -> Vec<Term> {
        self.all(Term::Name)
    }

    /// All terms of whom no record says whether it is a person.
    pub fn finish_unknown(self) -> Vec<Term> {
        self.all(Term::Called)
    }

    fn all(self, name: impl Fn(String) -> Term) -> Vec<Term> {
        let mut all: Vec<Term> = self.names.into_iter().map(name).collect();
        all.extend(self.accounts.into_iter().map(Term::Account));
        all.extend(self.cards.into_iter().map(Term::Card));
        let phone = |(number, country)| Term::Phone { number, country };
        all.extend(self.phones.into_iter().map(phone));
        all.extend(self.emails.into_iter().map(Term::Email));
        let address = |(text, country)| Term::Address { text, country };
        all.extend(self.addresses.into_iter().map(address));
        all.extend(self.numbers.into_iter().map(Term::Number));
        all.extend(self.born.map(Term::Born));
        all.extend(self.ids.into_iter().map(Term::Id));
        all
    }
}

fn put(list: &mut BTreeSet<String>, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        list.insert(text.to_owned());
    }
}
