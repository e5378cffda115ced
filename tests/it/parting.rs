//! Two logs: whether they tell the same, and where they part.

use crate::cli::{code, folder, printed, said};
use std::fs;
use tests::delever;

const FIXTURE: &str = "fixtures/deleveraging/chitra_gap.ron";

/// Path of the log of an arm, in a folder of its own.
fn log(name: &str, experiment: &str, arm: &str) -> String {
    let out = folder(name).display().to_string();
    let output = delever(&["run", experiment, "--arm", arm, "--out", &out]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    let mut logs = fs::read_dir(&out).expect("it was made").filter_map(Result::ok);
    logs.next().expect("a log was written").path().display().to_string()
}

#[test]
fn a_log_tells_the_same_as_itself() {
    let path = log("parting-same", FIXTURE, "queue");
    let output = delever(&["replay", "diff", &path, &path]);
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    assert!(printed(&output).contains("They tell the same"), "{}", printed(&output));
}

#[test]
fn two_arms_part_where_their_rules_first_matter() {
    let paths = [log("parting-a", FIXTURE, "queue"), log("parting-b", FIXTURE, "pro rata")];
    let output = delever(&["replay", "diff", &paths[0], &paths[1]]);
    assert_eq!((code(&output), said(&output)), (Some(1), String::new()));
    let page = printed(&output).replace(&paths[0], "queue.dlv").replace(&paths[1], "pro-rata.dlv");
    // Digests have a snapshot of their own.
    let is_digest = |word: &str| word.len() == 16 && word.chars().all(|it| it.is_ascii_hexdigit());
    let plain = |line: &str| {
        let words = line.split(' ').map(|word| if is_digest(word) { "…" } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(page.lines().map(plain).collect::<Vec<_>>().join("\n"));
}

#[test]
fn logs_without_a_common_cause_are_read_on_where_they_part() {
    let out = folder("parting-seeds").display().to_string();
    let paths = ["1", "2"].map(|seed| {
        let experiment = "fixtures/fundamental/jump_diffusion.ron";
        let run = ["run", experiment, "--seed", seed, "--out", &out];
        let output = printed(&delever(&run));
        let path = output.lines().find_map(|line| line.strip_prefix("log "));
        path.expect("a log was written").to_owned()
    });
    let page = printed(&delever(&["replay", "diff", &paths[0], &paths[1]]));
    let lines = page.lines().filter_map(|line| line.trim().strip_prefix("what it goes on with: "));
    let proposals: Vec<&str> = lines.collect();
    assert_eq!(proposals.len(), 2, "{page}");
    assert!(!page.contains("replay explain"), "{page}");
    for line in proposals {
        let arguments = crate::readme::arguments(line).expect("a command of delever");
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = delever(&arguments);
        assert_eq!(code(&output), Some(0), "{line}: {}", said(&output));
        assert!(printed(&output).contains("FundamentalPriceSet("), "{}", printed(&output));
    }
}

#[test]
fn the_page_is_no_wider_than_it_may_be() {
    let paths = [log("parting-c", FIXTURE, "queue"), log("parting-d", FIXTURE, "pro rata")];
    let page = printed(&delever(&["replay", "diff", &paths[0], &paths[1]]));
    let page = page.replace(&paths[0], "a").replace(&paths[1], "b");
    assert_eq!(page.lines().find(|line| line.chars().count() > 100), None);
}

#[test]
fn a_rule_that_does_nothing_leaves_the_same_facts() {
    let fall = "levels: [(fall: \"99%\", within: \"1s\", pause: \"1s\")], scope: Instrument";
    let text = tests::text(FIXTURE).replace(
        "\"queue\": (),",
        &format!("\"queue\": (), \"idle\": (halt: [CircuitBreaker({fall})]),"),
    );
    let path = folder("parting-idle").join("idle.ron");
    fs::write(&path, text).expect("it can be written");
    let path = path.display().to_string();
    let paths = [log("parting-e", &path, "queue"), log("parting-f", &path, "idle")];
    let output = delever(&["replay", "diff", &paths[0], &paths[1]]);
    let page = printed(&output);
    assert_eq!(code(&output), Some(0), "{page}");
    assert!(page.contains("B  perp halt: CircuitBreaker("), "{page}");
    assert!(page.contains("They tell the same"), "{page}");
    assert!(!page.contains("Metrics, where they differ"), "{page}");
}

#[test]
fn what_is_no_log_is_not_compared() {
    let path = log("parting-wrong", FIXTURE, "queue");
    for (other, exit) in [("no/such.dlv", 66), (FIXTURE, 65), ("fixtures", 74)] {
        for paths in [[path.as_str(), other], [other, path.as_str()]] {
            let output = delever(&["replay", "diff", paths[0], paths[1]]);
            assert_eq!((code(&output), printed(&output)), (Some(exit), String::new()));
            assert!(said(&output).contains(other), "{}", said(&output));
        }
    }
}
