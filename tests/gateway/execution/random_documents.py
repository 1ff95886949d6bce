"""Random documents over tests.gateway.execution.world. They are not validated: some select what does not exist."""

from random import Random

from graphql import DocumentNode, parse

LEAVES = (
    "uid", "name", "number", "count", "size", "ratio", "flag", "perhaps", "colour", "otherColour", "word", "bytes",
    "manyBytes", "day", "firstDay", "moment", "shown", "tags", "oddTags", "colours", "matrix", "__typename",
)  # fmt: skip
OBJECTS = ("code", "oddCode", "codes", "oddCodes")
RESOLVERS = ("upper", "suffixed", 'suffixed(suffix: "z")', "sure", "ownCode { value }", "lateCodes { value meaning }")
FRAGMENTS = parse("""
fragment F on Row { name number code { value } ...G }
fragment G on Row { gname: name day codes { meaning } }
fragment H on Thing { uid ... on Row { hcount: count } ... on Other { weight } }
""")
CONDITIONS = (
    "@include(if: $t)",
    "@skip(if: $t)",
    "@include(if: $f)",
    "@skip(if: $f)",
    "@skip(if: $f) @include(if: $t)",
)


class RandomDocument:
    """One document. `text` has variables $t and $f; `concurrent`: it awaits two long lists at once."""

    def __init__(self, seed: int, long: bool) -> None:
        self._random = Random(seed)
        self.concurrent = False
        body = self._long() if long else " ".join(self._root() for _ in range(self._random.choice([1, 1, 2])))
        self.text = f"query Q($t: Boolean!, $f: Boolean!) {{ {body} }}"
        self.parsed = DocumentNode(definitions=(*parse(self.text).definitions, *FRAGMENTS.definitions))

    def _root(self) -> str:
        name = self._random.choice([
            "rows", "oddRows", "laterRows", "studies", "laterStudies", "things", "oddThings", "named", "connection",
            "either",
        ])  # fmt: skip
        field = self._aliased(name)
        if name in ("things", "oddThings"):
            return f"{field} {self._things()}"
        if name in ("studies", "laterStudies"):
            return f"{field} {self._study()}"
        if name == "connection":
            return f"{field} {self._connection()}"
        if name == "named":
            return f"{field} {{ name ... on Thing {self._condition()} {{ uid }} ... on Row {self._row()} }}"
        if name == "either":
            return f"{field} {{ __typename ... on Code {{ value }} ... on Other {{ uid weight }} }}"
        return f"{field} {self._row()}"

    def _long(self) -> str:
        name = self._random.choice(["longRows", "longThings", "longConnection"])
        if name == "longRows":
            return f"{name} {self._row()}"
        if name == "longThings":
            return f"{name} {self._things()}"
        self.concurrent = True
        return f"{name} {{ nodes {self._row()} edges {{ cursor node {self._row()} }} }}"

    def _connection(self) -> str:
        parts = ["total", "later", f"nodes {self._row()}", f"edges {{ cursor node {self._row()} __typename }}"]
        return "{ " + " ".join(self._random.sample(parts, self._random.randint(1, 4))) + " }"

    def _study(self) -> str:
        parts = ["uid", "__typename", "total", f"rows {self._row()}", f"oddRows {self._row()}", f"main {self._row()}"]
        return "{ " + " ".join(self._random.sample(parts, self._random.randint(1, 5))) + " }"

    def _things(self) -> str:
        parts = ["__typename", "uid", "...H", f"... on Row {self._row()}", "... on Other { weight }"]
        parts.append(f"... on Study {{ rows {self._row()} }}")
        return "{ " + " ".join(self._random.sample(parts, self._random.randint(1, 5))) + " }"

    def _row(self) -> str:
        random = self._random
        plain = random.random() < 0.5
        found = [self._aliased(name) + self._condition() for name in random.sample(LEAVES, random.randint(1, 8))]
        for name in OBJECTS:
            if random.random() < 0.3:
                found.append(f"{name}{self._condition()} {{ value {self._aliased('meaning')} __typename }}")
        found += [extra for extra, chance in self._extras() if random.random() < chance]
        if not plain:
            found += self._resolvers()
        random.shuffle(found)
        return "{ " + " ".join(found) + " }"

    def _extras(self) -> list[tuple[str, float]]:
        condition = self._condition()
        return [
            ("code { meaning }", 0.2),
            (f"thing {{ __typename uid ... on Other {condition} {{ weight }} }}", 0.15),
            ("things { ...H }", 0.1),
            ("either { ... on Code { value } }", 0.05),
            (f"... on Row {condition} {{ count uid __typename }}", 0.2),
            ("... on Thing { uid }", 0.2),
            ("... on Other { weight }", 0.1),
            ("... { size }", 0.1),
            (f"...F {condition}", 0.2),
            ("nothing", 0.03),
            ("code", 0.02),
            ("same: name same: name", 0.05),
        ]

    def _resolvers(self) -> list[str]:
        chosen = self._random.sample(RESOLVERS, self._random.randint(1, 2))
        return [f"r{number}: {resolver}" for number, resolver in enumerate(chosen)]

    def _aliased(self, name: str) -> str:
        return name if self._random.random() < 0.7 else f"a{self._random.randint(0, 99)}_{name.strip('_')}: {name}"

    def _condition(self) -> str:
        return "" if self._random.random() < 0.8 else " " + self._random.choice(CONDITIONS)
