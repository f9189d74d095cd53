//! Total contamination (TR-7): *poison* in Anderson et al. (2018). Once claimed money is on an account, every later
//! debit and the balance count as touched, until the balance is zero. No ownership rule: it says how far to look,
//! inflates, and is never called proceeds.

mod one;

use hashbrown::HashMap;

use super::lot::{End, FIRST, Lot, Outcome, Step};
use super::method::{Method, TraceInput, Which};
use super::plan::{CLAIMED, Event, NONE, Part, Place, REVERSED, SALE};
use super::walk::end_of;

/// How far claimed money may have touched. Not proceeds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exposure;

impl Method for Exposure {
    fn id(&self) -> &'static str {
        "TR-7"
    }

    fn name(&self) -> &'static str {
        "exposure"
    }

    fn which(&self) -> Which {
        Which::Exposure
    }

    fn conserves(&self) -> bool {
        false
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        let mut outcome = Outcome {
            method: self.name(),
            ..Outcome::default()
        };
        for part in &input.reached().parts {
            Spread::new(input, part, &mut outcome).through();
        }
        outcome.lots.sort_unstable();
        outcome
    }
}

/// A claim that has touched a vertex.
#[derive(Clone, Copy)]
struct Touch {
    claim: u32,
    movement: u32,
    step: u32,
}

pub(super) struct Spread<'a> {
    input: &'a TraceInput<'a>,
    part: &'a Part,
    balances: Vec<i64>,
    /// Sorted by claim.
    touched: Vec<Vec<Touch>>,
    /// What had touched a movement that ended and is reversed later.
    sent: HashMap<u32, Vec<Touch>>,
    outcome: &'a mut Outcome,
}

impl<'a> Spread<'a> {
    pub(super) fn new(input: &'a TraceInput<'a>, part: &'a Part, outcome: &'a mut Outcome) -> Spread<'a> {
        Spread {
            input,
            part,
            balances: part.vertices.iter().map(|vertex| vertex.opening).collect(),
            touched: vec![Vec::new(); part.vertices.len()],
            sent: HashMap::new(),
            outcome,
        }
    }

    fn through(mut self) {
        for event in &self.part.events {
            self.event(event);
        }
        for (number, vertex) in self.part.vertices.iter().enumerate() {
            let end = vertex.place.held();
            for touch in &self.touched[number] {
                let amount = self.balances[number];
                self.outcome
                    .lots
                    .push(lot(*touch, end, amount, self.input.rules.explain));
            }
        }
    }

    fn event(&mut self, event: &Event) {
        let mut moved = Vec::new();
        let mut left = event.received;
        if event.payer != NONE {
            let payer = event.payer as usize;
            left = if event.is(SALE) {
                self.balances[payer]
            } else {
                event.paid
            };
            moved = self.touched[payer].clone();
            self.balances[payer] -= left;
            if self.balances[payer] < 0 && self.part.vertices[payer].as_needed {
                self.balances[payer] = 0;
            }
            if self.balances[payer] <= 0 {
                self.touched[payer].clear();
            }
        } else if event.reverses != NONE && event.payee != NONE {
            // Money comes back from where a touched account may have sent it.
            moved = self.sent.get(&event.reverses).cloned().unwrap_or_default();
        }
        if event.is(CLAIMED) {
            for claim in self.input.claims_on(event.movement) {
                let new = Touch {
                    claim: claim.claim,
                    movement: event.movement,
                    step: FIRST,
                };
                match moved.binary_search_by_key(&claim.claim, |touch| touch.claim) {
                    Ok(_) => {}
                    Err(place) => moved.insert(place, new),
                }
            }
        }
        if left == 0 && event.received == 0 {
            return;
        }
        for touch in &mut moved {
            let before = touch.step;
            touch.movement = event.movement;
            touch.step = self.step(Step {
                claim: touch.claim,
                movement: event.movement,
                before,
                left,
                arrived: event.received,
                claimed: event.received,
            });
        }
        self.arrive(event, &moved);
    }

    fn arrive(&mut self, event: &Event, moved: &[Touch]) {
        let explain = self.input.rules.explain;
        if event.payee == NONE {
            if event.is(REVERSED) && !moved.is_empty() {
                self.sent.insert(event.movement, moved.to_vec());
            }
            let end = end_of(self.input.book, event.movement);
            self.outcome.lots.extend(
                moved
                    .iter()
                    .map(|touch| lot(*touch, end, event.received, explain)),
            );
            return;
        }
        let payee = event.payee as usize;
        let fills = event.received.min((-self.balances[payee]).max(0));
        self.balances[payee] += event.received;
        if fills > 0
            && let Place::Account(account) = self.part.vertices[payee].place
        {
            let end = End::Overdraft(account);
            self.outcome
                .lots
                .extend(moved.iter().map(|touch| lot(*touch, end, fills, explain)));
        }
        if self.balances[payee] > 0 && event.received > 0 {
            for touch in moved {
                match self.touched[payee].binary_search_by_key(&touch.claim, |there| there.claim) {
                    Ok(place) => self.touched[payee][place] = *touch,
                    Err(place) => self.touched[payee].insert(place, *touch),
                }
            }
        }
    }

    fn step(&mut self, step: Step) -> u32 {
        if !self.input.rules.explain {
            return FIRST;
        }
        self.outcome.steps.push(step);
        self.outcome.steps.len() as u32 - 1
    }
}

fn lot(touch: Touch, end: End, amount: i64, explain: bool) -> Lot {
    Lot {
        claim: touch.claim,
        end,
        movement: touch.movement,
        step: (explain && touch.step != FIRST).then_some(touch.step),
        amount,
        claimed: amount,
    }
}
