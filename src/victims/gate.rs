//! The control gate (requirements VS-02 to VS-04): before anybody sees that an account passes money on, the tables are
//! asked whether its holder may be made to do it.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::facts::{self, Drained, Flows, Registers};
use super::indicators::{self, Reading, Subject, Verdict};
use super::unnamed::unname;
use crate::model::{Describes, Finding};
use crate::rules::{CellError, Query};
use crate::victims::Category;

/// The gate of a finding that may be shown as it is.
pub const OPEN: &str = "open";
/// The gate of a finding whose holder may be a victim: a lead for protection, for a person to verify.
pub const GATED: &str = "possible victim - verify";
/// What every text of the gate ends with.
pub const NO_ABSENCE: &str = "Absence of indicators does not mean that nobody is a victim; a person decides.";

const OTHERS_PROTECTED: &str = "Some of the accounts that paid or were paid here are of a holder whose category a person \
     set to victim or possible victim; what is found here is no sign against that holder.";
const NOT_LOOKED_YET: &str = "not computable: the gate has not looked yet";
const EXIT_TITLE: &str = "Exit point of money from an account that may be under another's control";
// Where no exit is concluded: after signs, and after a decision.
const CONTROLLED_TITLE: &str = "Movement through an account that may be under another's control";
const PROTECTED_PARTY_TITLE: &str = "What records say of a protected person";
const PROTECTED_TITLE: &str = "Movement through an account of a protected person";
// Of the indicators of the requirements, those for which the tables hold nothing to compute with.
const NOT_LOOKED_AT: &str = "cards of several holders at one machine, shared devices, credit followed by transfer, \
                             cards used where the holder is not";

/// A finding with what the gate says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct GatedFinding {
    pub finding: Finding,
    /// Whether it says that money passes through an account, so that the gate must look.
    pub pass_through: bool,
    /// Whether it is about one holder, by account or by party, whom others paid or who paid others.
    pub about_one: bool,
    /// [`OPEN`], [`GATED`], or `not computable: ...`, which is shown as gated.
    pub gate: String,
    /// Whether only a strong indicator closes the gate. So for patterns that say no more than that many paid or were
    /// paid: that holds of most households, and wages with little spending would close it on nearly all of them.
    pub only_strong: bool,
    /// Both lists of indicators, in words.
    pub gate_reason: Option<String>,
    /// Where the money leaves to: an account id, or `c-` and the account for cash.
    pub exit_account: Option<String>,
    /// Of a finding about several accounts: those that the money passes through. The gate looks at each.
    pub through: Vec<String>,
    /// Further accounts that take part in what was found. The gate does not look at them, but whom a person decided to
    /// protect is protected among them too.
    pub others: Vec<String>,
}

/// Why the gate could not look. Findings that wait for it must then not be shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GateError {
    /// A query failed.
    #[error("the control gate could not read the tables: {0}; run `check` and `resolve` again")]
    Query(String),
    /// A query gave something else than expected.
    #[error("the control gate could not read the tables: {0}")]
    Cell(#[from] CellError),
}

impl GatedFinding {
    /// A finding of a rule. Where money passes through, the gate stays shut until it has looked.
    pub fn new(finding: Finding, pass_through: bool, exit_account: Option<String>) -> GatedFinding {
        let gate = if pass_through { NOT_LOOKED_YET } else { OPEN };
        GatedFinding {
            about_one: finding.describes != Describes::Network,
            finding,
            pass_through,
            gate: gate.to_owned(),
            only_strong: false,
            gate_reason: None,
            exit_account,
            through: Vec::new(),
            others: Vec::new(),
        }
    }

    /// A finding of a pattern over the graph: the gate looks where it describes an account, and at the accounts that
    /// money passes `through`. `says_pass_through`: whether it says more than that many paid or were paid, so that every
    /// indicator counts.
    pub fn of_pattern(
        finding: Finding,
        through: Vec<String>,
        exit_account: Option<String>,
        says_pass_through: bool,
    ) -> GatedFinding {
        // About a party with several accounts it is as about several accounts: each has its own signs.
        let pass_through =
            finding.describes == Describes::Account && finding.account_id.is_some() && through.is_empty();
        GatedFinding {
            only_strong: !says_pass_through,
            through,
            ..GatedFinding::new(finding, pass_through, exit_account)
        }
    }

