//! Lawful life that looks like laundering or exploitation. A detector that cannot tell these apart would harm people;
//! the truth names each and says why it is none.

use super::banks::{Bank, StatementFormat};
use super::movement::{CASH, Kind};
use super::script::{Role, Script};

/// Writes the lookalikes into the script. `small` cases get fewer repetitions.
pub fn plant(script: &mut Script, small: bool) {
    shop_with_takings(script, small);
    agency_that_pays_taxes(script, small);
    seasonal_account(script);
    club(script);
    lending_in_the_family(script);
}

fn shop_with_takings(script: &mut Script, small: bool) {
    let party = script.company(Role::Lawful, "Marktkraam Jonker BV".into(), "47.81", 4);
    let bank = script.bank(StatementFormat::Mt940Dutch);
    let account = script.account(party, bank);
    let city = script.draw().below(16) as usize;
    let mut movements = Vec::new();
    let mut day = 2;
    while day < script.days as i32 {
        // Takings swing with the season and pass ten thousand as easily as they stay under it.
        let cents = script.draw().between(560, 2_560) * 500;
        let at = (day, script.around(10));
        let place = script.terminal(city);
        let number = script.pay(at, CASH, account, cents, (Kind::BranchDeposit, place));
        movements.push((number, "takings".to_owned()));
        day += if small { 28 } else { 7 };
    }
    script.lookalike(
        ("ML-01", "structuring"),
        "A market stall pays in its takings every week; the amounts lie above and below every threshold alike.",
        vec![(account, "shop")],
        movements,
    );
}

fn agency_that_pays_taxes(script: &mut Script, small: bool) {
    let agency = script.company(Role::Lawful, "Uitzendbureau Helder BV".into(), "78.20", 14);
    let client = script.company(Role::Lawful, "Kassenbouw Van Loon BV".into(), "01.13", 60);
    let office = script.company(Role::Lawful, "Loonheffingen Waterland".into(), "84.11", 300);
    let bank = script.bank(StatementFormat::CamtOld);
    let account = script.account(agency, bank);
    let client = script.account(client, Bank::OutsideNl);
    let office = script.account(office, Bank::OutsideNl);
    let workers: Vec<(u32, String)> = (0..if small { 2 } else { 6 })
        .map(|_| {
            let party = script.person(Role::Lawful);
            let name = script.parties[party as usize].name.clone();
            (script.account(party, Bank::OutsideBe), name)
        })
        .collect();
    let mut movements = Vec::new();
    for first in script.whole_months() {
        let month = script.month_text(first);
        let income = script.draw().between(178, 190) * workers.len() as i64 * 2_000;
        let payday = script.payday(first);
        let at = (payday - 1, script.around(9));
        movements.push((
            script.transfer(
                at,
                client,
                account,
                income,
                &format!("Factuur uitzendkrachten {month}"),
            ),
            "client pays".to_owned(),
        ));
        for (worker, name) in &workers {
            let text = script.text(format!("Salaris {month} {name}"));
            let at = (payday, script.around(11));
            let wage = income * 60 / 100 / workers.len() as i64;
            let number = script.pay(at, account, *worker, wage, (Kind::ToldWage, text));
            movements.push((number, "wage".to_owned()));
        }
        let at = (payday, script.around(12));
        let tax = income * 31 / 100;
        movements.push((
            script.transfer(
                at,
                account,
                office,
                tax,
                &format!("Loonheffing en premies {month}"),
            ),
            "payroll tax".to_owned(),
        ));
    }
    script.lookalike(
        ("ML-08", "pass-through"),
        "An employment agency passes its clients' money on within two days, as wages and as payroll tax.",
        vec![(account, "agency")],
        movements,
    );
}

fn seasonal_account(script: &mut Script) {
    let party = script.person(Role::Lawful);
    let bank = script.bank(StatementFormat::CamtNew);
    let account = script.account(party, bank);
    let family = script.person(Role::Lawful);
    let family = script.account(family, Bank::Listing);
    let park = script.company(Role::Lawful, "Vakantiepark De Zandduin".into(), "55.20", 40);
    let park = script.account(park, Bank::OutsideNl);
    let mut movements = Vec::new();
    for day in [4, 9] {
        let at = (day, script.around(19));
        movements.push((
            script.transfer(at, family, account, 40_000, "Vakantiepot"),
            "saving".to_owned(),
        ));
    }
    for (step, day) in [262, 263, 264, 265, 267, 268].into_iter().enumerate() {
        let at = (day, script.around(15));
        let number = if step == 0 {
            script.transfer(at, family, account, 90_000, "Vakantiepot aanvulling")
        } else {
            script.transfer(at, account, park, 31_000, &format!("Vakantiehuis termijn {step}"))
        };
        movements.push((number, "holiday".to_owned()));
    }
    script.lookalike(
        ("ML-20", "dormant reactivation"),
        "A holiday fund sleeps for eight months and is spent in one week on a holiday.",
        vec![(account, "holiday fund")],
        movements,
    );
}

fn club(script: &mut Script) {
    let party = script.company(Role::Lawful, "Roeivereniging De Bocht".into(), "93.12", 1);
    let bank = script.bank(StatementFormat::Ing);
    let account = script.account(party, bank);
    let mut movements = Vec::new();
    for _ in 0..8 {
        let member = script.person(Role::Lawful);
        let member = script.account(member, Bank::OutsideNl);
        let at = (92 + script.draw().below(6) as i32, script.around(18));
        movements.push((
            script.transfer(at, member, account, 18_500, "Contributie"),
            "contribution".to_owned(),
        ));
    }
    script.lookalike(
        ("ML-03", "fan-in"),
        "A rowing club receives the same yearly contribution from its members within a week.",
        vec![(account, "club")],
        movements,
    );
}

fn lending_in_the_family(script: &mut Script) {
    let elder = script.person(Role::Lawful);
    let younger = script.person(Role::Lawful);
    let elder = script.account(elder, Bank::Listing);
    let bank = script.bank(StatementFormat::Rabobank);
    let younger = script.account(younger, bank);
    let lent = (130, script.around(20));
    let repaid = (151, script.around(20));
    let movements = vec![
        (
            script.transfer(lent, elder, younger, 100_000, "Lening auto"),
            "lent".to_owned(),
        ),
        (
            script.transfer(repaid, younger, elder, 100_000, "Terugbetaling lening"),
            "repaid".to_owned(),
        ),
    ];
    script.lookalike(
        ("ML-11", "temporal cycle"),
        "A loan between relatives that is paid back whole after three weeks.",
        vec![(elder, "lender"), (younger, "borrower")],
        movements,
    );
}
