//! The standard catalogue: every mechanism of the workspace, by the folder it lives in.

use crate::Catalogue;

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::default()
        .with::<fundamental::HistoricalBars>()
        .with::<fundamental::JumpDiffusion>()
        .with::<fundamental::ScriptedShock>()
        .with::<oracle::Direct>()
        .with::<oracle::DeviationThreshold>()
        .with::<oracle::Faulty>()
        .with::<mark_price::OracleOnly>()
        .with::<mark_price::Clamped>()
        .with::<mark_price::MedianOfThree>()
        .with::<liquidity::LinearDepth>()
        .with::<liquidity::SquareRootDepth>()
        .with::<liquidity::ThinningDepth>()
        .with::<margin::Brackets>()
        .with::<margin::Flat>()
        .with::<margin_call::Deadline>()
        .with::<liquidation::FullClose>()
        .with::<liquidation::Tiered>()
        .with::<insurance::PooledFund>()
        .with::<deleveraging::ProRata>()
        .with::<deleveraging::RankedQueue>()
        .with::<halt::CircuitBreaker>()
        .with::<behaviour::Passive>()
        .with::<behaviour::AnswersMarginCalls>()
        .with::<behaviour::NoiseTraders>()
        .with::<behaviour::TrendFollowers>()
}