    /// The same with the accounts that take part in it.
    #[must_use]
    pub fn with_others(mut self, others: Vec<String>) -> GatedFinding {
        self.others = others;
        self
    }

    /// The same with the accounts that the gate looks at, each by itself. It stays shut until it has looked.
    #[must_use]
    pub fn with_through(mut self, through: Vec<String>) -> GatedFinding {
        if !through.is_empty() {
            self.gate = NOT_LOOKED_YET.to_owned();
        }
        self.through = through;
        self
    }

    /// Whether it must be shown without anything that leads to the holder.
    pub fn is_gated(&self) -> bool {
        self.gate != OPEN
    }
}

/// Whether a finding may count in any list that ranks who to look at first. What describes the exploited side, or
/// waits behind the gate, never does (VS-02).
pub fn counts_towards_holder(found: &GatedFinding) -> bool {
    !found.is_gated() && !matches!(found.finding.describes, Describes::Exploited)
}

/// Lets the gate look at every finding that says that money passes through an account, or through several. Findings of
/// other kinds are left as they are. Runs a fixed number of queries, however many findings there are.
pub fn gate_findings(findings: &mut [GatedFinding], query: &dyn Query) -> Result<(), GateError> {
    let looks_at = |found: &GatedFinding| {
        let own = found.finding.account_id.clone().filter(|_| found.pass_through);
        own.into_iter()
            .chain(found.through.iter().cloned())
            .collect::<Vec<_>>()
    };
    if !findings
        .iter()
        .any(|found| found.pass_through || !found.through.is_empty())
    {
        return Ok(());
    }
    let registers = facts::registers(query)?;
    let accounts: BTreeSet<String> = findings
        .iter()
        .flat_map(looks_at)
        .filter(|account| !registers.is_company(account))
        .collect();
    let flows = match accounts.is_empty() {
        true => BTreeMap::new(),
        false => facts::flows(query, &accounts)?,
    };
    let largest: BTreeMap<&str, String> = flows
        .iter()
        .filter_map(|(account, flows)| Some((account.as_str(), indicators::largest_exit(flows)?)))
        .collect();
    for found in findings
        .iter_mut()
        .filter(|found| found.pass_through && found.exit_account.is_none())
    {
        let account = found.finding.account_id.as_deref().unwrap_or_default();
        found.exit_account = largest.get(account).cloned();
    }
    let told = findings
        .iter()
        .filter(|found| found.pass_through)
        .filter_map(|found| found.exit_account.as_deref());
    let exits: BTreeSet<String> = told
        .chain(largest.values().map(String::as_str))
        .filter(|exit| !exit.starts_with("c-"))
        .flat_map(|exit| registers.group(exit))
        .collect();
    let records = Records {
        drained: facts::drained(query, &exits)?,
        registers,
        flows: &flows,
    };
    for found in findings.iter_mut() {
        if !found.pass_through {
            records.look_through(found, &largest);
            continue;
        }
        let Some(account) = found.finding.account_id.clone() else {
            shut(found, "the finding names no account");
            continue;
        };
        match records.look(&account, found.exit_account.as_deref(), window(&found.finding)) {
            Look::Company => {
                found.gate = OPEN.to_owned();
                found.gate_reason = Some(format!("The account is held by a company. {NO_ABSENCE}"));
            }
            Look::Missing(what) => {
                shut(found, what);
                if found.is_gated() {
                    unaccuse(found, Describes::Account, &records.registers);
                }
            }
            Look::Read(readings) => judge(found, &readings, &records.registers),
        }
    }
    Ok(())
}

/// What the tables say of the accounts that the gate looks at.
struct Records<'f> {
    registers: Registers,
    flows: &'f BTreeMap<String, Flows>,
    drained: Drained,
}

/// What was seen of one account.
enum Look {
    Company,
    /// What the records lack.
    Missing(&'static str),
    Read(Vec<Reading>),
}

/// Accounts of which a finding about several tells the signs.
const MOST_TOLD: usize = 5;

impl Records<'_> {
    fn look(&self, account: &str, exit: Option<&str>, window: Option<(i64, i64)>) -> Look {
        if self.registers.is_company(account) {
            return Look::Company;
        }
        match self.flows.get(account).filter(|flows| is_complete(flows)) {
            None => Look::Missing("these records do not show what the account received and what it sent"),
            Some(_) if exit.is_none() => Look::Missing("these records do not say where the money went"),
            Some(flows) => Look::Read(indicators::readings(&Subject {
                account,
                flows,
                registers: &self.registers,
                drained: &self.drained,
                exit,
                window,
            })),
        }
    }

