//! Frames: what a log is cut into, each under a checksum and chained to all before it.
//!
//! ```text
//! kind u8 │ facts u32 │ length u32 │ stored u32 │ crc32c u32 │ chain 32 bytes │ stored bytes
//! ```
//!
//! Numbers are little-endian. The stored bytes are the content, `length` bytes, under zstd. The
//! checksum is over all numbers before it and the stored bytes; the chain is the BLAKE3 hash of
//! the chain before, those numbers and the stored bytes.

use crate::{Digest, Header, LogError, foreign};

const MAGIC: [u8; 4] = *b"DLVR";
pub(crate) const CONTENT_MAX: u32 = 16 << 20;
const LEVEL: i32 = 1;

/// Most facts of a frame.
pub(crate) const FACTS_MAX: u32 = 8_192;

/// What a frame holds, in the order of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Header,
    Genesis,
    Records,
    /// Part of a run between two events.
    Checkpoint,
    Seal,
}

impl Kind {
    const ALL: [(u8, Self); 5] = [
        (1, Self::Header),
        (2, Self::Genesis),
        (3, Self::Records),
        (4, Self::Seal),
        (5, Self::Checkpoint),
    ];

    fn byte(self) -> u8 {
        match self {
            Self::Header => 1,
            Self::Genesis => 2,
            Self::Records => 3,
            Self::Seal => 4,
            Self::Checkpoint => 5,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find_map(|(known, kind)| (known == byte).then_some(kind))
    }
}

/// Begins a log; returns the start of its chain.
pub(crate) fn begin(out: &mut Vec<u8>) -> Digest {
    out.extend(MAGIC);
    out.extend(Header::SCHEMA.to_le_bytes());
    Digest::of(&[out])
}

/// Appends a frame; returns its chain.
///
/// # Panics
/// When the content is longer than any frame may be: a single fact of sixteen million bytes.
pub(crate) fn push(
    out: &mut Vec<u8>,
    chain: Digest,
    kind: Kind,
    facts: u32,
    content: &[u8],
) -> Digest {
    let length = u32::try_from(content.len()).ok().filter(|length| *length <= CONTENT_MAX);
    let stored = zstd::bulk::compress(content, LEVEL).expect("memory can be compressed");
    let head = Head {
        kind,
        facts,
        length: length.expect("a fact fits a frame"),
        stored: u32::try_from(stored.len()).expect("compression hardly lengthens"),
    };
    let chain = head.link(chain, &stored);
    out.extend(head.bytes());
    out.extend(head.checksum(&stored).to_le_bytes());
    out.extend(chain.0);
    out.extend(stored);
    chain
}

/// A whole frame.
#[derive(Debug)]
pub(crate) struct Frame {
    /// What it holds.
    pub(crate) kind: Kind,
    /// How many facts; one for a header or a seal.
    pub(crate) facts: u32,
    /// What it holds, as bytes.
    pub(crate) content: Vec<u8>,
    /// Where it is.
    pub(crate) place: Place,
}

/// Where a frame is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    index: u64,
    offset: usize,
}

impl Place {
    /// The frame here is damaged.
    pub(crate) fn corrupt(self, what: &'static str) -> LogError {
        LogError::Corrupt { frame: self.index, offset: self.offset, what }
    }
}

/// The frames of a log, one after the other.
#[derive(Debug)]
pub(crate) struct Frames<'a> {
    rest: &'a [u8],
    place: Place,
    chain: Digest,
    last: Option<Kind>,
}

/// The end of a whole frame: what a further frame can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// Number of bytes up to it.
    pub(crate) offset: usize,
    /// Number of frames up to it.
    pub(crate) frames: u64,
    /// Chain of all frames up to it.
    pub(crate) chain: Digest,
}

