//! Who is behind an entity, in words: the rows that the command line, SQL and pages show.

use super::holdings::Holdings;
use super::ownership::{
    Beneficial, BeneficialOwner, Category, Chain, ChainBudget, EndKind, Finding, Fraction, Ground, Interest,
    Level, Means, Owners, PartyKind, Regime, Register, Threshold, WHOLE,
};
use crate::model::Date;

/// One ground on which somebody is a beneficial owner, or one end that could hide one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRow {
    pub entity: u32,
    pub owner: u32,
    /// What the owner is.
    pub kind: &'static str,
    /// `certain`, `possible`, or `hidden` where nobody is known.
    pub certainty: &'static str,
    /// The ground, with its article of Regulation (EU) 2024/1624.
    pub ground: &'static str,
    /// Which kind of ownership, where it is one.
    pub category: Option<&'static str>,
    /// Least and most in hundred-millionths of the whole, rounded outward; nothing where the ground has no share.
    pub share: Option<(u64, u64)>,
    /// Through whom, from the owner down.
    pub through: Vec<u32>,
    /// Records, as numbers of [`Holdings::records`].
    pub records: Vec<u32>,
}

/// The day as of which things are told where none is named: as the records last tell them, without what has ended.
pub const LAST: Date = Date(i32::MAX);

/// The regime of a word: `gte25`, `gt25`, `gte12.5`. Ownership and control at different layers (Art. 54) count where a share
/// is reached by being equal, as the Regulation has it; under the Directive's *more than* they do not.
pub fn regime(word: &str) -> Result<Regime, String> {
    let threshold = threshold(word)?;
    Ok(Regime {
        thresholds: vec![threshold],
        coexistence: threshold.reached,
    })
}

