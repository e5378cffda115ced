//! What must hold in every market that an experiment describes.

use crate::{
    Code, Diagnostic,
    balance::net,
    catalogue::Asked,
    kind::Kind,
    people::{LEG, People},
    population::Opening,
    reader::Reader,
    source::{Spot, remark},
    venue::power,
    world::{Group, Instrument, Venue, World},
};
use market::{FUNDAMENTAL_DECIMALS, Liquidation, Liquidity, Margin, MarkPrice, Oracle, Question};
use std::sync::Arc;
use units::{Decimal, PRICE_MAX, Price};

/// What every venue that lists an instrument answers.
const MANDATORY: [&str; 5] =
    [Oracle::NAME, MarkPrice::NAME, Liquidity::NAME, Margin::NAME, Liquidation::NAME];

/// Everything that is wrong or odd with one market, as far as what was read of it says.
pub(crate) fn check(reader: &Reader<'_>, world: &World) -> Vec<Diagnostic> {
    let mut checking = Checking { reader, remarks: Vec::new() };
    for (name, venue) in &world.venues {
        checking.answers(name, venue);
        checking.openings(world, venue);
        let groups = world.groups.iter().filter(|(_, group)| group.venue == *name);
        checking.balance(name, venue, &groups.collect::<Vec<_>>());
    }
    checking.remarks
}

/// What an instrument is worth when time starts.
pub(crate) fn opening(world: &World, instrument: &Instrument) -> Result<Opening, String> {
    let index = &instrument.index;
    let price = world.fundamentals.get(index).and_then(|answer| answer.rule.opening_price());
    let price = price.ok_or_else(|| format!("`{index}` has no price when time starts"))?;
    let finer = u32::from(FUNDAMENTAL_DECIMALS.abs_diff(instrument.price_decimals));
    let scale = 10_i128.pow(finer);
    let rounded = (i128::from(price.0) + scale / 2).div_euclid(scale);
    match i64::try_from(rounded) {
        Ok(units) if (1..=PRICE_MAX / 2).contains(&units) => {
            Ok(Opening { price: Price(units), unit_value: instrument.unit_value })
        },
        _ => {
            let price = Decimal::new(i128::from(price.0), FUNDAMENTAL_DECIMALS);
            let unit = power(instrument.price_decimals);
            let most = Decimal::new(i128::from(PRICE_MAX / 2), instrument.price_decimals);
            Err(format!(
                "`{index}` opens at {price}: a price unit of {unit} is for opening prices from {unit} \
                 to {most}"
            ))
        },
    }
}

struct Checking<'a> {
    reader: &'a Reader<'a>,
    remarks: Vec<Diagnostic>,
}

impl Checking<'_> {
    fn says(&mut self, code: Code, spot: Spot, message: String, help: Option<String>) {
        self.remarks.push(remark(self.reader.files, spot, code).says(message).helps(help));
    }

    fn answers(&mut self, name: &str, venue: &Venue) {
        let is_read = |question: &&str| !self.reader.is_spoilt(Kind::QUESTION.one, question);
        for question in MANDATORY.into_iter().filter(is_read).collect::<Vec<_>>() {
            let lacks = |it: &&Instrument| {
                !it.rules.contains_key(question) && !venue.rules.contains_key(question)
            };
            let lacking: Vec<_> = venue.instruments.values().filter(lacks).collect();
            let help = Some(self.answers_to(question));
            if !lacking.is_empty() && lacking.len() == venue.instruments.len() {
                let message = format!("the venue `{name}` does not answer `{question}`");
                self.says(Code::UnansweredQuestion, venue.spot, message, help);
                continue;
            }
            for it in lacking {
                let message = format!("nothing answers `{question}` for this instrument");
                self.says(Code::UnansweredQuestion, it.spot, message, help.clone());
            }
        }
    }

    fn answers_to(&self, question: &str) -> String {
        let asked = self.reader.catalogue.asked(question);
        let names: Vec<&str> = asked.into_iter().flat_map(Asked::names).collect();
        let names = names.join(", ");
        format!(
            "add `{question}: Answer(…)` to its rules; answers: {names}; `delever mechanisms \
             {question}` explains them"
        )
    }

    fn openings(&mut self, world: &World, venue: &Venue) {
        for instrument in venue.instruments.values() {
            if let Err(message) = opening(world, instrument) {
                let help = Some("choose another `price_unit`".to_owned());
                self.says(Code::OpeningPrice, instrument.spot, message, help);
            }
        }
    }

    /// Longs equal shorts, by somebody who takes the rest where they do not by themselves; nothing is
    /// said where a group that could not be read may see to it.
    fn balance(&mut self, name: &str, venue: &Venue, groups: &[(&String, &Arc<Group>)]) {
        let is_rest = |group: &Group| matches!(group.people, People::Rest(_));
        let mut rests = groups.iter().filter(|(_, group)| is_rest(group));
        if let Some((first, _)) = rests.next() {
            for (_, group) in rests {
                let message = format!("`{first}` takes the rest on `{name}` already");
                let help = Some("one account takes all of it: leave this one out".to_owned());
                self.says(Code::SecondRest, group.spot, message, help);
            }
            return;
        }
        let help = Some(format!(
            "somebody holds the other side: add `Rest(name: \"makers\", on: \"{name}\", \
             collateral: …, behaviour: …)`"
        ));
        let unread = self.reader.unread.borrow();
        let mut unread = unread.iter().filter(|it| it.on.as_ref().is_none_or(|on| on == name));
        if unread.clone().any(|it| !["Population", "Accounts"].contains(&it.kind.as_str())) {
            return; // it may be the rest
        }
        let drawn = groups.iter().filter(|(_, group)| matches!(group.people, People::Drawn(_)));
        let unread_here = unread.clone().filter(|it| it.kind == "Population" && it.on.is_some());
        let mut drawn = drawn.map(|(_, it)| it.spot).chain(unread_here.map(|it| it.spot));
        if let Some(spot) = drawn.next() {
            let message = format!("longs and shorts on `{name}` will not be equal");
            return self.says(Code::Unbalanced, spot, message, help);
        }
        if unread.next().is_some() || self.reader.is_any_spoilt(LEG) {
            return;
        }
        let listed = groups.iter().filter_map(|(_, group)| match &group.people {
            People::Listed(roster) => Some(roster.sizes()),
            People::Drawn(_) | People::Rest(_) => None,
        });
        for (instrument, lots) in net(listed.flatten()) {
            let spot = groups.first().map_or(venue.spot, |(_, group)| group.spot);
            let decimals = venue.instruments[instrument].lot_decimals;
            let (more, less) = if lots > 0 { ("longs", "shorts") } else { ("shorts", "longs") };
            let difference = Decimal::new(lots.abs(), decimals);
            let message = format!("{more} of `{instrument}` exceed {less} by {difference}");
            self.says(Code::Unbalanced, spot, message, help.clone());
        }
    }
}
