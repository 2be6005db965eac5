"""With CI=true nothing is skipped in silence; only ../shared may be missing. What was measured is printed."""

from pathlib import Path

import pytest

from tests.conftest import ROOT

SKIPS = {
    "by a mark": "import pytest\n@pytest.mark.skip(reason='no broker')\ndef test_it(): pass\n",
    "in the body": "import pytest\ndef test_it(): pytest.skip('no broker')\n",
    "of a whole module": "import pytest\npytest.skip('no broker', allow_module_level=True)\n",
    "by a missing library": "import pytest\npytest.importorskip('no_broker')\n",
}
ASKS_FOR_SHARED = "def test_it(shared): assert shared.is_dir()\n"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of its own with our conftest, one folder below, so that it has a ``../shared`` of its own too."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # only our conftest is tried here, and it starts faster
    tests = pytester.mkdir("tree") / "tests"
    tests.mkdir()
    (tests / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"), "utf-8")
    return tests


def outcomes(pytester: pytest.Pytester, suite: Path, test: str) -> dict[str, int]:
    (suite / "test_it.py").write_text(test, "utf-8")
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", suite).parseoutcomes()


@pytest.mark.parametrize("how", SKIPS)
def test_a_skip_is_a_failure_in_ci(
    pytester: pytest.Pytester, suite: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("CI", "true")
    found = outcomes(pytester, suite, SKIPS[how])
    assert "skipped" not in found
    assert found.get("failed", 0) + found.get("errors", 0) == 1


def test_a_skip_stays_a_skip_elsewhere(pytester: pytest.Pytester, suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert outcomes(pytester, suite, SKIPS["in the body"]) == {"skipped": 1}


def test_missing_real_material_is_forgiven_in_ci(
    pytester: pytest.Pytester, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert outcomes(pytester, suite, ASKS_FOR_SHARED) == {"skipped": 1}


def test_present_real_material_is_given(
    pytester: pytest.Pytester, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.mkdir("shared")
    assert outcomes(pytester, suite, ASKS_FOR_SHARED) == {"passed": 1}


def test_real_material_that_is_there_is_no_excuse(
    pytester: pytest.Pytester, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.mkdir("shared")
    assert outcomes(pytester, suite, "import pytest\ndef test_it(): pytest.skip('no ../shared')\n") == {"failed": 1}


def test_an_expected_failure_is_no_skip(
    pytester: pytest.Pytester, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert outcomes(pytester, suite, "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 0\n") == {"xfailed": 1}


def test_what_a_test_measured_is_printed(pytester: pytest.Pytester, suite: Path) -> None:
    (suite / "test_it.py").write_text("def test_it(record_property): record_property('lost', 0)\n", "utf-8")
    printed = pytester.runpytest_subprocess("-p", "no:cacheprovider", suite).stdout
    printed.fnmatch_lines(["*figures*", "*test_it: lost 0"])
