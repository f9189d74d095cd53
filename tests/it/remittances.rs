//! Remittances.
