"""Fetch the few files of other projects that pages and tests use.

Run ``python static/vendor/fetch.py`` after changing ``PACKAGES`` (needs ``npm``). A package and
each of its files is checked against its sha256 before it is written; ``--hashes`` prints those of
the pinned versions.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1] / "tests" / "browser" / "vendor"


@dataclass(frozen=True)
class Package:
    """A package of npm's, and which of its files we take: name there → name here, sha256."""

    name: str
    version: str
    license: str  # by SPDX
    sha256: str
    files: dict[str, tuple[str, str]]
    folder: Path = HERE

    @property
    def archive(self) -> str:
        return f"{self.name}-{self.version}.tgz"


PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
        {
            "dist/htmx.min.js": (
                "htmx.min.js",
                "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
            ),
            "LICENSE": (
                "htmx.LICENSE",
                "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
            ),
        },
    ),
    Package(
        "uplot",
        "1.6.32",
        "MIT",
        "4b8a8191e425658e3ea8c8c1314b0fc679c861ee3a1af2b20c7b16ba50b5133d",
        {
            "dist/uPlot.iife.min.js": (
                "uplot.min.js",
                "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
            ),
            "dist/uPlot.min.css": (
                "uplot.min.css",
                "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
            ),
            "LICENSE": (
                "uplot.LICENSE",
                "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
            ),
        },
    ),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
        {
            "axe.min.js": (
                "axe.min.js",
                "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
            ),
            "LICENSE": (
                "axe.LICENSE",
                "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
            ),
        },
        TESTS,
    ),
)


def main() -> None:
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in read(package, Path(folder)).items():
                (package.folder / name).write_bytes(content)


def read(package: Package, folder: Path) -> dict[str, bytes]:
    """The files that we take of *package*, by our names, as npm's registry has them."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--silent"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = folder / package.archive
    check(archive.name, archive.read_bytes(), package.sha256)
    taken = {}
    with tarfile.open(archive) as tar:
        for path, (name, sha256) in package.files.items():
            file = tar.extractfile(f"package/{path}")
            if file is None:
                raise SystemExit(f"{path} is not a file of {archive.name}.")
            taken[name] = file.read()
            check(path, taken[name], sha256)
    return taken


def check(name: str, content: bytes, expected: str) -> None:
    """Stop when *content* is not what it was when somebody last looked."""
    found = hashlib.sha256(content).hexdigest()
    if "--hashes" in sys.argv:
        print(f"{name}: {found}")
    elif found != expected:
        raise SystemExit(f"{name}: sha256 is {found}, expected {expected}.")


if __name__ == "__main__":
    main()
