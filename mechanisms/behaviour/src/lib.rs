//! Answers to *behaviour*: what do traders do by themselves?

mod drawn;
mod passive;
mod answers_margin_calls;
mod noise_traders;
mod trend_followers;

pub use answers_margin_calls::{Answer, AnswersMarginCalls};
pub use noise_traders::NoiseTraders;
pub use passive::Passive;
pub use trend_followers::TrendFollowers;

use facts::AccountId;
use market::Draw;

/// One of the members of a group, each with the same chance; none where there are none.
fn pick(
    mut members: impl ExactSizeIterator<Item = AccountId>,
    draw: &mut Draw,
) -> Option<AccountId> {
    let count = u64::try_from(members.len()).ok()?;
    let at = draw.bits().checked_rem(count)?;
    members.nth(usize::try_from(at).ok()?)
}
