//! What holds for every text.

use proptest::prelude::*;

use super::*;

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,40}",
        "[a-zA-Z.,'’ &/-]{0,40}",
        "[\u{300}-\u{36f}a-zà-ÿ ]{0,20}",
        "[а-яА-ЯіїєґЁ'ьъ .,a-z]{0,30}",
        "[α-ωΑ-Ωάέήίόύώ .,]{0,30}",
        "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}a-c ]{0,20}",
        proptest::sample::select(vec![
            "Jansen & Zonen B.V.",
            "SC Alfa SRL",
            "Vries, J. de",
            "ТОВ «Ромашка»",
            "Sp. z o.o.",
            "İıŞ ſ ẞ ﬁ ﷺ",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_normal_spelling_stays_as_it_is_when_read_again(text in any_name()) {
        for kind in [Kind::Person, Kind::Company, Kind::Unknown] {
            let name = read(&text, kind);
            prop_assert_eq!(&read(&name.normal, kind).normal, &name.normal);
        }
    }

    #[test]
    fn words_are_where_they_say_and_the_normal_spelling_is_made_of_them(text in any_name()) {
        let name = read(&text, Kind::Unknown);
        prop_assert_eq!(&name.raw, &text);
        let texts: Vec<&str> = name.tokens.iter().map(|token| token.text.as_str()).collect();
        prop_assert_eq!(texts.join(" "), name.normal.clone());
        prop_assert!(name.normal.bytes().all(|sign| sign == b' ' || sign.is_ascii_lowercase() || sign.is_ascii_digit()));
        let mut end = 0;
        for token in &name.tokens {
            prop_assert!(token.span.start >= end && token.span.end > token.span.start);
            prop_assert!(text.get(token.span.start as usize..token.span.end as usize).is_some());
            prop_assert!(!token.text.is_empty());
            end = token.span.end;
        }
        prop_assert!(name.normal.len() <= LIMIT);
    }

    #[test]
    fn order_of_a_persons_words_does_not_matter(mut words in proptest::collection::vec("[A-Z][a-z]{2,7}", 2..5), seed in 0usize..24) {
        let before = read(&words.join(" "), Kind::Person);
        let turns = seed % words.len();
        words.rotate_left(turns);
        let after = read(&words.join(" "), Kind::Person);
        if before.honorifics.is_empty() && after.honorifics.is_empty() && before.suffix.is_none() && after.suffix.is_none() {
            prop_assert_eq!(before.core, after.core);
        }
    }

    #[test]
    fn holders_are_parts_of_the_text(text in any_name()) {
        for holder in split_joint(&text) {
            prop_assert!(text.contains(holder));
        }
        names_several(&text);
    }

    #[test]
    fn a_name_agrees_with_itself_and_agreement_is_the_same_from_both_sides(a in any_name(), b in any_name()) {
        let (a, b) = (read(&a, Kind::Unknown), read(&b, Kind::Unknown));
        let own = parts_agree(&a, &a);
        prop_assert!(own.left_a.is_empty() || a.naming().count() > 32);
        let (one, other) = (parts_agree(&a, &b), parts_agree(&b, &a));
        prop_assert_eq!(one.left_a.len() + one.pairs.iter().map(|pair| pair.a.len()).sum::<usize>(), a.naming().count());
        prop_assert_eq!(one.suffixes_differ, other.suffixes_differ);
    }
}

#[test]
fn a_very_long_name_is_cut_and_that_is_told() {
    for unit in [
        "a",
        "ä",
        "Jan ",
        "'",
        "\u{301}",
        "ﷺ",
        "ж",
        "a\u{301}\u{302}",
        "B.V. ",
    ] {
        let text = unit.repeat(100_000 / unit.len());
        let name = read(&text, Kind::Unknown);
        assert!(name.cut, "{unit}");
        assert_eq!(read(&name.normal, Kind::Unknown).normal, name.normal, "{unit}");
        split_joint(&text);
        parts_agree(&name, &name);
    }
    assert!(!read(&"a".repeat(LIMIT), Kind::Person).cut);
}

#[test]
fn invisible_characters_are_dropped_from_the_normal_spelling_only() {
    let text = "Ja\u{200b}n \u{202e}Jan\u{ad}sen\u{0}";
    let name = read(text, Kind::Person);
    assert_eq!((name.normal.as_str(), name.raw.as_str()), ("jan jansen", text));
}
