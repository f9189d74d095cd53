//! `owners`: who owns and controls an entity, through every chain, with the records it rests on.

use datafusion::arrow::array::RecordBatch;

use super::args::{FormatName, Owners};
use super::context::{Context, Failure, code};
use super::resolve::find_party;
use super::trace::batch;
use crate::parties::behind::{
    LAST, OwnerRow, category, chain_words, citation, owner_rows, owners_of, percent, regime, threshold,
};
use crate::parties::ownership::{Category, EndKind, PartyKind, Register};
use crate::parties::{Holdings, finding_words_of_register};
use crate::report::language::Words;
use crate::report::ownership_chart;
use crate::steps;

/// Records cited in a row on the screen.
const MOST_CITED: usize = 3;

pub fn run(context: &Context, options: &Owners) -> Result<u8, Failure> {
    let case = context.open()?;
    let mut regime = regime(&options.regime).map_err(|e| Failure::usage(&format!("--regime: {e}")))?;
    let party = find_party(&case, &options.entity)?;
    let mut holdings = steps::holdings(&case)?;
    for given in &options.category {
        let (sector, word) = given.split_once('=').ok_or_else(|| {
            Failure::usage(&format!(
                "--category {given}: write SECTOR=REGIME, as in 92=gte15"
            ))
        })?;
        let own = threshold(word).map_err(|e| Failure::usage(&format!("--category {given}: {e}")))?;
        let class = regime.thresholds.len() as u8;
        regime.thresholds.push(own);
        for (number, of) in holdings.sectors.iter().enumerate() {
            if !of.is_empty() && of.starts_with(sector.trim()) {
                holdings.network.parties[number].class = class;
            }
        }
    }
    let Some(entity) = holdings.find(&party) else {
        return Err(Failure::usage(&format!(
            "{party} is no party of this case any more"
        )));
    };
    if holdings.network.parties[entity as usize].kind == PartyKind::Person {
        return Err(Failure::usage(&format!(
            "{} is a natural person, whom nobody owns; `geldspoor show {party}` tells what the person has, and \
             `sql -c \"SELECT * FROM owners() WHERE owner_id = '{party}'\"` what the person is behind",
            holdings.called(entity)
        )));
    }
    let is_svg = |path: &std::path::Path| {
        path.extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("svg"))
    };
    if options.chart.as_deref().is_some_and(|path| !is_svg(path)) {
        return Err(Failure::usage(
            "--chart writes SVG: give the file a name that ends in .svg",
        ));
    }
    let day = options.as_of.unwrap_or(LAST);
    holdings.as_of(day);
    let register = Register::new(&holdings.network, Some(day)).map_err(|e| Failure::new(code::FAULT, e))?;
    let found = register.beneficial(entity, &regime);
    let rows = owner_rows(&holdings, &register, entity, &found);
    let on_screen = options.format.format == FormatName::Table && options.format.output.is_none();
    if on_screen {
        println!("Who is behind {} ({party})", holdings.called(entity));
    }
    let most = if on_screen { MOST_CITED } else { usize::MAX };
    context.rows(&[owners_table(&holdings, &rows, most)?], &options.format)?;
    if on_screen {
        for of in Category::NAMED {
            chains(context, options, &holdings, &register, entity, of)?;
        }
        for (family, record) in &found.family {
            println!(
                "close family of somebody in it (a hint, no control): {} ({})",
                holdings.called(*family),
                citation(&holdings, *record)
            );
        }
        for (manager, record) in &found.managers {
            println!(
                "manages it, which is no ownership: {} ({})",
                holdings.called(*manager),
                citation(&holdings, *record)
            );
        }
    }
    for text in finding_words_of_register(&holdings, &register, entity, &found) {
        context.say(format_args!("  beware: {text}"));
    }
    if found.truncated {
        context.say("  beware: a budget ended before everything was looked at; more may be behind it");
    }
    if rows.iter().all(|row| row.certainty == "hidden") {
        context.say(
            "  no beneficial owner is known from these records: request the register of beneficial owners, the articles and \
             the register of shareholders",
        );
    }
    if let Some(path) = &options.chart {
        let svg = ownership_chart(&holdings, &register, entity, &rows, &Words::default());
        std::fs::write(path, svg)
            .map_err(|e| Failure::new(code::FAULT, format_args!("{}: {e}", path.display())))?;
        context.say(format_args!("drawn into {}", path.display()));
    }
    Ok(0)
}

