"""Makes the two environments of a checkout; run by `make`, with any Python 3.8 or newer.

    python3 scripts/setup.py [--dev] [--gpu]

Main environment `.venv` (Python 3.11 or newer): everything but Rasa. Assistant's environment
`bot/assistant/.venv` (Python 3.10): Rasa, from a hash-locked list. Both are made side by
side, and only when what they are made from has changed. Uses the standard library only.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSISTANT = ROOT / "bot" / "assistant"
LOGS = ROOT / "var" / "log"
LINUX_CPU_NOTE = "about 4 minutes and 5 GB of disk the first time"


class SetupFailed(Exception):
    """What is missing or went wrong, and the next step."""


def main() -> int:
    """Make what is missing; 0 when both environments are as they should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dev", action="store_true", help="add what the tests and checks need")
    parser.add_argument("--gpu", action="store_true", help="install faiss-gpu in place of faiss-cpu")
    options = parser.parse_args()
    LOGS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    try:
        steps = [s for s in (main_step(dev=options.dev, gpu=options.gpu), assistant_step()) if s is not None]
        if not steps:
            say("Both environments are up to date.")
            return 0
        say(f"Setting up ({LINUX_CPU_NOTE}). Logs: {LOGS}")
        run_side_by_side(steps)
    except SetupFailed as error:
        say(f"Set-up stopped: {error}")
        return 1
    say(f"Set-up is done after {time.monotonic() - began:.0f} s.")
    return 0


def main_step(*, dev, gpu):
    """The step that makes `.venv`, or None when it is as it should be."""
    inputs = [ROOT / "pyproject.toml", ROOT / "constraints.txt"]
    extras = ["dev"] if dev else []
    before = stamp_of(ROOT / ".venv")
    if before.get("dev"):
        extras = ["dev"]  # a set-up for tests is not taken back by a later `make run`
    gpu = gpu or bool(before.get("gpu"))  # neither is one for a GPU; `make clean` does that
    wanted = {"inputs": digest(inputs), "dev": bool(extras), "gpu": gpu}
    if before == wanted:
        return None
    python = find_python((3, 11), upto=(3, 13))
    target = "." + (f"[{','.join(extras)}]" if extras else "")
    pinned = ["install", "-c", "constraints.txt"]
    installs = [[*pinned, "setuptools", "wheel"], [*pinned, "--no-build-isolation", "-e", target]]
    if gpu:  # both wheels own the folder `faiss`, so all of it goes before the right one comes
        installs += [["uninstall", "--yes", "faiss-cpu", "faiss-gpu"], [*pinned, "faiss-gpu"]]
    commands = [pip(*install) for install in installs]
    if not dev:  # the model is exported while Rasa is still being installed, instead of at the first start
        commands.append(["townclerk", "model", "prepare"])
    return Step("main environment", ROOT, python, commands, wanted)


def assistant_step():
    """The step that makes `bot/assistant/.venv`, or None when it is as it should be."""
    requirements = ASSISTANT / "requirements.txt"
    wanted = {"inputs": digest([requirements])}
    if stamp_of(ASSISTANT / ".venv") == wanted:
        return None
    python = find_python((3, 10), upto=(3, 10))
    return Step(
        "assistant's environment (Rasa)",
        ASSISTANT,
        python,
        [pip("install", "--require-hashes", "-r", "requirements.txt")],
        wanted,
    )


def pip(*arguments):
    """The command of pip in an environment."""
    return ["python", "-m", "pip", "--quiet", *arguments]


