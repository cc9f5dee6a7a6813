"""Runs every check and test, two at a time, and prints one table at the end; `make test` calls it.

    .venv/bin/python scripts/checks.py [NAME ...]

Exit status 0 only when each one passed and every test suite ran at least one test. The unit suite counts
the branches it reaches; their share of the whole product must be at least `fail_under` in pyproject.toml. The closing line is `tests: N passed, N failed,
N skipped`. Output of each goes to `var/checks/`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "checks"
BIN = ROOT / ".venv" / "bin"
COVERAGE = [str(BIN / "python"), "-m", "coverage"]
COVERED = OUT / "coverage"
"""One file of reached branches for each process of the counted suite."""
COUNTED = "unit"
"""The suite whose branches are counted; counting makes a test half as slow again."""


@dataclass
class Check:
    """One command; a suite leaves a JUnit file from which its tests are counted."""

    name: str
    command: list[str]
    suite: bool = False
    status: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return OUT / f"{self.name}.log"

    @property
    def report(self) -> Path:
        return OUT / f"{self.name}.xml"

    @property
    def passed(self) -> bool:
        return self.status == 0 and (not self.suite or self.counts.get("passed", 0) > 0)


def pytest(name: str, marker: str, *more: str) -> Check:
    """A pytest suite of the main environment."""
    options = ["-q", "--durations=15", "-m", marker, f"--junitxml={OUT / name}.xml", *more]
    counted = [*COVERAGE, "run"] if name == COUNTED else [str(BIN / "python")]
    return Check(name, [*counted, "-m", "pytest", *options], suite=True)


CHECKS = [
    pytest("system", "system"),
    pytest("unit", "not system and not browser and not postgres and not gpu", "-n", "2"),
    pytest("browser", "browser"),
    pytest("postgres", "postgres"),
    Check("types", [str(BIN / "mypy")]),
    Check("rules", [str(BIN / "ruff"), "check", "."]),
    Check("format", [str(BIN / "ruff"), "format", "--check", "."]),
    Check("imports", [str(BIN / "lint-imports")]),
]
COVERED_ENOUGH = [Check("combine", [*COVERAGE, "combine", "-q"]), Check("coverage", [*COVERAGE, "report"])]


def main() -> int:
    """Run the named checks (default: all); 0 when all passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of: " + ", ".join(c.name for c in CHECKS))
    names = parser.parse_args().names
    chosen = [c for c in CHECKS if not names or c.name in names]
    shutil.rmtree(COVERED, ignore_errors=True)
    COVERED.mkdir(parents=True)
    began = time.monotonic()
    say(f"Running {len(chosen)} checks, two at a time; output in {OUT.relative_to(ROOT)}/")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, chosen))
    if COUNTED in {c.name for c in chosen}:
        for check in COVERED_ENOUGH:
            run(check)
        chosen += COVERED_ENOUGH
    return summary(chosen, time.monotonic() - began)


def run(check: Check) -> None:
    """Run one check and say how it ended."""
    check.report.unlink(missing_ok=True)
    began = time.monotonic()
    with check.log.open("wb") as log:
        # Compiled modules are kept, whatever the environment says: many tests start processes of ours.
        environment = {**os.environ, "COVERAGE_FILE": str(COVERED / "data"), "PYTHONDONTWRITEBYTECODE": ""}
        check.status = subprocess.run(
            check.command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False
        ).returncode
    check.seconds = time.monotonic() - began
    check.counts = count(check.report) if check.suite else {}
    result = ", ".join(f"{n} {what}" for what, n in check.counts.items() if n)
    if check.name == "coverage":
        result = "".join(line for line in check.log.read_text().splitlines() if line.startswith("TOTAL"))
    say(f"  {'ok    ' if check.passed else 'FAILED'} {check.name:<9} {check.seconds:5.0f} s  {result}")


def count(report: Path) -> dict[str, int]:
    """Tests passed, failed and skipped in a JUnit file; none when it is missing."""
    if not report.exists():
        return {"passed": 0, "failed": 0, "skipped": 0}
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, failed, skipped = (
        sum(sum(int(s.get(key, 0)) for key in keys) for s in suites)
        for keys in (["tests"], ["failures", "errors"], ["skipped"])
    )
    return {"passed": total - failed - skipped, "failed": failed, "skipped": skipped}


def summary(checks: list[Check], seconds: float) -> int:
    """Print the ends of the failed logs and the closing lines."""
    failed = [c for c in checks if not c.passed]
    for check in failed:
        say(f"\n--- {check.name}: end of {check.log.relative_to(ROOT)}")
        say("\n".join(check.log.read_text(errors="replace").splitlines()[-60:]))
    total = {what: sum(c.counts.get(what, 0) for c in checks) for what in ("passed", "failed", "skipped")}
    say(f"\ntests: {total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    if failed:
        say(
            f"{len(failed)} of {len(checks)} checks failed after {seconds:.0f} s: {', '.join(c.name for c in failed)}. Mend them and run `make test` again."
        )
        return 1
    say(f"All {len(checks)} checks passed after {seconds:.0f} s. Next: `make run`.")
    return 0


def say(line: str) -> None:
    """One line of progress, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
