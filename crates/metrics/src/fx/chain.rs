//! One pot of foreign money from the sale to the conversion: what it was worth and what it fetched.
//!
//! Money enters at the rate of its day and forms a layer. Whatever leaves takes the oldest layers
//! first. The difference between what a layer was worth when it came and what it fetched is
//! realised; the difference to today's rate of what is still there is open. Nothing is made or lost:
//!
//! ```text
//! Σ entered × rate of its day + realised + open = Σ fetched + still there × today's rate
//! ```

use std::collections::VecDeque;

use argosy_kernel::Day;
use rust_decimal::Decimal;

/// Money of one day at its rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Layer {
    day: Day,
    amount: Decimal,
    rate: Decimal,
}

/// What leaving or offsetting brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Outcome {
    /// Foreign money taken out of layers.
    pub amount: Decimal,
    /// What it was worth when it came.
    pub carried: Decimal,
    /// What it fetched.
    pub fetched: Decimal,
    /// Money that left without having been seen coming; it is carried at what it fetched.
    pub unseen: Decimal,
    /// The day of the oldest layer that was touched.
    pub since: Option<Day>,
}

impl Outcome {
    /// The realised gain, negative for a loss.
    pub(crate) fn gain(&self) -> Decimal {
        self.fetched - self.carried
    }
}

/// Foreign money that is still to be converted, all of one sign.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Pot {
    layers: VecDeque<Layer>,
}

impl Pot {
    /// Money comes in (or, negative, is owed). What offsets money of the other sign settles it: the
    /// refund of an older sale realises the difference between the two days.
    pub(crate) fn enter(&mut self, day: Day, amount: Decimal, rate: Decimal) -> Outcome {
        let mut outcome = Outcome::default();
        let left = self.take(-amount, &mut outcome, &|taken| taken * rate);
        if !left.is_zero() {
            self.layers.push_back(Layer { day, amount: -left, rate });
        }
        outcome
    }

