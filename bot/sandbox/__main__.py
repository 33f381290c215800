"""Runs a workspace alone: `python -m bot.sandbox --workspace FILE --manifest FILE`."""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from bot.sandbox.server import build_sandbox, serve_sandbox
from bot.sandbox.workspace_file import WorkspaceFileError, load_workspace


def main(argv: Sequence[str] | None = None, *, program: str = "python -m bot.sandbox") -> int:
    """Serve until interrupted; returns the process's exit code. `program`: what it was called as."""
    options = _options(argv, program)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # Each connection of the page and each call of the app would be a line.
    for chatty in ("httpx", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        workspace = load_workspace(options.workspace)
        manifest = json.loads(options.manifest.read_text(encoding="utf-8"))
        app = build_sandbox(workspace, manifest, events_url=options.events_url, data=options.data)
    except WorkspaceFileError as error:
        return _fail("\n".join(f"{options.workspace}: {fault}" for fault in error.faults))
    except (OSError, ValueError) as error:
        return _fail(str(error))
    if options.with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve_sandbox(app, host=options.host, port=options.port))
    return 0


def _options(argv: Sequence[str] | None, program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True, help="workspace file (YAML)")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest (JSON)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--data", type=Path, help="folder in which all state survives a restart")
    parser.add_argument("--events-url", help="the app's request URL, for HTTP instead of Socket Mode")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when standard input does: with whoever started it"
    )
    return parser.parse_args(argv)


def _end_with_parent() -> None:
    # A parent that is killed outright can't end it, and it would keep the port. Read past the interpreter's
    # own buffer, whose lock a thread still reading at the end would hold.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _fail(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
