"""LIST as RFC 3348, 5258, 5819 and 8438 extend it: their examples, and what is not in the grammar.

The lab's INBOX has other attributes than that of the examples, and comes first; other names are
listed in order.
"""

from __future__ import annotations

import pytest

from labserver.imap.naming.hierarchy import Hierarchy
from labserver.imap.values import Listing, SelectionOption
from tests.imap.driver import Client, Server

FRUIT = ("Fruit/Apple", "Fruit/Banana", "Tofu", "Vegetable/Broccoli", "Vegetable/Corn")
SUBSCRIBED = ("inbox", "Fruit/Banana", "Fruit/Peach", "Vegetable", "Vegetable/Broccoli")


def prepared(server: Server, mailboxes: tuple[str, ...], subscribed: tuple[str, ...]) -> Client:
    bob = server.login()
    for name in mailboxes:
        assert bob.do(f"CREATE {name}")[-1].endswith("CREATE completed")
    for name in subscribed:
        assert bob.do(f"SUBSCRIBE {name}") == ["OK SUBSCRIBE completed"]
    return bob


def listed(client: Client, command: str) -> list[str]:
    """Give a LIST command; return attributes, name and extended data of each response."""
    *lines, done = client.do(command)
    assert done == "OK LIST completed"
    assert all(line.startswith("* LIST (") for line in lines)
    return [line.removeprefix("* LIST ").replace(' "/"', "", 1) for line in lines]


# RFC 3348


def test_children_are_told_in_the_basic_syntax(server: Server) -> None:
    bob = prepared(server, ("ITEM_1/ITEM_1A", "ITEM_2"), ())
    # Section 3, example 3.1
    assert listed(bob, 'LIST "" *') == [
        "(\\HasNoChildren) INBOX",
        "(\\HasChildren) ITEM_1",
        "(\\HasNoChildren) ITEM_1/ITEM_1A",
        "(\\HasNoChildren) ITEM_2",
    ]
    bob.do("DELETE ITEM_1")
    assert listed(bob, 'LIST "" ITEM_1') == ["(\\Noselect \\HasChildren) ITEM_1"]
    bob.do("DELETE ITEM_1/ITEM_1A")
    assert listed(bob, 'LIST "" ITEM_1') == ["(\\Noselect \\HasNoChildren) ITEM_1"]
    assert listed(server.login("CHILDREN"), 'LIST "" ITEM_1') == ["(\\Noselect) ITEM_1"]


# RFC 5258 section 5


def test_subscribed(server: Server) -> None:
    bob = prepared(server, FRUIT, SUBSCRIBED)
    # Example 2
    assert listed(bob, 'LIST (SUBSCRIBED) "" "*"') == [
        "(\\Subscribed) INBOX",
        "(\\Subscribed) Fruit/Banana",
        "(\\NonExistent \\Subscribed) Fruit/Peach",
        "(\\Subscribed) Vegetable",
        "(\\Subscribed) Vegetable/Broccoli",
    ]
    # Example 3
    assert listed(bob, 'LIST () "" "%" RETURN (CHILDREN)') == [
        "(\\HasNoChildren) INBOX",
        "(\\HasChildren) Fruit",
        "(\\HasNoChildren) Tofu",
        "(\\HasChildren) Vegetable",
    ]
    # Examples 4 to 6: nothing here is remote
    assert listed(bob, 'LIST (REMOTE) "" "%" RETURN (CHILDREN)') == listed(
        bob, 'LIST () "" "%" RETURN (CHILDREN)'
    )
    assert listed(bob, 'LIST (REMOTE SUBSCRIBED) "" "*"') == listed(bob, 'LIST (SUBSCRIBED) "" "*"')
    assert listed(bob, 'LIST (REMOTE) "" "*" RETURN (SUBSCRIBED)') == [
        "(\\Subscribed) INBOX",
        "() Fruit",
        "() Fruit/Apple",
        "(\\Subscribed) Fruit/Banana",
        "() Tofu",
        "(\\Subscribed) Vegetable",
        "(\\Subscribed) Vegetable/Broccoli",
        "() Vegetable/Corn",
    ]


def test_several_patterns(server: Server) -> None:
    bob = prepared(server, ("Drafts", "Sent/March2004", "Sent/August2004", "Trash"), ())
    # Example 7
    assert listed(bob, 'LIST "" ("INBOX" "Drafts" "Sent/%")') == [
        "() INBOX",
        "() Drafts",
        "() Sent/August2004",
        "() Sent/March2004",
    ]
    # Section 3: empty patterns are ignored, and a name is listed once.
    assert listed(bob, 'LIST "" ("" INBOX "IN*")') == ["() INBOX"]
    assert listed(bob, 'LIST () "" ""') == []
    assert listed(bob, "LIST Sent/ (% March2004)") == ["() Sent/August2004", "() Sent/March2004"]
    assert listed(bob, 'LIST "" (&broken Trash)') == ["() Trash"]