    /// Looks at each account that the money of a finding passes through. Where one may be under another's control, the
    /// finding leads to where the money goes, and to nobody on the way.
    fn look_through(&self, found: &mut GatedFinding, largest: &BTreeMap<&str, String>) {
        if found.through.is_empty() {
            return;
        }
        let window = window(&found.finding);
        let (mut signs, mut lacking, mut controlled, mut companies) = (Vec::new(), None, None, 0);
        for account in &found.through {
            let exit = largest.get(account.as_str()).map(String::as_str);
            match self.look(account, exit, window) {
                Look::Company => companies += 1,
                Look::Missing(what) => lacking = Some(what),
                Look::Read(readings) if indicators::closes(&readings, found.only_strong) => {
                    controlled.get_or_insert(account.clone());
                    signs.push(format!("{{account:{account}}}:\n{}", reason(&readings)));
                }
                Look::Read(_) => {}
            }
        }
        let looked = found.through.len() - companies;
        match (signs.len(), lacking) {
            (0, Some(what)) => {
                shut(found, what);
                // Who is not known to be in control of an account is not said to be in control of more.
                let held = (found.through.iter()).find(|account| {
                    let own = self.registers.own(account);
                    found
                        .finding
                        .party_id
                        .as_deref()
                        .is_some_and(|party| own.contains(party))
                });
                if let Some(account) = held.cloned().filter(|_| found.is_gated()) {
                    found.finding.account_id.get_or_insert(account);
                    unaccuse(found, Describes::Account, &self.registers);
                }
            }
            (0, None) => {
                found.gate = OPEN.to_owned();
                let seen = match looked {
                    0 => "The accounts that the money passes through are held by companies.".to_owned(),
                    _ => format!(
                        "Control by another was looked for in {looked} accounts that the money passes through; no \
                         indicator that counts was found."
                    ),
                };
                found.gate_reason = Some(format!("{seen} {NO_ABSENCE}"));
            }
            (some, _) => {
                signs.truncate(MOST_TOLD);
                found.gate = GATED.to_owned();
                found.gate_reason = Some(format!(
                    "Of {looked} accounts that the money passes through {some} may be under another's control.\n{}",
                    signs.join("\n")
                ));
                // Whom the finding is then about is not who sent the money, but who may be made to pass it on.
                let is_about_one = matches!(
                    found.finding.describes,
                    Describes::Account | Describes::Controller
                );
                if is_about_one && found.exit_account.is_none() {
                    let own = controlled.as_deref().and_then(|account| largest.get(account));
                    found.exit_account = own.cloned();
                }
                found.finding.account_id = controlled;
                keep_holder(found, &self.registers);
                lead_to_exit(found, &self.registers);
            }
        }
    }
}

/// First and last day of a finding.
fn window(finding: &Finding) -> Option<(i64, i64)> {
    match (finding.from_time, finding.to_time) {
        (Some(from), Some(to)) => Some((i64::from(from.date().0), i64::from(to.date().0))),
        _ => None,
    }
}

