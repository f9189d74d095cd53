//! Who is who and who is behind an entity, from files to what is printed: `resolve`, `owners`, and what SQL says.

mod decided;
mod linked;
mod owned;
mod wrong;

use crate::trace_verb::tools::Place;

/// A case of lists: name of the file and its lines.
fn case(files: &[(&str, &str)]) -> Place {
    let files: Vec<(String, String)> = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    Place::of(&files)
}

/// Parties by the names of their mentions, those of one party together.
fn groups(place: &Place) -> Vec<Vec<String>> {
    let rows = place
        .tables()
        .rows("SELECT party_id, name FROM party_mentions ORDER BY party_id, name");
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut last = String::new();
    for row in rows {
        if row[0] != last || groups.is_empty() {
            groups.push(Vec::new());
        }
        last = row[0].clone();
        if let Some(group) = groups.last_mut() {
            group.push(row[1].clone());
        }
    }
    groups.sort();
    groups
}

/// The id of the mention with a name; the first where several have it.
fn mention(place: &Place, name: &str) -> String {
    place.tables().one(&format!(
        "SELECT min(mention_id) FROM party_mentions WHERE name = '{name}'"
    ))
}