@pytest.mark.parametrize(
    ("mailboxes", "subscribed", "replies"),
    [
        (("Foo/Bar", "Foo/Baz", "Moo"), ("Foo/Baz",), ['() Foo ("CHILDINFO" ("SUBSCRIBED"))']),
        (
            ("Foo/Bar", "Foo/Baz", "Moo"),
            ("Foo/Baz", "Foo"),
            ['(\\Subscribed) Foo ("CHILDINFO" ("SUBSCRIBED"))'],
        ),
        (("Moo",), ("Foo/Baz",), ['(\\NonExistent) Foo ("CHILDINFO" ("SUBSCRIBED"))']),
        (("Foo/Bar", "Foo/Baz", "Moo"), (), []),
        (
            ("Foo/Bar", "Foo/Baz", "Moo"),
            ("Foo", "Moo"),
            ["(\\Subscribed) Foo", "(\\Subscribed) Moo"],
        ),
    ],
    ids=["A", "A1", "A2", "B", "C"],
)
def test_recursive_match(
    server: Server, mailboxes: tuple[str, ...], subscribed: tuple[str, ...], replies: list[str]
) -> None:
    bob = prepared(server, mailboxes, subscribed)
    # Example 8
    assert listed(bob, 'LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"') == replies
    plain = [reply for reply in replies if "\\Subscribed" in reply]
    assert listed(bob, 'LIST (SUBSCRIBED) "" "%"') == [each.split(' ("CH')[0] for each in plain]


def test_recursive_match_does_not_say_twice_what_is_listed_anyway(server: Server) -> None:
    subscribed = (
        *("foo2/bar1", "foo2/bar2", "baz2/bar2", "baz2/bar22", "baz2/bar222"),
        *("eps2", "eps2/mamba", "qux2/bar2"),
    )
    bob = prepared(server, subscribed, subscribed)
    # Example 9. Section 3.5 would have CHILDINFO suppressed where it is redundant, and 3.3 wants
    # a descendant that is not listed; the last listing of the example has it all the same.
    assert listed(bob, 'LIST (RECURSIVEMATCH SUBSCRIBED) "" "*2"') == [
        "(\\Subscribed) baz2/bar2",
        "(\\Subscribed) baz2/bar22",
        "(\\Subscribed) baz2/bar222",
        '(\\Subscribed) eps2 ("CHILDINFO" ("SUBSCRIBED"))',
        '() foo2 ("CHILDINFO" ("SUBSCRIBED"))',
        "(\\Subscribed) foo2/bar2",
        "(\\Subscribed) qux2/bar2",
    ]


def test_child_info_does_not_imply_children(server: Server) -> None:
    bob = prepared(server, ("foo",), ("foo/bar",))
    # Example 10
    assert listed(bob, 'LIST "" ("foo")') == ["() foo"]
    assert listed(bob, 'LIST (SUBSCRIBED) "" "foo/*"') == ["(\\NonExistent \\Subscribed) foo/bar"]
    assert listed(bob, 'LIST (SUBSCRIBED RECURSIVEMATCH) "" foo RETURN (CHILDREN)') == [
        '(\\HasNoChildren) foo ("CHILDINFO" ("SUBSCRIBED"))'
    ]


@pytest.mark.parametrize(
    ("exists", "meets", "child", "told"),
    [
        (False, False, False, []),
        (True, False, False, []),
        (False, True, False, ["(\\NonExistent \\Subscribed) a"]),
        (True, True, False, ["(\\Subscribed) a"]),
        (False, False, True, ['(\\NonExistent) a ("CHILDINFO" ("SUBSCRIBED"))']),
        (True, False, True, ['() a ("CHILDINFO" ("SUBSCRIBED"))']),
        (False, True, True, ['(\\NonExistent \\Subscribed) a ("CHILDINFO" ("SUBSCRIBED"))']),
        (True, True, True, ['(\\Subscribed) a ("CHILDINFO" ("SUBSCRIBED"))']),
    ],
)
def test_the_table_of_child_info(
    server: Server, *, exists: bool, meets: bool, child: bool, told: list[str]
) -> None:
    # RFC 5258 section 3.5, RFC 9051 section 6.3.9.6
    subscribed = [name for name, wanted in (("a", meets), ("a/b/c", child)) if wanted]
    bob = prepared(server, ("a",) if exists else (), tuple(subscribed))
    assert listed(bob, 'LIST (RECURSIVEMATCH SUBSCRIBED) "" %') == told


# RFC 5819 section 3, RFC 8438 section 3


