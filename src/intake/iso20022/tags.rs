//! Names of the elements of ISO 20022.

use crate::intake::xml::{Name, local, names};

names! {
    /// An element that a reader looks at, by its local name in the schema.
    Tag:
    Document, BkToCstmrStmt, BkToCstmrAcctRpt, BkToCstmrDbtCdtNtfctn, Stmt, Rpt, Ntfctn,
    Id, ElctrncSeqNb, LglSeqNb, FrToDt, FrDt, ToDt, FrDtTm, ToDtTm, Acct, IBAN, Othr, Ccy, Nm, Ownr, Svcr, FinInstnId,
    BIC, BICFI, ClrSysMmbId, MmbId, Bal, Tp, CdOrPrtry, Cd, SubTp, Prtry, Amt, CdtDbtInd, Dt, DtTm,
    TxsSummry, TtlNtries, TtlCdtNtries, TtlDbtNtries, NbOfNtries, Sum,
    Ntry, NtryRef, RvslInd, Sts, BookgDt, ValDt, AcctSvcrRef, BkTxCd, Domn, Fmly, SubFmlyCd, AddtlNtryInf, NtryDtls,
    Btch, NbOfTxs, TxDtls, Refs, EndToEndId, MndtId, RltdPties, Dbtr, Cdtr, UltmtDbtr, UltmtCdtr, DbtrAcct, CdtrAcct,
    RltdAgts, DbtrAgt, CdtrAgt, Pty, Agt, PstlAdr, Ctry, CtryOfRes, OrgId, PrvtId, BICOrBEI, AnyBIC, LEI, Purp, RmtInf,
    Ustrd, Strd, CdtrRefInf, Ref, CdtrRef, AddtlRmtInf, RtrInf, Rsn, RtrRsn, AddtlInf, AddtlTxInf, AmtDtls, InstdAmt, CcyXchg, XchgRate,
    BBAN, PrtryAcct, PrtryId, NmAndAdr, CmbndId, CardTx, POI, TxCtgy, Tx, Indv,
    CstmrCdtTrfInitn, CstmrDrctDbtInitn, FIToFICstmrCdtTrf, PmtRtr, GrpHdr, MsgId, CreDtTm, CtrlSum, GrpRtr,
    TtlIntrBkSttlmAmt, TtlRtrdIntrBkSttlmAmt, PmtInf, PmtInfId, ReqdExctnDt, ReqdColltnDt, CdtTrfTxInf, DrctDbtTxInf,
    TxInf, PmtId, InstrId, UETR, TxId, TxAmt, EqvtAmt, CcyOfTrf, IntrBkSttlmAmt, IntrBkSttlmDt, ChrgBr, DrctDbtTx,
    CdtrSchmeId, MndtRltdInf, DrctDbtMndt, CdtTrfMndt, RtrId, OrgnlGrpInf, OrgnlMsgId, OrgnlInstrId, OrgnlEndToEndId,
    OrgnlTxId, OrgnlUETR, OrgnlIntrBkSttlmAmt, RtrdIntrBkSttlmAmt, RtrdInstdAmt, RtrRsnInf, AddtlRtrRsnInf, RtrChain,
    OrgnlTxRef, RfrdDocInf, RfrdDocNb, Nb, OthrId,
}

impl Name for Tag {
    const OTHER: Tag = Tag::Other;

    fn from_name(name: &str) -> Tag {
        // Most names are known as they are written.
        let tag = Tag::lookup(name);
        if tag != Tag::Other {
            return tag;
        }
        let local = local(name);
        // Version 1 of camt wrote its number behind the name of the message.
        let local = local.strip_suffix("V01").unwrap_or(local);
        match Tag::lookup(local) {
            // Every other name begins with a capital.
            Tag::Other if local.starts_with('p') => Tag::from_number(local),
            tag => tag,
        }
    }
}

impl Tag {
    /// The first versions of payment messages are named by their number: `pain.001.001.02`.
    fn from_number(local: &str) -> Tag {
        for (number, tag) in [
            ("pain.001.001.", Tag::CstmrCdtTrfInitn),
            ("pain.008.001.", Tag::CstmrDrctDbtInitn),
            ("pacs.008.001.", Tag::FIToFICstmrCdtTrf),
            ("pacs.004.001.", Tag::PmtRtr),
        ] {
            if local.starts_with(number) {
                return tag;
            }
        }
        Tag::Other
    }

    /// Whether the element is one of the three messages that hold statements.
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
