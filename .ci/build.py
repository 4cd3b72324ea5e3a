"""The wheel and the sources' archive, made twice in ways that must not matter, and compared.

``python .ci/build.py FOLDER``: writes both there, and SHA256SUMS. Needs hatchling. The second time
they are made of the archive of the first, in another folder, time zone and language, by somebody
whose files nobody else may read. SOURCE_DATE_EPOCH is the time of all files.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7", "COLUMNS": "40"}


def build(source: Path, folder: Path, **environment: str) -> dict[str, bytes]:
    """What hatchling makes of *source*, by name."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel"]
    subprocess.run(
        [*command, "-d", str(folder)],
        cwd=source,
        check=True,
        env=os.environ | environment,
        capture_output=True,
    )
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def build_again(first: dict[str, bytes], work: Path, **environment: str) -> dict[str, bytes]:
    """The same from the sources' archive of the *first* time, elsewhere."""
    [archive] = [name for name in first if name.endswith(".tar.gz")]
    (work / archive).write_bytes(first[archive])
    mask = os.umask(0o077)
    try:
        with tarfile.open(work / archive) as tar:
            tar.extractall(work / "sources", filter="data")
        [source] = (work / "sources").iterdir()
        (source / "PKG-INFO").unlink()  # is made, and would be taken for a source
        return build(source, work / "made", **environment)
    finally:
        os.umask(mask)


def main() -> None:
    folder = Path(sys.argv[1]).absolute()
    epoch = {"SOURCE_DATE_EPOCH": os.environ["SOURCE_DATE_EPOCH"]}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = build(ROOT, Path(one), **epoch)
        second = build_again(first, Path(other), **epoch, **ELSEWHERE)
    differ = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    if differ:
        sys.exit(f"Not the same bytes when made again: {', '.join(sorted(differ))}")
    folder.mkdir(parents=True, exist_ok=True)
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in first.items()]
    for name, content in first.items():
        (folder / name).write_bytes(content)
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n")
    print(*sums, sep="\n")


if __name__ == "__main__":
    main()
