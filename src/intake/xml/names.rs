//! Names of elements as values: a path of these is compared where names would be.

/// An element that a format looks at.
pub trait Name: Copy + PartialEq {
    /// What every element is that the format does not look at.
    const OTHER: Self;

    /// From a name as written, with or without a prefix.
    fn from_name(name: &str) -> Self;
}

/// The name without its prefix.
pub fn local(name: &str) -> &str {
    match memchr::memrchr(b':', name.as_bytes()) {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Which of 256 buckets a name is looked up in: every element of a file is looked up, so a comparison with each known
/// name would be felt.
pub fn bucket(name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0));
    (bytes.len() * 7 + at(0) * 31 + at(2) * 11 + at(bytes.len().saturating_sub(1)) * 3) & 255
}

/// Makes an enum of element names with a `lookup` of local names.
macro_rules! names {
    ($(#[$outer:meta])* $type:ident: $($name:ident),* $(,)?) => {
        $(#[$outer])*
        // The names are the schema's own.
        #[allow(clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            /// Any element that is not looked at.
            Other,
            $(#[doc = concat!("`", stringify!($name), "`")] $name,)*
        }

        impl $type {
            /// From a local name.
            fn lookup(local: &str) -> $type {
                static BUCKETS: std::sync::LazyLock<[Vec<(&'static str, $type)>; 256]> =
                    std::sync::LazyLock::new(|| {
                        let mut buckets = [const { Vec::new() }; 256];
                        for (name, value) in [$((stringify!($name), $type::$name)),*] {
                            buckets[$crate::intake::xml::bucket(name)].push((name, value));
                        }
                        buckets
                    });
                BUCKETS[$crate::intake::xml::bucket(local)]
                    .iter()
                    .find(|(known, _)| *known == local)
                    .map_or($type::Other, |(_, value)| *value)
            }
        }
    };
}

pub(crate) use names;
