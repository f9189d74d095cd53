//! Numbering plans: country code, countries, shortest and longest number without it (fixed lines and mobiles), and the
//! digits that only a call at home begins with.
//!
//! ITU-T E.164 and the national plans it lists; lengths were set beside those that libphonenumber publishes.

use std::sync::OnceLock;

const PLANS: &str = "\
    1:US+AG+AI+AS+BB+BM+BS+CA+DM+DO+GD+GU+JM+KN+KY+LC+MP+MS+PR+SX+TC+TT+VC+VG+VI:10:10:1 7:RU+KZ:10:10:8 \
    20:EG:8:10:0 27:ZA:5:9:0 30:GR:10:10: 31:NL:9:11:0 32:BE:8:9:0 33:FR:9:9:0 34:ES:9:9: 36:HU:8:9:06 \
    39:IT+VA:6:12: 40:RO:6:9:0 41:CH:9:9:0 43:AT:4:13:0 44:GB+GG+IM+JE:9:10:0 45:DK:8:8: 46:SE:7:9:0 \
    47:NO+SJ:8:8: 48:PL:7:9: 49:DE:5:15:0 51:PE:8:9:0 52:MX:10:10: 53:CU:6:10:0 54:AR:10:11:0 55:BR:10:11:0 \
    56:CL:9:9: 57:CO:8:10:0 58:VE:10:10:0 60:MY:8:10:0 61:AU+CC+CX:9:9:0 62:ID:7:12:0 63:PH:6:10:0 \
    64:NZ:8:10:0 65:SG:8:8: 66:TH:8:9:0 81:JP:9:10:0 82:KR:5:10:0 84:VN:9:10:0 86:CN:7:11:0 90:TR:10:10:0 \
    91:IN:10:10:0 92:PK:9:10:0 93:AF:9:9:0 94:LK:9:9:0 95:MM:6:10:0 98:IR:6:10:0 211:SS:9:9:0 \
    212:MA+EH:9:9:0 213:DZ:8:9:0 216:TN:8:8: 218:LY:9:9:0 220:GM:7:9: 221:SN:9:9: 222:MR:8:8: 223:ML:8:8: \
    224:GN:8:9: 225:CI:10:10: 226:BF:8:8: 227:NE:8:8: 228:TG:8:8: 229:BJ:10:10: 230:MU:7:8: 231:LR:7:9:0 \
    232:SL:8:8:0 233:GH:9:9:0 234:NG:10:10:0 235:TD:8:8: 236:CF:8:8: 237:CM:9:9: 238:CV:7:7: 239:ST:7:7: \
    240:GQ:9:9: 241:GA:7:8: 242:CG:9:9: 243:CD:7:10:0 244:AO:9:9: 245:GW:9:9: 246:IO:7:7: 247:AC:5:5: \
    248:SC:7:7: 249:SD:9:9:0 250:RW:8:9:0 251:ET:9:9:0 252:SO:6:9:0 253:DJ:8:8: 254:KE:7:9:0 255:TZ:9:9:0 \
    256:UG:9:9:0 257:BI:8:8: 258:MZ:8:9: 260:ZM:9:9:0 261:MG:9:9:0 262:RE+YT:9:9:0 263:ZW:9:9:0 264:NA:8:9:0 \
    265:MW:7:9:0 266:LS:8:8: 267:BW:7:8: 268:SZ:8:8: 269:KM:7:7: 290:SH+TA:4:5: 291:ER:7:7:0 297:AW:7:7: \
    298:FO:6:6: 299:GL:6:6: 350:GI:8:8: 351:PT:9:9: 352:LU:4:11: 353:IE:7:10:0 354:IS:7:9: 355:AL:8:9:0 \
    356:MT:8:8: 357:CY:8:8: 358:FI+AX:5:10:0 359:BG:6:9:0 370:LT:8:8:0 371:LV:8:8: 372:EE:7:8: 373:MD:8:8:0 \
    374:AM:8:8:0 375:BY:9:9:8 376:AD:6:9: 377:MC:8:9:0 378:SM:8:10: 380:UA:9:9:0 381:RS:7:12:0 382:ME:8:8:0 \
    383:XK:8:12:0 385:HR:8:9:0 386:SI:8:8:0 387:BA:8:9:0 389:MK:8:8:0 420:CZ:9:9: 421:SK:6:9:0 423:LI:7:9:0 \
    500:FK:5:5: 501:BZ:7:7: 502:GT:8:8: 503:SV:8:8: 504:HN:8:8: 505:NI:8:8: 506:CR:8:8: 507:PA:7:8: \
    508:PM:6:9:0 509:HT:8:8: 590:GP+BL+MF:9:9:0 591:BO:8:8:0 592:GY:7:7: 593:EC:8:9:0 594:GF:9:9:0 \
    595:PY:7:9:0 596:MQ:9:9:0 597:SR:6:7: 598:UY:8:8:0 599:CW+BQ:7:8: 670:TL:7:8: 672:NF:6:6: 673:BN:7:7: \
    674:NR:7:7: 675:PG:7:8: 676:TO:5:7: 677:SB:5:7: 678:VU:5:7: 679:FJ:7:7: 680:PW:7:7: 681:WF:6:6: \
    682:CK:5:5: 683:NU:4:7: 685:WS:5:10: 686:KI:5:8:0 687:NC:6:6: 688:TV:5:7: 689:PF:8:8: 690:TK:4:7: \
    691:FM:7:7: 692:MH:7:7:1 850:KP:8:10:0 852:HK:8:8: 853:MO:8:8: 855:KH:8:9:0 856:LA:8:10:0 880:BD:6:10:0 \
    886:TW:8:9:0 960:MV:7:7: 961:LB:7:8:0 962:JO:8:9:0 963:SY:8:9:0 964:IQ:8:10:0 965:KW:8:8: 966:SA:9:9:0 \
    967:YE:7:9:0 968:OM:8:8: 970:PS:8:9:0 971:AE:8:9:0 972:IL:8:12:0 973:BH:8:8: 974:QA:8:8: 975:BT:7:8: \
    976:MN:8:10:0 977:NP:8:10:0 992:TJ:9:9: 993:TM:8:8:8 994:AZ:9:9:0 995:GE:9:9:0 996:KG:9:9:0 998:UZ:9:9:";

