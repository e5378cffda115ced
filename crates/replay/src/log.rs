//! Reading a log.

use crate::{
    Digest, Header, LogError, Seal, State,
    codec::{self, Malformed},
    frame::{End, Frame, Frames, Kind},
};
use facts::{Fact, FactId, Record};

/// A finished run, proven to be the one that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// What was run.
    pub header: Header,
    /// Facts that declare the world.
    pub genesis: Vec<Fact>,
    /// Facts of the run; the place of each is its id.
    pub records: Vec<Record>,
    /// How it ended.
    pub seal: Seal,
    /// Digest of the run.
    pub digest: Digest,
    /// Digest of the world it began with.
    pub genesis_digest: Digest,
    /// The run as it stood at the end, where it was kept to go on.
    pub checkpoint: Option<Vec<u8>>,
}

impl Log {
    /// Reads a log and proves it: every frame, the chain of all, and that the facts are as many,
    /// have the digests and lead to the final state that the seal says.
    ///
    /// # Errors
    /// Whatever is not as it was written, and where.
    pub fn read(bytes: &[u8]) -> Result<Self, LogError> {
        let mut parts = Parts::default();
        let (header, seal) = parts.gather(bytes)?;
        parts.prove(&seal)?;
        let Parts { genesis, records, checkpoint, .. } = parts;
        let digest = Digest::of_run(seal.genesis, seal.facts);
        let genesis_digest = seal.genesis;
        Ok(Self { header, genesis, records, seal, digest, genesis_digest, checkpoint })
    }

    /// The record with this id.
    pub fn record(&self, id: FactId) -> Option<&Record> {
        self.records.get(usize::try_from(id.0).ok()?)
    }
}

fn agree(what: &'static str, sealed: Digest, found: Digest) -> Result<(), LogError> {
    if sealed == found { Ok(()) } else { Err(LogError::Digest { what, sealed, found }) }
}

/// What was read so far.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) header: Option<Header>,
    pub(crate) genesis: Vec<Fact>,
    pub(crate) records: Vec<Record>,
    pub(crate) checkpoint: Option<Vec<u8>>,
    /// The end of the last frame that these are in.
    pub(crate) end: Option<End>,
}

impl Parts {
    /// Reads frames up to the seal; on an error keeps those before it.
    pub(crate) fn gather(&mut self, bytes: &[u8]) -> Result<(Header, Seal), LogError> {
        let mut frames = Frames::open(bytes)?;
        let first = frames.next()?;
        let header: Header = whole(&first, codec::take)?;
        if header.schema != Header::SCHEMA {
            return Err(LogError::Version { found: header.schema, known: Header::SCHEMA });
        }
        self.header = Some(header.clone());
        loop {
            self.end = Some(frames.end());
            let frame = frames.next()?;
            match frame.kind {
                Kind::Genesis => self.genesis.append(&mut many(&frame, take_genesis)?),
                Kind::Records => self.append_records(&frame)?,
                Kind::Checkpoint => {
                    self.checkpoint.get_or_insert_default().extend_from_slice(&frame.content);
                },
                Kind::Header | Kind::Seal => {
                    frames.finish()?;
                    return whole(&frame, codec::take).map(|seal| (header, seal));
                },
            }
        }
    }

    /// Proves that the facts are those that were sealed.
    pub(crate) fn prove(&self, seal: &Seal) -> Result<(), LogError> {
        let found = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        if seal.records != found {
            return Err(LogError::Count { sealed: seal.records, found });
        }
        agree("genesis", seal.genesis, Digest::of_genesis(&self.genesis))?;
        agree("facts", seal.facts, Digest::of_facts(&self.records))?;
        let found = State::of(&self.genesis, &self.records)?.digest();
        if seal.state == found {
            Ok(())
        } else {
            Err(LogError::State { sealed: seal.state, found })
        }
    }

    fn append_records(&mut self, frame: &Frame) -> Result<(), LogError> {
        let mut next = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        let mut previous = None;
        let mut records = many(frame, |bytes| {
            let record = codec::take_record(FactId(next), previous.as_ref(), bytes)?;
            next = next.saturating_add(1);
            previous = Some(record.stamp);
            Ok(record)
        })?;
        self.records.append(&mut records);
        Ok(())
    }
}

fn take_genesis(bytes: &mut &[u8]) -> Result<Fact, Malformed> {
    let fact = codec::take_fact(bytes)?;
    if fact.is_genesis() { Ok(fact) } else { Err(Malformed("it declares what is not genesis")) }
}

/// Everything in a frame.
fn many<T>(
    frame: &Frame,
    mut take: impl FnMut(&mut &[u8]) -> Result<T, Malformed>,
) -> Result<Vec<T>, LogError> {
    whole(frame, |bytes| (0..frame.facts).map(|_| take(bytes)).collect())
}

