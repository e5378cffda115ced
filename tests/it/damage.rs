//! Logs that are not whole: each kind of damage is told from the others, what is left is kept, and
//! nothing that was not written is ever read.

use crate::cli::{code, folder, printed, said};
use std::{fs, path::PathBuf, process::Output};
use tests::delever;

/// A log with several frames of facts, and a folder of its own to damage copies of it in.
struct Damaged {
    folder: PathBuf,
    whole: Vec<u8>,
}

impl Damaged {
    fn of(name: &str) -> Self {
        let folder = folder(name);
        let shown = folder.display().to_string();
        assert_eq!(code(&delever(&["new", "crash", "--dir", &shown])), Some(0));
        let path = format!("{shown}/crash.ron");
        let run = ["run", &path, "--arm", "pro rata, breaker", "--out", &shown];
        assert_eq!(code(&delever(&run)), Some(0));
        let whole = fs::read(folder.join("pro-rata-breaker-1.dlv")).expect("the log was written");
        Self { folder, whole }
    }

    /// Writes bytes to a file; returns its path.
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.join(name);
        fs::write(&path, bytes).expect("it can be written");
        path.display().to_string()
    }

    /// What `replay verify` does with these bytes.
    fn verified(&self, bytes: &[u8]) -> Output {
        delever(&["replay", "verify", &self.file("damaged.dlv", bytes)])
    }

    /// Where the frames end, as the numbers in front of each say.
    fn ends(&self) -> Vec<usize> {
        let number = |at: usize| {
            let bytes = self.whole[at..at + 4].try_into().expect("four bytes");
            usize::try_from(u32::from_le_bytes(bytes)).expect("a frame fits the memory")
        };
        // kind u8, facts u32, length u32, stored u32, crc32c u32, chain 32 bytes, stored bytes
        let mut ends = vec![8];
        while let Some(&end) = ends.last().filter(|end| **end < self.whole.len()) {
            ends.push(end + 49 + number(end + 9));
        }
        assert_eq!(ends.last(), Some(&self.whole.len()));
        ends
    }
}

