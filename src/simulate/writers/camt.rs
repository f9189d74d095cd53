//! camt.053: one file an account, one statement a month. Version 001.02 and 001.08 differ in where names stand and in
//! how a status is written.

use std::fmt::Write;

use super::sheet::{Line, Period, Sheet, amount, dutch_date, time};
use crate::model::Channel;
use crate::simulate::movement::Kind;
use crate::simulate::text::{city, push_terminal};

/// The bytes of an account's file.
pub fn write(sheet: &Sheet<'_>, new_version: bool) -> Vec<u8> {
    let mut out = String::new();
    let version = if new_version { "08" } else { "02" };
    let first = sheet
        .periods()
        .first()
        .map_or_else(String::new, |p| p.from.to_string());
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\n<BkToCstmrStmt>\n\
         <GrpHdr><MsgId>{}-{}</MsgId><CreDtTm>{}T06:00:00</CreDtTm></GrpHdr>\n",
        sheet.iban(),
        first.replace('-', ""),
        sheet.periods().last().map_or(first.clone(), |p| p.to.to_string()),
    );
    for period in sheet.periods() {
        statement(&mut out, sheet, &period, new_version);
    }
    out.push_str("</BkToCstmrStmt>\n</Document>\n");
    out.into_bytes()
}

fn statement(out: &mut String, sheet: &Sheet<'_>, period: &Period<'_>, new_version: bool) {
    let bank = sheet.world.bank(sheet.account);
    let bic = if new_version { "BICFI" } else { "BIC" };
    let _ = write!(
        out,
        "<Stmt>\n<Id>{iban}-{number:03}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{to}T23:59:59</CreDtTm>\
         <FrToDt><FrDtTm>{from}T00:00:00</FrDtTm><ToDtTm>{to}T23:59:59</ToDtTm></FrToDt>\n\
         <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>{owner}</Nm></Ownr>\
         <Svcr><FinInstnId><{bic}>{code}</{bic}></FinInstnId></Svcr></Acct>\n",
        iban = sheet.iban(),
        number = period.number,
        from = period.from,
        to = period.to,
        owner = escape(&sheet.world.name(sheet.account)),
        code = bank.bic(),
    );
    balance(out, "OPBD", period.opening, &period.from.to_string());
    balance(out, "CLBD", period.closing, &period.to.to_string());
    let sums = |credit: bool| {
        let chosen = period.lines.iter().filter(|line| line.credit == credit);
        chosen.fold((0u64, 0i64), |(n, sum), line| (n + 1, sum + line.movement.cents))
    };
    let (credits, debits) = (sums(true), sums(false));
    let _ = writeln!(
        out,
        "<TxsSummry><TtlNtries><NbOfNtries>{}</NbOfNtries></TtlNtries><TtlCdtNtries><NbOfNtries>{}</NbOfNtries>\
         <Sum>{}</Sum></TtlCdtNtries><TtlDbtNtries><NbOfNtries>{}</NbOfNtries><Sum>{}</Sum></TtlDbtNtries></TxsSummry>",
        period.lines.len(),
        credits.0,
        amount(credits.1, b'.'),
        debits.0,
        amount(debits.1, b'.'),
    );
    for line in period.lines {
        entry(out, sheet, line, new_version);
    }
    out.push_str("</Stmt>\n");
}

fn balance(out: &mut String, code: &str, cents: i64, date: &str) {
    let _ = writeln!(
        out,
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd>\
         <Dt><Dt>{date}</Dt></Dt></Bal>",
        amount(cents.abs(), b'.'),
        if cents < 0 { "DBIT" } else { "CRDT" },
    );
}

