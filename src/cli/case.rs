//! `case new`, `case show`.

use crate::case::{Case, Settings, Table};

use super::args::{About, CaseVerb, CaseVerbs, Language};
use super::context::{Context, Failure};

pub fn run(context: &Context, options: &CaseVerb) -> Result<u8, Failure> {
    match &options.verb {
        CaseVerbs::New { directory, about } => {
            let Some(reference) = &about.reference else {
                return Err(Failure::usage(
                    "a case needs the authority's own reference: add --reference R",
                ));
            };
            let mut case = Case::create(directory, &settings(about, reference)?)?;
            // The first line of the ledger is the making of the case.
            case.write(context.actor())?.commit()?;
            context.say(format_args!("made {}", directory.display()));
            context.say(format_args!(
                "next: geldspoor -C {} intake FILES",
                directory.display()
            ));
        }
        CaseVerbs::Show => {
            let case = context.open()?;
            let settings = case.settings();
            println!("reference  {}", settings.reference);
            if !settings.authority.is_empty() {
                println!("authority  {}", settings.authority);
            }
            println!("purpose    {}", settings.purpose);
            println!("folder     {}", case.root().display());
            for table in Table::ALL {
                let rows = case.manifest().rows(table);
                if rows > 0 {
                    println!("{:<16} {rows:>12} rows", table.name());
                }
            }
        }
    }
    Ok(0)
}

/// What was typed about a case, checked.
pub fn settings(about: &About, reference: &str) -> Result<Settings, Failure> {
    let currency = crate::model::Currency::from_code(&about.currency).map_err(|_| {
        Failure::usage(&format!(
            "--currency {}: not a code of ISO 4217, as in EUR",
            about.currency
        ))
    })?;
    let mut settings = Settings::new(reference);
    settings.authority = about.authority.clone();
    settings.currency = currency.code().to_owned();
    settings.time_zone = about.time_zone.clone();
    settings.legal_order = about.legal_order.clone();
    settings.handling = about.handling.clone();
    settings.language = match about.language {
        Language::En => String::new(),
        Language::Nl => "nl".to_owned(),
    };
    Ok(settings)
}
