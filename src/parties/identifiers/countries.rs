//! Countries by their codes (ISO 3166-1), and the codes that records use instead.

use std::sync::OnceLock;

/// Two letters and three letters of each country. Kosovo has the codes in use, ISO gives it none.
const CODES: &str = "\
    ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH \
    BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT \
    BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB \
    CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP \
    ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB \
    GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL \
    ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM \
    KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY \
    MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT \
    MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU \
    NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT \
    REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR \
    SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS \
    TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN \
    VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM XKXKX YEYEM YTMYT ZAZAF ZMZMB ZWZWE";

/// The two letters of a country from two or three letters in any case; nothing where there is none of the name.
pub fn alpha2(text: &str) -> Option<&'static str> {
    static BY_TWO: OnceLock<Vec<Option<&'static str>>> = OnceLock::new();
    let text = text.trim();
    let text = match text {
        _ if text.eq_ignore_ascii_case("EL") => "GR",
        _ if text.eq_ignore_ascii_case("UK") => "GB",
        _ => text,
    };
    let by_two = BY_TWO.get_or_init(|| {
        let mut table = vec![None; 26 * 26];
        for both in CODES.split(' ') {
            if let Some(place) = place_of(both) {
                table[place] = both.get(..2);
            }
        }
        table
    });
    match text.len() {
        2 => by_two[place_of(text)?],
        3 => CODES.split(' ').find_map(|both| {
            let (two, three) = both.split_at_checked(2)?;
            three.eq_ignore_ascii_case(text).then_some(two)
        }),
        _ => None,
    }
}

/// Where the first two letters stand in a table of all pairs.
pub fn place_of(text: &str) -> Option<usize> {
    let letter = |at: usize| {
        let byte = text.as_bytes().get(at)?.to_ascii_uppercase();
        byte.is_ascii_uppercase().then(|| usize::from(byte - b'A'))
    };
    Some(letter(0)? * 26 + letter(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_by_two_or_three_letters() {
        assert_eq!(alpha2("nld"), Some("NL"));
        assert_eq!(alpha2(" uk "), Some("GB"));
        assert_eq!(alpha2("EL"), Some("GR"));
        assert_eq!((alpha2("EN"), alpha2(""), alpha2("É")), (None, None, None));
        assert!(CODES.split(' ').all(|both| both.len() == 5));
    }
}