#[test]
fn each_kind_of_damage_is_told_from_the_others() {
    let log = Damaged::of("kinds-of-damage");
    let ends = log.ends();
    assert!(ends.len() >= 7, "header, genesis, three frames of facts, seal: {ends:?}");
    let told = |bytes: &[u8], words: &[&str]| {
        let output = log.verified(bytes);
        let said = said(&output);
        assert_eq!((code(&output), printed(&output)), (Some(65), String::new()), "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
    };
    let known =
        ["experiment `crash`, arm `pro rata, breaker`, seed 1", "8 192 facts of the run, until"];
    let [of, until] = known;
    let keep = "replay recover";
    told(&[], &["the file is empty"]);
    told(&log.whole[..3], &["ends within frame 0", "it was cut"]);
    told(&log.whole[..ends[3] + 99], &["ends within frame 3", "it was cut", of, until, keep]);
    told(&log.whole[..ends[3]], &["ends behind frame 2, without a seal", of, until, keep]);
    told(&log.whole[..ends[2]], &["ends behind frame 1", of, "without a fact of the run"]);
    let mut flipped = log.whole.clone();
    flipped[ends[3] + 99] ^= 4;
    told(&flipped, &["frame 3", "is damaged", of, until, keep]);
    let swapped = [&log.whole[..ends[2]], &log.whole[ends[3]..ends[4]]].concat();
    told(&swapped, &["frame 2", "does not follow", of]);
    told(&[&log.whole[..], b"more"].concat(), &["frame 6", "damaged", of, keep]);
    let newer = [b"DLVR\xff\0\0\0", &log.whole[8..]].concat();
    told(&newer, &["format 255, newer than format"]);
    let older = [b"DLVR\0\0\0\0", &log.whole[8..]].concat();
    told(&older, &["format 0, older than format"]);
}

#[test]
fn files_of_other_kinds_are_named() {
    let log = Damaged::of("other-files");
    let experiment = fs::read(log.folder.join("crash.ron")).expect("it is there");
    for (bytes, kind) in [
        (b"PAR1\x15\x04\x15".as_slice(), "a Parquet file"),
        (b"PK\x03\x04\x14\0", "a zip archive"),
        (b"\x1f\x8b\x08", "compressed with gzip"),
        (&experiment, "a text"),
        (&[0; 64], "zeros"),
        (b"\xca\xfe\xba\xbe\0\0", "a file of another kind"),
    ] {
        for verb in [&["replay", "verify"][..], &["replay", "show"], &["replay", "recover"]] {
            let path = log.file("other", bytes);
            let mut arguments = [verb, &[&path]].concat();
            let out = log.folder.join("out.dlv").display().to_string();
            if verb.contains(&"recover") {
                arguments.extend(["--out", &out]);
            }
            let output = delever(&arguments);
            assert_eq!(code(&output), Some(65), "{}", said(&output));
            assert!(said(&output).contains(kind), "{}", said(&output));
        }
    }
    assert!(!log.folder.join("out.dlv").exists());
}

#[test]
fn what_is_recovered_is_a_front_of_the_story_and_says_so() {
    let log = Damaged::of("recovered");
    let ends = log.ends();
    let whole = log.file("whole.dlv", &log.whole);
    let story = printed(&delever(&["replay", "show", &whole]));
    for (name, cut) in [("one", ends[3]), ("two", ends[4] + 1), ("three", log.whole.len() - 1)] {
        let torn = log.file("torn.dlv", &log.whole[..cut]);
        let out = log.folder.join(format!("{name}.dlv")).display().to_string();
        let output = delever(&["replay", "recover", &torn, "--out", &out]);
        assert_eq!(code(&output), Some(0), "{}", said(&output));
        let shown = delever(&["replay", "show", &out]);
        let front = printed(&shown);
        assert!(story.starts_with(&front) && front.lines().count() >= 8_192, "{name}");
        for arguments in [
            &["replay", "show", &out, "--kind", "Halted"][..],
            &["replay", "explain", &out, "8191"],
            &["replay", "diff", &out, &whole],
        ] {
            let output = delever(arguments);
            assert!(said(&output).contains("was recovered: it ends at"), "{}", said(&output));
        }
        let output = delever(&["replay", "verify", &out]);
        assert_eq!((code(&output), printed(&output)), (Some(65), String::new()));
        assert!(said(&output).contains("was recovered"), "{}", said(&output));
        let again = delever(&["replay", "recover", &torn, "--out", &out]);
        assert_eq!(code(&again), Some(64), "nothing is overwritten: {}", said(&again));
    }
}

#[test]
fn a_whole_log_is_not_recovered() {
    let log = Damaged::of("nothing-to-recover");
    let (whole, out) = (log.file("whole.dlv", &log.whole), log.folder.join("out.dlv"));
    let output = delever(&["replay", "recover", &whole, "--out", &out.display().to_string()]);
    assert_eq!(code(&output), Some(64));
    assert!(said(&output).contains("is whole"), "{}", said(&output));
    assert!(!out.exists());
}

#[test]
fn a_cut_or_a_flipped_bit_anywhere_never_gives_what_was_not_written() {
    let log = Damaged::of("anywhere");
    let whole = replay::Log::read(&log.whole).expect("nobody touched it");
    let check = |bytes: &[u8]| {
        assert!(replay::Log::read(bytes).is_err());
        let Ok(salvaged) = replay::salvage(bytes) else { return };
        assert!(whole.genesis.starts_with(&salvaged.genesis));
        assert!(whole.records.starts_with(&salvaged.records));
        assert!(salvaged.lost.is_some());
    };
    let length = log.whole.len();
    for part in 0..60 {
        check(&log.whole[..length * part / 60]);
        let mut bytes = log.whole.clone();
        bytes[(length * part + 17) / 60] ^= 1 << (part % 8);
        check(&bytes);
    }
}
