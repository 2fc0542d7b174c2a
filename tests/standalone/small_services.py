"""Programs as small as can be that a supervisor keeps in tests, and a supervisor that keeps them.

python -m tests.standalone.small_services supervise FOLDER WHAT     see `SUPERVISED`
python -m tests.standalone.small_services serve PIDFILE PORT        answers 200 to everything, with a child of its own
python -m tests.standalone.small_services fail                      says much and ends with status 3
"""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ME = (sys.executable, "-m", "tests.standalone.small_services")


def serve(pid_file: str, port: str) -> None:
    """Answer until killed; a child sleeps beside."""
    child = subprocess.Popen(["sleep", "600"])
    Path(pid_file).write_text(f"{os.getpid()} {child.pid}")
    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), http.server.SimpleHTTPRequestHandler).serve_forever()


def fail() -> None:
    """Fill the log and go."""
    for number in range(20_000):
        print("line", number)
    print("the reason\x1b[31m")
    sys.exit(3)


def supervise(folder: str, what: str, port: str = "0") -> None:
    """Keep the services of one case; print what happens, a line each."""
    from pipeline.errors import WireroomError
    from pipeline.standalone.services import Service
    from pipeline.standalone.supervisor import Supervisor, answers

    home = Path(folder)
    url = f"http://127.0.0.1:{port}/"
    served = Service(name="served", command=(*ME, "serve", str(home / "pids"), port), health_url=url)
    cases = {
        "one": [served],
        "one that fails": [Service(name="failing", command=(*ME, "fail"), health_url="http://127.0.0.1:1/")],
        "one that sleeps": [Service(name="sleeping", command=("sleep", "600"), health_url="http://127.0.0.1:1/")],
        "one that is not there": [served, Service(name="absent", command=("/no/such/program",), health_url=url)],
    }
    supervisor = Supervisor(cases[what], logs=home / "logs", environment=os.environ, say=lambda text: print(text, flush=True))
    try:
        with supervisor:
            supervisor.start()
            supervisor.wait_healthy(answers, seconds=20.0 if what == "one" else 1.5, tick=lambda service: None)
            print("healthy", flush=True)
            supervisor.keep()
    except WireroomError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)


def parent(*arguments: str) -> None:
    """Start a supervisor and be its parent until killed."""
    subprocess.Popen([*ME, "supervise", *arguments])
    time.sleep(600)


PROGRAMS: dict[str, Callable[..., None]] = {"serve": serve, "fail": fail, "supervise": supervise, "parent": parent}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
