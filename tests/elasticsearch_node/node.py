"""A real Elasticsearch node without an installation: built once from the published jars, started on a free port of 127.0.0.1.

    python -m tests.elasticsearch_node.node      build where needed, start, print the address, run until Ctrl-C

Building needs Maven and a JDK of 21 or newer, takes half a minute, and is kept below the user's cache folder under a name made
of everything it is built from. Painless, ILM, security, ingest and Kibana are not in a node like this.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Self

HERE = Path(__file__).parent
VERSION = re.findall("<elasticsearch>(.+?)</elasticsearch>", (HERE / "pom.xml").read_text())[0]
PLUGINS = {"analysis-common": "WireAnalysis", "rest-root": "WireRoot"}
OLDEST_JDK = 21
QUICK_START = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # for tests, whose nodes live for seconds
START_SECONDS = 120


class MissingError(Exception):
    """What a node needs is not on this machine; the message is the reason to skip."""


# ── what it needs ─────────────────────────────────────────────────────────────────────────────────────────────────


def jdk() -> Path:
    """Return the home of a JDK of 21 or newer: JAVA_HOME, the one on the PATH, or one that is installed."""
    on_path = shutil.which("javac")
    homes = [Path(os.environ.get("JAVA_HOME") or "/nowhere"), Path(on_path).resolve().parents[1] if on_path else Path("/nowhere")]
    for home in [*homes, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)]:
        if (home / "bin" / "javac").exists() and _major(home) >= OLDEST_JDK:
            return home
    raise MissingError(f"no JDK of {OLDEST_JDK} or newer: set JAVA_HOME")


def _major(home: Path) -> int:
    said = subprocess.run([home / "bin" / "javac", "-version"], capture_output=True, text=True, check=False)
    found = re.search(r"javac (\d+)", said.stdout + said.stderr)
    return int(found[1]) if found else 0


def maven() -> str:
    """Return the path of Maven."""
    found = shutil.which("mvn")
    if not found:
        raise MissingError("no Maven: mvn is not on the PATH")
    return found


# ── building ──────────────────────────────────────────────────────────────────────────────────────────────────────


def distribution() -> Path:
    """Return the built node, building it where it is not there yet. One process builds, the others wait."""
    sources = sorted([HERE / "pom.xml", *(HERE / "java").iterdir()])
    name = f"elasticsearch-{VERSION}-{sha256(b''.join(path.read_bytes() for path in sources)).hexdigest()[:12]}"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wireroom"
    if (cache / name).is_dir():
        jdk()
        return cache / name
    home, mvn = jdk(), maven()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / name).is_dir():
            with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as folder:
                _build(Path(folder) / name, home, mvn)
                (Path(folder) / name).rename(cache / name)
    return cache / name


def _build(folder: Path, home: Path, mvn: str) -> None:
    modules = folder / "modules"
    modules.mkdir(parents=True)
    shutil.copy(HERE / "java" / "log4j2.properties", folder)
    for profile, target in {"lib": folder / "lib", "transport": modules / "transport-netty4"}.items():
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={target}"]
        _run([mvn, "-B", "-q", "-ntp", "-f", HERE / "pom.xml", "-P", profile, *goal])
    _describe(modules / "transport-netty4", "org.elasticsearch.transport.netty4.Netty4Plugin")
    _compile(home, folder, "WireNode", folder / "launcher.jar")
    for module, plugin in PLUGINS.items():
        (modules / module).mkdir()
        _compile(home, folder, plugin, modules / module / f"{module}.jar")
        _describe(modules / module, f"wireroom.{plugin}")
    zstd = next((path for path in Path("/usr/lib").glob("*/libzstd.so.1")), None)
    (folder / "native").mkdir()
    if zstd:
        (folder / "native" / "libzstd.so").symlink_to(zstd)


def _compile(home: Path, folder: Path, name: str, jar: Path) -> None:
    with tempfile.TemporaryDirectory() as classes:
        _run([home / "bin" / "javac", "-nowarn", "-d", classes, "-cp", f"{folder / 'lib'}/*", HERE / "java" / f"{name}.java"])
        _run([home / "bin" / "jar", "cf", jar, "-C", classes, "."])


def _describe(module: Path, plugin: str) -> None:
    said = {"name": module.name, "description": module.name, "version": VERSION, "elasticsearch.version": VERSION}
    lines = said | {"java.version": str(OLDEST_JDK), "classname": plugin}
    (module / "plugin-descriptor.properties").write_text("".join(f"{key}={value}\n" for key, value in lines.items()))


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError(f"cannot build the node: {Path(command[0]).name}: {(done.stdout + done.stderr).strip()[-500:]}")


# ── running ───────────────────────────────────────────────────────────────────────────────────────────────────────


class RunningNode:
    """A node over a folder; the folder keeps its data when the node is killed and started again.

    Args:
        java: options of the virtual machine, its heap among them.
        settings: of the node, with `__` for a dot.
    """

    def __init__(self, folder: Path, *, port: int = 0, java: Sequence[str] = QUICK_START, **settings: str) -> None:
        self.folder = folder
        self.url = ""
        self._port = port
        self._options = java
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, **settings: str) -> None:
        """Start, and return when it answers; after a `kill`, on the same port as before."""
        built = distribution()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config").mkdir(exist_ok=True)
        shutil.copy(built / "log4j2.properties", self.folder / "config")
        if not (self.folder / "modules").exists():
            (self.folder / "modules").symlink_to(built / "modules")
        options = {"http.port": str(self._port), **{key.replace("__", "."): value for key, value in (self._settings | settings).items()}}
        with (self.folder / "node.log").open("a") as log:
            self._process = subprocess.Popen(
                [*_java(built, self._options), "WireNode", self.folder, *(f"{key}={value}" for key, value in options.items())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("READY "):
                self.url = line.split()[1]
                self._port = int(self.url.rpartition(":")[2])
                return
        self.stop()
        raise RuntimeError(f"the node did not start: {(self.folder / 'node.log').read_text()[-3000:]}")

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        if self._process:
            self._process.kill()
        self.stop()

    def freeze(self) -> None:
        """Let it hang, as a machine does that has nothing left to give: connections stand, and nobody answers."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it; nothing happens where it does not run."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()


def _java(built: Path, options: Sequence[str]) -> list[str | Path]:
    """The archive of loaded classes is written when a node first ends, and halves the start of every other with the same options."""
    archive = ["-XX:+AutoCreateSharedArchive", f"-XX:SharedArchiveFile={built / 'classes.jsa'}"] if options == QUICK_START else []
    return [
        jdk() / "bin" / "java", *options, *archive, "-Xlog:disable", "-Xlog:all=error:stderr",
        "--enable-native-access=ALL-UNNAMED", "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
        f"-Des.nativelibs.path={built / 'native'}", "-cp", f"{built / 'launcher.jar'}:{built / 'lib'}/*",
    ]  # fmt: skip


@contextmanager
def temporary_node(**settings: str) -> Iterator[RunningNode]:
    """A node over a folder that goes with it."""
    folder = tempfile.TemporaryDirectory(prefix="elasticsearch-", ignore_cleanup_errors=True)
    with folder, RunningNode(Path(folder.name), **settings) as node:
        yield node


def main() -> int:
    """Run a node until the input ends or Ctrl-C."""
    with temporary_node() as node:
        print(node.url, flush=True)
        try:
            sys.stdin.read()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
