//! Accounts in a table: what is read is what is written, and every mistake is shown in the table.

use crate::{
    Diagnostic, Includes, Loaded, load,
    trial::{METRICS, RIGHT, catalogue, files, shown},
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use units::Decimal;

/// The rule-book of the right experiment, and tables by path.
struct Tables(BTreeMap<String, Vec<u8>>);

impl Includes for Tables {
    fn read(&self, path: &str) -> Result<String, String> {
        files().read(path)
    }

    fn table(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

const HEADER: &str = "account,instrument,size,entry_price,collateral,margin\n";

/// A table that is right.
const TABLE: &str = "\
account,instrument,size,entry_price,collateral,margin
9,BTC,-32.5,62000,20000000,cross
10,ETH,7.125,3000.07,9000,isolated
9,ETH,1,3000,,cross
10,,,,12.5,cross
0xÆ é,BTC,0.0001,1,3,isolated
";

/// The right experiment with other whales.
fn with_whales(whales: &str) -> String {
    let start = RIGHT.find("        Accounts(").expect("there are accounts");
    let end = RIGHT.find("        Rest(").expect("there is a rest");
    format!("{}{whales},\n{}", &RIGHT[..start], &RIGHT[end..])
}

/// Whales of a table.
fn whales(fields: &str) -> String {
    with_whales(&format!(
        "Accounts(name: \"whales\", on: \"perp\", behaviour: Passive(), {fields})"
    ))
}

fn load_with(text: &str, tables: &[(&str, &[u8])]) -> Result<Loaded, Vec<Diagnostic>> {
    let tables = tables.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    load("episodes/trial.ron", text.as_bytes(), &Tables(tables), &catalogue(), &METRICS)
}

fn read(table: &[u8]) -> Result<Loaded, Vec<Diagnostic>> {
    load_with(&whales("file: \"book.csv\""), &[("episodes/book.csv", table)])
}

fn said(read: Result<Loaded, Vec<Diagnostic>>) -> String {
    match read {
        Ok(loaded) => shown(&loaded.warnings),
        Err(remarks) => shown(&remarks),
    }
}

fn mistaken(rows: &str) -> String {
    said(read(format!("{HEADER}{rows}").as_bytes()))
}

fn plan(loaded: &Loaded) -> String {
    format!("{:?}", loaded.experiment.plan("base", 11))
}

#[test]
fn ids_are_names_in_the_order_of_their_bytes() {
    let loaded = read(TABLE.as_bytes()).expect("it is right");
    let plan = loaded.experiment.plan("base", 1).expect("it can be planned");
    let whales = plan.groups.iter().find(|group| group.name == "whales").expect("it is there");
    insta::assert_debug_snapshot!(whales.accounts);
}

#[test]
fn the_order_of_rows_and_columns_changes_nothing_but_the_digest() {
    let whole = read(TABLE.as_bytes()).expect("it is right");
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut lines: Vec<Vec<String>> = TABLE.lines().map(cells).collect();
    lines[1..].reverse();
    for line in &mut lines {
        line.rotate_left(2);
    }
    let lines: Vec<String> = lines.iter().map(|cells| cells.join(",")).collect();
    let other = read(lines.join("\n").as_bytes()).expect("it is right");
    assert_eq!(plan(&other), plan(&whole));
    assert_ne!(other.experiment.normalised(), whole.experiment.normalised());
}

#[test]
fn the_canonical_text_names_the_table_and_what_it_holds() {
    let text = whales("file: \".././episodes//book.csv\"");
    let tables: [(&str, &[u8]); 1] = [("episodes/book.csv", TABLE.as_bytes())];
    let experiment = load_with(&text, &tables).expect("it is right").experiment;
    let digest = blake3::hash(TABLE.as_bytes());
    let line = format!("digest: \"{digest}\", file: \"../episodes/book.csv\", on: \"perp\"");
    let inline: String = experiment.normalised().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(inline.contains(&line), "{inline}");
    let again = load_with(experiment.normalised(), &tables).expect("it is right").experiment;
    assert_eq!(again.normalised(), experiment.normalised());
}

#[test]
fn two_tables_are_two_canonical_texts_in_arms_too() {
    let patch = |file: &str| {
        let makers = "traders: {\"makers\": Rest(";
        let whales = format!(
            "traders: {{\"whales\": Accounts(on: \"perp\", behaviour: Passive(), file: {file}), \"makers\": Rest("
        );
        RIGHT.replace(makers, &whales)
    };
    let normalised = |table: &str| {
        let loaded = load_with(&patch("\"book.csv\""), &[("episodes/book.csv", table.as_bytes())]);
        loaded.expect("it is right").experiment.normalised().to_owned()
    };
    let other = TABLE.replace("-32.5", "-32.6");
    assert_ne!(normalised(TABLE), normalised(&other));
    assert_eq!(normalised(TABLE), normalised(TABLE));
}

#[test]
fn a_patch_takes_another_table_and_the_base_keeps_its_own() {
    let text = whales("file: \"book.csv\"").replace(
        "traders: {\"makers\": Rest(",
        "traders: {\"whales\": (file: \"other.csv\"), \"makers\": Rest(",
    );
    let other = TABLE.replace("-32.5", "-32.6");
    let tables =
        [("episodes/book.csv", TABLE.as_bytes()), ("episodes/other.csv", other.as_bytes())];
    let experiment = load_with(&text, &tables).expect("it is right").experiment;
    let digests = [TABLE, &other].map(|table| blake3::hash(table.as_bytes()).to_string());
    let flat = experiment.normalised().split_whitespace().collect::<Vec<_>>().join(" ");
    let patch = format!("\"whales\": ( digest: \"{}\", file: \"other.csv\", )", digests[1]);
    assert!(flat.contains(&patch), "{flat}");
    for (arm, own) in [("base", 0), ("apart", 1)] {
        let resolved = experiment.resolved(arm).expect("the arm is there");
        assert!(resolved.contains(&digests[own]), "{resolved}");
        assert!(!resolved.contains(&digests[1 - own]), "{resolved}");
    }
    let listed = RIGHT.replace(
        "traders: {\"makers\": Rest(",
        "traders: {\"whales\": (file: \"book.csv\"), \"makers\": Rest(",
    );
    let experiment = load_with(&listed, &tables).expect("it is right").experiment;
    let resolved = experiment.resolved("apart").expect("the arm is there");
    assert!(!resolved.contains("accounts: ["), "a table takes their place: {resolved}");
}

#[test]
fn a_digest_that_is_given_must_be_that_of_the_table() {
    let digest = blake3::hash(TABLE.as_bytes());
    let text = whales(&format!("file: \"book.csv\", digest: \"{digest}\""));
    let of = |table: &[u8]| load_with(&text, &[("episodes/book.csv", table)]);
    assert_eq!(said(of(TABLE.as_bytes())), said(read(TABLE.as_bytes())));
    insta::assert_snapshot!(said(of(TABLE.replace("20000000", "20000001").as_bytes())));
}

#[test]
fn accounts_are_listed_or_in_a_table_and_not_both() {
    let tables: [(&str, &[u8]); 1] = [("episodes/book.csv", TABLE.as_bytes())];
    let all = [
        said(load_with(&whales("file: \"book.csv\", accounts: []"), &tables)),
        said(load_with(&whales("digest: \"00\""), &tables)),
        said(load_with(&whales("accounts: [], digest: \"00\""), &tables)),
        said(load_with(&whales("file: \"/etc/book.csv\""), &tables)),
        said(load_with(&whales("file: \"bok.csv\""), &tables)),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_header_names_each_column_once() {
    let all =
        ["", "account,instrument,size,entry,collateral,margin,size\n", "\"account\"\n", "a\r\n"]
            .map(|table| said(read(table.as_bytes())));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_table_is_plain_text() {
    let row = "9,BTC,-32.5,62000,20000000,cross\n";
    let all = [
        said(read(&[HEADER.as_bytes(), row.as_bytes(), b"\xff9,"].concat())),
        said(read(format!("\u{feff}{TABLE}").as_bytes())),
        mistaken(&format!(
            "{row}\n1\u{202e}0,,,,1,cross\n1\t1,,,,1,cross\n\"12\",,,,1,cross\n13,,,,1,cross\r\n1\u{200b}4,,,,1,cross\n"
        )),
        said(read(TABLE.replace('\n', "\r\n").as_bytes())),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn all_mistakes_of_a_table_are_told_at_once() {
    insta::assert_snapshot!(mistaken(
        "\
1,BTC,1.00001,62000.005,1.0000001,cross
2,BTC,1_000,62 000,1'000,cross
3,BTC,1,62,000,1000,cross
4,BTC,1,62000
5,,1,62000,100,cross
,BTC,1,62000,100,cross
 7 ,BTC,,,,cross
8,BTD,1,62000,100,cross
9,BTC,0,0,-5,isolated
10,BTC,+1,.5,1e3,Cross
11,BTC,1,62000,,isolated
12,,,,,cross
13,,,,5,isolated
14,BTC,99999999999999,99999999999999,99999999999999999999999999,
15,BTC,1,62000,NaN,cross
"
    ));
}

#[test]
fn rows_that_contradict_each_other_are_told() {
    insta::assert_snapshot!(mistaken(
        "\
1,BTC,1,62000,100,cross
1,BTC,2,62000,100,isolated
2,,,,1,cross
2,,,,1,cross
3,BTC,1,62000,100,cross
3,ETH,1,3000,100.01,cross
4,BTC,1,62000,,cross
4,ETH,1,3000,5,isolated
5,ETH,1,3000,7,cross
5,BTC,1,62000,,cross
5,,,,7.00,cross
6,BTC,1,62000,,cross
6,ETH,1,x,7,cross
"
    ));
}

#[test]
fn mistakes_beyond_a_thousand_are_not_told() {
    let remarks = read(format!("{HEADER}{}", "1,BTC,0,1,1,cross\n".repeat(5_000)).as_bytes());
    assert_eq!(remarks.expect_err("sizes are zero").len(), 1_000);
}

#[test]
fn accounts_of_a_table_that_are_not_balanced_need_somebody_who_takes_the_rest() {
    let text = whales("file: \"book.csv\"");
    let start = text.find("        Population(").expect("there are populations");
    let end = text.find("Accounts(").expect("there are accounts");
    let rest = text.find("        Rest(").expect("there is a rest");
    let arms = text.find("    ],\n    arms").expect("there are arms");
    let makers = text.find("            traders: {\"makers\"").expect("there is a patch");
    let after = text[makers..].find('\n').expect("lines end") + makers + 1;
    let alone = [&text[..start], &text[end..rest], &text[arms..makers], &text[after..]].concat();
    insta::assert_snapshot!(said(load_with(&alone, &[("episodes/book.csv", TABLE.as_bytes())])));
}

#[test]
fn an_account_of_a_table_that_is_not_there_is_told_with_the_nearest() {
    let rows: Vec<String> = (0..30).map(|id| format!("user-{id},,,,1,cross\n")).collect();
    let expecting = |account: &str| {
        let expect =
            format!("expect: {{\"base\": [Balance(account: {account:?}, is: \"1 USDC\")]}},");
        let text =
            whales("file: \"book.csv\"").replace("    metrics:", &format!("{expect}metrics:"));
        let table = format!("{HEADER}{}", rows.concat());
        said(load_with(&text, &[("episodes/book.csv", table.as_bytes())]))
    };
    assert_eq!(expecting("perp/whales/user-29"), "");
    let near = expecting("perp/whales/usr-29");
    assert!(near.contains("did you mean `user-29`? it has 30 accounts"), "{near}");
    let far = expecting("perp/whales/0xabc");
    assert!(far.contains("it has 30 accounts, the first is `user-0`"), "{far}");
}

/// An account of a random table.
#[derive(Clone, Debug)]
struct Person {
    cash: u64,
    /// Ticks of entry, lots, and margin where it is isolated, of each instrument.
    legs: BTreeMap<&'static str, (u64, i64, Option<u64>)>,
    is_everywhere: bool,
}

fn person() -> impl Strategy<Value = Person> {
    let leg = (1_u64..9_000_000, 1_i64..1_000_000, any::<bool>(), prop::option::of(0_u64..1 << 40));
    let leg = leg.prop_map(|(entry, lots, is_long, margin)| {
        (entry, if is_long { lots } else { -lots }, margin)
    });
    let legs = prop::collection::btree_map(prop::sample::select(vec!["BTC", "ETH"]), leg, 0..3);
    (0_u64..1 << 50, legs, any::<bool>()).prop_map(|(cash, legs, is_everywhere)| Person {
        cash,
        legs,
        is_everywhere,
    })
}

fn decimal(units: impl Into<i128>, decimals: i8) -> String {
    Decimal::new(units.into(), decimals).to_string()
}

/// Decimals of a lot.
fn lot(instrument: &str) -> i8 {
    if instrument == "BTC" { 4 } else { 3 }
}

fn rows(id: &str, person: &Person) -> Vec<String> {
    let cash = decimal(person.cash, 6);
    let is_cross = |leg: &(u64, i64, Option<u64>)| leg.2.is_none();
    let mut is_stated = !person.legs.values().any(is_cross);
    let mut rows: Vec<String> = Vec::new();
    if is_stated {
        rows.push(format!("{id},,,,{cash},cross"));
    }
    for (instrument, (entry, lots, margin)) in &person.legs {
        let (collateral, kind) = match margin {
            Some(margin) => (decimal(*margin, 6), "isolated"),
            None if is_stated && !person.is_everywhere => (String::new(), "cross"),
            None => (cash.clone(), "cross"),
        };
        is_stated |= kind == "cross";
        let (size, entry) = (decimal(*lots, lot(instrument)), decimal(*entry, 2));
        rows.push(format!("{id},{instrument},{size},{entry},{collateral},{kind}"));
    }
    rows
}

fn explicit(id: &str, person: &Person) -> String {
    let leg = |(instrument, (entry, lots, margin)): (&&str, &(u64, i64, Option<u64>))| {
        let margin = margin.map_or_else(
            || "Cross".to_owned(),
            |margin| format!("Isolated(\"{} USDC\")", decimal(margin, 6)),
        );
        let (size, entry) = (decimal(*lots, lot(instrument)), decimal(*entry, 2));
        format!("{instrument:?}: Leg(size: \"{size}\", entry: \"{entry}\", margin: {margin})")
    };
    let legs: Vec<String> = person.legs.iter().map(leg).collect();
    let (cash, legs) = (decimal(person.cash, 6), legs.join(", "));
    format!("Account(name: {id:?}, collateral: \"{cash} USDC\", legs: {{{legs}}})")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_plans_the_market_that_the_same_accounts_plan_one_by_one(
        people in prop::collection::btree_map("[!#-+./-~é]{1,8}", person(), 0..12),
        order in any::<u64>(),
    ) {
        let listed: Vec<String> = people.iter().map(|(id, it)| explicit(id, it)).collect();
        let mut rows: Vec<String> = people.iter().flat_map(|(id, it)| rows(id, it)).collect();
        rows.sort_by_cached_key(|row| blake3::hash(format!("{order}{row}").as_bytes()).to_string());
        let table = format!("{HEADER}{}\n", rows.join("\n"));
        let listed = load_with(&whales(&format!("accounts: [{}]", listed.join(", "))), &[]);
        let read = read(table.as_bytes()).map_err(|remarks| {
            TestCaseError::fail(shown(&remarks))
        })?;
        prop_assert_eq!(plan(&read), plan(&listed.expect("it is right")));
    }

    #[test]
    fn reading_a_table_never_panics(
        at in 0..TABLE.len(),
        length in 0_usize..40,
        put in prop::collection::vec(prop::sample::select(b"0159.-,\n\r\"crosiltedBTC \xc3\xa9\xff".to_vec()), 0..6),
    ) {
        let end = (at + length).min(TABLE.len());
        let bytes = [&TABLE.as_bytes()[..at], &put, &TABLE.as_bytes()[end..]].concat();
        if let Err(remarks) = read(&bytes) {
            prop_assert!(!shown(&remarks).is_empty());
        }
    }
}
