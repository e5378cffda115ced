"""The work of `cargo bench -p tests --bench margin_index` with what others use.

Isolated margin, one symbol, 1,000 marks, 30 % down: a NumPy script, and `lrvx` 0.11 where it is
installed (`pip install numpy lrvx==0.11`). Prints microseconds a mark, and how many times as long
as delever takes when its figure is given: `margin_index.py 1000000 5.2`.
"""

import sys
import time

MARKS, FALL, MAINTENANCE = 1_000, 0.30, 0.01


def people(accounts):
    """Leverage from 2 to 50, evenly: the same formula for everybody."""
    return [2.0 + 48.0 * ((k * 2_654_435_761) % accounts) / accounts for k in range(accounts)]


def marks():
    return [100.0 * (1.0 - FALL * (tick + 1) / MARKS) for tick in range(MARKS)]


def by_numpy(numpy, accounts):
    margin = 1_000.0 / numpy.array(people(accounts))
    size = numpy.full(accounts, 10.0)
    alive = numpy.ones(accounts, dtype=bool)
    start = time.process_time()
    for mark in marks():
        equity = margin + size * (mark - 100.0)
        below = alive & (equity < MAINTENANCE * size * mark)
        if below.any():
            alive[below] = False
            size[below] = 0.0
    return (time.process_time() - start) / MARKS, accounts - int(alive.sum())


def by_lrvx(lrvx, accounts):
    engine = lrvx.LiquidationEngine()
    engine.set_insurance_fund_capital(1e12)
    engine.set_adl_enabled(False)
    engine.add_tier(0.0, MAINTENANCE)
    for k, leverage in enumerate(people(accounts)):
        engine.open_position(k, 1, 10.0, 100.0, 1_000.0 / leverage)
    start = time.process_time()
    spent = 0
    for mark in marks():
        engine.on_mark(1, mark)
        spent += 1
        if time.process_time() - start > 30.0:
            break
    return (time.process_time() - start) / spent, engine.liquidations_count()


def main():
    accounts = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 100_000
    ours = float(sys.argv[2]) if len(sys.argv) > 2 else None
    for name, work in [("numpy", by_numpy), ("lrvx", by_lrvx)]:
        try:
            library = __import__(name)
        except ImportError:
            print(f"{name:>6}: not installed")
            continue
        seconds, liquidated = work(library, accounts)
        times = f", {seconds * 1e6 / ours:.0f} times as long" if ours else ""
        print(f"{name:>6}: {seconds * 1e6:,.1f} µs a mark, {liquidated} liquidated{times}")


if __name__ == "__main__":
    main()
