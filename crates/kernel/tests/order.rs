//! The order of the agenda equals that of a plain ordered map.

use kernel::{Agenda, Batch, Key, KindRank, Waiting};
use proptest::prelude::*;
use std::{collections::BTreeMap, iter};
use units::Time;

#[derive(Clone, Debug)]
enum Step {
    Schedule { delay: i64, kind: u16 },
    Cancel { which: usize },
    Next,
    Resume,
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
        6 => Just(Step::Next),
        1 => Just(Step::Resume),
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

    fn next(&mut self) -> Option<u64> {
        let ((time, round, rank, _), event) = self.events.pop_first()?;
        self.now = time;
        self.turn = Some((round, rank));
        Some(event)
    }

    fn cancel(&mut self, sequence: u64) -> bool {
        let key = self.events.iter().find(|&(_, &event)| event == sequence).map(|(&key, _)| key);
        key.and_then(|key| self.events.remove(&key)).is_some()
    }
}

/// Lets the next event of the lent batch that was not cancelled happen; gives the batch back when it is
/// over.
fn take<T: Copy>(agenda: &mut Agenda<T>, lent: &mut Option<Batch<T>>) -> Option<(Key, T)> {
    while let Some((key, payload)) = lent.as_mut()?.next().map(|(key, it)| (key, *it)) {
        if agenda.happens(key) {
            return Some((key, payload));
        }
    }
    lent.take().into_iter().for_each(|batch| agenda.give_back(batch));
    None
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_equals_a_reference_map(steps in steps()) {
        let start = 1_000_i64;
        let mut agenda: Agenda<u64> = Agenda::new(Time(start));
        let mut reference = Reference { now: start, ..Reference::default() };
        let mut keys: Vec<(Key, u64)> = Vec::new();
        let (mut last, mut lent) = (None, None);
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
                    let mut happened = None;
                    // What is left of a batch may all have been cancelled.
                    while happened.is_none() {
                        if lent.is_none() {
                            if !agenda.next_batch(Time(i64::MAX)) {
                                break;
                            }
                            let next = agenda.next();
                            prop_assert!(next > last, "the key strictly increases");
                            lent = Some(agenda.lend());
                        }
                        happened = take(&mut agenda, &mut lent);
                    }
                    prop_assert_eq!(happened.map(|(_, event)| event), reference.next());
                    if let Some((key, event)) = happened {
                        prop_assert!(Some(key) > last, "the key strictly increases");
                        prop_assert!(keys.contains(&(key, event)), "it is where it was scheduled");
                        last = Some(key);
                    }
                },
                Step::Resume => {
                    lent.take().into_iter().for_each(|batch| agenda.give_back(batch));
                    let waiting = agenda.waiting().into_iter();
                    let waiting: Vec<Waiting<u64>> =
                        waiting.map(|it| Waiting { key: it.key, payload: *it.payload }).collect();
                    keys.retain(|(key, _)| waiting.iter().any(|it| it.key == *key));
                    agenda = Agenda::resumed(agenda.progress(), waiting);
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
            let mut lent = Some(agenda.lend());
            let due = iter::from_fn(|| take(&mut agenda, &mut lent));
            happened += due.filter(|&(_, at)| at <= 50).count();
        }
        prop_assert_eq!(happened, delays.iter().filter(|&&delay| delay <= 50).count());
        prop_assert_eq!(agenda.pending(), delays.len() - happened);
    }
}
