"""`townclerk model prepare`, and `fetch` from a hub on this machine that speaks the real one's protocol."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index.embedding import models
from tests.ports import free_ports
from townclerk.settings import Settings

FILES = {"config.json": b'{"model_type": "bert"}', "model.safetensors": b"weights", "pytorch_model.bin": b"not wanted"}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(BaseHTTPRequestHandler):
    """One repository, town/model."""

    def do_GET(self) -> None:
        parts = self.path.split("?")[0].strip("/").split("/")
        if parts[:5] == ["api", "models", "town", "model", "tree"]:
            files = [{"type": "file", "path": name, "size": len(body), "oid": "0"} for name, body in FILES.items()]
            self.reply(json.dumps(files).encode())
        elif parts[:4] == ["api", "models", "town", "model"]:
            names = [{"rfilename": name} for name in FILES]
            self.reply(json.dumps({"id": "town/model", "sha": COMMIT, "siblings": names}).encode())
        elif parts[:3] == ["town", "model", "resolve"] and parts[-1] in FILES:
            self.reply(FILES[parts[-1]])
        else:
            self.reply(b"{}", status=404)

    do_HEAD = do_GET

    def reply(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if status == 404:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(name: str, endpoint: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(home),
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_ETAG_TIMEOUT": "60",
    }
    code = "from townclerk.launch.cli import main; main()"
    command = [sys.executable, "-c", code, "model", "fetch", name]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)


def test_a_model_is_fetched_and_the_next_step_said(hub: str, tmp_path: Path) -> None:
    done = fetch("town/model", hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "set TOWNCLERK_MODEL=town/model" in done.stdout
    folder = next((tmp_path / "hub").glob("models--town--model/snapshots/*"))
    assert (folder / "model.safetensors").read_bytes() == b"weights"
    assert not (folder / "pytorch_model.bin").exists()


def test_a_model_that_is_not_there_is_named(hub: str, tmp_path: Path) -> None:
    done = fetch("town/other", hub, tmp_path)
    assert done.returncode == 2
    assert "There is no model 'town/other'" in done.stderr


def test_without_a_way_to_the_hub_it_says_so(tmp_path: Path) -> None:
    done = fetch("town/model", f"http://127.0.0.1:{free_ports(1)[0]}", tmp_path)
    assert done.returncode == 1
    assert "could not be fetched" in done.stderr
    assert "HF_ENDPOINT" in done.stderr


def test_preparing_exports_the_model(settings: Settings) -> None:
    environment = {"TOWNCLERK_HOME": str(settings.home), "TOWNCLERK_MODEL": settings.model, "PATH": ""}
    command = [sys.executable, "-c", "from townclerk.launch.cli import main; main()", "model", "prepare"]
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout == f"{models.find(settings).id} is ready.\n"
    assert (settings.home / "models" / models.find(settings).id / "model.onnx").is_file()
