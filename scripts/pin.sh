#!/bin/sh
# Writes constraints.txt from what is installed in .venv: run after a deliberate upgrade.
# Local build tags (+cpu) are dropped, so the same version installs from any index.
set -eu
cd "$(dirname "$0")/.."
{
  echo "# Every version of the main environment. Made by scripts/pin.sh; a change is a deliberate upgrade."
  .venv/bin/python -m pip freeze --exclude-editable --exclude townclerk 2>/dev/null |
    grep -v -e '^-e ' -e ' @ ' | sed 's/+cpu//' | LC_ALL=C sort -f
  .venv/bin/python -m pip list --format=freeze 2>/dev/null | grep -E '^(setuptools|wheel)=='
  echo "faiss-gpu==$(.venv/bin/python -c 'import importlib.metadata as m; print(m.version("faiss-cpu"))')"
} > constraints.txt
