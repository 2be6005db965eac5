"""The catalogue of facts is whole: reading the log needs no other import."""

import importlib
import pkgutil
import subprocess
import sys

import domain
from domain.facts import TOPICS


def test_importing_the_catalogue_alone_knows_every_topic_of_the_domain() -> None:
    script = "from domain.catalogue import FACTS; print('\\n'.join(sorted(FACTS)))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    ours = {name for name, cls in TOPICS.items() if cls.__module__.startswith("domain.")}
    assert set(said.split()) == ours
