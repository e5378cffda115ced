//! Facts as a person reads them.

use crate::Names;
use facts::{Fact, FundamentalId, InstrumentId, LegMark, Purse, Record, VenueId, Word};
use std::borrow::Cow;
use units::{Decimal, Money, Price, Size};

/// Phases of a round in their order: what [`facts::Stamp::phase`] numbers.
pub const PHASES: [&str; 12] = [
    "fundamental",
    "oracle",
    "mark",
    "funding",
    "margin",
    "decide",
    "liquidate",
    "trade",
    "insure",
    "deleverage",
    "halt",
    "record",
];

impl Names {
    /// A record in one line: `#123 <-#100 21:15:03.127 r0 trade  Traded(…)`.
    pub fn line(&self, record: &Record) -> String {
        let cause = record.cause.map(|cause| format!(" <-#{cause}")).unwrap_or_default();
        let stamp = &record.stamp;
        let time = stamp.time.time_of_day();
        let phase = PHASES.get(usize::from(stamp.phase)).copied().unwrap_or("?");
        let told = self.tell(&record.fact);
        format!("#{}{cause} {time} r{} {phase}  {told}", record.id, stamp.round)
    }

    /// A fact in one line of RON, without the fields that say nothing.
    pub fn tell(&self, fact: &Fact) -> String {
        let fields = self.words(fact).into_iter().map(|(name, word)| format!("{name}: {word}"));
        format!("{}({})", identifier(fact.name()), fields.collect::<Vec<_>>().join(", "))
    }

    /// The fields of a fact, each with its value in RON, without those that say nothing.
    pub fn words(&self, fact: &Fact) -> Vec<(String, String)> {
        let words = fact.words();
        let scale = Scale::of(self, &words);
        let said = words.iter().filter(|(_, word)| *word != Word::Nothing);
        said.map(|(name, word)| (identifier(name).into_owned(), self.word(&scale, *word))).collect()
    }

    fn word(&self, scale: &Scale, word: Word<'_>) -> String {
        let text = match word {
            Word::Asset(asset) => self.asset_label(asset),
            Word::Fundamental(fundamental) => self.fundamental_label(fundamental),
            Word::Venue(venue) => self.venue_label(venue),
            Word::Instrument(instrument) => self.instrument_label(instrument),
            Word::Group(group) => self.group_label(group),
            Word::Account(account) => self.account_label(account),
            Word::Purse(purse) => self.purse_label(purse),
            Word::Money(amount) => scale.money(self, amount),
            Word::Price(price) => scale.price(self, price),
            Word::Size(size) => scale.size(self, size),
            Word::Ratio(ratio) => ratio.to_string(),
            Word::Rank(rank) => Decimal::new(rank, 9).to_string(),
            Word::Time(time) => time.to_string(),
            Word::Duration(duration) => duration.to_string(),
            Word::Text(text) => text.to_owned(),
            Word::Trader(trader) => return trader.to_string(),
            Word::Fact(fact) => return fact.to_string(),
            Word::Number(number) => return number.to_string(),
            Word::Count(count) => return count.to_string(),
            Word::Flag(flag) => return flag.to_string(),
            Word::Side(side) => return format!("{side:?}"),
            Word::Role(role) => return format!("{role:?}"),
            Word::Legs(legs) => return self.legs(legs),
            Word::Nothing => return "()".to_owned(),
        };
        quoted(&text)
    }

    fn legs(&self, legs: &[LegMark]) -> String {
        let told = legs.iter().map(|leg| {
            format!(
                "(instrument: {}, size: {}, mark: {})",
                quoted(&self.instrument_label(leg.instrument)),
                quoted(&self.size(leg.instrument, leg.size)),
                quoted(&self.price(leg.instrument, leg.mark)),
            )
        });
        format!("[{}]", told.collect::<Vec<_>>().join(", "))
    }
}

/// In which units the numbers of a fact count: those of the first things it names.
struct Scale {
    venue: Option<VenueId>,
    instrument: Option<InstrumentId>,
    fundamental: Option<FundamentalId>,
}