class Step:
    """Makes one virtual environment by commands in it. `wanted` is written as its stamp when all went well."""

    def __init__(self, name, folder, python, commands, wanted):
        self.name = name
        self.folder = folder
        self.python = python
        self.commands = commands
        self.wanted = wanted
        self.error = None
        self.log = LOGS / f"setup-{folder.name}.log"

    def run(self):
        """Make the environment and install; the reason of a failure is left in `error`."""
        try:
            venv = self.folder / ".venv"
            if not (venv / "bin" / "python").exists() or version_of(venv / "bin" / "python") != version_of(self.python):
                self.call([self.python, "-m", "venv", "--clear", str(venv)])
            for program, *arguments in self.commands:
                self.call([str(venv / "bin" / program), *arguments])
            (venv / "townclerk-stamp.json").write_text(json.dumps(self.wanted))
        except SetupFailed as error:
            self.error = str(error)

    def call(self, command):
        """Run one command, its output in the log. Raises SetupFailed with the log's end."""
        with self.log.open("ab") as log:
            done = subprocess.run(
                command, cwd=self.folder, stdout=log, stderr=log, env={**os.environ, "PYTHONWARNINGS": "ignore"}
            )
        if done.returncode:
            tail = self.log.read_text(errors="replace")[-1500:]
            raise SetupFailed(f"{' '.join(map(str, command[:6]))} ... failed. End of {self.log}:\n{tail}")


def run_side_by_side(steps):
    """Run the steps at once, saying every few seconds what is still under way."""
    began = time.monotonic()
    threads = {step: threading.Thread(target=step.run, daemon=True) for step in steps}
    for thread in threads.values():
        thread.start()
    waiting = dict(threads)
    beat = 0
    while waiting:
        time.sleep(0.5)
        for step in [s for s, t in waiting.items() if not t.is_alive()]:
            waiting.pop(step)
            say(f"  {step.name}: {'FAILED' if step.error else 'done'} after {time.monotonic() - began:.0f} s")
        if waiting and time.monotonic() - began > (beat + 1) * 15:
            beat = int((time.monotonic() - began) / 15)
            say(f"  {time.monotonic() - began:3.0f} s: still installing {' and '.join(s.name for s in waiting)}")
    failed = [s.error for s in steps if s.error]
    if failed:
        raise SetupFailed("\n".join(failed))


def find_python(lowest, *, upto):
    """A working interpreter from `lowest` to `upto`, from the PATH, pyenv or uv. Raises SetupFailed."""
    minors = range(lowest[1], upto[1] + 1)
    candidates = [
        sys.executable,
        *(shutil.which(f"python3.{m}") for m in minors),
        shutil.which("python3"),
        shutil.which("python"),
    ]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in minors:
        candidates += sorted((str(p) for p in pyenv.glob(f"3.{minor}.*/bin/python")), reverse=True)
    for candidate in candidates:
        if candidate and lowest <= version_of(candidate) <= upto:
            return candidate
    if shutil.which("uv"):
        name = f"3.{lowest[1]}"
        for verb in (["find"], ["install"], ["find"]):
            done = subprocess.run(["uv", "python", *verb, name], capture_output=True, text=True)
            if verb == ["find"] and done.returncode == 0:
                return done.stdout.strip()
    needed = f"3.{lowest[1]}" + ("" if lowest == upto else f" to 3.{upto[1]}")
    raise SetupFailed(
        f"no Python {needed} was found (looked at the PATH, pyenv and uv).\n"
        f"  Install one: `uv python install 3.{lowest[1]}`, `pyenv install 3.{lowest[1]}`, or your system's package; then run the same command again."
    )


def version_of(python):
    """(major, minor) of an interpreter, or (0, 0) when it does not run (a pyenv shim without a version)."""
    asked = "import sys; print(sys.version_info[0], sys.version_info[1])"
    try:
        done = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, timeout=20, cwd=str(ROOT))
        return tuple(map(int, done.stdout.split())) if done.returncode == 0 else (0, 0)
    except (OSError, subprocess.SubprocessError, ValueError):
        return (0, 0)


def digest(paths):
    """One hash over the files an environment is made from."""
    return hashlib.sha256(b"".join(p.read_bytes() for p in paths)).hexdigest()


def stamp_of(venv):
    """What the environment was last made from; empty when it was never finished."""
    try:
        return json.loads((venv / "townclerk-stamp.json").read_text())
    except (OSError, ValueError):
        return {}


def say(line):
    """One line of progress, at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