/// One row a ground.
fn owners_table(holdings: &Holdings, rows: &[OwnerRow], most: usize) -> Result<RecordBatch, Failure> {
    let made = rows.iter().map(|row| {
        let through: Vec<String> = row.through.iter().map(|one| holdings.called(*one)).collect();
        vec![
            holdings.called(row.owner),
            row.kind.to_owned(),
            row.certainty.to_owned(),
            row.share
                .map_or(String::new(), |(least, most)| percent(least, most)),
            row.category.unwrap_or("").to_owned(),
            row.ground.to_owned(),
            through.join(", "),
            cited(holdings, &row.records, most),
            holdings.ids[row.owner as usize].clone(),
        ]
    });
    let heading = [
        "owner",
        "kind",
        "certainty",
        "share",
        "of",
        "ground",
        "through",
        "records",
        "party_id",
    ];
    batch(&heading, made.collect())
}

/// The chains that make up each share, and what loops add.
fn chains(
    context: &Context,
    options: &Owners,
    holdings: &Holdings,
    register: &Register<'_>,
    entity: u32,
    of: Category,
) -> Result<(), Failure> {
    let owners = owners_of(register, entity, of, options.chains);
    if owners.reached <= 1 {
        return Ok(());
    }
    let mut rows = Vec::new();
    for end in &owners.ends {
        let name = match end.end {
            EndKind::Holder => holdings.called(end.party),
            EndKind::Remainder => format!("nobody known, in {}", holdings.called(end.party)),
            EndKind::Undetermined => format!("undetermined, in {}", holdings.called(end.party)),
        };
        for chain in end.chains.iter().filter(|chain| !chain.links.is_empty()) {
            let records: Vec<u32> = chain
                .links
                .iter()
                .rev()
                .flat_map(|link| link.records.iter().copied())
                .collect();
            rows.push(vec![
                name.clone(),
                percent(chain.least.units_down(), chain.most.units_up()),
                chain_words(holdings, chain),
                cited(holdings, &records, MOST_CITED),
            ]);
        }
        if !end.loops_least.is_zero() {
            let most = end
                .loops_most
                .as_ref()
                .map_or(end.loops_least.units_up(), |most| most.units_up());
            let what = match end.chains_complete {
                true => "what circles of ownership add",
                false => "further chains and what circles of ownership add",
            };
            rows.push(vec![
                name.clone(),
                percent(end.loops_least.units_down(), most),
                what.to_owned(),
                String::new(),
            ]);
        }
        rows.push(vec![
            name,
            percent(end.least.units_down(), end.most.units_up()),
            "in all".to_owned(),
            String::new(),
        ]);
    }
    println!("Chains of {}", category(of));
    context.rows(
        &[batch(&["owner", "share", "chain", "records"], rows)?],
        &options.format,
    )?;
    for declared in owners.declared.iter().filter(|declared| !declared.agrees) {
        println!(
            "beware: {} is declared to have {} indirectly, which the holdings told do not bear out ({})",
            holdings.called(declared.owner),
            percent(declared.least, declared.most),
            citation(holdings, declared.record)
        );
    }
    Ok(())
}

fn cited(holdings: &Holdings, records: &[u32], most: usize) -> String {
    let records = holdings.with_others(records);
    let cited: Vec<String> = records
        .iter()
        .take(most)
        .map(|record| citation(holdings, *record))
        .collect();
    match records.len() - cited.len() {
        0 => cited.join("; "),
        more => format!("{}; and {more} more", cited.join("; ")),
    }
}