/// The one thing in a frame, with nothing after it.
fn whole<T>(
    frame: &Frame,
    take: impl FnOnce(&mut &[u8]) -> Result<T, Malformed>,
) -> Result<T, LogError> {
    let mut rest = frame.content.as_slice();
    let value = take(&mut rest).map_err(|Malformed(what)| frame.place.corrupt(what))?;
    if rest.is_empty() { Ok(value) } else { Err(frame.place.corrupt("it holds too much")) }
}

#[cfg(test)]
mod tests {
    use super::Log;
    use crate::{
        Digest, Header, LogError, Seal, SealReason, State, Writer, codec,
        frame::{self, Kind},
        sample,
    };
    use facts::{Fact, FactId, Record};
    use proptest::prelude::*;
    use serde::Serialize;

    fn small() -> Vec<Record> {
        sample::story(&[sample::mark(0, 50), sample::sale(2, 50, 2_000), sample::mark(0, 30)])
    }

    #[test]
    fn a_flipped_bit_anywhere_is_found() {
        let sealed = sample::log(&sample::world(), &small());
        assert!(Log::read(&sealed.bytes).is_ok());
        for bit in 0..sealed.bytes.len() * 8 {
            let mut bytes = sealed.bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Log::read(&bytes).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn every_truncation_is_empty_torn_or_ends_behind_a_frame() {
        let sealed = sample::log_with(1, &sample::world(), &small());
        let mut ends = Vec::new();
        for length in 0..sealed.bytes.len() {
            match Log::read(&sealed.bytes[..length]) {
                Err(LogError::Empty) => assert_eq!(length, 0),
                Err(LogError::Torn { offset, .. }) => assert!(offset < length || length <= 8),
                Err(LogError::Unsealed { frame }) => ends.push(frame),
                other => panic!("{length}: {other:?}"),
            }
        }
        // With one fact a frame: the header, genesis, the facts.
        let last = sample::world().len() + small().len();
        assert_eq!(ends, (0..=u64::try_from(last).expect("they are few")).collect::<Vec<_>>());
    }

    /// A log of these frames behind its header, whole by every checksum.
    fn forged(frames: &[(Kind, u32, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let chain = frame::begin(&mut bytes);
        let header = content(&sample::header());
        let chain = frame::push(&mut bytes, chain, Kind::Header, 1, &header);
        frames.iter().fold(chain, |chain, (kind, facts, content)| {
            frame::push(&mut bytes, chain, *kind, *facts, content)
        });
        bytes
    }

    fn content(value: &impl Serialize) -> Vec<u8> {
        let mut bytes = Vec::new();
        codec::put(value, &mut bytes);
        bytes
    }

    #[test]
    fn a_frame_of_another_run_does_not_follow() {
        let mut bytes = forged(&[]);
        let offset = bytes.len();
        frame::push(&mut bytes, Digest([7; 32]), Kind::Seal, 1, &[]);
        assert_eq!(Log::read(&bytes), Err(LogError::Chain { frame: 1, offset }));
    }

    #[test]
    fn frames_out_of_their_order_are_refused() {
        for frames in [[Kind::Header, Kind::Seal], [Kind::Records, Kind::Genesis]] {
            let bytes = forged(&frames.map(|kind| (kind, 0, [].as_slice())));
            assert!(matches!(Log::read(&bytes), Err(LogError::Corrupt { .. })));
        }
    }

    #[test]
    fn a_seal_of_other_facts_is_refused() {
        let log = Log::read(&sample::log(&[], &[]).bytes).expect("nobody touched it");
        let read = |seal: Seal| Log::read(&forged(&[(Kind::Seal, 1, &content(&seal))]));
        assert!(read(log.seal.clone()).is_ok());
        let counted = Seal { records: 1, ..log.seal.clone() };
        assert_eq!(read(counted), Err(LogError::Count { sealed: 1, found: 0 }));
        let facts = Seal { facts: Digest([7; 32]), ..log.seal.clone() };
        assert!(matches!(read(facts), Err(LogError::Digest { what: "facts", .. })));
        let genesis = Seal { genesis: Digest([7; 32]), ..log.seal };
        assert!(matches!(read(genesis), Err(LogError::Digest { what: "genesis", .. })));
    }

    #[test]
    fn what_comes_after_the_seal_is_refused() {
        let mut bytes = sample::log(&sample::world(), &small()).bytes;
        bytes.push(0);
        assert!(matches!(Log::read(&bytes), Err(LogError::Corrupt { .. })));
    }

    #[test]
    fn another_format_or_file_is_told_from_a_damaged_one() {
        let mut bytes = sample::log(&[], &[]).bytes;
        let (known, found) = (Header::SCHEMA, Header::SCHEMA + 1);
        bytes[4..8].copy_from_slice(&found.to_le_bytes());
        assert_eq!(Log::read(&bytes), Err(LogError::Version { found, known }));
        for (other, kind) in [
            (b"PAR1 and more".as_slice(), "a Parquet file"),
            (b"PK\x03\x04\x14", "a zip archive"),
            (b"// An experiment.\nExperiment(", "a text"),
            (b"PA", "a text"),
            (&[0; 99], "zeros, which a disk leaves where it lost a file"),
            (&[1, 2, 3, 4, 200], "a file of another kind"),
        ] {
            assert_eq!(Log::read(other), Err(LogError::Foreign(kind)));
        }
    }

    #[test]
    fn a_balance_that_changed_without_a_fact_is_found() {
        let mut writer = Writer::new(sample::header());
        sample::tell(&mut writer, &sample::world(), &small());
        let early = State::of(&sample::world(), &[]).expect("it is small").digest();
        let sealed = writer.seal(SealReason::Horizon, 1, early);
        assert!(matches!(Log::read(&sealed.bytes), Err(LogError::State { .. })));
    }

    #[test]
    fn the_digest_grows_with_the_log_and_is_the_sealed_one() {
        let mut writer = Writer::new(sample::header());
        let empty = writer.digest();
        sample::tell(&mut writer, &sample::world(), &[]);
        let digest = writer.digest();
        assert_ne!(empty, digest);
        assert_eq!(sample::log(&sample::world(), &[]).digest, digest);
    }

    #[test]
    fn many_facts_of_one_kind_take_few_bytes() {
        let marks = (0..20_000).map(|step| sample::mark(0, 1_000_000 + step % 97));
        let records = sample::story(&marks.collect::<Vec<Fact>>());
        let sealed = sample::log(&[], &records);
        assert!(sealed.bytes.len() < 20 * records.len(), "{}", sealed.bytes.len());
        assert_eq!(Log::read(&sealed.bytes).map(|log| log.records), Ok(records));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(records in sample::any_records(), facts_max in 1_u32..9) {
            let sealed = sample::log_with(facts_max, &sample::world(), &records);
            let log = Log::read(&sealed.bytes).expect("nobody touched it");
            prop_assert_eq!(log.header, sample::header());
            prop_assert_eq!(log.genesis, sample::world());
            prop_assert_eq!(&log.records, &records);
            prop_assert_eq!(log.digest, sealed.digest);
            prop_assert_eq!(log.seal.records, sealed.records);
        }

        #[test]
        fn the_digest_does_not_depend_on_the_frames(records in sample::any_records()) {
            let small = sample::log_with(3, &sample::world(), &records);
            let large = sample::log(&sample::world(), &records);
            prop_assert_eq!(small.digest, large.digest);
        }

        #[test]
        fn another_fact_is_another_digest(records in sample::any_records(), at in any::<usize>()) {
            let mut others = records.clone();
            others.truncate(at.checked_rem(records.len()).unwrap_or(0));
            let digest = |records| sample::log(&sample::world(), records).digest;
            prop_assert_eq!(digest(&records) == digest(&others), records == others);
        }

        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(Log::read(&bytes).is_err());
            let log = sample::log(&[], &[]).bytes;
            prop_assert!(Log::read(&[&log[..8], &bytes].concat()).is_err());
        }

        #[test]
        fn frames_of_anything_never_panic(
            facts in 0_u32..4,
            genesis in proptest::collection::vec(0_u8..12, 0..80),
            records in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let genesis = (Kind::Genesis, facts, genesis.as_slice());
            let sealed = Log::read(&sample::log(&[], &[]).bytes).expect("nobody touched it").seal;
            let seal = content(&sealed);
            for other in [Kind::Genesis, Kind::Records, Kind::Seal] {
                let other = (other, facts, records.as_slice());
                let read = Log::read(&forged(&[genesis, other, (Kind::Seal, 1, &seal)]));
                prop_assert!(read.is_err() || facts == 0);
            }
        }

        #[test]
        fn damage_never_panics(
            at in any::<usize>(),
            patch in proptest::collection::vec(any::<u8>(), 1..50),
        ) {
            let whole = sample::log(&sample::world(), &small()).bytes;
            let at = at % whole.len();
            let mut bytes = whole.clone();
            bytes.splice(at..(at + patch.len()).min(whole.len()), patch);
            prop_assert_eq!(Log::read(&bytes).is_ok(), bytes == whole);
        }
    }

    #[test]
    fn a_record_is_found_by_its_id() {
        let sealed = sample::log(&sample::world(), &small());
        let log = Log::read(&sealed.bytes).expect("nobody touched it");
        assert_eq!(log.record(FactId(1)).map(|record| record.id), Some(FactId(1)));
        assert_eq!(log.record(FactId(3)), None);
    }
}
