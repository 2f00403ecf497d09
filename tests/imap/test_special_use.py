"""SPECIAL-USE and CREATE-SPECIAL-USE (RFC 6154)."""

from __future__ import annotations

import pytest

from tests.imap.driver import Server


def test_attributes_are_told_and_selected_by(server: Server) -> None:
    bob = server.login()
    for command in (
        "CREATE Projects/Lab",
        "CREATE SentMail (USE (\\Sent))",
        "CREATE MyDrafts (use (\\drafts))",
        "CREATE Trash (USE (\\Trash))",
    ):
        assert bob.do(command)[-1].endswith("CREATE completed")
    # Section 5.1
    assert bob.do('LIST "" "%"') == [
        '* LIST (\\HasNoChildren) "/" INBOX',
        '* LIST (\\HasNoChildren \\Drafts) "/" MyDrafts',
        '* LIST (\\HasChildren) "/" Projects',
        '* LIST (\\HasNoChildren \\Sent) "/" SentMail',
        '* LIST (\\HasNoChildren \\Trash) "/" Trash',
        "OK LIST completed",
    ]
    # Section 5.2
    assert bob.do('LIST "" "%" RETURN (SPECIAL-USE)') == [
        '* LIST () "/" INBOX',
        '* LIST (\\Drafts) "/" MyDrafts',
        '* LIST () "/" Projects',
        '* LIST (\\Sent) "/" SentMail',
        '* LIST (\\Trash) "/" Trash',
        "OK LIST completed",
    ]
    assert bob.do('LIST (SPECIAL-USE) "" "*"') == [
        '* LIST (\\Drafts) "/" MyDrafts',
        '* LIST (\\Sent) "/" SentMail',
        '* LIST (\\Trash) "/" Trash',
        "OK LIST completed",
    ]
    bob.do("SUBSCRIBE Trash")
    bob.do("SUBSCRIBE Projects")
    assert bob.do('LIST (SPECIAL-USE SUBSCRIBED) "" "*"')[:-1] == [
        '* LIST (\\Subscribed \\Trash) "/" Trash'
    ]
    assert bob.do('LSUB "" "*"')[:-1] == ['* LSUB () "/" Projects', '* LSUB () "/" Trash']


def test_create(server: Server) -> None:
    bob = server.login()
    # Section 5.3
    assert bob.do("CREATE MySpecial (USE (\\Drafts \\Sent))")[-1].endswith("CREATE completed")
    assert bob.do("CREATE Everything (USE (\\All))") == ["NO [USEATTR] No mailbox is \\All here"]
    assert bob.do("CREATE More (USE (\\Trash \\Sent))") == [
        "NO [USEATTR] 'MySpecial' is \\Sent already"
    ]
    assert bob.do("CREATE None (USE ())")[-1].endswith("CREATE completed")
    assert bob.do("CREATE None (USE (\\Junk))")[0].startswith("NO [ALREADYEXISTS] ")
    assert bob.do('LIST () "" *')[:-1] == [
        '* LIST () "/" INBOX',
        '* LIST (\\Drafts \\Sent) "/" MySpecial',
        '* LIST () "/" None',
    ]


@pytest.mark.parametrize(
    "parameters",
    [
        *("()", "(USE)", "(USE \\Sent)", "(USE (Sent))", "(USE (\\Sent)", "(SIZE (1))"),
        *("USE (\\Sent)", "(USE (\\Sent) USE (\\Trash))", "(USE (\\Sent))x"),
        *("(USE  (\\Sent))", "(USE (\\))"),
    ],
)
def test_what_is_not_in_the_grammar_is_bad(server: Server, parameters: str) -> None:
    bob = server.login()
    assert bob.do(f"CREATE box {parameters}")[0].startswith("BAD ")
    assert bob.do('LIST () "" *')[:-1] == ['* LIST () "/" INBOX']


def test_what_is_switched_off_is_nowhere(server: Server) -> None:
    command = "CREATE box (USE (\\Sent))"
    assert server.login("CREATE-SPECIAL-USE").do(command) == ["BAD CREATE has no parameter USE"]
    without = server.login("SPECIAL-USE")
    assert without.do(command) == ["BAD CREATE has no parameter USE"]
    assert server.login().do(command)[-1].endswith("CREATE completed")
    assert without.do('LIST "" box')[0] == '* LIST (\\HasNoChildren) "/" box'
    assert without.do('LIST (SPECIAL-USE) "" *')[0].startswith("BAD ")
    assert without.do('LIST "" * RETURN (SPECIAL-USE)')[0].startswith("BAD ")
