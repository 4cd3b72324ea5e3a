"""Make ``static/icons.svg`` from the icons of lucide-static that the pages use.

Run it after changing ``ICONS``: ``python static/vendor/make_sprite.py`` (needs ``npm``). Every
file is checked against its sha256 before a byte of it is used; ``--hashes`` prints those of the
pinned version, for a look at the difference when ``VERSION`` moves.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "1.62.0"
PACKAGE_SHA256 = "386f9080c440d6f5049cefe3456ae8357f7a0c7f76e59670cd1cb83bc7050a44"
LICENCE_SHA256 = "b495047bd93a9b06913511076f504daba17d5bbeb3e0650f3bb53a4220329c57"
ICONS = {
    "archive": "d56ebcb5e1d135095246cf20c4c501163eb247c427533e131a00ec5df0435ed7",
    "arrow-left": "93c74e0518218779e047930b141788e2db90e3426867196113dcc1879756f164",
    "check": "dd75f2095400934bc2736945541aff36fbcf716db7705bebdd62bc6a8a2cd707",
    "chevron-down": "f3d7ced811723ce5f6022acba7908eb04386fe83729fcffd92a09fa115fac055",
    "chevron-left": "e21a9249831889dec2ea2fa2450b191ca587dbb2ad270bd55f06678a858f4638",
    "chevron-right": "b30a11621e29a1e26538529fd991a8b57345a5f67bd60150e99eebad8fe7fc8b",
    "circle-alert": "bb26c84004446490d25d686b6ca238527616e18322b7a0d53a356c08c7ffd74a",
    "circle-check": "e2ca9809114ccead18bf1ca51d1dd43f78f953363588c1f35fdbdb5a80726ef9",
    "clock": "a96f7ac1cfe9f0278e307ffaa1116297e05a7c5a89e96cca4e6e02b1053074f9",
    "copy": "6b3ccbc514bedff8a9b86bf8f401c3a2c7347957d25743328d09c758c4f05868",
    "download": "ee0bac401bab7703f9e4ff944fe047df065b53614a63de1edeedf9598a7d223c",
    "file": "e2a3eda674b4c0a7bdab6a9767d8a4e4de37fb2bb55299849b26aa8047acdfe1",
    "flag": "aa042ea636b22b4c8abddee419c65ee3c9b4747d52eaccb98c9f096cca16b112",
    "folder": "4019cfd634de38f50f4ecb2f307882c718c2b936be0884f52e8b496c08f25698",
    "image": "af8411d68948af00ae858f8d355ed4001136b6abbeab25f0c2abf6d78c38f84e",
    "inbox": "d6648e9c267af23baaa9a5e157f75930e8f5590f741fcefafe4d01d3b4e87376",
    "info": "ecb172e55f65117ed1543962b6a0cb662290b98a00aa7134079661f6dd940696",
    "key": "1b230ddd5b7518ea90c21450fafcfc4a22f7677cafa34bd5d3855094bbcc2d7f",
    "keyboard": "fce80551a86fe67b968637301921b8b441d4addc3c431a41d25b2a42afb1dca4",
    "lock": "f46065de9745f7ac6c4fb6598db513b583eb010b81521b9d2b5f9ee3ef88f2d8",
    "log-out": "4449672cfd4ba1a5e8b21bdef6d63dd880f3c2fbe1118faf40cc259bacd58f99",
    "menu": "fc8062d8e1386ab5dc3011652ccbcef044527cabc4519e239961b3183d3495b8",
    "message-square": "0436334a7924ba710fc73031ff14891d041ede72db94d7fd5bb0bdb0d7ca0af5",
    "monitor": "7238439fbdc3850d6ee885744d82f1a8e6cf74eb5c47220117212efb93eba6b1",
    "moon": "d21de626f4eb8151fb4ef4cb8c6a87698573d58cec2b4e049c861d3ce121dc4e",
    "palette": "849eb9c42d1309ac6b0b310f1472188cdad8dd71900d585353b70470a92b24fb",
    "paperclip": "1b9015a880f6a313c218bf82660c4e97a66c1682b2a52439399f3d2084213964",
    "pencil": "0da176b08c62ef4106967c6434d6e75da599fb95a18679b1cec8ebfd9bc52435",
    "plus": "8043bcd468586973c00ca9ebdc76f625c2e0a5927096ff729f3a2fb6b9079279",
    "search": "865065dc5d0251f5199ba6a6642e53b6c289bbe062f3e52390d2b477b5cbbab6",
    "send": "acd53fe4a1b9716c7e3a887b0c4e9f2f1002f03a9a15c64a08ef3cc9e27b9cb9",
    "settings": "5120e03248cabb64d15af3a923a1a5910c74473750ec5a1e629a930269089d45",
    "sticky-note": "30b7045dc1579afbb2bf558bedea93e876f3a97fa7b39684c7a77ba0b495b50a",
    "store": "3766d62b1ab6a46c489e73a3209bb21ad7c7c95bba5ec0f84b057c6a64b65fc4",
    "sun": "cff1e1e8e0d89931213d2a38c5d834a81090863949fc68ea7cd8deb1f21b02da",
    "tag": "14551b22dc40043885dfeb39bf3291e5e4afbc9b2dc94e4e99ee76b46269b09a",
    "trash-2": "82df3b123a4e5f97cc0f5df5ba077d6600dd94de792d6f5f4799e54b7251048f",
    "user": "835d5d5155e20823547cbb7836b452dca000d6ff5e027ce115d89d0eebd437f3",
    "user-x": "33ebc073b19c4a6cc398adc47ec08643c7700ecc3d91457214f8fec188639ef1",
    "users": "33d60984a2daedf2d97cf7cf7b5b4497dff181b7f95506fdd693ae01773bd98f",
    "x": "b6d03bbafa39df795f96866a607b2b1581c52bb946cca91e9c630ff9e7b380c0",
}

STATIC = Path(__file__).resolve().parent.parent
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)


def download(folder: Path) -> tarfile.TarFile:
    """The pinned package, fetched by npm from whatever registry it is set up for."""
    command = ["npm", "pack", f"lucide-static@{VERSION}", "--silent"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = folder / f"lucide-static-{VERSION}.tgz"
    check(archive.name, archive.read_bytes(), PACKAGE_SHA256)
    return tarfile.open(archive)


def read(package: tarfile.TarFile, path: str) -> bytes:
    """One file of the package."""
    file = package.extractfile(f"package/{path}")
    if file is None:
        raise SystemExit(f"{path} is not a file of lucide-static {VERSION}.")
    return file.read()


def check(name: str, content: bytes, expected: str) -> None:
    """Stop when *content* is not what it was when somebody last looked."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SystemExit(f"{name}: sha256 is {found}, expected {expected}.")


def symbol(name: str, svg: str) -> str:
    """The drawing inside of *svg* as one symbol, without the white space between shapes."""
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if shapes is None:
        raise SystemExit(f"{name}: no <svg> in it.")
    return SYMBOL.format(name=name, shapes=re.sub(r"\s*\n\s*", "", shapes[1]).replace(" />", "/>"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, download(Path(folder)) as package:
        files = {name: read(package, f"icons/{name}.svg") for name in ICONS}
        licence = read(package, "LICENSE")
    if "--hashes" in sys.argv:
        for name, content in files.items():
            print(f'    "{name}": "{hashlib.sha256(content).hexdigest()}",')
        return
    check("LICENSE", licence, LICENCE_SHA256)
    for name, content in files.items():
        check(name, content, ICONS[name])
    symbols = "\n".join(symbol(name, content.decode()) for name, content in files.items())
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'
    (STATIC / "icons.svg").write_text(sprite, encoding="utf-8")
    (STATIC / "icons.LICENSE").write_bytes(licence)


if __name__ == "__main__":
    main()
