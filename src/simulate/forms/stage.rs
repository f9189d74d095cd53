//! What every scene needs: people, accounts at banks in turn, days and hours, and the ways in which money is paid.

use super::market::Market;
use crate::model::Date;
use crate::simulate::banks::{Bank, StatementFormat};
use crate::simulate::movement::{CASH, Kind, place};
use crate::simulate::names::CITIES;
use crate::simulate::script::{Employment, Role, Script};

/// Movements of a pattern and what each does there.
pub type Steps = Vec<(Option<u32>, String)>;

/// How many accounts of lookalikes at most are delivered as statements; the others stand in the listing.
const STATEMENTS: u32 = 160;

/// A script, the merchants around it, and how much is told.
pub struct Stage<'s> {
    pub script: &'s mut Script,
    pub market: Market,
    /// Weeks for which a network is at work.
    pub weeks: i32,
    /// Months of ordinary life that are told of a lookalike.
    pub months: usize,
    networks: u32,
    accounts: u32,
}

impl<'s> Stage<'s> {
    /// A stage with its market; the more transfers a case has, the longer everything goes on.
    pub fn new(script: &'s mut Script, transfers: u64) -> Stage<'s> {
        let market = Market::open(script);
        let (weeks, months) = match transfers {
            0..6_000 => (14, 3),
            6_000..20_000 => (20, 6),
            _ => (32, 13),
        };
        Stage {
            script,
            market,
            weeks,
            months,
            networks: 0,
            accounts: 0,
        }
    }

    /// Everything from here on belongs to a new network of a form; gives the day on which it begins.
    pub fn begin(&mut self, form: &'static str) -> i32 {
        self.networks += 1;
        self.script.telling = (form, self.networks);
        self.between(24, 50) as i32
    }

    /// Everything from here on is lawful.
    pub fn lawful(&mut self) {
        self.script.telling = ("", 0);
    }

    /// A number from `low` to `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.script.draw().between(low, high)
    }

    /// A multiple of `step` from `low` to `high`.
    pub fn round(&mut self, low: i64, high: i64, step: i64) -> i64 {
        self.script.draw().between(low / step, high / step) * step
    }

    /// A city's index.
    pub fn city(&mut self) -> usize {
        self.script.draw().below(CITIES.len() as u64) as usize
    }

    /// Day and second about an hour.
    pub fn at(&mut self, day: i32, hour: u32) -> (i32, u32) {
        (day, self.script.around(hour))
    }

    /// Day and second in the night that begins on a day: from ten in the evening to half past four.
    pub fn night(&mut self, day: i32) -> (i32, u32) {
        match self.between(22, 28) {
            late @ 22..=23 => self.at(day, late as u32),
            early => self.at(day + 1, early as u32 - 24),
        }
    }

    // People.

    /// A person of an age in years on the first day.
    pub fn aged(&mut self, role: Role, low: i64, high: i64) -> u32 {
        let party = self.script.person(role);
        self.grow(party, low, high);
        party
    }

    /// Gives a person an age in years on the first day, some days more than the lower bound.
    pub fn grow(&mut self, party: u32, low: i64, high: i64) {
        // 1,461 days are four years.
        let days = self.between(low * 1_461 / 4 + 2, (high + 1) * 1_461 / 4 - 430);
        self.script.parties[party as usize].birth_date = Some(Date(self.script.start.0 - days as i32));
    }

