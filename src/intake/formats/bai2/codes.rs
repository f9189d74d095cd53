//! Type codes: which way the money went, how it moved, whether it takes something back.

use crate::model::{Channel, Direction};

/// The direction of a transaction's type code, by the ranges of the specification; those of 920 to 999 are the banks'
/// own. Nothing for codes that are balances, sums, loans without a direction or text.
pub fn direction(code: u32) -> Option<Direction> {
    match code {
        101..=399 | 720 | 920..=959 => Some(Direction::Credit),
        401..=699 | 760 | 960..=999 => Some(Direction::Debit),
        _ => None,
    }
}

/// How the money moved, for the codes that say so.
pub fn channel(code: u32) -> Channel {
    match code {
        // Lockboxes hold cheques that were sent by post.
        115 | 116 | 175 | 176 | 184 | 187 | 221 | 222 | 255 | 395 | 435 | 474 | 475 | 484 | 487 | 522
        | 555 => Channel::Cheque,
        135 | 136 | 142 | 143 | 145 | 164 | 165 | 169 | 191 | 195 | 257 | 261 | 266 | 447 | 452 | 462
        | 464 | 469 | 491 | 493 | 495 | 557 => Channel::Transfer,
        155 | 445 | 451 | 455 => Channel::DirectDebit,
        208 | 216 | 508 | 516 => Channel::TransferIntl,
        201 | 206 | 275 | 501 | 506 | 575 => Channel::Internal,
        214 | 514 => Channel::Fx,
        147 => Channel::CardPos,
        171 | 481 | 720 | 760 => Channel::Loan,
        354 | 654 => Channel::Interest,
        224 | 398 | 524 | 698 => Channel::Fee,
        _ => Channel::Unknown,
    }
}

/// Whether it takes back an earlier entry: returned and rejected items.
pub fn is_reversal(code: u32) -> bool {
    matches!(code, 255 | 257 | 261 | 266 | 395 | 555 | 557 | 566)
}
