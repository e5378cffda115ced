//! The order of the agenda equals that of a plain ordered map.

use kernel::{Agenda, Key, KindRank};
use proptest::prelude::*;
use std::{collections::BTreeMap, iter};
use units::Time;

#[derive(Clone, Debug)]
enum Step {
    Schedule { delay: i64, kind: u16 },
    Cancel { which: usize },
    Next,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let delay = prop_oneof![
        4 => Just(0_i64),
        3 => 0_i64..5,
        2 => 0_i64..1_000_000,
        1 => Just(-1_i64),
    ];
    let step = prop_oneof![
        6 => (delay, 0_u16..6).prop_map(|(delay, kind)| Step::Schedule { delay, kind }),
        1 => any::<usize>().prop_map(|which| Step::Cancel { which }),
        4 => Just(Step::Next),
    ];
    prop::collection::vec(step, 1..200)
}

fn rank(kind: u16) -> KindRank {
    KindRank { phase: u8::try_from(kind / 2).expect("it is small"), kind }
}

/// The agenda, written as plainly as it can be.
#[derive(Default)]
struct Reference {
    now: i64,
    turn: Option<(u32, KindRank)>,
    events: BTreeMap<(i64, u32, KindRank, u64), u64>,
}

impl Reference {
    fn schedule(&mut self, at: i64, rank: KindRank, sequence: u64) -> bool {
        if at < self.now {
            return false;
        }
        let round = match self.turn {
            Some((round, turn)) if at == self.now && rank <= turn => round + 1,
            Some((round, _)) if at == self.now => round,
            _ => 0,
        };
        self.events.insert((at, round, rank, sequence), sequence);
        true
    }

    fn next_batch(&mut self) -> Vec<u64> {
        let Some((&(time, round, rank, _), _)) = self.events.first_key_value() else {
            return Vec::new();
        };
        self.now = time;
        self.turn = Some((round, rank));
        let mut batch = Vec::new();
        while let Some(entry) = self.events.first_entry() {
            let &(its_time, its_round, its_rank, _) = entry.key();
            if (its_time, its_round, its_rank) != (time, round, rank) {
                break;
            }
            batch.push(entry.remove());
        }
        batch
    }

    fn cancel(&mut self, sequence: u64) -> bool {
        let key = self.events.iter().find(|&(_, &event)| event == sequence).map(|(&key, _)| key);
        key.and_then(|key| self.events.remove(&key)).is_some()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_equals_a_reference_map(steps in steps()) {
        let start = 1_000_i64;
        let mut agenda: Agenda<u64> = Agenda::new(Time(start));
        let mut reference = Reference { now: start, ..Reference::default() };
        let mut keys: Vec<(Key, u64)> = Vec::new();
        let mut last = None;
        for (sequence, step) in (0_u64..).zip(steps) {
            match step {
                Step::Schedule { delay, kind } => {
                    let at = reference.now + delay;
                    let key = agenda.schedule(Time(at), rank(kind), sequence, sequence);
                    prop_assert_eq!(key.is_ok(), reference.schedule(at, rank(kind), sequence));
                    keys.extend(key.ok().map(|key| (key, sequence)));
                },
                Step::Cancel { which } => {
                    if let Some(&(key, event)) = keys.get(which % keys.len().max(1)) {
                        prop_assert_eq!(agenda.cancel(key), reference.cancel(event));
                    }
                },
                Step::Next => {
                    agenda.next_batch(Time(i64::MAX));
                    let happened: Vec<(Key, u64)> = iter::from_fn(|| agenda.take()).collect();
                    for &(key, event) in &happened {
                        prop_assert!(Some(key) > last, "the key strictly increases");
                        prop_assert!(keys.contains(&(key, event)), "it is where it was scheduled");
                        last = Some(key);
                    }
                    let happened: Vec<u64> = happened.into_iter().map(|(_, event)| event).collect();
                    prop_assert_eq!(happened, reference.next_batch());
                },
            }
            prop_assert_eq!(agenda.pending(), reference.events.len());
        }
    }

    #[test]
    fn nothing_past_the_horizon_happens(delays in prop::collection::vec(0_i64..100, 1..50)) {
        let mut agenda: Agenda<i64> = Agenda::new(Time(0));
        for (sequence, &delay) in (0_u64..).zip(&delays) {
            agenda.schedule(Time(delay), rank(0), sequence, delay).expect("it is not past");
        }
        let mut happened = 0;
        while agenda.next_batch(Time(50)) {
            happened += iter::from_fn(|| agenda.take()).filter(|&(_, at)| at <= 50).count();
        }
        prop_assert_eq!(happened, delays.iter().filter(|&&delay| delay <= 50).count());
        prop_assert_eq!(agenda.pending(), delays.len() - happened);
    }
}