impl<'a> Frames<'a> {
    /// Opens a log.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, LogError> {
        if bytes.is_empty() {
            return Err(LogError::Empty);
        }
        let torn = LogError::Torn { frame: 0, offset: 0 };
        let Some((magic, rest)) = bytes.split_first_chunk::<4>() else {
            let is_front = MAGIC.starts_with(bytes);
            return Err(if is_front { torn } else { LogError::Foreign(foreign::kind(bytes)) });
        };
        if *magic != MAGIC {
            return Err(LogError::Foreign(foreign::kind(bytes)));
        }
        let (version, rest) = rest.split_first_chunk::<4>().ok_or(torn)?;
        let found = u32::from_le_bytes(*version);
        if found != Header::SCHEMA {
            return Err(LogError::Version { found, known: Header::SCHEMA });
        }
        let place = Place { index: 0, offset: 8 };
        Ok(Self { rest, place, chain: Digest::of(&[magic, version]), last: None })
    }

    /// The next whole frame.
    ///
    /// # Errors
    /// When it is damaged, does not follow, or there is none and the log is not sealed.
    pub(crate) fn next(&mut self) -> Result<Frame, LogError> {
        let place = self.place;
        let mut rest = self.rest;
        let whole = Head::take(&mut rest).ok_or_else(|| self.torn())?;
        let (head, checksum, chain) = whole.map_err(|what| place.corrupt(what))?;
        let length = usize::try_from(head.stored).unwrap_or(usize::MAX);
        let (stored, rest) = rest.split_at_checked(length).ok_or_else(|| self.torn())?;
        if head.checksum(stored) != checksum {
            return Err(place.corrupt("its checksum is another"));
        }
        if head.link(self.chain, stored) != chain {
            return Err(LogError::Chain { frame: place.index, offset: place.offset });
        }
        let content = head.unpack(stored).map_err(|what| place.corrupt(what))?;
        if !follows(self.last, head.kind) {
            return Err(place.corrupt("it is not where a frame of its kind belongs"));
        }
        self.advance(&head, chain, rest);
        Ok(Frame { kind: head.kind, facts: head.facts, content, place })
    }

    fn advance(&mut self, head: &Head, chain: Digest, rest: &'a [u8]) {
        let taken = self.rest.len().saturating_sub(rest.len());
        let offset = self.place.offset.saturating_add(taken);
        self.place = Place { index: self.place.index.saturating_add(1), offset };
        self.rest = rest;
        self.chain = chain;
        self.last = Some(head.kind);
    }

    /// The end of the last frame that was taken.
    pub(crate) fn end(&self) -> End {
        End { offset: self.place.offset, frames: self.place.index, chain: self.chain }
    }

    /// Ends the log behind its seal.
    pub(crate) fn finish(&self) -> Result<(), LogError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.place.corrupt("it comes after the seal"))
        }
    }

    /// The log ends here.
    fn torn(&self) -> LogError {
        let Place { index, offset } = self.place;
        match (self.rest.is_empty(), self.last) {
            (true, Some(_)) => LogError::Unsealed { frame: index.saturating_sub(1) },
            (false, _) | (_, None) => LogError::Torn { frame: index, offset },
        }
    }
}

/// Whether a frame of `kind` may come after one of kind `last`.
fn follows(last: Option<Kind>, kind: Kind) -> bool {
    match last {
        None => kind == Kind::Header,
        Some(last) => kind > Kind::Header && kind >= last && last < Kind::Seal,
    }
}

struct Head {
    kind: Kind,
    facts: u32,
    length: u32,
    stored: u32,
}

impl Head {
    fn bytes(&self) -> Vec<u8> {
        let numbers = [self.facts, self.length, self.stored].map(u32::to_le_bytes);
        [&[self.kind.byte()], numbers.as_flattened()].concat()
    }

    /// Takes a head with its checksum and chain; none where there are too few bytes.
    fn take(rest: &mut &[u8]) -> Option<Result<(Self, u32, Digest), &'static str>> {
        let [kind] = cut(rest)?;
        let [facts, length, stored, checksum] =
            [cut(rest)?, cut(rest)?, cut(rest)?, cut(rest)?].map(u32::from_le_bytes);
        let chain = Digest(cut(rest)?);
        let Some(kind) = Kind::of(kind) else {
            return Some(Err("it is of no known kind"));
        };
        if facts > FACTS_MAX || length > CONTENT_MAX {
            return Some(Err("it claims to hold more than a frame may"));
        }
        Some(Ok((Self { kind, facts, length, stored }, checksum, chain)))
    }

    fn checksum(&self, stored: &[u8]) -> u32 {
        crc32c::crc32c_append(crc32c::crc32c(&self.bytes()), stored)
    }

    fn link(&self, chain: Digest, stored: &[u8]) -> Digest {
        Digest::of(&[&chain.0, &self.bytes(), stored])
    }

    fn unpack(&self, stored: &[u8]) -> Result<Vec<u8>, &'static str> {
        let length = usize::try_from(self.length).map_err(|_| "it is too long for this machine")?;
        match zstd::bulk::decompress(stored, length) {
            Ok(content) if content.len() == length => Ok(content),
            _ => Err("it does not unpack to its length"),
        }
    }
}

fn cut<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (front, back) = rest.split_first_chunk::<N>()?;
    *rest = back;
    Some(*front)
}
