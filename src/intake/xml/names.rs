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

/// Known names, found by their bytes: every element of a file is looked up, so a comparison with each known name would
/// be felt.
pub struct Table {
    /// Number of a name, from 1, where its key leads or in the first free slot behind.
    slots: [u8; SLOTS],
    keys: [Key; 255],
    names: &'static [&'static str],
}

const SLOTS: usize = 1024;

/// Length, beginning and end of a name: the whole of a name of up to sixteen bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    length: usize,
    first: u64,
    last: u64,
}

impl Table {
    /// Of names that differ, at most 255.
    pub const fn new(names: &'static [&'static str]) -> Table {
        let mut slots = [0; SLOTS];
        let mut keys = [Key::of(""); 255];
        let mut number = 0;
        while number < names.len() {
            let key = Key::of(names[number]);
            let mut at = key.slot();
            while slots[at] != 0 {
                at = (at + 1) % SLOTS;
            }
            slots[at] = number as u8 + 1;
            keys[number] = key;
            number += 1;
        }
        Table { slots, keys, names }
    }

    /// The number of a name, from 0.
    pub fn find(&self, name: &str) -> Option<usize> {
        let key = Key::of(name);
        let mut at = key.slot();
        loop {
            let number = usize::from(self.slots[at]).checked_sub(1)?;
            if self.keys[number] == key && (key.length <= 16 || self.names[number] == name) {
                return Some(number);
            }
            at = (at + 1) % SLOTS;
        }
    }
}

impl Key {
    const fn of(name: &str) -> Key {
        let name = name.as_bytes();
        let length = name.len();
        let (first, last) = if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
            (
                u32::from_le_bytes(*first) as u64,
                u32::from_le_bytes(*last) as u64,
            )
        } else if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
            (
                u16::from_le_bytes(*first) as u64,
                u16::from_le_bytes(*last) as u64,
            )
        } else if length == 1 {
            (name[0] as u64, 0)
        } else {
            (0, 0)
        };
        Key { length, first, last }
    }

    const fn slot(self) -> usize {
        // The golden ratio spreads what is close together.
        let mixed =
            (self.first ^ self.last.rotate_left(29) ^ self.length as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 54) as usize % SLOTS
    }
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
                static TABLE: $crate::intake::xml::Table =
                    $crate::intake::xml::Table::new(&[$(stringify!($name)),*]);
                const VALUES: &[$type] = &[$($type::$name),*];
                TABLE.find(local).map_or($type::Other, |number| VALUES[number])
            }
        }
    };
}

pub(crate) use names;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_nothing_else() {
        const NAMES: &[&str] = &[
            "a",
            "Nm",
            "Amt",
            "Ntry",
            "TxDtls",
            "abcdefgh",
            "abcdefgi",
            "BkToCstmrDbtCdtNtfctn",
            "BkToCstmrXXXCdtNtfctn",
        ];
        static TABLE: Table = Table::new(NAMES);
        for (number, name) in NAMES.iter().enumerate() {
            assert_eq!(TABLE.find(name), Some(number), "{name}");
            for at in 0..name.len() {
                let mut other = name.as_bytes().to_vec();
                other[at] ^= 0x20;
                assert_eq!(TABLE.find(std::str::from_utf8(&other).expect("ASCII")), None);
                assert_eq!(
                    TABLE
                        .find(&name[..at])
                        .filter(|found| NAMES[*found] != &name[..at]),
                    None
                );
            }
        }
        assert_eq!(TABLE.find("BkToCstmrYYYCdtNtfctn"), None);
        assert_eq!(TABLE.find(""), None);
    }
}
