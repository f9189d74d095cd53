//! Natures of control: `ownership-of-shares-25-to-50-percent-as-trust`.

use crate::model::{RelationKind, Share, WHOLE};

/// What a nature of control says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nature {
    pub kind: RelationKind,
    pub share: Share,
}

/// Beginnings of the words, the longer before the shorter.
const KINDS: [(&str, RelationKind); 9] = [
    ("part-right-to-share-surplus-assets", RelationKind::Liquidation),
    ("right-to-share-surplus-assets", RelationKind::Liquidation),
    ("ownership-of-shares", RelationKind::Ownership),
    ("voting-rights", RelationKind::Voting),
    ("right-to-appoint-and-remove", RelationKind::BoardAppointment),
    ("significant-influence-or-control", RelationKind::Control),
    ("registered-owner-as-nominee", RelationKind::Nominee),
    ("ownership", RelationKind::Ownership),
    ("control", RelationKind::Control),
];

/// Bands as the law draws them. Of the middle one 75 % itself belongs to the next.
fn band(rest: &str) -> Option<Share> {
    let of = |min, max, above_min, below_max| Share {
        min: Some(min),
        max: Some(max),
        above_min,
        below_max,
    };
    [
        ("-25-to-50-percent", of(250_000, 500_000, true, false)),
        ("-50-to-75-percent", of(500_000, 750_000, true, true)),
        ("-75-to-100-percent", of(750_000, WHOLE, false, false)),
        ("-more-than-25-percent", of(250_000, WHOLE, true, false)),
        ("-75-or-more-percent", of(750_000, WHOLE, false, false)),
    ]
    .into_iter()
    .find_map(|(word, share)| rest.starts_with(word).then_some(share))
}

/// Reads a nature of control; nothing where the words are none that are known.
pub fn read(word: &str) -> Option<Nature> {
    let (kind, rest) = KINDS
        .iter()
        .find_map(|(begins, kind)| Some((*kind, word.strip_prefix(begins)?)))?;
    // A share without a band that is known could be any.
    let share = band(rest);
    if share.is_none() && rest.contains("percent") {
        return None;
    }
    Some(Nature {
        kind,
        share: share.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_the_laws() {
        let shares = |word: &str| read(word).map(|nature| (nature.kind, nature.share));
        assert_eq!(
            shares("ownership-of-shares-25-to-50-percent"),
            Some((RelationKind::Ownership, Share::band(250_000, 500_000)))
        );
        let middle = read("voting-rights-50-to-75-percent-as-trust")
            .expect("known")
            .share;
        assert!(middle.above_min && middle.below_max);
        let most = read("right-to-share-surplus-assets-75-to-100-percent-limited-liability-partnership")
            .expect("known")
            .share;
        assert!(!most.above_min && most.min == Some(750_000) && most.max == Some(WHOLE));
        assert_eq!(
            shares("right-to-appoint-and-remove-directors-as-firm"),
            Some((RelationKind::BoardAppointment, Share::default()))
        );
        assert_eq!(
            shares("voting-rights-more-than-25-percent-registered-overseas-entity")
                .map(|(_, share)| share.above_min),
            Some(true)
        );
        assert_eq!(read("ownership-of-shares-10-to-20-percent"), None);
        assert_eq!(read("owns-a-boat"), None);
    }
}
