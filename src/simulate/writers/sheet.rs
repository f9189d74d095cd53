//! An account's lines with balances, as every statement writer needs them.

use crate::model::Date;
use crate::simulate::calendar;
use crate::simulate::movement::{CASH, Movement, MovementId};
use crate::simulate::random::{Draw, Purpose};
use crate::simulate::stream::Leg;
use crate::simulate::text;
use crate::simulate::world::World;

/// A booked line.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub movement: Movement,
    pub id: MovementId,
    /// Money came in.
    pub credit: bool,
    /// Balance behind the line, in hundredths.
    pub balance: i64,
}

/// What the bank knows of the other side.
pub struct Other<'a> {
    /// Empty for cash and for shops.
    pub name: String,
    /// Empty where the bank knows no account.
    pub iban: &'a str,
    pub bic: &'static str,
}

/// An account with everything that was booked on it.
pub struct Sheet<'a> {
    pub world: &'a World,
    pub account: u32,
    pub lines: Vec<Line>,
    /// Balance before the first line, in hundredths.
    pub opening: i64,
}

/// A statement's period.
pub struct Period<'s> {
    pub from: Date,
    pub to: Date,
    /// From 1, without gaps.
    pub number: u32,
    pub opening: i64,
    pub closing: i64,
    pub lines: &'s [Line],
}

impl<'a> Sheet<'a> {
    /// Puts balances to the legs of an account. The opening balance is raised where the movements need it, so that no
    /// account is overdrawn.
    pub fn new(world: &'a World, account: u32, legs: &[Leg]) -> Sheet<'a> {
        let base = match world.unit_of(account) {
            None => world.holdings[account as usize].opening_cents,
            Some(unit) => {
                Draw::new(world.seed, Purpose::Balance, u64::from(unit), 0).between(12_000, 260_000)
            }
        };
        let (mut sum, mut lowest) = (0i64, 0i64);
        for leg in legs {
            sum += signed(leg);
            lowest = lowest.min(sum);
        }
        let opening = base - lowest;
        let mut balance = opening;
        let lines = legs
            .iter()
            .map(|leg| {
                balance += signed(leg);
                Line {
                    movement: leg.movement,
                    id: leg.id,
                    credit: leg.credit,
                    balance,
                }
            })
            .collect();
        Sheet {
            world,
            account,
            lines,
            opening,
        }
    }

    /// The account's number.
    pub fn iban(&self) -> &'a str {
        self.world.iban(self.account)
    }

    /// The monthly statements, also those without a line.
    pub fn periods(&self) -> Vec<Period<'_>> {
        let start = self.world.start;
        let mut opening = self.opening;
        let mut at = 0;
        let opened = self.world.opened_within(self.account).unwrap_or(start);
        calendar::months(start, self.world.days)
            .into_iter()
            .filter(|(_, to)| *to >= opened)
            .enumerate()
            .map(|(number, (from, to))| {
                let end =
                    at + self.lines[at..].partition_point(|line| start.0 + line.movement.day as i32 <= to.0);
                let lines = &self.lines[at..end];
                let closing = lines.last().map_or(opening, |line| line.balance);
                let period = Period {
                    from,
                    to,
                    number: number as u32 + 1,
                    opening,
                    closing,
                    lines,
                };
                (at, opening) = (end, closing);
                period
            })
            .collect()
    }

    /// The day of a line.
    pub fn date(&self, line: &Line) -> Date {
        Date(self.world.start.0 + line.movement.day as i32)
    }

    /// The other side, as far as the bank knows it.
    pub fn other(&self, line: &Line) -> Other<'a> {
        let account = if line.credit {
            line.movement.payer
        } else {
            line.movement.payee
        };
        if account == CASH {
            return Other {
                name: String::new(),
                iban: "",
                bic: "",
            };
        }
        let name = self.world.name(account);
        if line.movement.kind.is_card() {
            return Other {
                name,
                iban: "",
                bic: "",
            };
        }
        Other {
            name,
            iban: self.world.iban(account),
            bic: self.world.bank(account).bic(),
        }
    }

    /// The text of a line.
    pub fn remittance(&self, line: &Line) -> String {
        text::remittance(self.world, &line.movement)
    }

    /// The name of the movement, which both banks carry as the payer's reference.
    pub fn reference(&self, line: &Line) -> String {
        text::id_text(self.world.start, line.id)
    }

    /// The bank's own reference of the line: at most 16 characters, different on every account.
    pub fn bank_reference(&self, line: &Line) -> String {
        let side = if line.credit { 1 } else { 2 };
        let mut draw = Draw::new(
            self.world.seed,
            Purpose::Reference,
            u64::from(self.account) << 32 | u64::from(line.id.day * 24 + line.id.hour),
            u64::from(line.id.number) << 2 | side,
        );
        format!("{:015X}", draw.bits() >> 4)
    }

    /// Number of the card that was used, `001` to `003`.
    pub fn card(&self) -> String {
        format!("{:03}", 1 + self.account % 3)
    }
}

fn signed(leg: &Leg) -> i64 {
    if leg.credit {
        leg.movement.cents
    } else {
        -leg.movement.cents
    }
}

/// `14:05:11` of a line.
pub fn time(line: &Line) -> String {
    let mut bytes = Vec::with_capacity(8);
    text::push_time(&mut bytes, line.movement.second);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `02-03-2025` of a day.
pub fn dutch_date(date: Date) -> String {
    let mut bytes = Vec::with_capacity(10);
    text::push_dutch_date(&mut bytes, date);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `1234.56` with the given decimal sign.
pub fn amount(cents: i64, sign: u8) -> String {
    let mut bytes = Vec::with_capacity(14);
    text::push_cents(&mut bytes, cents, sign);
    String::from_utf8_lossy(&bytes).into_owned()
}
