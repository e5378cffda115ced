//! Marks, halts, price lines.

use super::{
    measured,
    scene::{BTC, Scene},
};
use crate::price_lines;
use facts::{Halted, InstrumentId, Resumed};
use units::{Duration, Price, Ratio, Time};

fn halted(instrument: InstrumentId, until: i64) -> Halted {
    Halted {
        instrument,
        until: Time(until * Duration::SECOND.0),
        pause: Duration::SECOND,
        price: Price(90),
        reference: Price(100),
        fall: Ratio::PERCENT,
    }
}

#[test]
fn a_discount_is_positive_below_the_index_and_negative_above() {
    let mut scene = Scene::new();
    scene.mark(1, 105, 100);
    assert_eq!(measured(&scene.run(), "DeepestDiscount"), Ok(-0.05));
    scene.mark(2, 60, 80);
    scene.mark(3, 99, 100);
    assert_eq!(measured(&scene.run(), "DeepestDiscount"), Ok(0.25));
}

#[test]
fn overlapping_halts_count_once_and_instruments_add_up() {
    let mut scene = Scene::new();
    scene.at(100, halted(BTC, 160));
    scene.at(130, halted(BTC, 190));
    scene.at(150, halted(InstrumentId(1), 160));
    scene.at(160, Resumed { instrument: InstrumentId(1) });
    scene.at(190, Resumed { instrument: BTC });
    assert_eq!(measured(&scene.run(), "TimeHalted"), Ok(100.0));
}

#[test]
fn a_halt_that_never_resumes_ends_with_its_time_or_the_run() {
    let mut scene = Scene::new();
    scene.at(900, halted(BTC, 960));
    assert_eq!(measured(&scene.run(), "TimeHalted"), Ok(60.0));
    scene.at(950, halted(BTC, 5_000));
    assert_eq!(measured(&scene.run(), "TimeHalted"), Ok(100.0), "the horizon is at 1,000 s");
}

#[test]
fn a_price_line_is_short_and_keeps_the_extreme() {
    let mut scene = Scene::new();
    for second in 0..900 {
        scene.mark(second, if second == 437 { 70 } else { 100 }, 100);
    }
    let lines = price_lines(&scene.run());
    let [line] = lines.as_slice() else { panic!("one instrument") };
    assert_eq!(line.label, "venue of USDC/BTC");
    assert_eq!(line.points.len(), 60);
    assert_eq!(line.points.iter().filter(|price| price.0 == 70).count(), 1);
    assert_eq!((line.low, line.low_at), (Price(70), Time(437 * Duration::SECOND.0)));
    assert!((line.change(line.low) + 0.3).abs() < 1e-12);
}

#[test]
fn a_single_mark_is_a_line_of_one_point() {
    let mut scene = Scene::new();
    assert_eq!(price_lines(&scene.run()), []);
    scene.mark(5, 100, 100);
    let lines = price_lines(&scene.run());
    assert_eq!(lines.first().map(|line| line.points.clone()), Some(vec![Price(100)]));
}
