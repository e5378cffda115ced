//! A line of prices in a line of text.

use units::Price;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar for each price, from the lowest to the highest of them; a flat line is in the middle.
pub(crate) fn spark(points: &[Price]) -> String {
    let low = points.iter().map(|price| i128::from(price.0)).min().unwrap_or_default();
    let high = points.iter().map(|price| i128::from(price.0)).max().unwrap_or_default();
    let bar = |price: &Price| {
        let place = ((i128::from(price.0) - low) * 7 + (high - low) / 2)
            .checked_div(high - low)
            .and_then(|place| usize::try_from(place).ok());
        BARS.get(place.unwrap_or(3)).copied().unwrap_or('█')
    };
    points.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::spark;
    use units::Price;

    #[test]
    fn the_lowest_price_has_the_lowest_bar_and_the_highest_the_highest() {
        assert_eq!(spark(&[1, 2, 3, 4, 5, 6, 7, 8].map(Price)), "▁▂▃▄▅▆▇█");
        assert_eq!(spark(&[100_000, 99_999, 100_000].map(Price)), "█▁█");
        assert_eq!(spark(&[7, 7].map(Price)), "▄▄");
        assert_eq!(spark(&[]), "");
    }
}
