"""The pages in a real browser: their scripts run under their own policy and show what they shall."""

import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from gateway import explorer
from tests.conftest import missing
from tests.gateway.conftest import Server

EXAMPLES = sorted((Path(explorer.__file__).parent / "examples").glob("*.graphql"))
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=15000",
)


@dataclass
class Shown(HTMLParser):
    """The texts of the elements of a page, by class."""

    html: str
    texts: list[tuple[set[str], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._classes: set[str] = set()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._classes = set((dict(attrs).get("class") or "").split())

    def handle_data(self, data: str) -> None:
        self.texts.append((self._classes, data))

    def of_class(self, name: str) -> list[str]:
        return [text for classes, text in self.texts if name in classes]


def opened(url: str, profile: Path) -> str:
    """The page after its scripts have run; fails if one of them or the policy complained."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        missing("chromium")
    call = [str(browser), *QUIET, f"--user-data-dir={profile}", "--dump-dom", url]
    shown = subprocess.run(call, check=False, capture_output=True, text=True, timeout=60)
    assert shown.returncode == 0, shown.stderr
    assert [line for line in shown.stderr.splitlines() if "CONSOLE" in line] == []
    return shown.stdout


def operation(example: Path) -> str:
    [line] = [line for line in example.read_text("utf-8").splitlines() if line.startswith("query ")]
    return line.removeprefix("query ").partition("(")[0].strip(" {")


def test_the_explorer_opens_with_a_tab_for_each_example(server: Server, tmp_path: Path) -> None:
    page = opened(f"{server.http.base_url}/graphql", tmp_path)
    assert 'aria-label="Query Editor"' in page
    assert 'class="CodeMirror' in page
    assert Shown(page).of_class("graphiql-tab-button") == [operation(example) for example in EXAMPLES]


def test_the_editor_shows_the_first_example(server: Server, tmp_path: Path) -> None:
    page = Shown(opened(f"{server.http.base_url}/graphql", tmp_path))
    comments = [line for line in EXAMPLES[0].read_text("utf-8").splitlines() if line.startswith("#")]
    assert page.of_class("cm-comment")[: len(comments)] == comments


def test_the_start_page_names_the_release(server: Server, tmp_path: Path) -> None:
    page = opened(f"{server.http.base_url}/", tmp_path)
    assert "<h1>IDC gateway</h1>" in page
    assert "Data release: IDC v25" in page
