//! Findings in Dutch.

use geldspoor::rules::builtin;

use super::{done, made, one};

#[test]
fn titles_and_explanations_come_in_the_language_of_the_case() {
    let case = made();
    let wages = "SELECT explanation FROM findings WHERE rule_id = 'THB-14' ORDER BY finding_id LIMIT 1";
    let english = one(&case, wages);
    let settings = case.case.join("case.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let dutch = text.replacen("[case]\n", "[case]\nlanguage = \"nl\"\n", 1);
    assert_ne!(text, dutch);
    std::fs::write(&settings, dutch).expect("settings");
    let packs = builtin().expect("they parse");
    let pack = packs.iter().find(|pack| pack.id == "THB-14").expect("a pack");
    let said = done(&case, &["detect"]);
    assert!(said.contains(pack.title_in("nl")), "{said}");
    let after = one(&case, wages);
    assert_ne!(english, after);
    let begins = pack
        .explanation_in("nl")
        .split('{')
        .next()
        .unwrap_or_default()
        .trim();
    assert!(after.contains(begins), "{after}");
}
