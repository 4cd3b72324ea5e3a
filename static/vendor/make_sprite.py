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
    "arrow-down": "0dbdc5e3d8acbcd2a66511751a34b2ff06b65c061595bd9c946adbc218791bfd",
    "arrow-left": "93c74e0518218779e047930b141788e2db90e3426867196113dcc1879756f164",
    "arrow-right-left": "2ad3690aeb86b232d4533a7850d27db901a01114c0ed2010c6fcb75412078b2e",
    "arrow-up": "858ab87f48feeca541164ba2b1e0dc51bc3170d0f90bdf7fb8b1ea97c76bdfeb",
    "at-sign": "c33872980f2f2ce7fe40a9c87f89cafc293b5103121177972e92047d921cc6d1",
    "ban": "8283b27951c7700cd64b2176ee71e85e52d41ae11e1a07f35d61eaa9216dadae",
    "bell": "554641f919fe7e073cc04c4ce295bde718a3eb0e83850eb8d7900ce00d9eb022",
    "bell-off": "786202ff9488c8ccedc996e989fadf188efd356b4d504bc246e923c9d588aeec",
    "bold": "dcc141d53f4bdb25cd8eeef05af0cc486fd530c6fdc4f616545493a669cf3c21",
    "bookmark": "d2ec8294a2f21df43a7bd86b90a90946a0d110240dd54184504c9b792e0949ce",
    "building-2": "be2af4d707efd94e0b54846e01302e07b4e8fa0a98fb8b19e81c58edbe20dc24",
    "calendar": "08e7a254787e6414c47c1354558091328144e824a17bdaa2d842661ed129e316",
    "chart-column": "faeb2a9bc2ed31d3cf2b46376973edf71dec6e16abfd968b1833bb459874ba7c",
    "chart-line": "2f1dce5ab05ec6fa20c68df3dcfb51b5f4bc46db2913d6dd0421f830b2dfe745",
    "check": "dd75f2095400934bc2736945541aff36fbcf716db7705bebdd62bc6a8a2cd707",
    "check-check": "71f2ffd7ebbe233e1f7540c9f109547b2e25bb57a2216973cb92c1c2b0107f2f",
    "chevron-down": "f3d7ced811723ce5f6022acba7908eb04386fe83729fcffd92a09fa115fac055",
    "chevron-left": "e21a9249831889dec2ea2fa2450b191ca587dbb2ad270bd55f06678a858f4638",
    "chevron-right": "b30a11621e29a1e26538529fd991a8b57345a5f67bd60150e99eebad8fe7fc8b",
    "circle-alert": "bb26c84004446490d25d686b6ca238527616e18322b7a0d53a356c08c7ffd74a",
    "circle-check": "e2ca9809114ccead18bf1ca51d1dd43f78f953363588c1f35fdbdb5a80726ef9",
    "circle-dot": "1308189b8df22bf7f3906285b899aea83d229c7d3e6490ba7e4f280b07a908e3",
    "circle-question-mark": "75df54d146312a91cfe867abc6d4dc9b0af15d38c8d8892687039a3080b52b7a",
    "clock": "a96f7ac1cfe9f0278e307ffaa1116297e05a7c5a89e96cca4e6e02b1053074f9",
    "code": "243edaaf277eb31ed37f9d45371da5971aca509bb5140fe1aeb702d9f58c9947",
    "command": "723a96c8815e8122ba1a73d79f1612770e2a8ad61911bbe322bcca28ca76c5d1",
    "copy": "6b3ccbc514bedff8a9b86bf8f401c3a2c7347957d25743328d09c758c4f05868",
    "download": "ee0bac401bab7703f9e4ff944fe047df065b53614a63de1edeedf9598a7d223c",
    "ellipsis": "518d8b1587ca2e01bc5bfe796a7685367836432626d427b404a95c6655fa0b5c",
    "external-link": "971609dcb38f73fc258a4f3d998f313ddf6f3e0c96722cef4ce08b736c439c26",
    "eye": "6d18eaf34bef10a430f89713f17ddd8333dea6f53f95df149d02241f055c3110",
    "file": "e2a3eda674b4c0a7bdab6a9767d8a4e4de37fb2bb55299849b26aa8047acdfe1",
    "flag": "aa042ea636b22b4c8abddee419c65ee3c9b4747d52eaccb98c9f096cca16b112",
    "folder": "4019cfd634de38f50f4ecb2f307882c718c2b936be0884f52e8b496c08f25698",
    "funnel": "e005e3b4c94c41e1b611206fe5fadf8764dcbd88aaad5b2f0335d30068da9464",
    "grip-vertical": "a64e71a23465bc8e84d2864e279a059deb934a751a9c243a44d637802f73dab8",
    "hash": "0f32e9a4b4e8f4c9ee4a989ac04907af68c5a61f3a5c46742c01484da648129b",
    "heading": "3d4eb49c6f695e69520a63f436457d4d6aaab031afa0f0aae7ae133cbb3d9148",
    "history": "dc6df8e20ff26bf4a678e2c0a606c2f1d7e61ce222825aff38677b113503e55f",
    "image": "af8411d68948af00ae858f8d355ed4001136b6abbeab25f0c2abf6d78c38f84e",
    "inbox": "d6648e9c267af23baaa9a5e157f75930e8f5590f741fcefafe4d01d3b4e87376",
    "info": "ecb172e55f65117ed1543962b6a0cb662290b98a00aa7134079661f6dd940696",
    "italic": "73c4d51ffb1f32d492790dc6d643a526c67f6dbc6e2ba0e1ed40f11f04e685f4",
    "key": "1b230ddd5b7518ea90c21450fafcfc4a22f7677cafa34bd5d3855094bbcc2d7f",
    "keyboard": "fce80551a86fe67b968637301921b8b441d4addc3c431a41d25b2a42afb1dca4",
    "link": "6f5e005138cb273018e086bc54a12ca0316c98660e879e7a1ebee0b615010548",
    "list": "f1006ebdd69448e357333d9246075839a0d8618a00317dba8f48dab6ac64f9f8",
    "list-checks": "8f52d9cc1fe7171aa9eaa62f3d36760cee58475fa1cd5758d1dc8b45d1cafa45",
    "list-ordered": "7c1ce1c2c0c2bb81a71639a3012bb62f3abb65e29b48f2f95badde2c21e916c1",
    "lock": "f46065de9745f7ac6c4fb6598db513b583eb010b81521b9d2b5f9ee3ef88f2d8",
    "log-out": "4449672cfd4ba1a5e8b21bdef6d63dd880f3c2fbe1118faf40cc259bacd58f99",
    "mail": "f7a68001286aee80db43532414b9801abae79215a01f6b66008cfca0af86a93f",
    "menu": "fc8062d8e1386ab5dc3011652ccbcef044527cabc4519e239961b3183d3495b8",
    "merge": "85ef1f48d7445c4b4cc5806d1e3c07122121dcc0b5e9e65110610eb115f1401d",
    "message-square": "0436334a7924ba710fc73031ff14891d041ede72db94d7fd5bb0bdb0d7ca0af5",
    "monitor": "7238439fbdc3850d6ee885744d82f1a8e6cf74eb5c47220117212efb93eba6b1",
    "moon": "d21de626f4eb8151fb4ef4cb8c6a87698573d58cec2b4e049c861d3ce121dc4e",
    "move": "2dd6f9ea3387b5842e23394dd2e24f12dcb4e8500a65b63b0222d76ed0e5f294",
    "palette": "849eb9c42d1309ac6b0b310f1472188cdad8dd71900d585353b70470a92b24fb",
    "paperclip": "1b9015a880f6a313c218bf82660c4e97a66c1682b2a52439399f3d2084213964",
    "pencil": "0da176b08c62ef4106967c6434d6e75da599fb95a18679b1cec8ebfd9bc52435",
    "phone": "dd5c0b3ebf08b7aaf7b236ca68a50f87cef53faea27c62c6600c7027031e759b",
    "plus": "8043bcd468586973c00ca9ebdc76f625c2e0a5927096ff729f3a2fb6b9079279",
    "refresh-cw": "20a09679a2352091bca250e9abe86b379daec12e88146d1192b3fbbdbf2f5909",
    "reply": "bf8defdd00b80e48ce1a85ec5ac6a82aa27b5ca8451658bdfb260541e0b45ca4",
    "search": "865065dc5d0251f5199ba6a6642e53b6c289bbe062f3e52390d2b477b5cbbab6",
    "send": "acd53fe4a1b9716c7e3a887b0c4e9f2f1002f03a9a15c64a08ef3cc9e27b9cb9",
    "settings": "5120e03248cabb64d15af3a923a1a5910c74473750ec5a1e629a930269089d45",
    "sliders-horizontal": "70d327ecf597d3eaef892f9d5059ec0ef3a01192acdaff69a382f839192b524c",
    "split": "b7153a2bf0087069f8547bca937523d54209df774381b92259eb9237cc70c554",
    "square-check": "4181feda030182741e1c9e813fc454054ddd582391e6dde3b2422004cb78b866",
    "square-terminal": "96eff0ba0932b5f486ff0b602f0ca6c097535b12034bd06f9fad5c8aed39c559",
    "star": "aec356bee5f779e4093f1356ff0466d6994f31f59e2c916caeb20d7d14d82e37",
    "sticky-note": "30b7045dc1579afbb2bf558bedea93e876f3a97fa7b39684c7a77ba0b495b50a",
    "store": "3766d62b1ab6a46c489e73a3209bb21ad7c7c95bba5ec0f84b057c6a64b65fc4",
    "sun": "cff1e1e8e0d89931213d2a38c5d834a81090863949fc68ea7cd8deb1f21b02da",
    "tag": "14551b22dc40043885dfeb39bf3291e5e4afbc9b2dc94e4e99ee76b46269b09a",
    "terminal": "def48768d62cf2fd9c24c9a04702b88cda060b3c76de58585b8a84732c9a8f36",
    "text-cursor-input": "94b84d1f147b120b80fa0d791a53a722277e3c146c6ff5c1d91a7343702408c0",
    "text-quote": "b68554fc9dc67a5b3811c912d4c549c3392582daac5985470c7b97ed1fbedbb6",
    "trash-2": "82df3b123a4e5f97cc0f5df5ba077d6600dd94de792d6f5f4799e54b7251048f",
    "triangle-alert": "8fae33ea4b3f26693773ed2545080ffed5bd42aad9b59084a2ea753827c0763c",
    "type": "4512767d7fe0b07f05150e882847a8d81072bf0dd8f07e85989a74c58e4b05df",
    "undo-2": "36886bb4b352db56cdac1611ff2f2c85f1b621002f4dd1022952d6320fb9536a",
    "unlink": "74b021ddcfd64b4660f4b50599f506ba03c04fe650046a617e76fb85b2046a89",
    "user": "835d5d5155e20823547cbb7836b452dca000d6ff5e027ce115d89d0eebd437f3",
    "user-plus": "8d57eb412854455fea41af0200579eb288c26784af1628fe321869df3acf592f",
    "user-x": "33ebc073b19c4a6cc398adc47ec08643c7700ecc3d91457214f8fec188639ef1",
    "users": "33d60984a2daedf2d97cf7cf7b5b4497dff181b7f95506fdd693ae01773bd98f",
    "x": "b6d03bbafa39df795f96866a607b2b1581c52bb946cca91e9c630ff9e7b380c0",
    "zap": "81ef77e26fc5363a17d93d120b0322c2fa892ad4df53ef6b47884432ac4f7f5a",
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
