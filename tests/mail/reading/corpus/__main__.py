import sys
from pathlib import Path

from . import CASES

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for one in CASES:
    (folder / f"{one.name}.eml").write_bytes(one.raw)
print(f"{len(CASES)} mails in {folder}")
