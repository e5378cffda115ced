//! Random numbers that are addressed, not consumed.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use units::math;

/// Words of the key stream between two decisions of one entity.
const WORDS_A_DECISION: u128 = 64;

/// Numbers one decision may draw before it would meet the next.
const DRAWS_A_DECISION: u32 = 32;

/// All randomness of a run.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The randomness of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The stream of a purpose. Purposes never share a number, whoever else draws.
    pub fn purpose(self, name: &str) -> Stream {
        let mut key = ChaCha8Rng::seed_from_u64(self.seed).get_seed();
        let length = u64::try_from(name.len()).expect("a name is short");
        let blocks = name.as_bytes().chunks(32).map(block).chain([block(&length.to_le_bytes())]);
        for block in blocks {
            for (byte, other) in key.iter_mut().zip(block) {
                *byte ^= other;
            }
            ChaCha8Rng::from_seed(key).fill_bytes(&mut key);
        }
        Stream { key }
    }
}

fn block(bytes: &[u8]) -> [u8; 32] {
    let mut block = [0; 32];
    for (byte, other) in block.iter_mut().zip(bytes) {
        *byte = *other;
    }
    block
}

/// The random numbers of one purpose.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    key: [u8; 32],
}

impl Stream {
    /// The numbers of one decision of one entity: the same however often and in whatever order they
    /// are asked for.
    pub fn draw(&self, entity: u64, decision: u64) -> Draw {
        let mut generator = ChaCha8Rng::from_seed(self.key);
        generator.set_stream(entity);
        generator.set_word_pos(u128::from(decision) * WORDS_A_DECISION);
        Draw { generator, left: DRAWS_A_DECISION }
    }
}

/// The random numbers of one decision: at most 32.
#[derive(Clone, Debug)]
pub struct Draw {
    generator: ChaCha8Rng,
    left: u32,
}

impl Draw {
    /// The next 64 random bits.
    ///
    /// # Panics
    /// At the thirty-third: it would be the first number of the next decision.
    pub fn bits(&mut self) -> u64 {
        self.left = self.left.checked_sub(1).expect("a decision draws at most 32 numbers");
        self.generator.next_u64()
    }

    /// Uniform in (0, 1).
    pub fn uniform(&mut self) -> f64 {
        math::uniform(self.bits())
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        let (first, second) = (self.uniform(), self.uniform());
        math::normal(first, second)
    }
}

#[cfg(test)]
mod tests {
    use super::Streams;

    #[test]
    fn no_draw_moves_when_another_consumer_appears() {
        let streams = Streams::new(7);
        let alone = streams.purpose("oracle").draw(3, 9).bits();
        let other = streams.purpose("traders").draw(3, 9).bits();
        let again = streams.purpose("oracle").draw(3, 9).bits();
        assert_eq!(alone, again);
        assert_ne!(alone, other);
    }

    #[test]
    fn every_part_of_the_address_matters() {
        let bits = |seed, purpose: &str, entity, decision| {
            Streams::new(seed).purpose(purpose).draw(entity, decision).bits()
        };
        let base = bits(1, "a", 1, 1);
        for other in
            [bits(2, "a", 1, 1), bits(1, "b", 1, 1), bits(1, "a", 2, 1), bits(1, "a", 1, 2)]
        {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_decision_never_draws_from_the_next() {
        let stream = Streams::new(1).purpose("a");
        let mut first = stream.draw(1, 0);
        let next = stream.draw(1, 1).bits();
        assert!((0..32).all(|_| first.bits() != next));
        assert!(std::panic::catch_unwind(move || first.bits()).is_err());
    }

    #[test]
    fn purposes_that_share_a_beginning_are_apart() {
        let streams = Streams::new(1);
        let long = "x".repeat(32);
        let longer = format!("{long}\0");
        assert_ne!(
            streams.purpose(&long).draw(0, 0).bits(),
            streams.purpose(&longer).draw(0, 0).bits()
        );
    }
}
