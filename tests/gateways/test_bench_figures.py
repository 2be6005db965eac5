"""The bench of held time and explained differences measures what it says, on a small ledger."""

from gateways.bench.figures import LAST_SHARE, bench_figures

CASES = 100


def test_the_bench_explains_what_the_last_ledger_changed() -> None:
    told: list[str] = []
    run = bench_figures(CASES, told.append)
    document = run.as_json()
    assert run.events > 3 * CASES
    assert run.reasons >= CASES // LAST_SHARE
    assert [step["step"] for step in document["steps"]] == ["read", "held", "explain-difference"]
    assert document["steps"][0]["of_ceiling"] == 1
    assert all(step["seconds"] > 0 for step in document["steps"])
    assert told
