//! Answers to *behaviour*: what do traders do by themselves?

mod drawn;
mod passive;
mod answers_margin_calls;
mod noise_traders;
mod market_makers;
mod trend_followers;

pub use answers_margin_calls::{Answer, AnswersMarginCalls};
pub use market_makers::MarketMakers;
pub use noise_traders::NoiseTraders;
pub use passive::Passive;
pub use trend_followers::TrendFollowers;

use facts::{AccountId, GroupId};
use market::{Draw, Market};

/// One of the members of a group, each with the same chance; none where there are none.
fn pick(market: &Market<'_>, group: GroupId, draw: &mut Draw) -> Option<AccountId> {
    let count = u64::try_from(market.members(group).len()).ok()?;
    market.member(group, draw.bits().checked_rem(count)?)
}
