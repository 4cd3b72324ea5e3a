"""What the desk consists of that others made: a CycloneDX list (SBOM), the same for the same lock.

``python .ci/sbom.py``: checks that all of it may be used, and prints how much it is.
``python .ci/sbom.py FILE``: writes the list, too. SOURCE_DATE_EPOCH is its time.
"""

import importlib.metadata
import importlib.util
import os
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "deploy" / "requirements.txt"

# What a shop may run, change and hand on without asking anybody.
ALLOWED = frozenset(
    [
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only"),
        *("MIT", "MIT-0", "PSF-2.0", "ZPL-2.1", "Zlib"),
    ]
)
# Of those that don't say it in a form that programs understand, as their own files say it.
READ = {
    "blinker": "MIT",
    "flask-login": "MIT",
    "flask-sqlalchemy": "BSD-3-Clause",
    "flask-wtf": "BSD-3-Clause",
    "imap-tools": "Apache-2.0",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "mail-parser-reply": "MIT",
    "mistune": "BSD-3-Clause",
    "nh3": "MIT",
    "obstore": "MIT",
    "pyasn1": "BSD-2-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "pyopenssl": "Apache-2.0",
    "pysqlite3": "Zlib",
    "python-dotenv": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "waitress": "ZPL-2.1",
    "werkzeug": "BSD-3-Clause",
    "wtforms": "BSD-3-Clause",
}


def module(path: str):
    """A script of ours, which is in no package."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def license_of(name: str) -> str:
    """The SPDX expression of a Python package that is installed."""
    said = importlib.metadata.metadata(name).get("License-Expression")
    license = said or READ.get(name)
    if license is None:
        sys.exit(f"{name} doesn't say its licence: read its files, and tell .ci/sbom.py.")
    if not any(ALLOWED.issuperset(each.split(" AND ")) for each in license.split(" OR ")):
        sys.exit(f"{name} is under {license}, which nobody has allowed.")
    return license


def component(kind: str, name: str, version: str, license: str, **more) -> Component:
    url = PackageURL(kind, name=name, version=version)
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=url,
        bom_ref=str(url),
        licenses=[LicenseFactory().make_from_string(license)],
        **more,
    )


def packages() -> Iterator[Component]:
    """All that is locked for the image, the extras' included."""
    for line in re.findall(r"^[a-z0-9].*?(?= *\\?$)", LOCK.read_text(), re.MULTILINE):
        locked = Requirement(line)
        if locked.marker is None or locked.marker.evaluate():
            [version] = locked.specifier
            yield component("pypi", locked.name, version.version, license_of(locked.name))


def files() -> Iterator[Component]:
    """What pages load that others made; what only tests use doesn't leave this place."""
    fetch, sprite = module("static/vendor/fetch.py"), module("static/vendor/make_sprite.py")
    for package in fetch.PACKAGES:
        if package.folder == fetch.HERE:
            hashes = [HashType(alg=HashAlgorithm.SHA_256, content=package.sha256)]
            yield component("npm", package.name, package.version, package.license, hashes=hashes)
    yield component("npm", "lucide-static", sprite.VERSION, "ISC")


def needs(name: str, known: dict[str, Component]) -> list[Component]:
    """What the package *name* asks for, of what is *known*."""
    asked = [Requirement(each) for each in importlib.metadata.requires(name) or []]
    return [known[n] for n in sorted({canonicalize_name(a.name) for a in asked}) if n in known]


def made() -> Bom:
    """The whole list."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ours = component("pypi", told["name"], told["version"], told["license"])
    ours.type = ComponentType.APPLICATION
    python, vendored = {one.name: one for one in packages()}, list(files())
    bom = Bom(components=[*python.values(), *vendored])
    bom.metadata.component = ours
    bom.metadata.timestamp = datetime.fromtimestamp(
        int(os.environ.get("SOURCE_DATE_EPOCH", 0)), UTC
    )
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, f"{ours.purl} {LOCK.read_text()}")
    bom.register_dependency(ours, [*needs("helpdesk", python), *vendored])
    for name, one in python.items():
        bom.register_dependency(one, needs(name, python))
    return bom


def main() -> None:
    bom = made()
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        sys.exit(f"This is no CycloneDX: {wrong}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n")
    print(f"{len(bom.components)} components of others, each under a licence that is allowed.")


if __name__ == "__main__":
    main()