    /// Money leaves at a rate.
    pub(crate) fn leave(&mut self, amount: Decimal, rate: Decimal) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.unseen = self.take(amount, &mut outcome, &|taken| taken * rate);
        outcome
    }

    /// Money leaves for exactly `proceeds`; money never seen coming takes its share of them.
    pub(crate) fn leave_for(&mut self, amount: Decimal, proceeds: Decimal) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.unseen = self.take(amount, &mut outcome, &|_| Decimal::ZERO);
        outcome.fetched = if outcome.unseen.is_zero() {
            proceeds
        } else {
            (proceeds * outcome.amount).checked_div(amount).unwrap_or_default()
        };
        outcome
    }

    /// What is still there.
    pub(crate) fn amount(&self) -> Decimal {
        self.layers.iter().map(|layer| layer.amount).sum()
    }

    /// The gain that converting everything at `rate` would bring.
    pub(crate) fn open(&self, rate: Decimal) -> Decimal {
        self.layers.iter().map(|layer| layer.amount * (rate - layer.rate)).sum()
    }

    /// Takes `amount` out of layers of its sign, oldest first, and gives what was not there.
    fn take(
        &mut self,
        amount: Decimal,
        outcome: &mut Outcome,
        fetched: &dyn Fn(Decimal) -> Decimal,
    ) -> Decimal {
        let mut left = amount;
        while !left.is_zero() {
            let Some(layer) = self.layers.front_mut() else { break };
            if layer.amount.is_sign_negative() != left.is_sign_negative() {
                break;
            }
            let taken = if layer.amount.abs() <= left.abs() { layer.amount } else { left };
            outcome.since = outcome.since.or(Some(layer.day));
            outcome.amount += taken;
            outcome.carried += taken * layer.rate;
            outcome.fetched += fetched(taken);
            layer.amount -= taken;
            left -= taken;
            if layer.amount.is_zero() {
                self.layers.pop_front();
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_sale_that_falls_until_the_payout_is_a_loss_and_the_rest_stays_open() {
        let mut pot = Pot::default();
        // 100 dollars at 0.90, 100 at 0.88; 150 are paid out at 0.85.
        pot.enter(day("2026-06-01"), dec("100"), dec("0.90"));
        pot.enter(day("2026-06-08"), dec("100"), dec("0.88"));
        let paid = pot.leave(dec("150"), dec("0.85"));
        // 100 × (0.85 − 0.90) + 50 × (0.85 − 0.88) = −5 − 1.50.
        assert_eq!((paid.gain(), paid.since), (dec("-6.50"), Some(day("2026-06-01"))));
        // The 50 still there at 0.92: 50 × (0.92 − 0.88).
        assert_eq!((pot.amount(), pot.open(dec("0.92"))), (dec("50"), dec("2.00")));
    }

    #[test]
    fn a_refund_settles_the_older_sale_at_its_own_day() {
        let mut pot = Pot::default();
        pot.enter(day("2026-06-01"), dec("100"), dec("0.90"));
        let refund = pot.enter(day("2026-06-20"), dec("-30"), dec("0.80"));
        assert_eq!((refund.gain(), pot.amount()), (dec("-3.00"), dec("70")));
    }

    #[test]
    fn a_debt_is_paid_back_like_money_is_paid_out() {
        let mut pot = Pot::default();
        pot.enter(day("2026-06-01"), dec("-40"), dec("0.90"));
        // The channel charges the card 40 dollars at 0.95: two euro more than the debt was worth.
        assert_eq!(pot.leave(dec("-40"), dec("0.95")).gain(), dec("-2.00"));
        assert_eq!(pot.amount(), Decimal::ZERO);
    }

    #[test]
    fn a_bank_that_converts_pays_what_it_pays() {
        let mut pot = Pot::default();
        pot.enter(day("2026-06-01"), dec("100"), dec("0.90"));
        pot.enter(day("2026-06-02"), dec("100"), dec("0.91"));
        assert_eq!(pot.leave_for(dec("200"), dec("178.00")).gain(), dec("-3.00"));
    }

    #[test]
    fn money_never_seen_coming_brings_neither_gain_nor_loss() {
        let mut pot = Pot::default();
        pot.enter(day("2026-06-01"), dec("50"), dec("1.0"));
        let paid = pot.leave(dec("80"), dec("1.1"));
        assert_eq!((paid.gain(), paid.unseen), (dec("5.0"), dec("30")));
        pot.enter(day("2026-06-02"), dec("50"), dec("1.0"));
        let paid = pot.leave_for(dec("100"), dec("120"));
        assert_eq!((paid.gain(), paid.unseen), (dec("10"), dec("50")));
    }

    /// Numbers that look random and are the same on every machine.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % sides
        }

        fn amount(&mut self) -> Decimal {
            Decimal::new(i64::try_from(self.roll(2_000_000)).unwrap() - 800_000, 2)
        }

        fn rate(&mut self) -> Decimal {
            Decimal::new(i64::try_from(self.roll(90_000)).unwrap() + 50_000, 5)
        }
    }

    #[test]
    fn nothing_is_made_or_lost_in_any_chain_of_conversions() {
        for seed in 0..500 {
            let mut dice = Dice(seed);
            let mut pot = Pot::default();
            let (mut entered, mut gains, mut fetched) =
                (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
            let (mut came, mut went) = (Decimal::ZERO, Decimal::ZERO);
            for _ in 0..60 {
                let (amount, rate) = (dice.amount(), dice.rate());
                if dice.roll(3) > 0 {
                    came += amount;
                    entered += amount * rate;
                    gains += pot.enter(day("2026-06-01"), amount, rate).gain();
                } else {
                    let outcome = pot.leave(amount, rate);
                    went += outcome.amount;
                    assert_eq!(outcome.amount + outcome.unseen, amount);
                    fetched += outcome.fetched;
                    gains += outcome.gain();
                }
            }
            let today = dice.rate();
            assert_eq!(pot.amount(), came - went, "seed {seed}");
            assert_eq!(
                entered + gains + pot.open(today),
                fetched + pot.amount() * today,
                "seed {seed}"
            );
        }
    }
}
