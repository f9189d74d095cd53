//! `geldspoor trace` from the outside: statements as files, the command as people type it, the tables that it leaves. What
//! has to come out is worked out by hand from the document's figures and rules, not from the code.

mod again;
mod asked;
mod days;
mod given;
mod golden;
mod holes;
mod rules;
mod sql;
pub mod tools;
mod wrong;