def test_list_with_status(server: Server) -> None:
    bob = prepared(server, ("foo", "bar/below"), ("INBOX", "foo/baz"))
    server.deliver()
    server.deliver(mailbox="foo")
    bob.do("DELETE bar")
    assert bob.do('LIST "" % RETURN (STATUS (MESSAGES UNSEEN))') == [
        '* LIST () "/" INBOX',
        "* STATUS INBOX (MESSAGES 1 UNSEEN 1)",
        '* LIST (\\Noselect) "/" bar',
        '* LIST () "/" foo',
        "* STATUS foo (MESSAGES 1 UNSEEN 1)",
        "OK LIST completed",
    ]
    assert bob.do('LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (STATUS (MESSAGES))') == [
        '* LIST (\\Subscribed) "/" INBOX',
        "* STATUS INBOX (MESSAGES 1)",
        '* LIST () "/" foo ("CHILDINFO" ("SUBSCRIBED"))',
        "OK LIST completed",
    ]
    assert bob.do('LIST "" foo RETURN (STATUS (MESSAGES SIZE) CHILDREN SUBSCRIBED)') == [
        '* LIST (\\HasNoChildren) "/" foo',
        "* STATUS foo (MESSAGES 1 SIZE 58)",
        "OK LIST completed",
    ]


def test_size_is_that_of_all_messages(server: Server) -> None:
    bob = server.selected()
    for size in (10, 200):
        bob.do(f"APPEND INBOX {{{size}}}\n{'x' * size}")
    bob.do("CREATE box")
    bob.do("COPY 2 box")
    # RFC 8438 section 3
    assert bob.do("STATUS INBOX (MESSAGES SIZE UIDNEXT)")[0] == (
        "* STATUS INBOX (MESSAGES 2 SIZE 210 UIDNEXT 3)"
    )
    assert bob.do("STATUS box (SIZE)")[0] == "* STATUS box (SIZE 200)"
    bob.do("CREATE empty")
    assert bob.do("STATUS empty (SIZE)")[0] == "* STATUS empty (SIZE 0)"


# What is not in the grammar


@pytest.mark.parametrize(
    "arguments",
    [
        *('(RECURSIVEMATCH) "" *', '(REMOTE RECURSIVEMATCH) "" *', '(CHILDREN) "" *'),
        *('( SUBSCRIBED) "" *', '(SUBSCRIBED ) "" *', '(SUBSCRIBED REMOTE "" *'),
        *('(SUBSCRIBED)"" *', '(BOGUS) "" *', '(SPECIAL-USE RECURSIVEMATCH) "" *'),
        *('"" ()', '"" (a', '"" (a  b)', '"" (a(b))', '"" * RETURN', '"" * RETURN CHILDREN'),
        *('"" * RETURN (BOGUS)', '"" * RETURN (REMOTE)', '"" * RETURN (CHILDREN', '"" * BACK ()'),
        *('"" * RETURN (STATUS)', '"" * RETURN (STATUS ())', '"" * RETURN (STATUS MESSAGES)'),
        *('"" * RETURN (CHILDREN) x', '() "" * RETURN (STATUS (MODSEQS))', "()"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_grammar_is_bad(server: Server, arguments: str) -> None:
    (reply,) = server.login().do(f"LIST {arguments}")
    assert reply.startswith("BAD ")


def test_what_is_said_twice_counts_once(server: Server) -> None:
    bob = prepared(server, ("a",), ("a",))
    # RFC 5258 section 3
    command = 'list (subscribed SUBSCRIBED) "" ("*" *) return (Children CHILDREN)'
    assert listed(bob, command) == ["(\\HasNoChildren \\Subscribed) a"]
    assert listed(bob, 'LIST "" a RETURN ()') == ["() a"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("LIST-EXTENDED", 'LIST () "" *'),
        ("LIST-EXTENDED", 'LIST "" (*)'),
        ("LIST-EXTENDED", 'LIST "" * RETURN (CHILDREN)'),
        ("LIST-EXTENDED", 'LIST "" * RETURN (STATUS (MESSAGES))'),
        ("LIST-STATUS", 'LIST "" * RETURN (STATUS (MESSAGES))'),
        ("STATUS=SIZE", 'LIST "" * RETURN (STATUS (SIZE))'),
        ("STATUS=SIZE", "STATUS INBOX (SIZE)"),
    ],
)
def test_what_is_switched_off_is_not_in_the_grammar(
    server: Server, name: str, arguments: str
) -> None:
    assert server.login().do(arguments)[-1].startswith("OK ")
    assert server.login(name).do(arguments)[0].startswith("BAD ")


def test_many_names_are_listed_in_time_that_grows_with_them() -> None:
    names = [f"{'x/' * 200}{n}" for n in range(100)]
    asked = Listing(
        reference="",
        patterns=("*a%" * 300, "%"),
        selections=frozenset({SelectionOption.SUBSCRIBED, SelectionOption.RECURSIVEMATCH}),
    )
    assert [each.name for each in Hierarchy((), names).listed(asked)] == ["x"]