/// A threshold of a word: `gte15`, `gt10`.
pub fn threshold(word: &str) -> Result<Threshold, String> {
    let wrong = || {
        format!(
            "‘{word}’ is no regime: write gte25 (25 % or more), gt25 (more than 25 %), or another number as in gte12.5"
        )
    };
    let text = word.trim().to_lowercase();
    let (reached, number) = match (text.strip_prefix("gte"), text.strip_prefix("gt")) {
        (Some(number), _) => (true, number),
        (None, Some(number)) => (false, number),
        (None, None) => return Err(wrong()),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 6 || !is_number(whole) || !is_number(part) {
        return Err(wrong());
    }
    let units: u64 = format!("{whole}{part:0<6}").parse().map_err(|_| wrong())?;
    match units {
        0 => Err("from 0 % on everybody is an owner: write a number above 0".to_owned()),
        units if units > WHOLE => Err(wrong()),
        units => Ok(Threshold { units, reached }),
    }
}

/// Every ground of every beneficial owner, certain ones first; then ends that could hide another.
pub fn owner_rows(
    holdings: &Holdings,
    register: &Register<'_>,
    entity: u32,
    found: &Beneficial,
) -> Vec<OwnerRow> {
    let mut rows = Vec::new();
    for owner in found.owners.iter().chain(&found.others) {
        rows.extend(grounds(holdings, register, entity, owner));
    }
    rows.extend(found.hidden.iter().map(|hidden| OwnerRow {
        entity,
        owner: hidden.party,
        kind: kind(hidden.kind),
        certainty: "hidden",
        ground: match hidden.end {
            EndKind::Remainder => "a part that no record ascribes to anybody could hide a beneficial owner",
            EndKind::Undetermined => "entities that own each other could hide a beneficial owner",
            EndKind::Holder => "nobody is known behind it, and it could hide a beneficial owner",
        },
        category: hidden.category.map(category),
        share: Some((0, hidden.most.units_up())),
        through: Vec::new(),
        records: Vec::new(),
    }));
    rows.extend(found.hidden_together.iter().map(|(of, most)| OwnerRow {
        entity,
        owner: entity,
        kind: kind(register.network().parties[entity as usize].kind),
        certainty: "hidden",
        ground: "parts that no record ascribes to anybody are too small one by one, and together could hide a beneficial owner",
        category: Some(category(*of)),
        share: Some((0, *most)),
        through: Vec::new(),
        records: Vec::new(),
    }));
    rows
}

fn grounds(
    holdings: &Holdings,
    register: &Register<'_>,
    entity: u32,
    owner: &BeneficialOwner,
) -> Vec<OwnerRow> {
    let mut rows = Vec::new();
    for grounded in &owner.grounds {
        let mut row = OwnerRow {
            entity,
            owner: owner.party,
            kind: kind(register.network().parties[owner.party as usize].kind),
            certainty: if grounded.certain { "certain" } else { "possible" },
            ground: "",
            category: None,
            share: None,
            through: Vec::new(),
            records: Vec::new(),
        };
        let bounds = |least: &Fraction, most: &Fraction| Some((least.units_down(), most.units_up()));
        match &grounded.ground {
            Ground::DirectShare {
                category: of,
                least,
                most,
            } => {
                row.ground = "ownership interest held directly (Art. 52(1))";
                let own = register.holdings_of_stake(owner.party, entity, *of);
                let own = own
                    .iter()
                    .map(|number| &register.network().holdings[*number as usize]);
                let mut is_all_in_own_name = true;
                for holding in own {
                    row.records.push(holding.record);
                    // In the name of another: that one is named, with what shows it.
                    if let Some(nominator) = holding.on_behalf_of {
                        is_all_in_own_name = false;
                        row.through.push(holding.owner);
                        row.records
                            .extend(holdings.nominee_records(holding.owner, nominator, entity));
                    }
                }
                if !is_all_in_own_name {
                    row.ground = "ownership interest held, wholly or in part, in the name of another (Art. 52(1), nominee)";
                }
                row.through.dedup();
                row.records.sort_unstable();
                row.records.dedup();
                row.category = Some(category(*of));
                row.share = Some((*least, *most));
            }
            Ground::IndirectShare {
                category: of,
                least,
                most,
            } => {
                row.ground = "ownership interest, multiplied along chains and added across them (Art. 52(1))";
                row.category = Some(category(*of));
                row.share = bounds(least, most);
            }
            Ground::DeclaredShare {
                category: of,
                record,
                least,
                most,
            } => {
                row.ground = "ownership interest that the register declares as indirect (Art. 52(1))";
                row.category = Some(category(*of));
                row.share = Some((*least, *most));
                row.records.push(*record);
            }
            Ground::MajorityShare {
                category: of,
                least,
                most,
            } => {
                row.ground = "control: more than half, direct and indirect together (Art. 53(2))";
                row.category = Some(category(*of));
                row.share = bounds(least, most);
            }
            Ground::ControlByOwnership { levels } => {
                row.ground = "control: more than half at each level (Art. 53(2))";
                (row.through, row.records) = of_levels(levels, owner.party);
            }
            Ground::ControlByOtherMeans { levels } => {
                row.ground = "control via other means at one level or more (Art. 53(3) and (4))";
                (row.through, row.records) = of_levels(levels, owner.party);
            }
            Ground::ControlsHolders {
                category: of,
                holders,
                least,
                most,
            } => {
                row.ground = "controls those who hold an ownership interest directly (Art. 54(a))";
                row.category = Some(category(*of));
                row.share = Some((*least, *most));
                row.through = holders.clone();
            }
            Ground::OwnsController {
                category: of,
                controller,
                least,
                most,
            } => {
                row.ground = "has an ownership interest in the entity that controls (Art. 54(b))";
                row.category = Some(category(*of));
                row.share = bounds(least, most);
                row.through.push(*controller);
            }
            Ground::TrustRole {
                trusts,
                role,
                record,
                through,
            } => {
                row.ground = role_ground(*role);
                row.through = through.iter().chain(trusts.iter().rev()).copied().collect();
                row.records.push(*record);
            }
            Ground::TrustsTogether {
                trusts,
                category: of,
                least,
                most,
            } => {
                row.ground = "positions in trusts that have an ownership interest together (Arts 55 and 57)";
                row.category = Some(category(*of));
                row.share = bounds(least, most);
                row.through = trusts.clone();
            }
        }
        rows.push(row);
    }
    rows
}

/// The entities on a way of control and the records that show it.
fn of_levels(levels: &[Level], owner: u32) -> (Vec<u32>, Vec<u32>) {
    let mut through = Vec::new();
    let mut records = Vec::new();
    for level in levels {
        through.extend(level.holders.iter().copied().filter(|holder| *holder != owner));
        records.extend(level.ways.iter().flat_map(|way| way.records.iter().copied()));
    }
    through.dedup();
    records.sort_unstable();
    records.dedup();
    (through, records)
}

fn role_ground(role: Interest) -> &'static str {
    match role {
        Interest::Settlor => "settlor or founder of a trust or similar that has an interest (Arts 55 and 57)",
        Interest::Trustee => {
            "trustee, or on the board of a trust or similar that has an interest (Arts 55 and 57)"
        }
        Interest::Protector => "protector of a trust or similar that has an interest (Arts 55 and 57)",
        Interest::Beneficiary => "beneficiary of a trust or similar that has an interest (Arts 55 and 57)",
        _ => "controls a trust or similar that has an interest (Arts 55 and 57)",
    }
}