impl Scale {
    fn of(names: &Names, words: &[(&str, Word<'_>)]) -> Self {
        let words = || words.iter().map(|(_, word)| *word);
        Self {
            venue: words().find_map(|word| venue_of(names, word)),
            instrument: words()
                .find_map(|word| if let Word::Instrument(id) = word { Some(id) } else { None }),
            fundamental: words()
                .find_map(|word| if let Word::Fundamental(id) = word { Some(id) } else { None }),
        }
    }

    fn money(&self, names: &Names, amount: Money) -> String {
        self.venue.map_or_else(|| amount.0.to_string(), |venue| names.money(venue, amount))
    }

    fn price(&self, names: &Names, price: Price) -> String {
        match (self.instrument, self.fundamental) {
            (Some(instrument), _) => names.price(instrument, price),
            (None, Some(fundamental)) => names.fundamental_price(fundamental, price),
            (None, None) => price.0.to_string(),
        }
    }

    fn size(&self, names: &Names, size: Size) -> String {
        self.instrument.map_or_else(|| size.0.to_string(), |of| names.size(of, size))
    }
}

/// The venue of what a word names.
fn venue_of(names: &Names, word: Word<'_>) -> Option<VenueId> {
    if let Word::Venue(venue) = word {
        Some(venue)
    } else if let Word::Instrument(instrument) = word {
        names.listed(instrument).map(|listed| listed.venue)
    } else if let Word::Account(account) | Word::Purse(Purse { account, .. }) = word {
        names.opened(account)?.venue
    } else {
        None
    }
}

/// A name as RON: what a log calls a fact that is not known here may be any text.
fn identifier(name: &str) -> Cow<'_, str> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if name.starts_with(|first: char| fits(first) && !first.is_ascii_digit())
        && name.chars().all(fits)
    {
        return name.into();
    }
    let letters = name.chars().map(|letter| if fits(letter) { letter } else { '_' });
    ['_'].into_iter().chain(letters).collect::<String>().into()
}

/// A text as RON, on one line.
fn quoted(text: &str) -> String {
    ron::to_string(text).expect("a text is RON")
}

#[cfg(test)]
mod tests {
    use crate::{Names, sample};
    use facts::{
        AccountId, Fact, FactId, InstrumentId, LegMark, LiquidationOpened, Purse, Told, Word,
    };
    use proptest::prelude::*;
    use units::{Money, Price, Ratio, Size};

    #[test]
    fn a_fact_is_told_in_the_names_and_units_of_its_venue() {
        let names = Names::of(&sample::world());
        let fact = Fact::from(LiquidationOpened {
            purse: Purse::of(AccountId(3)),
            equity: Money(12_300_000),
            needed: Money(14_000_000),
            legs: vec![LegMark {
                instrument: InstrumentId(0),
                size: Size(-500),
                mark: Price(1_040_000),
            }],
        });
        assert_eq!(
            names.tell(&fact),
            "LiquidationOpened(purse: \"perp/longs/1\", equity: \"12.3 USDC\", \
             needed: \"14 USDC\", \
             legs: [(instrument: \"perp/BTC\", size: \"-0.5\", mark: \"104000\")])"
        );
    }

    #[test]
    fn a_line_says_what_when_and_why() {
        let names = Names::of(&sample::world());
        let records = sample::story(&[sample::mark(0, 1_040_000), sample::mark(1, 25)]);
        assert_eq!(
            names.line(&records[0]),
            "#0 00:00:01.000 r0 mark  MarkPricePublished(instrument: \"perp/BTC\", \
             price: \"104000\", index: \"104000\", last: \"104000\")"
        );
        assert_eq!(
            names.line(&records[1]),
            "#1 <-#0 00:00:02.000 r0 mark  MarkPricePublished(instrument: \"spot/BTC\", \
             price: \"25\", index: \"25\", last: \"25\")"
        );
        assert_eq!(records[1].cause, Some(FactId(0)));
    }

    #[test]
    fn what_a_stranger_tells_reads_like_any_fact() {
        let words = vec![
            ("account", Word::Account(AccountId(3))),
            ("notional", Word::Money(Money(12_300_000))),
            ("share", Word::Ratio(Ratio::PERCENT)),
            ("since", Word::Nothing),
        ];
        let told = Names::of(&sample::world()).tell(&Told::new("Reported", words).into());
        let line = "Reported(account: \"perp/longs/1\", notional: \"12.3 USDC\", share: \"1%\")";
        assert_eq!(told, line);
    }

    #[test]
    fn what_a_stranger_tells_stays_on_its_line() {
        let words = vec![("in\nvain", Word::Text("(\n  note: \"a \\\"b\\\"\",\n)"))];
        let told = Names::default().tell(&Told::new("1 ) or (", words).into());
        assert_eq!(told.lines().count(), 1);
        assert!(told.starts_with("_1___or__(_in_vain: "), "{told}");
        assert!(ron::from_str::<ron::Value>(&told).is_ok(), "{told}");
    }

    proptest! {
        #[test]
        fn any_fact_is_told_in_ron(fact in sample::any_fact()) {
            for names in [Names::default(), Names::of(&sample::world())] {
                let told = names.tell(&fact);
                prop_assert!(ron::from_str::<ron::Value>(&told).is_ok(), "{}", told);
            }
        }
    }
}
