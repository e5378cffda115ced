//! Writing a log.

use crate::{
    Digest, Header, Log, Seal, SealReason, Sealed, codec,
    digest::Tally,
    frame::{self, CONTENT_MAX, FACTS_MAX, Kind},
};
use facts::{Fact, FactId, Record, Sink, Stamp};

/// Content from which a frame is closed, whatever the number of its facts.
const CONTENT_ENOUGH: usize = 1 << 20;

/// Takes facts as they happen and keeps them as a log in memory.
#[derive(Clone, Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    chain: Digest,
    facts_max: u32,
    open: Open,
    genesis: Tally,
    facts: Tally,
    records: u64,
}

/// The frame that facts go to.
#[derive(Clone, Debug)]
struct Open {
    kind: Kind,
    facts: u32,
    content: Vec<u8>,
    previous: Option<Stamp>,
}

impl Writer {
    /// A log of what the header says, without facts.
    ///
    /// # Panics
    /// When the header names another format than [`Header::SCHEMA`].
    pub fn new(header: Header) -> Self {
        Self::with_frames_of(FACTS_MAX, &header)
    }

    /// A log of what the header says that begins with the facts of another.
    ///
    /// # Panics
    /// When the header names another format than [`Header::SCHEMA`].
    pub fn continuing(header: Header, log: &Log) -> Self {
        let mut writer = Self::new(header);
        log.genesis.iter().for_each(|fact| writer.genesis(fact));
        log.records.iter().for_each(|record| writer.record(record));
        writer
    }

    pub(crate) fn with_frames_of(facts_max: u32, header: &Header) -> Self {
        assert_eq!(header.schema, Header::SCHEMA, "there is one format to write");
        assert!(facts_max <= FACTS_MAX, "a frame is small");
        let mut bytes = Vec::new();
        let chain = frame::begin(&mut bytes);
        let mut content = Vec::new();
        codec::put(header, &mut content);
        let chain = frame::push(&mut bytes, chain, Kind::Header, 1, &content);
        content.clear();
        Self {
            bytes,
            chain,
            facts_max,
            open: Open { kind: Kind::Genesis, facts: 0, content, previous: None },
            genesis: Tally::default(),
            facts: Tally::default(),
            records: 0,
        }
    }

    /// Digest of the run so far.
    pub fn digest(&self) -> Digest {
        Digest::of_run(self.genesis.digest(), self.facts.digest())
    }

    /// Number of facts after genesis so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Ends the log: why, with how many events left on the agenda, in which final
    /// [state](crate::State::digest_of).
    pub fn seal(mut self, reason: SealReason, pending: u64, state: Digest) -> Sealed {
        self.close();
        self.finish(reason, pending, state)
    }

    /// The log so far, with the run as it stands behind it: `pending` events are on the agenda, and
    /// the balances and legs are in this [state](crate::State::digest_of).
    pub fn checkpoint(&self, run: &[u8], pending: u64, state: Digest) -> Sealed {
        let mut kept = self.clone();
        kept.close();
        let longest = usize::try_from(CONTENT_MAX).unwrap_or(usize::MAX);
        for part in run.chunks(longest) {
            kept.chain = frame::push(&mut kept.bytes, kept.chain, Kind::Checkpoint, 0, part);
        }
        kept.finish(SealReason::Paused, pending, state)
    }

    fn finish(mut self, reason: SealReason, pending: u64, state: Digest) -> Sealed {
        let seal = Seal {
            reason,
            records: self.records,
            pending,
            facts: self.facts.digest(),
            genesis: self.genesis.digest(),
            state,
        };
        codec::put(&seal, &mut self.open.content);
        frame::push(&mut self.bytes, self.chain, Kind::Seal, 1, &self.open.content);
        let digest = Digest::of_run(seal.genesis, seal.facts);
        Sealed { bytes: self.bytes, digest, records: self.records }
    }

    /// Closes the open frame when it has enough.
    fn grow(&mut self) {
        self.open.facts = self.open.facts.saturating_add(1);
        if self.open.facts >= self.facts_max || self.open.content.len() >= CONTENT_ENOUGH {
            self.close();
        }
    }

    /// Closes the open frame, unless it is empty.
    fn close(&mut self) {
        let Open { kind, facts, content, previous } = &mut self.open;
        if *facts > 0 {
            self.chain = frame::push(&mut self.bytes, self.chain, *kind, *facts, content);
        }
        *facts = 0;
        content.clear();
        *previous = None;
    }
}

impl Sink for Writer {
    fn genesis(&mut self, fact: &Fact) {
        assert!(fact.is_genesis(), "only genesis facts declare the world");
        assert_eq!(self.open.kind, Kind::Genesis, "the world is declared before time starts");
        self.open.content.extend_from_slice(self.genesis.fact(fact));
        self.grow();
    }

    fn record(&mut self, record: &Record) {
        assert!(!record.fact.is_genesis(), "the world is declared before time starts");
        assert_eq!(record.id, FactId(self.records), "ids come without gaps");
        if self.open.kind == Kind::Genesis {
            self.close();
            self.open.kind = Kind::Records;
        }
        codec::put_event(&record.stamp, self.open.previous.as_ref(), &mut self.open.content);
        self.open.content.extend_from_slice(self.facts.record(record));
        self.open.previous = Some(record.stamp);
        self.records = self.records.saturating_add(1);
        self.grow();
    }
}