/// What a level of control rests on, in words.
pub fn means(level: &Level) -> String {
    let way = |way: &super::ownership::Way| match &way.means {
        Means::Majority {
            category: of,
            least,
            most,
        } => format!("{} of {}", percent(*least, *most), category(*of)),
        Means::Other(interest) => match interest {
            Interest::AppointsBoard => "appoints the board",
            Interest::Veto => "veto or decision rights",
            Interest::DecidesProfit => "decides on profit or assets",
            Interest::Agreement => "an agreement or the articles",
            _ => "other means",
        }
        .to_owned(),
    };
    level.ways.iter().map(way).collect::<Vec<_>>().join("; ")
}

/// The chains of one kind of ownership of an entity, each end's largest first.
pub fn owners_of(register: &Register<'_>, entity: u32, of: Category, chains: usize) -> Owners {
    let budget = ChainBudget {
        each: chains.max(1),
        ..ChainBudget::default()
    };
    register.owners(entity, of, &budget)
}

/// A chain as it is read from the owner down: `Person —60 %→ A —40 %→ C`.
pub fn chain_words(holdings: &Holdings, chain: &Chain) -> String {
    let mut words = String::new();
    // Links come from the entity up.
    for link in chain.links.iter().rev() {
        if words.is_empty() {
            words.push_str(&holdings.called(link.owner));
        }
        let by = match link.nominees.as_slice() {
            [] => String::new(),
            nominees => {
                let names: Vec<_> = nominees.iter().map(|one| holdings.called(*one)).collect();
                format!(", in the name of {}", names.join(" and "))
            }
        };
        words.push_str(&format!(
            " —{}{by}→ {}",
            percent(link.least, link.most),
            holdings.called(link.held)
        ));
    }
    words
}

/// A share as people read it: `27 %`, `25 to 50 %`, rounded outward to six decimals of a per cent.
pub fn percent(least: u64, most: u64) -> String {
    let one = |units: u64| {
        let (whole, part) = (units / (WHOLE / 100), units % (WHOLE / 100));
        match format!("{part:06}").trim_end_matches('0') {
            "" => whole.to_string(),
            part => format!("{whole}.{part}"),
        }
    };
    match least == most {
        true => format!("{} %", one(least)),
        false => format!("{} to {} %", one(least), one(most)),
    }
}

/// The word of a kind of ownership.
pub fn category(category: Category) -> &'static str {
    match category {
        Category::Shares => "shares",
        Category::Votes => "votes",
        Category::Profit => "profit",
        Category::Liquidation => "liquidation or other interest",
        Category::Any => "the largest of shares, votes, profit at each level",
    }
}

/// The word of a kind of party.
pub fn kind(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Person => "person",
        PartyKind::Company => "company",
        PartyKind::Trust => "arrangement",
        PartyKind::State => "state",
        PartyKind::Listed => "listed company",
        PartyKind::Unknown => "unknown",
    }
}

