//! Random damage to bytes, the same on every machine.

/// A few random changes. `other` lends pieces.
pub fn damaged(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..1 + random.below(6) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        let length = (1 + random.below(64)).min(bytes.len() - at);
        match random.below(10) {
            0 => bytes[at] = random.next() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => drop(bytes.drain(at..at + length)),
            3 => {
                let copied = bytes[at..at + length].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copied);
            }
            4 => bytes.truncate(at),
            5 => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            6 => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at + length, token.iter().copied());
            }
            7 => {
                if !other.is_empty() {
                    let from = random.below(other.len());
                    let piece = other[from..(from + 200).min(other.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
            8 => {
                // A number of a binary format becomes the largest or the smallest.
                let value = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)];
                for byte in bytes.iter_mut().skip(at).take(1 << random.below(4)) {
                    *byte = value;
                }
            }
            _ => {
                // A digit becomes another, so that amounts and dates stay well formed.
                if bytes[at].is_ascii_digit() {
                    bytes[at] = b'0' + random.below(10) as u8;
                }
            }
        }
    }
}

/// What readers look for, and what breaks them.
const TOKENS: &[&[u8]] = &[
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\t",
    b",",
    b";",
    b"\"",
    b"'",
    b"<",
    b">",
    b"</",
    b"/>",
    b"&",
    b"&amp;",
    b"&#x0;",
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<?",
    b":",
    b":61:",
    b":86:",
    b"-}",
    b"{4:",
    b"?20",
    b"/",
    b"88,",
    b"99,",
    b"^",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC3",
    b"\xE2\x82\xAC",
    b"-",
    b"+",
    b"0",
    b"999999999999999999999",
    b"0000",
    b"99991231",
    b"20250231",
    b"1e9",
    b"{",
    b"\x1a",
    b"   ",
    b"EUR",
    b"XXX",
    b"r=\"XFD1048576\"",
    b"r=\"4294967296\"",
    b" table:number-rows-repeated=\"1048576\"",
    b" table:number-columns-repeated=\"4294967296\"",
    b"<text:s text:c=\"999999999\"/>",
    b"<NtryDtls><TxDtls>",
    b"</Ntry>",
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"../",
];

/// xorshift64*: small, and the same everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(0x9E37_79B9_7F4A_7C15 ^ seed.wrapping_mul(0xBF58_476D_1CE4_E5B9))
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}
