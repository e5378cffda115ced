//! Digests of facts.

use crate::codec;
use facts::{Fact, Record, Stamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A BLAKE3 hash; prints as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of parts, one after the other.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The digest of genesis facts.
    pub(crate) fn of_genesis(genesis: &[Fact]) -> Self {
        let mut tally = Tally::default();
        for fact in genesis {
            tally.fact(fact);
        }
        tally.digest()
    }

    /// The digest of facts after genesis.
    pub(crate) fn of_facts(records: &[Record]) -> Self {
        let mut tally = Tally::default();
        for record in records {
            tally.record(record);
        }
        tally.digest()
    }

    /// The digest of a run, from those of its genesis and its facts.
    pub(crate) fn of_run(genesis: Self, facts: Self) -> Self {
        Self::of(&[&genesis.0, &facts.0])
    }

    /// Its first 16 hexadecimal digits: enough to tell runs apart by eye.
    pub fn short(&self) -> String {
        self.to_string().chars().take(16).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A digest that grows with facts, each in its canonical form: alone, as if nothing came before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    hasher: blake3::Hasher,
    /// Canonical forms that are not hashed yet: many at once take a fraction of the time.
    canonical: Vec<u8>,
    /// The stamp of the last record, and its event as it stands there: many may come from one.
    stamp: Option<Stamp>,
    event: Vec<u8>,
}

/// Bytes from which on canonical forms are hashed.
const ENOUGH: usize = 1 << 16;

impl Tally {
    /// Takes a fact without a stamp; returns its bytes.
    pub(crate) fn fact(&mut self, fact: &Fact) -> &[u8] {
        self.make_room();
        let from = self.canonical.len();
        codec::put_fact(fact, &mut self.canonical);
        &self.canonical[from..]
    }

    /// Takes a fact with its stamp and cause; returns the bytes of all but the stamp.
    pub(crate) fn record(&mut self, record: &Record) -> &[u8] {
        self.make_room();
        if self.stamp != Some(record.stamp) {
            self.stamp = Some(record.stamp);
            self.event.clear();
            codec::put_event(&record.stamp, None, &mut self.event);
        }
        self.canonical.extend_from_slice(&self.event);
        let from = self.canonical.len();
        codec::put_rest(record, &mut self.canonical);
        &self.canonical[from..]
    }

    /// Takes anything that serialises.
    pub(crate) fn entry(&mut self, entry: &impl Serialize) {
        self.make_room();
        codec::put(entry, &mut self.canonical);
    }

    /// The digest so far.
    pub(crate) fn digest(&self) -> Digest {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.canonical);
        Digest(hasher.finalize().into())
    }

    fn make_room(&mut self) {
        if self.canonical.len() >= ENOUGH {
            self.hasher.update(&self.canonical);
            self.canonical.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn the_short_form_begins_the_long_one() {
        let digest = Digest::of(&[b"facts"]);
        assert_eq!(digest.to_string().len(), 64);
        assert_eq!(digest.to_string().get(..16), Some(digest.short().as_str()));
    }
}