    /// Somebody of the network with what he does in it.
    pub fn member(&mut self, role: Role, functions: &[&'static str]) -> u32 {
        let party = self.script.person(role);
        self.functions(party, functions);
        party
    }

    /// What a party does in its network.
    pub fn functions(&mut self, party: u32, functions: &[&'static str]) {
        let told = &mut self.script.parties[party as usize].more.functions;
        for function in functions {
            if !told.contains(function) {
                told.push(function);
            }
        }
    }

    /// A foreign beneficiary with an account outside the records.
    pub fn abroad(&mut self, role: Role, bank: Bank, company: Option<&str>) -> u32 {
        let party = match company {
            Some(name) => self.script.company(role, name.to_owned(), "68.10", 1),
            None => self.script.person(role),
        };
        self.script.parties[party as usize].country = bank.country();
        if role == Role::Exit {
            self.functions(party, &["treasury"]);
        }
        self.script.account(party, bank)
    }

    /// Somebody outside the records.
    pub fn outsider(&mut self) -> u32 {
        let party = self.script.person(Role::Lawful);
        let bank = [Bank::OutsideNl, Bank::OutsideBe, Bank::OutsideDe][party as usize % 3];
        self.script.account(party, bank)
    }

    /// The name of a party.
    pub fn name(&self, party: u32) -> String {
        self.script.parties[party as usize].name.clone()
    }

    /// The holder of an account.
    pub fn holder(&self, account: u32) -> u32 {
        self.script.holdings[account as usize].party
    }

    /// A party's address without the sign that parts street and town.
    pub fn address(&self, party: u32) -> String {
        self.script.parties[party as usize].address.replace(',', "")
    }

    /// Gives a party the telephone of another.
    pub fn share_phone(&mut self, party: u32, of: u32) {
        self.script.parties[party as usize].phone = self.script.parties[of as usize].phone.clone();
    }

    /// Gives a party the home of another.
    pub fn share_home(&mut self, party: u32, of: u32) {
        self.script.parties[party as usize].address = self.script.parties[of as usize].address.clone();
    }

    /// What the tax office knows of a year's wages.
    pub fn income(&mut self, party: u32, kind: &'static str, cents: i64) {
        let basis = if kind == "benefit" {
            "social security"
        } else {
            "tax"
        };
        self.script.parties[party as usize].more.income = Some((kind, cents, basis));
    }

    /// Writes an employment into the register.
    pub fn employ(&mut self, employee: u32, employer: u32, day: i32, until: Option<i32>) {
        let start = self.script.start.0;
        self.script.employments.push(Employment {
            employee,
            employer,
            from: Date(start + day),
            to: until.map(|day| Date(start + day)),
        });
    }

    // Accounts.

    /// The next bank: statements of one format or another, or the listing.
    pub fn bank(&mut self) -> Bank {
        self.accounts += 1;
        if self.accounts.is_multiple_of(4) || self.accounts > STATEMENTS {
            Bank::Listing
        } else {
            self.script.turn_bank()
        }
    }

    /// The next bank whose records say the time of day in a field.
    pub fn timed_bank(&mut self) -> Bank {
        self.accounts += 1;
        match self.accounts % 3 {
            0 => Bank::Listing,
            1 => self.script.bank(StatementFormat::Cards),
            _ => self.script.bank(StatementFormat::CamtNew),
        }
    }

    /// An account that is older than the records, with a bank in turn.
    pub fn account(&mut self, party: u32) -> u32 {
        let bank = self.bank();
        self.script.account(party, bank)
    }

    /// An account opened on a day of the period.
    pub fn opened(&mut self, party: u32, bank: Bank, day: i32) -> u32 {
        let account = self.script.account(party, bank);
        let holding = &mut self.script.holdings[account as usize];
        holding.opened = Date(self.script.start.0 + day);
        holding.opening_cents = 0;
        account
    }

    /// Lets a party use an account that is not its own.
    pub fn mandate(&mut self, account: u32, party: u32) {
        self.script.holdings[account as usize].mandates.push(party);
    }

    // Payments.

    /// A transfer with a text.
    pub fn send(&mut self, at: (i32, u32), from: u32, to: u32, cents: i64, text: &str) -> Option<u32> {
        self.script.transfer(at, from, to, cents, text)
    }

    /// A payment of a kind whose text is told.
    pub fn told(
        &mut self,
        kind: Kind,
        at: (i32, u32),
        (from, to): (u32, u32),
        cents: i64,
        text: &str,
    ) -> Option<u32> {
        let text = self.script.text(text);
        self.script.pay(at, from, to, cents, (kind, text))
    }

    /// A card payment on the web.
    pub fn web(&mut self, at: (i32, u32), from: u32, shop: u32, cents: i64, text: &str) -> Option<u32> {
        self.told(Kind::ToldWeb, at, (from, shop), cents, text)
    }

    /// A card payment at a shop's terminal in a city.
    pub fn card(&mut self, at: (i32, u32), from: u32, shop: u32, cents: i64, city: usize) -> Option<u32> {
        let terminal = place(city as u32, 300 + (shop * 16 + city as u32) % 9_000);
        self.script.pay(at, from, shop, cents, (Kind::Card, terminal))
    }

    /// Cash drawn at a terminal.
    pub fn draw_cash(&mut self, at: (i32, u32), from: u32, cents: i64, terminal: u32) -> Option<u32> {
        self.script
            .pay(at, from, CASH, cents, (Kind::AtmWithdrawal, terminal))
    }

    /// Cash paid in at a machine in a city.
    pub fn pay_in(&mut self, at: (i32, u32), to: u32, cents: i64, city: usize) -> Option<u32> {
        let terminal = self.script.terminal(city);
        self.script.pay(at, CASH, to, cents, (Kind::AtmDeposit, terminal))
    }

    /// Cash fetched at a branch.
    pub fn fetch(&mut self, at: (i32, u32), from: u32, cents: i64, city: usize) -> Option<u32> {
        let terminal = self.script.terminal(city);
        self.script.pay(
            at,
            from,
            CASH,
            cents / 1_000 * 1_000,
            (Kind::BranchWithdrawal, terminal),
        )
    }

    /// A wage in a person's name.
    pub fn wage(&mut self, day: i32, from: u32, to: u32, cents: i64, name: &str) -> Option<u32> {
        let month = self.script.month_text(day);
        let at = self.at(day, 9);
        self.told(
            Kind::ToldWage,
            at,
            (from, to),
            cents,
            &format!("Loon {month} {name}"),
        )
    }

    /// A transfer between persons at the counter of a money transfer service.
    pub fn counter(&mut self, at: (i32, u32), sender: u32, payee: u32, cents: i64, city: usize) {
        if at.0 >= 0 && (at.0 as u32) < self.script.days {
            self.script.counters.push(crate::simulate::script::Counter {
                day: at.0 as u32,
                second: at.1,
                sender,
                payee,
                cents,
                city,
            });
        }
    }

    // Patterns.

    /// A planted pattern.
    pub fn plant(
        &mut self,
        kind: (&'static str, &'static str),
        what: impl Into<String>,
        accounts: Vec<(u32, &'static str)>,
        steps: Steps,
    ) {
        self.script.pattern(kind, what, accounts, steps);
    }

    /// What a party does in the network, with the entries that show it.
    pub fn function(&mut self, name: &'static str, account: u32, steps: Steps) {
        let party = self.holder(account);
        self.functions(party, &[name]);
        self.script.pattern(
            ("FUNCTION", name),
            format!(
                "{} does this in the network: {name}.",
                self.script.parties[party as usize].name
            ),
            vec![(account, name)],
            steps,
        );
    }

    /// A lawful party of a kind, the rules that it resembles, and why it is none.
    pub fn alike(&mut self, account: u32, household: &'static str, rules: &[(&'static str, &'static str)]) {
        let party = self.holder(account);
        let told = &mut self.script.parties[party as usize];
        told.more.household = household;
        told.more.alike.extend_from_slice(rules);
        for (rule, because) in rules {
            self.script
                .lookalike((rule, household), because, vec![(account, household)], Vec::new());
        }
    }
}
