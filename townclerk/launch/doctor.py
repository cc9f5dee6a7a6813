"""`townclerk doctor`: what is installed, what runs, what is wrong, and how to mend each."""

import importlib.metadata
import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

import psutil
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from pydantic import SecretStr

from townclerk import database
from townclerk.errors import TownclerkError
from townclerk.launch import processes, rasa_environment
from townclerk.launch.processes import ManagedProcess
from townclerk.settings import Settings

_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` says what to do when it is not right."""

    what: str
    state: Literal["right", "note", "wrong"]
    says: str
    mend: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; a look that fails is a finding, not a crash."""
    looks: list[Callable[[Settings], Finding]] = [
        _python, packages, _assistant_environment, _assistant_model, _search_model, _gpu, _state_directory, _database, records, _sms,
    ]  # fmt: skip
    found = []
    for look in looks:
        try:
            found.append(look(settings))
        except (TownclerkError, OSError, ImportError, ValueError, subprocess.SubprocessError) as error:
            found.append(
                Finding(look.__name__.strip("_").replace("_", " "), "wrong", str(error), "Mend what the message names.")
            )
    return found + _running(settings)


def as_text(findings: list[Finding]) -> str:
    """One line a finding, and a closing line that says what to do next."""
    marks = {"right": "ok   ", "note": "note ", "wrong": "WRONG"}
    lines = []
    for f in findings:
        lines.append(f"{marks[f.state]} {f.what}: {f.says}")
        if f.mend and f.state != "right":
            lines.append(f"        {f.mend}")
    wrong = sum(f.state == "wrong" for f in findings)
    lines.append(f"{wrong} wrong." if wrong else "Nothing is wrong.")
    return "\n".join(lines)


def as_json(findings: list[Finding]) -> str:
    """The same as one JSON object."""
    return json.dumps({"ok": all(f.state != "wrong" for f in findings), "findings": [asdict(f) for f in findings]})


def list_settings(settings: Settings) -> str:
    """Every setting: variable, value in force (secrets hidden), help."""
    lines = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = (
            ("(set)" if value.get_secret_value() else "(empty)")
            if isinstance(value, SecretStr)
            else str(value) or "(empty)"
        )
        lines.append(f"TOWNCLERK_{name.upper()} = {shown}\n    {field.description}")
    return "\n".join(lines)


def _python(_settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "right", f"{version} at {sys.executable}")


def packages(_settings: Settings) -> Finding:
    wanted = [each for each in map(Requirement, importlib.metadata.requires("townclerk") or []) if _counts(each)]
    there: dict[NormalizedName, str] = {}
    for each in importlib.metadata.distributions():  # the first of a name is the one that is imported
        there.setdefault(canonicalize_name(each.name), each.version)
    if "faiss-gpu" in there:  # stands in for the other
        there.setdefault(canonicalize_name("faiss-cpu"), there[canonicalize_name("faiss-gpu")])
    wrong = []
    for asked in wanted:
        version = there.get(canonicalize_name(asked.name))
        if version is None:
            wrong.append(f"{asked.name} is missing")
        elif not asked.specifier.contains(version, prereleases=True):
            wrong.append(f"{asked.name} is {version}, wanted is {asked.specifier}")
    if wrong:
        return Finding("Packages", "wrong", "; ".join(wrong), "Run `make setup`.")
    return Finding("Packages", "right", f"all {len(wanted)} are installed")


def _counts(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _assistant_environment(settings: Settings) -> Finding:
    asked = "import importlib.metadata as m; print(m.version('rasa'))"
    done = subprocess.run(  # noqa: S603
        [rasa_environment.python(), "-c", asked], capture_output=True, text=True, timeout=30, check=False
    )
    if done.returncode:
        return Finding("Assistant's environment", "wrong", "Rasa is not installed in it", "Run `make setup`.")
    return Finding("Assistant's environment", "right", f"Rasa {done.stdout.strip()} on Python 3.10")


def _assistant_model(settings: Settings) -> Finding:
    if rasa_environment.model_path(settings).exists():
        return Finding("Assistant's model", "right", "trained from the present files")
    return Finding("Assistant's model", "note", "not trained from the present files", "`townclerk up` trains it.")


def _search_model(settings: Settings) -> Finding:
    from index.embedding import models

    return Finding("Search model", "right", f"{models.find(settings).id}, its weights are as published")


def _gpu(settings: Settings) -> Finding:
    from index.vectors import gpu_index

    device, hindrance = gpu_index.runs_on(settings)
    if device == "gpu":
        gpu_index.trial()
        return Finding("GPU", "right", f"{gpu_index.gpus()} there, the first was tried; vectors are searched on it")
    if hindrance:
        return Finding("GPU", "note", hindrance)
    if settings.vector_device == "cpu":
        return Finding("GPU", "right", "not used, as TOWNCLERK_VECTOR_DEVICE is cpu; searches run on the CPU")
    if shutil.which("nvidia-smi") is not None:
        says = "there is one that FAISS cannot use; searches run on the CPU"
        return Finding("GPU", "note", says, "`make setup GPU=1` installs FAISS's build for GPUs, if you want it used.")
    return Finding("GPU", "right", "none; searches run on the CPU")


def _state_directory(settings: Settings) -> Finding:
    settings.home.mkdir(parents=True, exist_ok=True)
    probe = settings.home / ".writable"
    probe.write_text("", encoding="ascii")
    probe.unlink()
    free = shutil.disk_usage(settings.home).free
    says = f"{settings.home}, {free / 1e9:.1f} GB free"
    if free < _FREE_BYTES:
        return Finding("State directory", "wrong", says, "Free some disk, or set TOWNCLERK_HOME to a larger one.")
    return Finding("State directory", "right", says)


def _database(settings: Settings) -> Finding:
    from townclerk.migrations import state

    engine = database.connect(settings)
    says = f"{engine.dialect.name}, schema {state(engine)}"
    if "behind" in says:
        return Finding("Database", "note", says, "`townclerk up` brings it up to date.")
    return Finding("Database", "right", says)


def records(settings: Settings) -> Finding:
    from townclerk.migrations import state
    from townclerk.records import timetable
    from townclerk.records.periods import kept_days

    says = ", ".join(f"{kind} {f'{days} days' if days else 'for ever'}" for kind, days in kept_days(settings).items())
    engine = database.connect(settings)
    late = timetable.overdue(engine, settings) if "behind" not in state(engine) else {}
    if late:
        since = f"{', '.join(late)}: last looked through on {min(late.values()):%Y-%m-%d}"
        return Finding("Records", "wrong", since, "It happens while Townclerk runs; look for ALARM in the logs.")
    return Finding("Records", "right", f"kept: {says}")


def _sms(settings: Settings) -> Finding:
    if not settings.twilio_account_sid:
        return Finding(
            "SMS", "note", "off: TOWNCLERK_TWILIO_ACCOUNT_SID is empty", "See docs/install.md to switch it on."
        )
    if not settings.twilio_auth_tokens.get_secret_value():
        return Finding("SMS", "wrong", "no auth token, so every text is refused", "Set TOWNCLERK_TWILIO_AUTH_TOKENS.")
    if not settings.twilio_api_url and not settings.public_base.startswith("https://"):
        return Finding(
            "SMS",
            "wrong",
            f"TOWNCLERK_PUBLIC_URL is {settings.public_base}, and signatures are checked against it",
            "Set it to the https address that Twilio calls.",
        )
    return Finding("SMS", "right", f"webhook {settings.public_base}/sms")


def _running(settings: Settings) -> list[Finding]:
    path = settings.home / "processes.json"
    pids = json.loads(path.read_text(encoding="utf-8"))["processes"] if path.exists() else {}
    local = processes.local(settings)
    elsewhere = [_elsewhere(process) for process in processes.five(settings) if process not in local]
    if not pids:
        return [Finding("Processes", "note", "none runs on this host", "`townclerk up` starts them."), *elsewhere]
    return [_process(process, pids[process.name]) for process in local if process.name in pids] + elsewhere


def _process(process: ManagedProcess, pid: int) -> Finding:
    what = f"ManagedProcess {process.name}"
    try:
        memory = psutil.Process(pid).memory_info().rss / 2**20
    except psutil.NoSuchProcess:
        return Finding(what, "wrong", f"pid {pid} is gone", "`townclerk up` starts it again by itself; see its log.")
    says = f"pid {pid}, {memory:.0f} MiB resident, "
    if _is_ready(process):
        return Finding(what, "right", says + "ready")
    return Finding(what, "wrong", says + "not ready", "Read its log in the state directory.")


def _elsewhere(process: ManagedProcess) -> Finding:
    what = f"ManagedProcess {process.name}"
    if _is_ready(process):
        return Finding(what, "right", f"ready at {process.ready_url}")
    return Finding(what, "wrong", f"not ready at {process.ready_url}", "Run `townclerk doctor` on its host.")


def _is_ready(process: ManagedProcess) -> bool:
    try:
        with urllib.request.urlopen(process.ready_url, timeout=3) as answer:  # noqa: S310  (an address from the settings)
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False
