//! The verb `export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Profile;

#[derive(Args, Debug)]
pub struct Export {
    /// Which format; several with commas between, or the option again
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        required = true,
        value_name = "FORMAT"
    )]
    pub to: Vec<ExportTo>,
    /// File, or folder for it; for several formats, and for parquet, a folder of their own that does not exist yet or holds
    /// an earlier export of this case. exports/ of the case where not given
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Who will read it
    #[arg(long, value_enum, default_value_t = Profile::Pseudonymous)]
    pub profile: Profile,
    /// Name of the release: the same name gives the same pseudonyms and signs again, another name others. Counted where not
    /// given
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
    /// With goaml: what the receiving unit asks for, by a built-in profile (generic, generic-4, nl, de) or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub country: Option<String>,
    /// Replace a file at the place although this case did not export it
    #[arg(long)]
    pub force: bool,
    /// With --profile full and --output: public key (age1…) of whoever will read it; may be given several times. Goes with
    /// --user and --reason, which the ledger keeps
    #[arg(long, value_name = "RECIPIENT")]
    pub encrypt_to: Vec<String>,
    /// With --encrypt-to: why names leave the case; for the ledger
    #[arg(long, value_name = "WHY")]
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportTo {
    /// FollowTheMoney entities, JSON lines: OpenAleph, Aleph, yente
    Ftm,
    /// i2 Analyst's Notebook
    Anx,
    /// Graph: Gephi, yEd, Cytoscape, igraph, NetworkX, Neo4j
    Graphml,
    /// Graph in time: Gephi
    Gexf,
    /// Spreadsheet: one sheet a table
    Xlsx,
    /// goAML report: a draft that was not filed
    Goaml,
    /// CASE/UCO, JSON-LD
    Case,
    /// Ownership and control: Beneficial Ownership Data Standard 0.4
    Bods,
    /// One Parquet file a table: DuckDB, Spark, pandas
    Parquet,
    /// Every format
    All,
}
