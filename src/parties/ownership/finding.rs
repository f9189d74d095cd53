//! What is wrong or remarkable in the records themselves. Nothing stops for it.

use super::network::Category;

/// Something that a reader of an ownership should know of the records below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// These entities own each other wholly: nobody outside owns them, and who owns them is undetermined.
    OwnsItself {
        /// Which kind of ownership.
        category: Category,
        /// The entities, in order.
        entities: Vec<u32>,
    },
    /// Holdings inside these entities add up to so much more than the whole that no ownership can be reckoned through
    /// them; follows from [`Finding::AboveWhole`].
    NoSolution {
        /// Which kind of ownership.
        category: Category,
        /// The entities, in order.
        entities: Vec<u32>,
    },
    /// These entities hang together in more cycles than the budget allows to reckon through; what goes through them is
    /// undetermined.
    TooEntangled {
        /// Which kind of ownership.
        category: Category,
        /// The entities, in order.
        entities: Vec<u32>,
    },
    /// The least that holders of an entity have adds up to more than the whole. Ownership is told as read, unscaled.
    AboveWhole {
        /// Which kind of ownership.
        category: Category,
        /// The entity.
        entity: u32,
        /// The sum, in units of the whole.
        sum: u64,
        /// The records that add up to it.
        records: Vec<u32>,
    },
    /// A record's least is above its most; read as if turned round.
    TurnedShare {
        /// The record.
        record: u32,
    },
    /// A record ends before it begins; never counted.
    TurnedDates {
        /// The record.
        record: u32,
    },
    /// Somebody holds shares, votes or the like of a person or a state; never counted.
    HeldIsNoEntity {
        /// The record.
        record: u32,
    },
    /// The holder owns before birth or incorporation.
    OwnsBeforeExisting {
        /// The record.
        record: u32,
        /// Who.
        party: u32,
    },
    /// A director, trustee or the like who was born, or incorporated, after the appointment.
    ServesBeforeExisting {
        /// The record.
        record: u32,
        /// Who.
        party: u32,
    },
    /// An entity that is held before its incorporation.
    HeldBeforeExisting {
        /// The record.
        record: u32,
        /// Which.
        party: u32,
    },
    /// A holding that begins or goes on after the holder's death or dissolution.
    HoldsAfterEnd {
        /// The record.
        record: u32,
        /// Who.
        party: u32,
    },
    /// A holding in an entity that begins or goes on after its dissolution.
    HeldAfterEnd {
        /// The record.
        record: u32,
        /// Which.
        party: u32,
    },
    /// The record does not say since when; counted as always.
    Undated {
        /// The record.
        record: u32,
    },
    /// The record does not say whether it is direct, and another chain leads there: kept apart and compared.
    MayBeIndirect {
        /// The record.
        record: u32,
    },
}

impl Finding {
    /// The records that it rests on, if it rests on single ones.
    pub fn records(&self) -> &[u32] {
        match self {
            Finding::AboveWhole { records, .. } => records,
            Finding::TurnedShare { record }
            | Finding::TurnedDates { record }
            | Finding::HeldIsNoEntity { record }
            | Finding::OwnsBeforeExisting { record, .. }
            | Finding::ServesBeforeExisting { record, .. }
            | Finding::HeldBeforeExisting { record, .. }
            | Finding::HoldsAfterEnd { record, .. }
            | Finding::HeldAfterEnd { record, .. }
            | Finding::Undated { record }
            | Finding::MayBeIndirect { record } => std::slice::from_ref(record),
            _ => &[],
        }
    }
}
