import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    get_variable_values,
    parse,
    validate,
)
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway import explorer

EXPLORER = Path(explorer.__file__).parent
EXAMPLES = sorted((EXPLORER / "examples").glob("*.graphql"))
CONTRACT = Path(__file__).parents[1] / "contract" / "core.graphql"

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
each_page = pytest.mark.parametrize("path", ["/", "/graphql"])


def graphiql(_: object) -> Response:
    return explorer.graphiql_page()


def client(release: str | None = "v25", base_url: str = "http://testserver") -> TestClient:
    routes = [*explorer.pages(lambda: release), Route("/graphql", graphiql)]
    return TestClient(Starlette(routes=routes), base_url=base_url)


class Page(HTMLParser):
    """What a page loads, where it links to, and the text of its elements by tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.assets: list[str] = []
        self.links: list[str] = []
        self.attributes: list[str] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        values = dict(attrs)
        self.attributes += values
        if tag == "a":
            self.links.append(values["href"] or "")
        else:
            self.assets += [value for name in ("src", "href") if (value := values.get(name))]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.text[self._open[-1]] = self.text.get(self._open[-1], "") + data


def directives(response: Any) -> dict[str, list[str]]:
    policy = response.headers["content-security-policy"]
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema(CONTRACT.read_text("utf-8"))


@each_page
def test_everything_a_page_loads_is_served_to_be_kept_for_good(path: str) -> None:
    visitor = client()
    assets = Page(visitor.get(path).text).assets
    assert assets
    for asset in assets:
        assert re.fullmatch(r"/explorer/[a-z.-]+\?v=[0-9a-f]{12}", asset)
        answer = visitor.get(asset)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("graphiql.min.js", "text/javascript; charset=utf-8"),
        ("graphiql.min.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("LICENSES.txt", "text/plain; charset=utf-8"),
    ],
)
def test_files_asked_for_without_their_version_are_revalidated(file: str, media_type: str) -> None:
    answer = client().get(f"/explorer/{file}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "no-cache"
    again = client().get(f"/explorer/{file}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_scripts_are_compressed() -> None:
    answer = client().get("/explorer/graphiql.min.js", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == (EXPLORER / "static" / "graphiql.min.js").read_bytes()


@pytest.mark.parametrize("path", ["/explorer/", "/explorer/none.js", "/explorer/../__init__.py"])
def test_nothing_else_is_served(path: str) -> None:
    assert client().get(path).status_code == 404


@each_page
def test_no_page_names_another_host(path: str) -> None:
    page = Page(client(base_url="http://idc.test").get(path).text)
    assert all(re.match(r"/(?!/)", url) for url in page.assets + page.links)


@pytest.mark.parametrize("file", sorted((EXPLORER / "static").glob("*.css")), ids=lambda path: path.name)
def test_no_stylesheet_loads_anything(file: Path) -> None:
    css = file.read_text("utf-8")
    assert "@import" not in css
    assert all(url.startswith("data:image/png;") for url in re.findall(r"url\(\s*[\"']?([^\"')]*)", css))


@each_page
def test_the_policy_admits_no_other_host_no_inline_script_and_no_eval(path: str) -> None:
    answer = client().get(path)
    policy = directives(answer)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy.get("script-src", ["'self'"]) == ["'self'"]
    local = re.compile(r"'none'|'self'|data:|'unsafe-inline'|'nonce-[\w-]{22}'")
    assert all(local.fullmatch(source) for sources in policy.values() for source in sources)
    assert [name for name, sources in policy.items() if "'unsafe-inline'" in sources] in ([], ["style-src-attr"])
    assert answer.headers["x-content-type-options"] == "nosniff"


@each_page
def test_no_page_carries_inline_code(path: str) -> None:
    page = Page(client().get(path).text)
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
    assert "style" not in page.text
    json.loads(page.text.get("script", "[]"))


def test_the_nonce_is_in_the_policy_and_the_page_and_never_twice_the_same() -> None:
    def nonce() -> str:
        answer = client().get("/graphql")
        [inside] = re.findall(r'nonce="([^"]+)"', answer.text)
        assert directives(answer)["style-src"] == ["'self'", f"'nonce-{inside}'"]
        return str(inside)

    assert nonce() != nonce()


def test_the_examples_open_as_tabs_in_the_order_of_their_file_names() -> None:
    answer = client().get("/graphql")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["vary"] == "Accept"
    page = Page(answer.text)
    assert page.text["title"] == "IDC gateway"
    tabs = json.loads(page.text["script"])
    assert [tab["query"] for tab in tabs] == [example.read_text("utf-8") for example in EXAMPLES]
    assert [json.loads(tab["variables"]) for tab in tabs if "variables" in tab] == [
        {"collectionID": "lidc_idri", "patientID": "LIDC-IDRI-0001"}
    ]


def test_an_example_cannot_end_the_script_element_it_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = "# </script><script>alert(1)</script>\n{ __typename }\n"
    (tmp_path / "01.graphql").write_text(document, "utf-8")
    monkeypatch.setattr(explorer, "_EXAMPLES", tmp_path)
    monkeypatch.setattr(explorer, "_examples", explorer._examples.__wrapped__)
    page = Page(bytes(explorer.graphiql_page().body).decode())
    assert json.loads(page.text["script"]) == [{"query": document}]


def test_there_are_five_to_seven_examples() -> None:
    assert 5 <= len(EXAMPLES) <= 7


@each_example
def test_an_example_explains_itself_and_names_its_operation(example: Path) -> None:
    text = example.read_text("utf-8")
    assert re.match(r"# [\"A-Z]", text)
    [operation] = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name


@each_example
def test_an_example_is_valid_with_its_variables(example: Path, contract: GraphQLSchema) -> None:
    document = parse(example.read_text("utf-8"))
    assert validate(contract, document) == []
    file = example.with_suffix(".variables.json")
    variables = json.loads(file.read_text("utf-8")) if file.exists() else {}
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert not isinstance(get_variable_values(contract, operation.variable_definitions or (), variables), list)


def test_every_variables_file_belongs_to_an_example() -> None:
    files = (EXPLORER / "examples").glob("*.json")
    assert all(file.with_name(file.name.replace(".variables.json", ".graphql")) in EXAMPLES for file in files)


def test_the_start_page_says_what_it_is_and_where_to_go() -> None:
    page = Page(client().get("/").text)
    assert page.text["title"] == page.text["h1"] == "IDC gateway"
    assert page.links == ["/graphql", "/schema.graphql", "/healthz", "/readyz"]
    assert "script" not in page.text


@pytest.mark.parametrize(
    ("release", "line"), [("v25", "Data release: IDC v25"), ("<b>", "Data release: IDC &lt;b&gt;")]
)
def test_the_start_page_names_the_release(release: str, line: str) -> None:
    assert line in client(release).get("/").text


def test_the_start_page_says_when_the_data_is_still_loading() -> None:
    text = client(None).get("/").text
    assert "still being loaded" in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("host", "shown"),
    [("idc.test:8000", "idc.test:8000"), ("[::1]:8000", "[::1]:8000"), ("$(id)", "localhost"), ("a'b", "localhost")],
)
def test_the_curl_line_asks_this_host_a_valid_question(host: str, shown: str, contract: GraphQLSchema) -> None:
    line = Page(client().get("/", headers={"host": host}).text).text["code"]
    assert line.startswith(f"curl -s http://{shown}/graphql ")
    [body] = re.findall(r"-d '(.*)'", line)
    assert validate(contract, parse(json.loads(body)["query"])) == []


def test_the_vendored_versions_stand_in_the_readme_and_with_the_licences() -> None:
    static = EXPLORER / "static"
    [react] = re.findall(r'version="(18[^"]+)"', (static / "react.production.min.js").read_text("utf-8"))
    for file in (EXPLORER / "README.md", static / "LICENSES.txt"):
        assert re.search(rf"react-dom[ |]+{re.escape(react)}", file.read_text("utf-8"))
