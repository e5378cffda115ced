//! What is whole of a damaged log.

use crate::{
    Digest, Header, LogError, Seal, SealReason, Sealed, State, codec,
    frame::{self, End, Kind},
    log::Parts,
};
use facts::{Fact, Record};
use units::Time;

/// The whole frames of a log that may be torn or damaged, up to the first that is not.
///
/// They are chained, so they are what was written; whether the run held together to its end is not
/// known.
#[derive(Clone, Debug, PartialEq)]
pub struct Salvaged<'a> {
    /// What was run.
    pub header: Header,
    /// Facts that declare the world: all of them where there are any of the run.
    pub genesis: Vec<Fact>,
    /// Facts of the run, from the first without gaps.
    pub records: Vec<Record>,
    /// What is wrong with the log; none when it is whole.
    pub lost: Option<LogError>,
    bytes: &'a [u8],
    end: End,
}

/// What is whole of a log.
///
/// # Errors
/// When not even the header is.
pub fn salvage(bytes: &[u8]) -> Result<Salvaged<'_>, LogError> {
    let mut parts = Parts::default();
    let lost = parts.gather(bytes).and_then(|(_, seal)| parts.prove(&seal)).err();
    let Parts { header, genesis, records, end, .. } = parts;
    match (header, end) {
        (Some(header), Some(end)) => Ok(Salvaged { header, genesis, records, lost, bytes, end }),
        (None, _) | (_, None) => Err(lost.unwrap_or(LogError::Empty)),
    }
}

impl Salvaged<'_> {
    /// Number of whole frames with what was salvaged, the header among them.
    pub fn frames(&self) -> u64 {
        self.end.frames
    }

    /// When the last salvaged fact happened: up to then the story is whole, but for what followed at
    /// the same instant.
    pub fn until(&self) -> Option<Time> {
        self.records.last().map(|record| record.stamp.time)
    }

    /// A log of its own: the whole frames as they are, and a seal that says that they were recovered
    /// and from what. None when the log is whole, or no fact of the run was salvaged.
    ///
    /// # Errors
    /// When the facts lead to no state.
    pub fn sealed(&self) -> Result<Option<Sealed>, LogError> {
        let Some(lost) = self.lost.as_ref().filter(|_| !self.records.is_empty()) else {
            return Ok(None);
        };
        let seal = Seal {
            reason: SealReason::Recovered(lost.to_string()),
            records: u64::try_from(self.records.len()).unwrap_or(u64::MAX),
            pending: 0,
            facts: Digest::of_facts(&self.records),
            genesis: Digest::of_genesis(&self.genesis),
            state: State::of(&self.genesis, &self.records)?.digest(),
        };
        let mut content = Vec::new();
        codec::put(&seal, &mut content);
        let mut bytes = self.bytes.get(..self.end.offset).unwrap_or(self.bytes).to_vec();
        frame::push(&mut bytes, self.end.chain, Kind::Seal, 1, &content);
        let digest = Digest::of_run(seal.genesis, seal.facts);
        Ok(Some(Sealed { bytes, digest, records: seal.records }))
    }
}

#[cfg(test)]
mod tests {
    use super::salvage;
    use crate::{Log, LogError, SealReason, sample};
    use facts::Record;

    fn small() -> Vec<Record> {
        sample::story(&[sample::mark(0, 50), sample::sale(2, 50, 2_000), sample::mark(0, 30)])
    }

    /// What is salvaged was written, in this order; and sealed again, it says that it is no whole.
    fn check(bytes: &[u8], whole: &Log) {
        let Ok(salvaged) = salvage(bytes) else { return };
        assert!(whole.genesis.starts_with(&salvaged.genesis));
        assert!(whole.records.starts_with(&salvaged.records));
        assert!(salvaged.records.is_empty() || salvaged.genesis == whole.genesis);
        assert_eq!(salvaged.lost.clone().map(Err), Some(Log::read(bytes).map(|_| ())));
        assert_eq!(salvaged.until(), salvaged.records.last().map(|last| last.stamp.time));
        let sealed = salvaged.sealed().expect("a sample stays small");
        assert_eq!(sealed.is_some(), !salvaged.records.is_empty());
        let Some(sealed) = sealed else { return };
        let again = Log::read(&sealed.bytes).expect("it was sealed");
        assert!(matches!(again.seal.reason, SealReason::Recovered(_)));
        assert_eq!((again.genesis, again.records), (salvaged.genesis, salvaged.records));
        assert_eq!((again.header, again.digest), (salvaged.header, sealed.digest));
    }

    #[test]
    fn a_cut_anywhere_leaves_a_front_of_what_was_written() {
        for facts_max in [1, 2, 100] {
            let sealed = sample::log_with(facts_max, &sample::world(), &small());
            let whole = Log::read(&sealed.bytes).expect("nobody touched it");
            for length in 0..sealed.bytes.len() {
                check(&sealed.bytes[..length], &whole);
            }
        }
    }

    #[test]
    fn a_flipped_bit_anywhere_leaves_a_front_of_what_was_written() {
        let sealed = sample::log_with(5, &sample::world(), &small());
        let whole = Log::read(&sealed.bytes).expect("nobody touched it");
        for bit in 0..sealed.bytes.len() * 8 {
            let mut bytes = sealed.bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            check(&bytes, &whole);
        }
    }

    #[test]
    fn a_cut_within_a_frame_is_told_from_one_behind_it() {
        let sealed = sample::log_with(1, &sample::world(), &small());
        let last = sealed.bytes.len() - 1;
        let salvaged = salvage(&sealed.bytes[..last]).expect("the header is whole");
        assert_eq!(salvaged.records, small());
        let frames = salvaged.frames();
        let end = salvaged.end.offset;
        assert_eq!(salvaged.lost, Some(LogError::Torn { frame: frames, offset: end }));
        let behind = salvage(&sealed.bytes[..end]).expect("the header is whole");
        assert_eq!(behind.lost, Some(LogError::Unsealed { frame: frames - 1 }));
        assert_eq!(behind.records, small());
    }

    #[test]
    fn there_is_nothing_to_recover_of_a_whole_log_and_nothing_of_none() {
        let sealed = sample::log(&sample::world(), &small());
        let whole = salvage(&sealed.bytes).expect("nobody touched it");
        assert_eq!((&whole.lost, whole.sealed()), (&None, Ok(None)));
        assert_eq!(salvage(&[]), Err(LogError::Empty));
        let mut other = sealed.bytes.clone();
        other.push(0);
        let salvaged = salvage(&other).expect("the header is whole");
        assert!(matches!(salvaged.lost, Some(LogError::Corrupt { .. })));
        assert_eq!(salvaged.records, small());
    }
}
