//! Against published fits and properties of the forms.

use super::*;
use crate::forecast::testing::AIRLINE;

fn all(season: usize) -> Choice<'static> {
    Choice { season, only: &[] }
}

#[test]
fn the_season_of_the_airline_multiplies_and_its_forecast_is_in_the_published_band() {
    let found = blend(&AIRLINE[..132], all(12));
    let first = found.forms()[0];
    assert_eq!(first.season, Some(Join::Product), "{}", first.letters());
    let ahead = found.fit(12).unwrap().ahead;
    let missed: f64 = ahead.iter().zip(&AIRLINE[132..]).map(|(f, y)| (f - y).abs()).sum();
    let wape = missed / AIRLINE[132..].iter().sum::<f64>();
    // AutoETS of two packages: .0424 and .0748 (their forms differ); seasonal naive .1005.
    assert!(wape < 0.075, "{wape}");
}

#[test]
fn noise_around_a_level_gets_no_trend_and_no_season() {
    let mut chance = crate::forecast::chance::Chance::new(11);
    let mut plain = 0;
    for _ in 0..40 {
        let noise: Vec<f64> = (0..60).map(|_| 100.0 + 5.0 * chance.normal()).collect();
        let form = blend(&noise, all(12)).forms()[0];
        if form.trend == Trend::None && form.season.is_none() {
            plain += 1;
        }
    }
    assert!(plain >= 32, "{plain} of 40");
}

#[test]
fn a_steady_climb_goes_on() {
    let values: Vec<f64> = (0..40).map(|t| 50.0 + 3.0 * f64::from(t)).collect();
    let ahead = blend(&values, all(1)).fit(4).unwrap().ahead;
    for (step, value) in ahead.iter().enumerate() {
        let due = 50.0 + 3.0 * (40.0 + count(step));
        assert!((value - due).abs() < 1.0, "{ahead:?}");
    }
}

#[test]
fn zeros_leave_only_forms_that_bear_them() {
    let values: Vec<f64> = (0..50).map(|t| f64::from(t % 5)).collect();
    let form = blend(&values, all(5)).forms()[0];
    assert_eq!((form.noise, form.season), (Noise::Sum, Some(Join::Sum)), "{}", form.letters());
}

#[test]
fn a_series_shorter_than_any_form_has_none() {
    assert!(blend(&[1.0, 2.0, 3.0], all(1)).fit(1).is_none());
    assert!(blend(&[0.0; 12], all(1)).fit(1).is_some());
}
