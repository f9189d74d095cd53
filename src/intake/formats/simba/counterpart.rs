//! A row of ORIGEM_DESTINO: where the money of an entry came from or went to.

use super::layout::origin_destination as column;
use super::records::Fields;
use super::values::{self, Account};
use crate::model::Amount;

/// What a row says.
pub struct Counterpart {
    pub amount: Option<Amount>,
    pub document: String,
    /// Empty where the other side has no account, or the row names none.
    pub account: Account,
    /// `person`, `company` or `unknown`.
    pub kind: &'static str,
    /// Empty where the bank knows none.
    pub name: String,
    /// CPF, CNPJ or another document with its name before it.
    pub identifier: String,
    /// Whose number the identifier is, where it is a CPF or CNPJ.
    pub scheme: &'static str,
    /// What the bank remarks, with the bar code of a bill and the endorser of a cheque.
    pub remark: String,
}

impl Counterpart {
    /// From the columns of a row; the error is a sentence.
    pub fn of(fields: &Fields<'_>) -> Result<Counterpart, String> {
        let get = |at: usize| fields.get(at);
        if get(column::KEY).is_empty() {
            return Err(
                "CODIGO_CHAVE_EXTRATO is empty; expected the key of the entry that the row belongs to"
                    .to_owned(),
            );
        }
        let kind = values::person_kind(get(column::PERSON_TYPE));
        let registration = values::registration(get(column::REGISTRATION), kind);
        let mut remark = get(column::NOTE).to_owned();
        for (word, text) in [
            ("CODIGO_DE_BARRAS", get(column::BARCODE)),
            ("NOME_ENDOSSANTE_CHEQUE", get(column::ENDORSER)),
            ("DOC_ENDOSSANTE_CHEQUE", get(column::ENDORSER_DOCUMENT)),
        ] {
            if !text.trim_matches('0').is_empty() {
                if !remark.is_empty() {
                    remark.push(' ');
                }
                remark.push_str(word);
                remark.push(' ');
                remark.push_str(text);
            }
        }
        Ok(Counterpart {
            amount: values::amount(get(column::AMOUNT))
                .map_err(|fault| format!("VALOR_TRANSACAO: {fault}"))?,
            document: get(column::DOCUMENT).to_owned(),
            account: Account::of(
                get(column::BANK),
                get(column::BRANCH),
                get(column::NUMBER),
                get(column::TYPE),
            ),
            kind,
            name: values::name(get(column::NAME)).to_owned(),
            scheme: values::scheme(&registration, kind),
            identifier: values::identifier(
                registration,
                get(column::DOCUMENT_NAME),
                get(column::DOCUMENT_NUMBER),
            ),
            remark,
        })
    }

    /// The same without its account where that is the entry's own: banks write the account itself into rows that have
    /// no other one (fees, cash put in by the holder).
    pub fn seen_from(mut self, own: &Account) -> Counterpart {
        if self.account == *own {
            self.account = Account::default();
        }
        self
    }
}
