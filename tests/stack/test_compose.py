"""docker-compose.yml says nothing that cannot be: each name it uses is defined, each secret is written, nothing is open to the world."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from pipeline.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"setup", "setup-kibana"}
REFERENCE = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)([^}]*)\}")
each_service = pytest.mark.parametrize("name", sorted(SERVICES))
each_lasting = pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
each_image_of_ours = pytest.mark.parametrize("name", sorted(name for name in SERVICES if "build" in SERVICES[name]))


def strings(value: object) -> Iterator[str]:
    """Every text within YAML, keys too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (*strings(key), *strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def words(name: str) -> list[str]:
    """The programs that a service calls: its command's and its health check's, shells taken apart."""
    calls = [SERVICES[name].get("command"), SERVICES[name].get("healthcheck", {}).get("test")]
    found = []
    for call in filter(None, calls):
        first, *rest = call
        if first == "CMD":
            found.append(rest[0])
        elif first == "CMD-SHELL":
            found.append(rest[0].split()[0])
        else:
            found.append(first)
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What scripts/env writes."""
    path = tmp_path_factory.mktemp("env") / ".env"
    subprocess.run([sys.executable, ROOT / "scripts" / "env", path], check=True, capture_output=True)
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if line and not line.startswith("#"))


def test_every_variable_is_written_by_make_env(written: dict[str, str]) -> None:
    """And what it writes is used: a secret that nobody uses protects nothing."""
    assert {name for text in strings(COMPOSE) for name, _ in REFERENCE.findall(text)} == set(written)


def test_nothing_starts_without_its_variables() -> None:
    """No default anywhere: a reference fails with the remedy, and none is of the form that would let an unset one pass."""
    found = [rest for text in strings(COMPOSE) for _, rest in REFERENCE.findall(text)]
    assert len(found) > 30
    assert set(found) == {":?run make env", "?run make env"}
    assert not re.search(r"(?<!\$)\$[A-Za-z]", "".join(strings(COMPOSE))), "a variable without braces is put in, unset ones as nothing"


DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+")
SIZE = re.compile(r"\d+(?:\.\d+)?[bkmg]b?", re.IGNORECASE)


def filled_in(values: dict[str, str], compose: dict[str, Any] = COMPOSE) -> str:
    """The file as Docker has it once YAML's merges are done and the variables are filled in."""
    return REFERENCE.sub(lambda found: values[found[1]], json.dumps(compose))


def test_it_is_of_the_compose_specification(written: dict[str, str]) -> None:
    """Every word, its place and the form of its value; networks that are referred to are there.

    By the types of the specification in compose-spec; `make stack-check` asks Docker's own loader too.
    """
    read = PyCompose.from_json(filled_in(written))
    read.validate()
    assert set(read.service_names()) == set(SERVICES)


NEARLY_RIGHT = {
    "a word": ("health_check", {"postgres": {"health_check": {"test": ["CMD", "true"]}}}),
    "a word inside": ("intervall", {"postgres": {"healthcheck": {"intervall": "1s"}}}),
    "a duration": ("seconds", {"postgres": {"healthcheck": {"interval": "10 seconds"}}}),
    "a size": ("lots", {"postgres": {"deploy": {"resources": {"limits": {"memory": "lots"}}}}}),
    "a choice": ("perhaps", {"postgres": {"restart": "perhaps"}}),
    "a condition": ("service_helthy", {"web": {"depends_on": {"postgres": {"condition": "service_helthy"}}}}),
    "a network": ("insid", {"postgres": {"networks": ["insid"]}}),
}


@pytest.mark.parametrize("what", NEARLY_RIGHT)
def test_what_is_nearly_right_is_found(written: dict[str, str], what: str) -> None:
    """The check refuses what Docker refuses, and names it."""
    named, wrong = NEARLY_RIGHT[what]
    services = {name: service | wrong.get(name, {}) for name, service in SERVICES.items()}
    with pytest.raises(ValueError, match=named):
        PyCompose.from_json(filled_in(written, COMPOSE | {"services": services})).validate()


@each_service
def test_values_are_of_their_types(name: str) -> None:
    """Durations with a unit, sizes too, numbers of CPUs as text or number, a test as a list that says how it is run."""
    service = SERVICES[name]
    check = service.get("healthcheck", {})
    for key in ("interval", "timeout", "start_period", "start_interval"):
        assert DURATION.fullmatch(str(check.get(key, "1s"))), key
    assert isinstance(check.get("retries", 1), int)
    assert check.get("test", ["CMD"])[0] in {"CMD", "CMD-SHELL"}
    limits = service["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) > 0
    assert SIZE.fullmatch(str(limits["memory"])) or REFERENCE.fullmatch(str(limits["memory"]))
    assert isinstance(limits["pids"], int)
    assert DURATION.fullmatch(str(service.get("stop_grace_period", "1s")))
    assert all(isinstance(value, str | int | float) for value in service.get("environment", {}).values())
    assert isinstance(service.get("command", []), list)


@each_service
def test_images_have_a_version(name: str) -> None:
    """One that says which; `latest` and a bare name mean another one each day."""
    assert re.fullmatch(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?", SERVICES[name]["image"])


def test_elasticsearch_and_kibana_are_of_the_version_that_the_tests_run() -> None:
    """One version in both images and in the node of the tests."""
    tested = re.findall("<elasticsearch>(.+?)</elasticsearch>", (ROOT / "tests/elasticsearch_node/pom.xml").read_text())
    assert [SERVICES[name]["image"].rpartition(":")[2] for name in ("elasticsearch", "kibana")] == tested * 2


@each_service
def test_references_lead_somewhere(name: str) -> None:
    """What it waits for, mounts and joins is defined; what it waits to be healthy has a check; files of ours are there."""
    service = SERVICES[name]
    for other, how in service.get("depends_on", {}).items():
        assert other in SERVICES
        assert how == {"condition": "service_completed_successfully" if other in ONCE else "service_healthy"}
    for mount in service.get("volumes", []):
        source = mount.split(":")[0]
        assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"]
    assert service["networks"]
    assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_nobody_waits_for_himself() -> None:
    """What waits for what has an end."""
    left = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    while ready := [name for name, waits in left.items() if not waits]:
        left = {name: waits - set(ready) for name, waits in left.items() if name not in ready}
    assert left == {}


def test_all_that_is_defined_is_used() -> None:
    """Each volume and each network has somebody in it."""
    mounted = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= mounted
    assert set(COMPOSE["networks"]) == {network for service in SERVICES.values() for network in service["networks"]}


@each_service
def test_hosts_within_addresses_are_services(name: str) -> None:
    """An address names a service that is on one of its networks, or this container itself, or is for the browser outside."""
    for key, text in SERVICES[name].get("environment", {}).items():
        for host in re.findall(r"://(?:[^@/]*@)?([a-z][a-z0-9.-]*)", str(text)):
            if key != "WIREROOM_CONTACT":
                assert set(SERVICES[host]["networks"]) & set(SERVICES[name]["networks"]), f"{key}: {host}"


@each_lasting
def test_what_lasts_has_a_health_check_and_comes_back(name: str) -> None:
    """With an end to its patience."""
    service = SERVICES[name]
    assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])
    assert service["restart"] == "unless-stopped"


@each_service
def test_limits_and_no_privileges(name: str) -> None:
    """Bounded CPU, memory, processes and logs; no rights beyond those that are named."""
    service = SERVICES[name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & set(service)
    assert set(service.get("cap_add", [])) <= {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}


@each_service
def test_ports_are_open_to_this_machine_alone(name: str, written: dict[str, str]) -> None:
    """Each begins with the address to bind to, which is 127.0.0.1 unless somebody changes it; the stores publish none."""
    ports = SERVICES[name].get("ports", [])
    assert all(port.startswith("${BIND_ADDRESS:?") for port in ports)
    assert written["BIND_ADDRESS"] == "127.0.0.1"
    if SERVICES[name]["networks"] == ["inside"]:
        assert ports == []
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", ["postgres", "redis", "elasticsearch"])
def test_stores_are_inside(name: str) -> None:
    """On the network that leads nowhere, and on no other."""
    assert SERVICES[name]["networks"] == ["inside"]


@each_image_of_ours
def test_programs_are_in_our_image(name: str) -> None:
    """Each first word is a program of the locked environment; those of Celery are looked up in its list."""
    locked = (ROOT / "requirements-stack.txt").read_text()
    for program in words(name):
        there = shutil.which(program, path=str(Path(sys.executable).parent))
        assert there or (program == "celery" and "\ncelery==5.6." in locked), program


@each_image_of_ours
def test_modules_and_subcommands_exist(name: str) -> None:
    """`python -m` names a module of ours; `airflow` and `wireroom` are given a subcommand that they have."""
    command = SERVICES[name]["command"]
    if command[:2] == ["python", "-m"]:
        assert find_spec(command[2])
    elif command[0] == "wireroom":
        assert (
            subprocess.run([sys.executable, "-m", "pipeline.cli", command[1], "--help"], capture_output=True, check=False).returncode == 0
        )
    else:
        assert command[0] == "airflow"
        assert command[1:] in (["api-server"], ["scheduler"], ["dag-processor"], ["triggerer"], ["celery", "worker"])


@each_image_of_ours
def test_settings_exist(name: str) -> None:
    """Each WIREROOM_ variable of a container is a setting."""
    given = {key.removeprefix(PREFIX).lower() for key in SERVICES[name]["environment"] if key.startswith(PREFIX)}
    assert given <= set(Settings.model_fields)


@each_image_of_ours
def test_airflow_settings_exist(name: str) -> None:
    """Each AIRFLOW__SECTION__KEY is an option of Airflow, of the Celery provider, or of its broker's transport."""
    known = yaml.safe_load((Path(find_spec("airflow").submodule_search_locations[0]) / "config_templates/config.yml").read_text())  # type: ignore[union-attr,index]
    of_celery = {"broker_url", "result_backend", "worker_concurrency"}
    for key in SERVICES[name]["environment"]:
        if key.startswith("AIRFLOW__"):
            _, section, option = key.lower().split("__")
            there = option in known.get(section, {}).get("options", {}) or (section == "celery" and option in of_celery)
            assert there or (section, option) == ("celery_broker_transport_options", "visibility_timeout"), key


def test_the_search_page_may_not_write_the_index() -> None:
    """It gets the reader's password, and neither the writer's nor anybody else's."""
    environment = SERVICES["web"]["environment"]
    assert environment["WIREROOM_INDEX_USER"] == "wireroom_search"
    assert {name for name, _ in REFERENCE.findall(" ".join(strings(environment)))} == {
        "INDEX_READER_PASSWORD", "WIREROOM_CONTACT", "WIREROOM_DB_PASSWORD",
    }  # fmt: skip


def test_superusers_passwords_are_with_their_server_and_the_setup_alone() -> None:
    """A worker that runs foreign pages through a parser holds no key to the whole cluster."""
    holders = {
        secret: {name for name, service in SERVICES.items() if secret in "".join(strings(service))}
        for secret in ("${ELASTIC_PASSWORD", "${POSTGRES_PASSWORD")
    }
    assert holders == {"${ELASTIC_PASSWORD": {"elasticsearch", "setup", "setup-kibana"}, "${POSTGRES_PASSWORD": {"postgres"}}


def test_the_examples_for_several_machines_are_of_the_same_versions() -> None:
    """They parse, and name the versions of the stack; the settings of their containers are those of docker-compose.yml."""
    values = yaml.safe_load((ROOT / "stack/values.yaml").read_text())
    assert f"apache-airflow=={values['airflowVersion']} " in (ROOT / "requirements-stack.txt").read_text()
    assert f"wireroom:{values['images']['airflow']['tag']}" == SERVICES["web"]["image"]
    assert values["executor"] == SERVICES["airflow-worker"]["environment"]["AIRFLOW__CORE__EXECUTOR"]
    assert {variable["name"] for variable in values["env"]} <= set(SERVICES["airflow-worker"]["environment"])
    versions = [one["spec"]["version"] for one in yaml.safe_load_all((ROOT / "stack/elasticsearch.yaml").read_text())]
    assert versions == [SERVICES["elasticsearch"]["image"].rpartition(":")[2]] * 2


def test_our_image_is_built_from_what_is_pinned() -> None:
    """The image that it starts from has a version, packages come from the hashed list, and it does not run as root."""
    steps = (ROOT / "Dockerfile").read_text().splitlines()
    assert re.fullmatch(r"FROM python:3\.11\.\d+-slim-[a-z]+", next(step for step in steps if step.startswith("FROM")))
    installs = [step for step in steps if "pip install" in step]
    assert all("--require-hashes" in step or "--editable ." in step for step in installs)
    assert [step for step in steps if step.startswith("USER")] == ["USER wireroom"]
    assert {".env", ".git", "var"} <= set((ROOT / ".dockerignore").read_text().splitlines())
