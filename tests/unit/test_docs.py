"""The documentation: its links lead somewhere, its commands exist, its worked example is right."""

import re
import shlex
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

ROOT = Path(__file__).resolve().parents[2]
CLI = typer.main.get_command(import_module("sealgate.cli.main").cli)

_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^()\s]+)\)")
_SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANY_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`(sealgate\s[^`]+)`")
_ENDS = frozenset({"|", "||", "&&", ";", "&", ">", ">>", "<", "(", ")", "<<"})
_PIECES_OF_SHELL = frozenset({"do", "then", "else", "!"})


def markdown_files() -> list[Path]:
    """Return the Markdown files that are, or will be, in the repository."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(ROOT / name for name in listed if (ROOT / name).is_file())


PAGES = markdown_files()
IN_EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """Return what a link may point to in a page: its headings as forges name them, and explicit anchors."""
    text = page.read_text()
    headings = re.findall(r"^#+ (.+)$", _ANY_BLOCK.sub("", text), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


class Unreadable(Exception):
    """A command line that our command line would not take."""


def commands_in(script: str) -> list[list[str]]:
    """Return the words of every `sealgate …` in a shell script, without what pipes and redirections add."""
    joined = script.replace("\\\n", " ")
    found = []
    for line in joined.replace("$(", "\n").splitlines():
        lexer = shlex.shlex(_without_an_open_quote(line), posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        command: list[str] = []
        for word in [*lexer, ";"]:
            if word in _ENDS or set(word) <= set("();<>|&"):
                if command[:1] == ["sealgate"]:
                    found.append(command[1:])
                command = []
            elif command or not (word in _PIECES_OF_SHELL or re.match(r"\w+=", word)):
                command.append(word)
    return found


def _without_an_open_quote(line: str) -> str:
    """Return a line of a script as far as its quotes are closed: the rest belongs to another program's text."""
    try:
        shlex.split(line, comments=True)
    except ValueError:
        return line[: min(line.index(quote) for quote in "'\"" if quote in line)]
    return line


def find_command(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that the words name, and the words behind it."""
    command, rest = CLI, list(words)
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            raise Unreadable(f"there is no command {rest[0]!r}")
        command = command.commands[rest.pop(0)]
    return command, rest


def check_options(words: list[str]) -> None:
    """Refuse a mention of a command that does not exist, or of an option it does not have."""
    command, rest = find_command(words)
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    for word in rest:
        if word.startswith("-") and word != "-" and word.split("=")[0] not in known:
            raise Unreadable(f"{command.name} has no option {word}")


def check_usable(words: list[str]) -> None:
    """Refuse a command line that would end with a usage error."""
    command, rest = find_command(words)
    try:
        command.make_context(command.name, rest)
    except typer.Exit:
        return
    except Exception as problem:
        if type(problem).__module__.startswith("typer"):
            raise Unreadable(str(problem)) from None
        raise


class TestLinks:
    @IN_EVERY_PAGE
    def test_lead_to_a_file_and_a_heading_that_exist(self, page):
        for target in _LINK.findall(_ANY_BLOCK.sub("", page.read_text())):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.exists(), f"{target} is not there"
            if anchor and file.suffix == ".md":
                assert anchor in anchors(file), f"{target} has no such heading"

    def test_from_the_index_reach_every_guide_and_every_decision(self):
        linked = {(ROOT / "docs" / target).resolve() for target in _LINK.findall((ROOT / "docs/README.md").read_text())}

        pages = {*(ROOT / "docs/guides").glob("*.md"), *(ROOT / "docs/adr").glob("*.md")}
        assert pages - linked == set()


class TestCommands:
    @IN_EVERY_PAGE
    def test_in_scripts_are_taken_by_the_command_line(self, page):
        for script in _SHELL_BLOCK.findall(page.read_text()):
            for words in commands_in(script):
                try:
                    check_usable(words)
                except Unreadable as problem:
                    pytest.fail(f"sealgate {' '.join(words)}: {problem}")

    @IN_EVERY_PAGE
    def test_named_in_the_text_exist_with_their_options(self, page):
        for mention in _SPAN.findall(_ANY_BLOCK.sub("", page.read_text())):
            words = [word for word in mention.split("|")[0].split()[1:] if word != "…"]
            try:
                check_options(words)
            except Unreadable as problem:
                pytest.fail(f"{mention}: {problem}")

    def test_are_found_in_loops_pipes_and_substitutions(self):
        script = "id=$(sealgate payload create --sign-in --json | cut -c1)\nA=b sealgate serve --port 1 > log 2>&1 &\n"

        assert commands_in(script) == [["payload", "create", "--sign-in", "--json"], ["serve", "--port", "1"]]

    @pytest.mark.parametrize("words", ["payload sing", "wallet sign --wallt bob", "app create"])
    def test_that_nobody_could_type_are_noticed(self, words):
        with pytest.raises(Unreadable):
            check_usable(words.split())


class TestTheWorkedExampleOfTheWalletApi:
    PAGE = (ROOT / "docs/guides/wallet-api.md").read_text()

    def blocks(self, language: str) -> list[str]:
        return re.findall(rf"^```{language}\n(.*?)^```$", self.PAGE, re.MULTILINE | re.DOTALL)

    def test_makes_the_headers_it_shows(self):
        names: dict[str, Any] = {}
        for code in self.blocks("python")[:2]:
            exec(code, names)  # it is our own page

        head, body = self.blocks("http")[0].split("\n\n")
        shown = dict(line.split(": ", 1) for line in head.splitlines()[1:])
        assert names["body"].decode() == body.strip()
        assert {"content-type": "application/json", **names["headers"]} == shown
