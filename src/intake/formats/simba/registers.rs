//! AGENCIAS, CONTAS, TITULARES and ORIGEM_DESTINO by themselves: branches, accounts, persons.

use hashbrown::HashSet;

use super::counterpart::Counterpart;
use super::layout::{self, Kind, accounts, agencies, holders};
use super::records::{self, Fields};
use super::values::{self, Account};
use crate::intake::{IntakeError, Output, Rows, SourceFile};
use crate::model::{AccountMention, Currency, Date, PartyRow, Place};

/// Persons of ORIGEM_DESTINO that are remembered, so that each is told once and not with every payment. When it is full
/// it begins anew.
const REMEMBERED: usize = 1 << 17;

/// Reads one of the four.
pub fn read(kind: Kind, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    match kind {
        Kind::Agencies => records::read(kind, source, output, &mut |_, fields, _, _| branch(fields)),
        Kind::Accounts => records::read(kind, source, output, &mut |rows, fields, _, _| {
            account(rows, fields)
        }),
        Kind::Holders => records::read(kind, source, output, &mut holder),
        Kind::OriginDestination => {
            if layout::find(Kind::Extrato, source.name, source.siblings).is_none() {
                output.note(
                    "EXTRATO of this case did not come in the same folder: what the rows belong to is not known",
                );
            }
            let mut told = HashSet::new();
            records::read(kind, source, output, &mut |rows, fields, place, locator| {
                counterpart(rows, fields, place, locator, &mut told)
            })
        }
        Kind::Extrato | Kind::Hashes => Ok(()),
    }
}

// A branch has no table of its own: the row is checked, counted, and cited where somebody looks for the branch.
fn branch(fields: &Fields<'_>) -> Result<(), String> {
    for (name, at) in [
        ("NUMERO_BANCO", agencies::BANK),
        ("NUMERO_AGENCIA", agencies::BRANCH),
    ] {
        let text = fields.get(at);
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("{name}: ‘{}’ is no number", values::shown(text)));
        }
    }
    values::optional_date("DATA_ABERTURA_AGENCIA", fields.get(agencies::OPENED))?;
    values::optional_date("DATA_FECHAMENTO_AGENCIA", fields.get(agencies::CLOSED))?;
    Ok(())
}

fn account(rows: &mut Rows, fields: &Fields<'_>) -> Result<(), String> {
    let account = Account::of(
        fields.get(accounts::BANK),
        fields.get(accounts::BRANCH),
        fields.get(accounts::NUMBER),
        fields.get(accounts::TYPE),
    );
    need(&account, fields.get(accounts::NUMBER))?;
    let opened = values::optional_date("DATA_ABERTURA_CONTA", fields.get(accounts::OPENED))?;
    let closed = values::optional_date("DATA_ENCERRAMENTO_CONTA", fields.get(accounts::CLOSED))?;
    mention(rows, &account, "", opened, closed);
    Ok(())
}

fn holder(rows: &mut Rows, fields: &Fields<'_>, place: Place, locator: &str) -> Result<(), String> {
    let get = |at: usize| fields.get(at);
    let account = Account::of(
        get(holders::BANK),
        get(holders::BRANCH),
        get(holders::NUMBER),
        get(holders::TYPE),
    );
    need(&account, get(holders::NUMBER))?;
    // T and the numbers of joint holders; R and L stand for who represents, P for who has a power of attorney.
    let tie = get(holders::TIE);
    let role = match tie {
        "T" | "t" => "holder",
        "R" | "r" | "L" | "l" | "P" | "p" => "mandate",
        _ if !tie.is_empty() && tie.bytes().all(|b| b.is_ascii_digit()) => "holder",
        // Others: the file does not say what ties them to the account.
        "O" | "o" => "",
        other => {
            return Err(format!(
                "TIPO_TITULAR: ‘{}’; expected T, a number, R, L, P or O",
                values::shown(other)
            ));
        }
    };
    let kind = values::person_kind(get(holders::PERSON_TYPE));
    let registration = values::registration(get(holders::REGISTRATION), kind);
    let scheme = values::scheme(&registration, kind);
    let number = values::identifier(
        registration,
        get(holders::DOCUMENT_NAME),
        get(holders::DOCUMENT_NUMBER),
    );
    let name = values::name(get(holders::NAME));
    if name.is_empty() && number.is_empty() {
        return Err("neither NOME_TITULAR nor CPF_CNPJ_TITULAR is given; expected one at least".to_owned());
    }
    let address: Vec<&str> = holders::ADDRESS
        .map(get)
        .filter(|text| !text.trim_matches('0').is_empty())
        .collect();
    let from_date = values::optional_date("DATA_INICIO_RELACIONAMENTO", get(holders::FROM))?;
    let to_date = values::optional_date("DATA_FIM_RELACIONAMENTO", get(holders::TO))?;
    let holder_name = if role == "holder" { name } else { "" };
    mention(rows, &account, holder_name, None, None);
    rows.party(&PartyRow {
        identifier_scheme: scheme,
        address: &address.join(", "),
        phone: get(holders::PHONE),
        account: if role.is_empty() {
            Default::default()
        } else {
            account.key()
        },
        role,
        from_date,
        to_date,
        ..party(place, locator, kind, name, &number)
    });
    Ok(())
}

fn counterpart(
    rows: &mut Rows,
    fields: &Fields<'_>,
    place: Place,
    locator: &str,
    told: &mut HashSet<String>,
) -> Result<(), String> {
    let row = Counterpart::of(fields)?;
    let key = row.account.key();
    if row.name.is_empty() && row.identifier.is_empty() && key.is_empty() {
        return Ok(());
    }
    let once = [&row.name, &row.identifier, &row.account.bank, &row.account.number]
        .map(String::as_str)
        .join("\t");
    if told.len() >= REMEMBERED {
        told.clear();
    }
    if !told.insert(once) {
        return Ok(());
    }
    if !key.is_empty() {
        mention(rows, &row.account, &row.name, None, None);
    }
    if !row.name.is_empty() || !row.identifier.is_empty() {
        rows.party(&PartyRow {
            identifier_scheme: row.scheme,
            account: key,
            role: if key.is_empty() { "" } else { "holder" },
            ..party(place, locator, row.kind, &row.name, &row.identifier)
        });
    }
    Ok(())
}

fn need(account: &Account, written: &str) -> Result<(), String> {
    if account.key().is_empty() {
        return Err(format!(
            "NUMERO_CONTA: ‘{}’ names no account; expected its number",
            values::shown(written)
        ));
    }
    Ok(())
}

fn mention(rows: &mut Rows, account: &Account, holder: &str, opened: Option<Date>, closed: Option<Date>) {
    rows.account(&AccountMention {
        account: account.key(),
        bic: "",
        currency: Currency::from_code("BRL").ok(),
        country: "BR",
        holder_name: holder,
        opened,
        closed,
        seized: false,
    });
}

fn party<'a>(place: Place, locator: &'a str, kind: &'a str, name: &'a str, number: &'a str) -> PartyRow<'a> {
    PartyRow {
        place,
        kind,
        name,
        registration_number: number,
        locator,
        ..PartyRow::default()
    }
}