fn entry(out: &mut String, sheet: &Sheet<'_>, line: &Line, new_version: bool) {
    let date = sheet.date(line);
    let status = if new_version {
        "<Sts><Cd>BOOK</Cd></Sts>"
    } else {
        "<Sts>BOOK</Sts>"
    };
    let (family, subfamily, domain) = bank_code(line);
    let reference = sheet.bank_reference(line);
    // A bank that says more writes the time of booking where others write the day.
    let detailed = new_version && sheet.world.detailed;
    let booked = if detailed {
        format!("<DtTm>{date}T{}</DtTm>", time(line))
    } else {
        format!("<Dt>{date}</Dt>")
    };
    let _ = write!(
        out,
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}<BookgDt>{booked}</BookgDt>\
         <ValDt><Dt>{date}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>{domain}</Cd><Fmly>\
         <Cd>{family}</Cd><SubFmlyCd>{subfamily}</SubFmlyCd></Fmly></Domn></BkTxCd>\n<NtryDtls><TxDtls>",
        amount = amount(line.movement.cents, b'.'),
        sign = if line.credit { "CRDT" } else { "DBIT" },
    );
    let transfer = !line.movement.kind.channel().is_cash() && !line.movement.kind.is_card();
    let end_to_end = if transfer {
        sheet.reference(line)
    } else {
        "NOTPROVIDED".to_owned()
    };
    let _ = write!(
        out,
        "<Refs><AcctSvcrRef>{reference}</AcctSvcrRef><EndToEndId>{end_to_end}</EndToEndId></Refs>"
    );
    if new_version {
        // Version 8 asks for the amount of the payment, too.
        let _ = write!(
            out,
            "<Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd>",
            amount(line.movement.cents, b'.'),
            if line.credit { "CRDT" } else { "DBIT" },
        );
    }
    parties(out, sheet, line, new_version);
    let purpose = line.movement.kind.purpose();
    if !purpose.is_empty() {
        let _ = write!(out, "<Purp><Cd>{purpose}</Cd></Purp>");
    }
    let mut text = sheet.remittance(line);
    if matches!(line.movement.kind, Kind::Card) || line.movement.kind.channel().is_cash() {
        let _ = write!(text, " {} {}", dutch_date(date), time(line));
    }
    let _ = write!(out, "<RmtInf><Ustrd>{}</Ustrd></RmtInf>", escape(&text));
    if line.movement.kind.channel().is_cash() {
        let mut terminal = Vec::new();
        push_terminal(&mut terminal, &line.movement);
        let _ = write!(
            out,
            "<AddtlTxInf>Plaats: {} Term: {} Pasvolgnr: {}</AddtlTxInf>",
            city(&line.movement),
            String::from_utf8_lossy(&terminal),
            sheet.card(),
        );
    }
    if detailed && !line.credit {
        card(out, sheet, line);
    }
    out.push_str("</TxDtls></NtryDtls></Ntry>\n");
}

// Terminal and merchant category code of a card payment.
fn card(out: &mut String, sheet: &Sheet<'_>, line: &Line) {
    let kind = line.movement.kind;
    let merchant = sheet.world.merchant(line.movement.payee);
    if !kind.is_card() || merchant.is_empty() {
        return;
    }
    out.push_str("<CardTx>");
    if kind == Kind::Card {
        let mut terminal = Vec::new();
        push_terminal(&mut terminal, &line.movement);
        let _ = write!(
            out,
            "<POI><Id><Id>{}</Id></Id></POI>",
            String::from_utf8_lossy(&terminal)
        );
    }
    let _ = write!(out, "<Tx><Indv><TxCtgy>{merchant}</TxCtgy></Indv></Tx></CardTx>");
}

fn parties(out: &mut String, sheet: &Sheet<'_>, line: &Line, new_version: bool) {
    let other = sheet.other(line);
    if other.name.is_empty() {
        return;
    }
    let side = if line.credit { "Dbtr" } else { "Cdtr" };
    let name = escape(&other.name);
    let _ = if new_version {
        write!(out, "<RltdPties><{side}><Pty><Nm>{name}</Nm></Pty></{side}>")
    } else {
        write!(out, "<RltdPties><{side}><Nm>{name}</Nm></{side}>")
    };
    if !other.iban.is_empty() {
        let _ = write!(
            out,
            "<{side}Acct><Id><IBAN>{}</IBAN></Id></{side}Acct>",
            other.iban
        );
    }
    out.push_str("</RltdPties>");
    if !other.bic.is_empty() {
        let tag = if new_version { "BICFI" } else { "BIC" };
        let _ = write!(
            out,
            "<RltdAgts><{side}Agt><FinInstnId><{tag}>{}</{tag}></FinInstnId></{side}Agt></RltdAgts>",
            other.bic
        );
    }
}

// Family, sub-family and domain of ISO 20022's bank transaction codes.
fn bank_code(line: &Line) -> (&'static str, &'static str, &'static str) {
    match (line.movement.kind.channel(), line.credit) {
        (Channel::CardPos, _) => ("CCRD", "POSD", "PMNT"),
        (Channel::CardEcom, _) => ("CCRD", "POSC", "PMNT"),
        (Channel::CashAtm, false) => ("CCRD", "CWDL", "PMNT"),
        (Channel::CashAtm, true) => ("CCRD", "CDPT", "PMNT"),
        (Channel::CashBranch, false) => ("CNTR", "CWDL", "PMNT"),
        (Channel::CashBranch, true) => ("CNTR", "CDPT", "PMNT"),
        (Channel::Loan, _) => ("CSLN", "DDWN", "LDAS"),
        (Channel::DirectDebit, _) => ("RDDT", "ESDD", "PMNT"),
        (_, true) if line.movement.kind.purpose() == "SALA" => ("RCDT", "SALA", "PMNT"),
        (_, true) => ("RCDT", "ESCT", "PMNT"),
        (_, false) if line.movement.kind.purpose() == "SALA" => ("ICDT", "SALA", "PMNT"),
        (_, false) => ("ICDT", "ESCT", "PMNT"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