/// What a person decided comes before anything that is computed: a finding about an account of somebody whose category
/// is *victim or possible victim* stands behind the gate, whatever rule saw it and whoever else holds the account; so
/// does one about several accounts where one of them is such an account. There the label stands on that account, also
/// where the gate saw signs on another, which are told beside. And no finding names as the exit of money an account of
/// such a person, or another account of the same holder, nor does its text name one as a place that money comes to.
///
/// A finding about one account or party that others paid, or that paid others, stays about it, also where some of the
/// others are protected: whom victims pay is who is looked for (VS-02), and a pattern's finding says that it is no sign
/// against them; those of rules in SQL do not know the others.
pub fn protect_victims(findings: &mut [GatedFinding], query: &dyn Query) -> Result<(), GateError> {
    let sql = format!(
        "SELECT DISTINCT h.account_id, h.party_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id
         WHERE p.category = '{}'",
        Category::Victim.as_str()
    );
    let (mut protected, mut persons) = (BTreeSet::new(), BTreeSet::new());
    for batch in facts::run(query, &sql, &[])? {
        let rows = facts::Rows::new(&batch);
        protected.extend(facts::texts(&rows, "account_id")?);
        persons.extend(facts::texts(&rows, "party_id")?);
    }
    if findings.is_empty() {
        return Ok(());
    }
    // Those too who hold no account: rules tell of parties.
    let mut persons_decided = BTreeSet::new();
    let sql = format!(
        "SELECT party_id FROM parties WHERE category = '{}'",
        Category::Victim.as_str()
    );
    for batch in facts::run(query, &sql, &[])? {
        persons_decided.extend(facts::texts(&facts::Rows::new(&batch), "party_id")?);
    }
    let registers = facts::registers(query)?;
    // Whom the label stands on: of several accounts, one whom the money passes through before others.
    let first_of = |found: &GatedFinding| {
        let own = found.finding.account_id.iter().chain(&found.through);
        let others = found.others.iter().filter(|_| !found.about_one);
        own.chain(others)
            .find(|account| protected.contains(*account))
            .cloned()
    };
    for found in findings.iter_mut() {
        let about = found.finding.party_id.as_ref();
        if found.finding.account_id.is_none() && about.is_some_and(|party| persons_decided.contains(party)) {
            found.finding.title = PROTECTED_PARTY_TITLE.to_owned();
            found.finding.describes = Describes::Exploited;
            found.gate = GATED.to_owned();
            found.gate_reason = Some(format!(
                "A person set the category of this party to victim or possible victim. {NO_ABSENCE}"
            ));
            continue;
        }
        // Whom the gate found signs of, where it is led to the exit already.
        let seen = found.finding.account_id.clone().filter(|_| found.gate == GATED);
        let decided = first_of(found);
        match decided.clone() {
            Some(account) => {
                if found.finding.account_id.as_ref() != Some(&account) {
                    found.finding.account_id = Some(account);
                    keep_holder(found, &registers);
                }
                let before = found
                    .gate_reason
                    .take()
                    .map(|reason| format!(" {reason}"))
                    .unwrap_or_default();
                found.gate_reason = Some(format!(
                    "A person set the category of a holder to victim or possible victim.{before}"
                ));
                // A decision says who is to be protected, not where money went: no exit is concluded from it.
                if found.gate != GATED {
                    found.gate = GATED.to_owned();
                    lead_to_exit(found, &registers);
                }
                if found.exit_account.is_none() {
                    found.finding.title = PROTECTED_TITLE.to_owned();
                }
            }
            None if found.others.iter().any(|account| protected.contains(account)) => {
                let before = found.gate_reason.take().map(|reason| format!("{reason} "));
                found.gate_reason = Some(format!("{}{OTHERS_PROTECTED}", before.unwrap_or_default()));
            }
            None => {}
        }
        let is_shielded = found.exit_account.as_deref().is_some_and(|exit| {
            let holders = registers.own(exit);
            let mut held = found.finding.account_id.iter().chain(&seen);
            let is_own = held.any(|account| !registers.own(account).is_disjoint(&holders));
            protected.contains(exit) || (found.is_gated() && is_own)
        });
        let exit = found.exit_account.clone().filter(|_| is_shielded);
        if is_shielded {
            if found.gate == GATED {
                let told = format!("{} ", exit_sentence(found, &registers));
                if let Some(rest) = found.finding.explanation.strip_prefix(&told) {
                    found.finding.explanation = rest.to_owned();
                }
                found.exit_account = None;
                lead_to_exit(found, &registers);
                if decided.is_some() {
                    found.finding.title = PROTECTED_TITLE.to_owned();
                }
            }
            found.exit_account = None;
        }
        if found.is_gated() {
            let holders = decided
                .as_deref()
                .map_or(BTreeSet::new(), |account| registers.own(account));
            unname(&mut found.finding, &|id| {
                let is_own = holders.contains(id) || !registers.own(id).is_disjoint(&holders);
                protected.contains(id) || persons.contains(id) || is_own || exit.as_deref() == Some(id)
            });
        }
    }
    Ok(())
}

fn is_complete(flows: &Flows) -> bool {
    flows.days.values().any(|day| day.received > 0) && flows.days.values().any(|day| !day.sent.is_empty())
}

