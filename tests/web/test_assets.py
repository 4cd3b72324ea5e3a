"""What is sent of scripts and style sheets: all that a browser reads, and none of the comments."""

import json
import re
import shutil
import subprocess

import pytest

from helpdesk.paths import STATIC
from helpdesk.web import stripping

SCRIPTS = sorted((STATIC / "js").glob("*.js"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_keeps_every_line_but_comments(path):
    text = path.read_text()
    for line in text.splitlines():
        assert len(re.findall(r"(?<![\"\\])`", line)) % 2 == 0, (
            "a text over several lines would lose its spaces"
        )
    code = [line for line in text.splitlines() if not re.match(r"\s*(//|/\*|\*[ /]|$)", line)]
    sent = stripping.script(text).splitlines()
    assert len(sent) == len(code)
    for line, whole in zip(sent, code, strict=True):
        assert re.fullmatch(re.escape(line) + r"(\s+// .*)?", whole.strip())


# What is wrong with each module of a list: it is read, and not run.
READ = """
import { SourceTextModule } from "node:vm";
import { readFileSync } from "node:fs";
const wrong = (sent) => {
  try { new SourceTextModule(sent); return null; } catch (error) { return String(error); }
};
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(wrong)));
"""


def test_scripts_can_be_read():
    node = shutil.which("node")
    if node is None:
        pytest.skip("There is no node here to read them.")
    sent = [stripping.script(path.read_text()) for path in SCRIPTS]
    words = [node, "--experimental-vm-modules", "--no-warnings", "--input-type=module"]
    read = subprocess.run(
        [*words, "--eval", READ],
        input=json.dumps([*sent, "if ("]),
        text=True,
        capture_output=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    *said, of_half_a_script = json.loads(read.stdout)
    assert {path.name: one for path, one in zip(SCRIPTS, said, strict=True) if one} == {}
    assert of_half_a_script.startswith("SyntaxError")


def test_texts_that_look_like_comments_stay():
    text = (
        'const a = "https://one"; // a link\nconst b = "x // y";\n/** Two\n * lines. */\n  c();\n'
    )
    assert stripping.script(text) == 'const a = "https://one";\nconst b = "x // y";\nc();\n'


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: f"{path.parent.stem}-{path.stem}")
def test_a_sheet_keeps_its_rules(path):
    text = path.read_text()
    sent = stripping.style_sheet(text)
    without = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for sign in "{}()[]'\"":
        assert sent.count(sign) == without.count(sign)
    assert "/*" not in sent
    # A space before a colon means "inside of"; none may go, and none may come.
    inside = re.compile(r"[^\s,{};] :[a-z]+")
    assert inside.findall(" ".join(without.split())) == inside.findall(sent)


def test_assets_speak_to_everybody_alike(desk, agent):
    page = desk.browser(agent).get("/desk/views/open").text
    browser = desk.browser(agent)
    for path in set(re.findall(r'(?:src|href)="(/(?:static/[^"#]*|theme[^"]*))"', page)):
        with desk.counted() as statements:
            answer = browser.get(path)
        assert answer.status_code == 200
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(statements) == (1 if path.startswith("/theme") else 0)


def test_every_icon_of_a_page_is_where_the_page_looks(desk, alice, admin):
    desk.ticket(alice)
    browser, client = desk.browser(admin), desk.browser()
    names = set()
    for path in ("/desk/views/open", "/desk/settings/fields", "/desk/customers", "/desk/bulk"):
        names |= set(re.findall(r'<use href="([^"#]+)#([^"]+)"', browser.get(path).text))
    for url, name in names:
        assert f'<symbol id="{name}"' in client.get(url).text