/// What is wrong with the records, in a sentence; nothing for what is only worth a mark.
pub fn finding_words(holdings: &Holdings, finding: &Finding) -> Option<String> {
    let names = |parties: &[u32]| {
        let names: Vec<_> = parties
            .iter()
            .take(6)
            .map(|party| holdings.called(*party))
            .collect();
        match parties.len() - names.len() {
            0 => names.join(", "),
            more => format!("{} and {more} more", names.join(", ")),
        }
    };
    let cited = |records: &[u32]| {
        let cited: Vec<String> = records
            .iter()
            .take(6)
            .map(|record| citation(holdings, *record))
            .collect();
        cited.join("; ")
    };
    Some(match finding {
        Finding::OwnsItself {
            category: of,
            entities,
        } => format!(
            "{} own each other wholly ({}): nobody outside owns them by these records, and who does is undetermined",
            names(entities),
            category(*of)
        ),
        Finding::NoSolution {
            category: of,
            entities,
        } => format!(
            "holdings between {} add up to more than the whole ({}), so that no ownership can be reckoned through them",
            names(entities),
            category(*of)
        ),
        Finding::TooEntangled {
            category: of,
            entities,
        } => format!(
            "{} entities hang together in too many cycles to reckon through them ({}): {}",
            entities.len(),
            category(*of),
            names(entities)
        ),
        Finding::AboveWhole {
            category: of,
            entity,
            sum,
            records,
        } => format!(
            "{} of {} add up to {}, more than the whole; told as read: {}",
            category(*of),
            holdings.called(*entity),
            percent(*sum, *sum),
            cited(records)
        ),
        Finding::TurnedShare { record } => {
            format!("a share whose least is above its most: {}", cited(&[*record]))
        }
        Finding::TurnedDates { record } => {
            format!("ends before it begins, and does not count: {}", cited(&[*record]))
        }
        Finding::HeldIsNoEntity { record } => {
            format!("a person or state cannot be owned: {}", cited(&[*record]))
        }
        Finding::OwnsBeforeExisting { record, party } => format!(
            "{} owns before birth or incorporation: {}",
            holdings.called(*party),
            cited(&[*record])
        ),
        Finding::ServesBeforeExisting { record, party } => format!(
            "{} was born or incorporated after the appointment: {}",
            holdings.called(*party),
            cited(&[*record])
        ),
        Finding::HeldBeforeExisting { record, party } => format!(
            "{} is held before its incorporation: {}",
            holdings.called(*party),
            cited(&[*record])
        ),
        Finding::HoldsAfterEnd { record, party } => format!(
            "{} holds after death or dissolution: {}",
            holdings.called(*party),
            cited(&[*record])
        ),
        Finding::HeldAfterEnd { record, party } => format!(
            "{} is held after its dissolution: {}",
            holdings.called(*party),
            cited(&[*record])
        ),
        Finding::MayBeIndirect { record } => format!(
            "the record does not say whether it is direct, and other holdings lead there too: kept apart and compared: {}",
            cited(&[*record])
        ),
        Finding::Undated { .. } => return None,
    })
}

/// What is wrong with the records behind an entity, a sentence each: of its own structure first, then of the holdings of
/// those that stand behind it.
pub fn finding_words_of_register(
    holdings: &Holdings,
    register: &Register<'_>,
    entity: u32,
    found: &Beneficial,
) -> Vec<String> {
    let behind = register.everybody_behind(entity);
    let own: std::collections::BTreeSet<u32> = (holdings.network.holdings.iter())
        .filter(|holding| behind.contains(&holding.held))
        .map(|holding| holding.record)
        .collect();
    let holds = |record: &u32| own.contains(record);
    let of_structure = found.findings.iter();
    let of_records = register
        .findings()
        .filter(|finding| finding.records().iter().any(holds));
    let mut told: Vec<String> = Vec::new();
    for finding in of_structure.chain(of_records) {
        if let Some(words) = finding_words(holdings, finding)
            && !told.contains(&words)
        {
            told.push(words);
        }
    }
    told.extend(
        (holdings.differences.iter())
            .filter(|(held, _)| behind.contains(held))
            .map(|(_, words)| words.clone()),
    );
    let undated = register
        .findings()
        .filter(|finding| matches!(finding, Finding::Undated { .. }) && finding.records().iter().any(holds));
    match undated.count() {
        0 => {}
        1 => told.push("one holding has no first day and counts as always".to_owned()),
        n => told.push(format!("{n} holdings have no first day and count as always")),
    }
    told
}

/// Where a record stands.
pub fn citation(holdings: &Holdings, record: u32) -> String {
    match holdings.records.get(record as usize) {
        None => String::new(),
        Some(at) => {
            let source: String = at.source_id.chars().take(12).collect();
            format!(
                "{} in source {source}, bytes {} to {}",
                at.locator, at.byte_start, at.byte_end
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regimes_are_read_as_they_are_written() {
        assert_eq!(regime("gte25"), Ok(Regime::regulation()));
        assert_eq!(regime("gt25"), Ok(Regime::directive()));
        let own = threshold("gte12.5").expect("a number");
        assert_eq!((own.units, own.reached), (12_500_000, true));
        for wrong in ["25", "gte", "gte0", "gt101", "gte25,5", "gte-5", "gte1.2345678"] {
            assert!(regime(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_are_written_without_needless_noughts() {
        assert_eq!(percent(27_000_000, 27_000_000), "27 %");
        assert_eq!(percent(66_666_666, 66_666_667), "66.666666 to 66.666667 %");
        assert_eq!(percent(25_000_000, 50_000_000), "25 to 50 %");
    }
}
