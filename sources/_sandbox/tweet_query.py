"""The common part of X's query language: words, tags, from:, is:, OR, -, ( )."""

import re
from collections.abc import Callable
from dataclasses import dataclass

TOKEN = re.compile(r'\s*(-?\(|\)|OR\b|-?[a-z_]+:"[^"]*"|-?"[^"]*"|[^\s()]+)')


class BadQuery(ValueError):
    """The query cannot be parsed."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a query may ask about a post."""

    text: str  # in lower case
    tags: frozenset[str]
    author: str
    kinds: frozenset[str]  # of retweet, quote, reply
    has: frozenset[str]  # of links, hashtags, mentions
    lang: str


Test = Callable[[Text], bool]


def parse(query: str) -> Test:
    """A test of posts; AND binds stronger than OR.

    Raises: BadQuery for an empty query, a lone negation or an open parenthesis.
    """
    tokens = TOKEN.findall(query)
    if not tokens:
        raise BadQuery("query can not be empty")
    test, rest = _any_of(tokens)
    if rest:
        raise BadQuery(f"unexpected {rest[0]}")
    return test


def _any_of(tokens: list[str]) -> tuple[Test, list[str]]:
    first, tokens = _all_of(tokens)
    tests = [first]
    while tokens and tokens[0] == "OR":
        test, tokens = _all_of(tokens[1:])
        tests.append(test)
    return (lambda post: any(test(post) for test in tests)), tokens


def _all_of(tokens: list[str]) -> tuple[Test, list[str]]:
    tests: list[Test] = []
    while tokens and tokens[0] not in ("OR", ")"):
        token, tokens = tokens[0], tokens[1:]
        if token.endswith("("):
            test, tokens = _any_of(tokens)
            if not tokens or tokens[0] != ")":
                raise BadQuery("missing )")
            tokens = tokens[1:]
            tests.append(_negated(test) if token.startswith("-") else test)
        else:
            tests.append(_term(token))
    if not tests:
        raise BadQuery("missing a term")
    return (lambda post: all(test(post) for test in tests)), tokens


def _negated(test: Test) -> Test:
    return lambda post: not test(post)


def _term(token: str) -> Test:
    if token.startswith("-") and len(token) > 1:
        return _negated(_term(token[1:]))
    word = token.strip('"').lower()
    if token.startswith("#"):
        tag = word[1:]
        return lambda post: tag in post.tags
    if token.startswith("@"):
        return lambda post: word in post.text
    name, colon, value = word.partition(":")
    value = value.strip('"')
    operators: dict[str, Test] = {
        "from": lambda post: post.author == value,
        "is": lambda post: value in post.kinds,
        "has": lambda post: value in post.has,
        "lang": lambda post: post.lang == value,
        "url": lambda post: value in post.text,
    }
    if colon and name in operators:
        return operators[name]
    return lambda post: word in post.text