/// The numbers behind one country code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The country code.
    pub code: &'static str,
    /// ISO codes of the countries that use it, the main one first.
    pub countries: Vec<&'static str>,
    /// Digits of the shortest number.
    pub shortest: usize,
    /// Digits of the longest one.
    pub longest: usize,
    /// What a call at home begins with and a call from abroad does not.
    pub trunk: &'static str,
}

/// All plans, by country code as text.
pub fn plans() -> &'static [Plan] {
    static READ: OnceLock<Vec<Plan>> = OnceLock::new();
    READ.get_or_init(|| PLANS.split_whitespace().filter_map(parse).collect())
}

fn parse(line: &'static str) -> Option<Plan> {
    let mut parts = line.split(':');
    Some(Plan {
        code: parts.next()?,
        countries: parts.next()?.split('+').collect(),
        shortest: parts.next()?.parse().ok()?,
        longest: parts.next()?.parse().ok()?,
        trunk: parts.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_is_read_and_no_code_begins_another() {
        assert_eq!(plans().len(), PLANS.split_whitespace().count());
        for plan in plans() {
            assert!(
                plan.shortest <= plan.longest && plan.longest + plan.code.len() <= 15 + 2,
                "{plan:?}"
            );
            let same = plans()
                .iter()
                .filter(|other| other.code.starts_with(plan.code))
                .count();
            assert_eq!(same, 1, "{plan:?}");
        }
    }
}
