"""A shop that used the release before, whose wheel is in ``previous/``, then took the new one."""

import base64
import email.policy
import email.utils
import importlib.metadata
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email.message import EmailMessage
from pathlib import Path

from packaging.requirements import Requirement

from tests.packaging.facts import CHANGES_BY_ITSELF, CUSTOMER, STAFF, Script, facts
from tests.started import Browser, environment, started

ROOT = Path(__file__).parents[2]
[PREVIOUS] = Path(__file__).with_name("previous").glob("helpdesk-*.whl")
PYTHON = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
ALONE = {"PYTHONPATH": ""}  # what is installed runs, not the checkout that the tests are of
PASSWORD = "correct horse battery"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9


def run(*command, cwd, **settings):
    words = [str(word) for word in command]
    made = subprocess.run(
        words, cwd=cwd, env=environment(**ALONE), capture_output=True, check=False, **settings
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.decode().strip()


class Shop:
    """A desk that the previous release was used for, and then the new one was installed."""

    def __init__(self, work):
        self.work, self.folder = work, work / "desk"
        venv.create(work / "env")
        self.python = work / "env" / PYTHON
        self.program = [str(self.python.with_name("helpdesk"))]

    def install(self, wheel):
        """Add *wheel* to the environment, which has all that it asks for, and nothing else."""
        words = ("--quiet", "--python", self.python, "install", "--no-compile", "--no-index", wheel)
        [metadata] = [n for n in zipfile.ZipFile(wheel).namelist() if n.endswith("/METADATA")]
        told = email.message_from_bytes(zipfile.ZipFile(wheel).read(metadata))
        self._lend(told.get_all("Requires-Dist"))
        run(sys.executable, "-m", "pip", *words, cwd=self.work)

    def _lend(self, asked):
        """Let the environment have what is *asked* for, and what that asks for: links to what is
        installed here, which takes no minute. Whether it suffices, pip says."""
        base = {"base": str(self.work / "env")}
        packages = Path(sysconfig.get_path("purelib", "venv", base))
        for one in map(Requirement, asked or ()):
            if one.marker is not None and not one.marker.evaluate({"extra": ""}):
                continue
            here = importlib.metadata.distribution(one.name)
            names = {file.parts[0] for file in here.files} - {"..", "__pycache__"}
            new = [name for name in names if not (packages / name).exists()]
            for name in new:
                (packages / name).symlink_to(here.locate_file(name).absolute())
            if new:
                self._lend(here.requires)

    def typed(self, *words, **settings):
        return run(*self.program, "--data", self.folder, *words, cwd=self.work, **settings)

    def served(self, *options):
        return started(self.folder, *options, program=self.program, cwd=self.work, **ALONE)

    def fill(self):
        """Use it as a shop does, beside what a demo desk has, and keep what it then says."""
        self.lists = [*self._lists()]
        with self.served("--demo") as desk:
            url = desk.url  # it is ready, and has its people
            for name, role in (("dora@home.example", "customer"), ("edda@shop.example", "agent")):
                person = ("user", "add", name, "--name", name[:4].title(), "--role", role)
                self.typed(*person, "--password-stdin", input=PASSWORD.encode())
            self.token = self.typed("token", "add", "admin@demo.example", "--name", "all")
            dora = Script(url, self.typed("token", "add", "dora@home.example", "--name", "d"))
            ticket = dora.told(CUSTOMER, {"subject": "Zweitgerät", "message": "It *hums*."})
            number = ticket["data"]["id"]
            admin = Script(url, self.token)
            admin.told(f"{STAFF}/{number}", {"message": "A new one left the shop."} | with_file())
            admin.told(f"{STAFF}/{number}", {"message": "A regular.", "internal": True})
            self.typed("mail", "deliver", input=mail())
            self.browser = Browser(url)
            self.browser.send("/sign-in", email="edda@shop.example", password=PASSWORD)
            self.before = facts(admin, self.lists)

    def _lists(self):
        """Addresses of all that the API lists for staff."""
        for line in self.typed("routes").splitlines():
            method, path, _ = line.split("\t")
            is_list = method == "GET" and path.startswith(STAFF) and "<" not in path
            if is_list and not any(each in path for each in CHANGES_BY_ITSELF):
                yield path

    @property
    def database(self):
        return self.folder / "helpdesk.db"

    def typed_in_previous(self, *words):
        """What a command of the release before says, after the new one is there."""
        folder = self.work / "previous"
        zipfile.ZipFile(PREVIOUS).extractall(folder)
        program = [self.python, "-c", "from helpdesk.cli import main; main()"]
        return subprocess.run(
            [str(word) for word in (*program, "--data", self.folder, *words)],
            cwd=folder,
            env=environment(PYTHONPATH=str(folder)),
            capture_output=True,
            text=True,
            check=False,
        )


def with_file():
    content = base64.b64encode(PICTURE).decode()
    return {"attachments": [{"fileName": "hüm.png", "content": content}]}


def mail():
    words = EmailMessage(policy=email.policy.SMTP)
    words["From"], words["To"] = "Dora <dora@home.example>", "support@shop.example"
    words["Subject"], words["Message-ID"] = "The invoice", "<1@home.example>"
    words["Date"] = email.utils.localtime()
    words.set_content("It is wrong.")
    words.add_attachment(
        b"%PDF-1.4 an invoice", maintype="application", subtype="pdf", filename="invoice.pdf"
    )
    return words.as_bytes()
