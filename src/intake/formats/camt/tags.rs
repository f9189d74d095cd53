//! Names of elements. A path of these is compared where names would be.

use std::sync::LazyLock;

macro_rules! tags {
    ($($name:ident),* $(,)?) => {
        /// An element that the reader looks at, by its local name in the schema.
        // The names are the schema's own.
        #[allow(clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Tag {
            /// Any element that is not looked at.
            Other,
            $($name,)*
        }

        impl Tag {
            /// From a name as written, with or without a prefix.
            pub fn from_name(name: &str) -> Tag {
                let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
                // Version 1 wrote its number behind the name of the message.
                let local = local.strip_suffix("V01").unwrap_or(local);
                BUCKETS[bucket(local)]
                    .iter()
                    .find(|(known, _)| *known == local)
                    .map_or(Tag::Other, |(_, tag)| *tag)
            }

            /// The elements with their names.
            const ALL: &[(&str, Tag)] = &[$((stringify!($name), Tag::$name)),*];
        }
    };
}

/// The names by [`bucket`]: every element of a file is looked up, so a comparison with each would be felt.
static BUCKETS: LazyLock<[Vec<(&'static str, Tag)>; 256]> = LazyLock::new(|| {
    let mut buckets = [const { Vec::new() }; 256];
    for (name, tag) in Tag::ALL {
        buckets[bucket(name)].push((*name, *tag));
    }
    buckets
});

fn bucket(name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0));
    (bytes.len() * 7 + at(0) * 31 + at(2) * 11 + at(bytes.len().saturating_sub(1)) * 3) & 255
}

tags! {
    Document, BkToCstmrStmt, BkToCstmrAcctRpt, BkToCstmrDbtCdtNtfctn, Stmt, Rpt, Ntfctn,
    Id, ElctrncSeqNb, LglSeqNb, FrToDt, FrDt, ToDt, FrDtTm, ToDtTm, Acct, IBAN, Othr, Ccy, Nm, Ownr, Svcr, FinInstnId,
    BIC, BICFI, ClrSysMmbId, MmbId, Bal, Tp, CdOrPrtry, Cd, SubTp, Prtry, Amt, CdtDbtInd, Dt, DtTm,
    TxsSummry, TtlNtries, TtlCdtNtries, TtlDbtNtries, NbOfNtries, Sum,
    Ntry, NtryRef, RvslInd, Sts, BookgDt, ValDt, AcctSvcrRef, BkTxCd, Domn, Fmly, SubFmlyCd, AddtlNtryInf, NtryDtls,
    Btch, NbOfTxs, TxDtls, Refs, EndToEndId, MndtId, RltdPties, Dbtr, Cdtr, UltmtDbtr, UltmtCdtr, DbtrAcct, CdtrAcct,
    RltdAgts, DbtrAgt, CdtrAgt, Pty, Agt, PstlAdr, Ctry, CtryOfRes, OrgId, PrvtId, BICOrBEI, AnyBIC, LEI, Purp, RmtInf,
    Ustrd, Strd, CdtrRefInf, Ref, CdtrRef, AddtlRmtInf, RtrInf, Rsn, RtrRsn, AddtlInf, AddtlTxInf, AmtDtls, InstdAmt,
    BBAN, PrtryAcct, PrtryId, NmAndAdr, CmbndId, CardTx, POI, TxCtgy, Tx, Indv,
}

impl Tag {
    /// Whether the element is one of the three messages.
    pub const fn is_message(self) -> bool {
        matches!(
            self,
            Tag::BkToCstmrStmt | Tag::BkToCstmrAcctRpt | Tag::BkToCstmrDbtCdtNtfctn
        )
    }

    /// Whether the element is a statement, a report or a notification.
    pub const fn is_statement(self) -> bool {
        matches!(self, Tag::Stmt | Tag::Rpt | Tag::Ntfctn)
    }

    /// How the schema calls it, for places in messages.
    pub const fn statement_name(self) -> &'static str {
        match self {
            Tag::Rpt => "Rpt",
            Tag::Ntfctn => "Ntfctn",
            _ => "Stmt",
        }
    }
}