fn shut(found: &mut GatedFinding, missing: &str) {
    if found.only_strong {
        found.gate = OPEN.to_owned();
        found.gate_reason = Some(format!(
            "Control by another could not be looked for: {missing}. {NO_ABSENCE}"
        ));
        return;
    }
    found.gate = format!("not computable: {missing}");
    found.gate_reason = Some(format!(
        "Shown as if the holder were a possible victim until it is known. {NO_ABSENCE}"
    ));
}

fn judge(found: &mut GatedFinding, readings: &[Reading], registers: &Registers) {
    found.gate_reason = Some(reason(readings));
    if !indicators::closes(readings, found.only_strong) {
        found.gate = OPEN.to_owned();
        return;
    }
    found.gate = GATED.to_owned();
    lead_to_exit(found, registers);
}

/// A party stays beside an account only where it holds it.
fn keep_holder(found: &mut GatedFinding, registers: &Registers) {
    let account = found.finding.account_id.as_deref().unwrap_or_default();
    let own = registers.own(account);
    found
        .finding
        .party_id
        .take_if(|party| !own.contains(party.as_str()));
}

/// What is said of who has use and control of another's account stays said of that one. Who holds the account that may be
/// under another's control is not said to control anything.
fn unaccuse(found: &mut GatedFinding, describes: Describes, registers: &Registers) {
    let own = registers.own(found.finding.account_id.as_deref().unwrap_or_default());
    let party = found.finding.party_id.as_deref();
    let is_holder = party.is_some_and(|party| own.contains(party));
    // A party that was taken out because it does not hold the account is not who the finding was about.
    let is_nobody = party.is_none() && found.finding.account_id.is_some();
    if found.finding.describes == Describes::Controller && (is_holder || is_nobody) {
        found.finding.describes = describes;
        found.finding.party_id = None;
    }
}

/// Titles a finding to where the money goes, if that is known, and says so first.
pub(super) fn lead_to_exit(found: &mut GatedFinding, registers: &Registers) {
    let title = found
        .exit_account
        .as_ref()
        .map_or(CONTROLLED_TITLE, |_| EXIT_TITLE);
    found.finding.title = title.to_owned();
    match found.finding.describes {
        Describes::Controller => unaccuse(found, Describes::Exploited, registers),
        _ => found.finding.describes = Describes::Exploited,
    }
    found.finding.explanation = format!(
        "{} {}",
        exit_sentence(found, registers),
        found.finding.explanation
    );
}

fn exit_sentence(found: &GatedFinding, registers: &Registers) -> String {
    let exit = found.exit_account.as_deref().unwrap_or_default();
    match (exit, registers.own(exit).len()) {
        ("", _) => "Where the money leaves to is not named here.".to_owned(),
        (cash, _) if cash.starts_with("c-") => {
            "The money leaves in cash; who takes it is not in these records.".to_owned()
        }
        (_, 0) => format!("The money leaves to {{account:{exit}}}, whose holder is not in these records."),
        (_, _) => format!("The money leaves to {{account:{exit}}}."),
    }
}

// Both lists, always.
fn reason(readings: &[Reading]) -> String {
    let list = |other_way: bool, pick: fn(&Verdict) -> Option<&String>| {
        let seen: Vec<String> = readings
            .iter()
            .filter(|reading| reading.indicator.points_other_way() == other_way)
            .filter_map(|reading| {
                let star = if reading.indicator.is_strong() { "*" } else { "" };
                pick(&reading.verdict).map(|text| format!("{text}{star}"))
            })
            .collect();
        if seen.is_empty() {
            "none".to_owned()
        } else {
            seen.join("; ")
        }
    };
    fn found(verdict: &Verdict) -> Option<&String> {
        match verdict {
            Verdict::Found(text) => Some(text),
            _ => None,
        }
    }
    fn not_found(verdict: &Verdict) -> Option<&String> {
        match verdict {
            Verdict::NotFound(text) => Some(text),
            _ => None,
        }
    }
    fn not_computable(verdict: &Verdict) -> Option<&String> {
        match verdict {
            Verdict::NotComputable(text) => Some(text),
            _ => None,
        }
    }
    format!(
        "Control indicators found: {}.\nLooked for and not found: {}.\nNot in these records: {}; {NOT_LOOKED_AT}.\n\
         Pointing the other way: {}.\nOf those, not found: {}.\n{NO_ABSENCE}",
        list(false, found),
        list(false, not_found),
        list(false, not_computable),
        list(true, found),
        list(true, not_found),
    )
}
