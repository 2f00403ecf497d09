"""Access lists, and what rights do beyond letting a command pass (RFC 4314)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imap.sharing import PLANS, Shared

ALL = "lrswipkxtecda"


@pytest.fixture
def shared() -> Iterator[Shared]:
    server = Shared()
    yield server
    server.store.close()


def acl(server: Shared, name: str = "Work/Plans") -> str:
    line, end = server.log_in("bob").do(f"GETACL {name}")
    assert end == "OK GETACL completed"
    return line.removeprefix(f"* ACL {name} bob {ALL}").strip()


# The commands


def test_the_list_of_a_mailbox_that_is_not_shared(shared: Shared) -> None:
    bob = shared.log_in("bob")
    assert bob.do("GETACL INBOX") == [f"* ACL INBOX bob {ALL}", "OK GETACL completed"]
    assert bob.do("MYRIGHTS inbox") == [f"* MYRIGHTS INBOX {ALL}", "OK MYRIGHTS completed"]


def test_setacl_replaces_adds_and_removes(shared: Shared) -> None:
    bob = shared.log_in("bob")
    for rights, then in [
        ("lrs", "alice lrs"),
        ("+wi", "alice lrswi"),
        ("-sw", "alice lri"),
        ("+", "alice lri"),
        ("-x", "alice lri"),
        ("a", "alice a"),
        ('""', 'alice ""'),
        ("+l", "alice l"),
        ("-l", 'alice ""'),
    ]:
        assert bob.do(f"SETACL Work/Plans alice {rights}") == ["OK SETACL completed"]
        assert acl(shared) == then


def test_virtual_rights(shared: Shared) -> None:
    # Section 2.1.1; of its two readings: create is k and x, delete is e and t.
    for given, told in [
        ("lrswida", "lrswiteda"),
        ("lrswikda", "lrswiktecda"),
        ("lc", "lkxc"),
        ("d", "ted"),
        ("dt", "ted"),
        ("e", "ed"),
        ("x", "xc"),
        ("ck", "kxc"),
        ("lrswicda", "lrswikxtecda"),
    ]:
        shared.log_in("bob").do(f"SETACL Work/Plans alice {given}")
        assert acl(shared) == f"alice {told}"
    shared.log_in("bob").do("SETACL Work/Plans alice -c")
    assert acl(shared) == "alice lrswiteda"


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("SETACL Work/Plans alice lrQswicda", "BAD Uppercase rights are not allowed"),
        ("SETACL Work/Plans alice lrqswicda", "BAD The q right is not supported"),
        ("SETACL Work/Plans alice lr0", "BAD The 0 right is not supported"),
        ('SETACL Work/Plans alice "l r"', "BAD Rights are letters"),
        ("SETACL Work/Plans alice ++l", "BAD Rights are letters"),
        ("SETACL Work/Plans alice", "BAD An argument is missing"),
        ("SETACL Work/Plans alice l r", "BAD Too many arguments"),
        ('SETACL Work/Plans "" l', "BAD That is no identifier"),
        ("SETACL Work/Plans - l", "BAD That is no identifier"),
        ("SETACL Work/Plans --alice l", "BAD A negative identifier has one dash"),
        ('SETACL Work/Plans "\x01" l', "BAD That is no identifier"),
        ("LISTRIGHTS Work/Plans", "BAD An argument is missing"),
        ("DELETEACL Work/Plans -", "BAD That is no identifier"),
        ("GETACL", "BAD An argument is missing"),
        ("GETACL Work/Plans x", "BAD Too many arguments"),
        ("MYRIGHTS", "BAD An argument is missing"),
        ("GETACL nowhere", "NO [NONEXISTENT] No such mailbox"),
        ("SETACL Work/Plans bob lr", "NO [CANNOT] The owner of a mailbox has all rights in it"),
        ("SETACL Work/Plans bob -w", "NO [CANNOT] The owner of a mailbox has all rights in it"),
        ("SETACL Work/Plans -bob w", "NO [CANNOT] The owner of a mailbox has all rights in it"),
        ("DELETEACL Work/Plans bob", "NO [CANNOT] The owner of a mailbox has all rights in it"),
        ("SETACL Work/Plans Bob@Home.Example +w", "OK SETACL completed"),
        ("SETACL Work/Plans bob lrswipkxtea", "OK SETACL completed"),
        ("DELETEACL Work/Plans -bob", "OK DELETEACL completed"),
        ("DELETEACL Work/Plans alice", "OK DELETEACL completed"),
    ],
)
def test_what_is_refused_changes_nothing(shared: Shared, command: str, reply: str) -> None:
    log = len(shared.log)
    assert shared.log_in("bob").do(command)[-1] == reply
    assert acl(shared) == ""
    assert {type(event).__name__ for event in shared.log[log:]} <= {"StateChanged"}


def test_identifiers_are_utf_8(shared: Shared) -> None:
    bob = shared.log_in("bob")
    # Not prepared with SASLprep, the two would be told apart.
    assert bob.raw(b"a SETACL Work/Plans {4+}\r\nZo\xc3\xab lr\r\n") == b"a OK SETACL completed\r\n"
    assert bob.raw(b"b SETACL Work/Plans {5+}\r\nZoe\xcc\x88 +s\r\n").startswith(b"b OK")
    assert bob.raw(b"c GETACL Work/Plans\r\n").split(b"\r\n")[:2] == [
        b"* ACL Work/Plans bob lrswipkxtecda {4}",
        b"Zo\xc3\xab lrs",
    ]
    assert bob.raw(b"d SETACL Work/Plans {2+}\r\n\xff\xff l\r\n") == (
        b"d BAD An identifier is in UTF-8\r\n"
    )
    # What is no right is not shown where it would break the line.
    assert bob.raw(b"f SETACL Work/Plans x {3+}\r\n\r\nl\r\n") == b"f BAD Rights are letters\r\n"
    # LISTRIGHTS tells the identifier as it came (section 3.4).
    told = bob.raw(b"e LISTRIGHTS Work/Plans {5+}\r\nZoe\xcc\x88\r\n")
    assert told.startswith(b'* LISTRIGHTS Work/Plans {5}\r\nZoe\xcc\x88 "" l r s w')


def test_identifiers_are_the_same_in_any_case(shared: Shared) -> None:
    bob = shared.log_in("bob")
    for identifier in ("ALICE", "alice@home.example", "Alice"):
        bob.do(f"SETACL Work/Plans {identifier} +l")
    bob.do("SETACL Work/Plans Anyone l")
    bob.do("SETACL Work/Plans $Team w")
    bob.do("SETACL Work/Plans $team +i")
    assert acl(shared) == "alice l anyone l $Team wi"
    bob.do("DELETEACL Work/Plans $TEAM")
    bob.do("DELETEACL Work/Plans Alice@HOME.example")
    assert acl(shared) == "anyone l"


def test_another_domain_is_another_person(shared: Shared) -> None:
    shared.store.accounts.add("alice@work.example", "rose")
    shared.grant("lr", identifier="alice@work.example")
    assert acl(shared) == "alice@work.example lr"
    # Her server is another one: here she cannot log in.
    said = shared.connect().do("LOGIN alice@work.example rose")[-1]
    assert said.startswith("NO [AUTHENTICATIONFAILED]")
    assert shared.log_in("alice").do(f"SELECT {PLANS}")[-1].startswith("NO [NONEXISTENT]")


def test_an_identifier_that_is_nobody_yet_is_kept_for_who_comes(shared: Shared) -> None:
    shared.log_in("bob").do("SETACL Work/Plans carol lr")
    shared.store.accounts.add("carol", "daisy")
    carol = shared.connect()
    carol.do("LOGIN carol daisy")
    assert carol.do(f"MYRIGHTS {PLANS}")[0] == f"* MYRIGHTS {PLANS} lr"


def test_negative_rights_and_anyone(shared: Shared) -> None:
    alice = shared.log_in("alice")
    for entries, rights in [
        ({"anyone": "lr"}, "lr"),
        ({"anyone": "lr", "alice": "sw"}, "lrsw"),
        ({"anyone": "lrw", "-alice": "w"}, "lr"),
        ({"alice": "lrw", "-alice": "wi"}, "lr"),
        ({"alice": "lrw", "-anyone": "w"}, "lr"),
        ({"alice": "lr", "-carol": "r"}, "lr"),
        ({"alice": "lrx", "-alice": "c"}, "lr"),
    ]:
        for identifier in ("anyone", "alice", "-alice", "-anyone", "-carol"):
            shared.store.access.withdraw(shared.box(), identifier)
        for identifier, granted in entries.items():
            shared.log_in("bob").do(f"SETACL Work/Plans {identifier} {granted}")
        assert alice.do(f"MYRIGHTS {PLANS}")[0] == f"* MYRIGHTS {PLANS} {rights}"
    # Section 2: removing an identifier is not the same.
    shared.log_in("bob").do("DELETEACL Work/Plans alice")
    assert acl(shared) == "-alice kxc"


def test_whoever_may_administer_may_take_it_from_themselves(shared: Shared) -> None:
    shared.grant("lra")
    alice = shared.log_in("alice")
    assert alice.do(f"GETACL {PLANS}")[0] == f"* ACL {PLANS} bob {ALL} alice lra"
    assert alice.do(f"SETACL {PLANS} anyone l")[-1] == "OK SETACL completed"
    assert alice.do(f"SETACL {PLANS} bob l")[-1].startswith("NO [CANNOT]")
    assert alice.do(f"SETACL {PLANS} alice -a")[-1] == "OK SETACL completed"
    assert alice.do(f"GETACL {PLANS}") == ["NO [NOPERM] You do not have the right to do that"]


def test_listrights(shared: Shared) -> None:
    shared.grant("a")
    alice = shared.log_in("alice")
    each = "l r s w i p k x t e c d a"
    for identifier, rights in [
        ("alice", f'"" {each}'),
        ("ALICE", f'"" {each}'),
        ("anyone", f'"" {each}'),
        ("-alice", f'"" {each}'),
        ("$team", f'"" {each}'),
        ("bob", ALL),
        ("BOB", ALL),
        ("-bob", '""'),
    ]:
        assert alice.do(f"LISTRIGHTS {PLANS} {identifier}") == [
            f"* LISTRIGHTS {PLANS} {identifier} {rights}",
            "OK LISTRIGHTS completed",
        ]


def test_accounts_have_no_names_that_access_lists_need(shared: Shared) -> None:
    for name in ("anyone", "Anyone", "-alice", "anyone@work.example"):
        with pytest.raises(Exception, match="access lists need it"):
            shared.store.accounts.add(name, "x")


# The examples of RFC 4314, on mailboxes that Bob owns


def test_the_examples_of_sections_2_and_3(shared: Shared) -> None:
    bob = shared.log_in("bob")
    drafts = "INBOX/Drafts"
    bob.do(f"CREATE {drafts}")
    owner = f"bob {ALL}"
    # Section 2.1.1
    bob.do(f"SeTacl {drafts} David lrswida")
    bob.do(f"Setacl {drafts} Byron lrswikda")
    assert bob.do(f"getacl {drafts}")[0] == (
        f"* ACL {drafts} {owner} David lrswiteda Byron lrswiktecda"
    )
    # Section 3.1
    for name in ("David", "Byron"):
        bob.do(f"DELETEACL {drafts} {name}")
    bob.do(f"SETACL {drafts} Fred rwipslxetad")
    bob.do(f"SETACL {drafts} Chris lrswi")
    assert bob.do(f"GETACL {drafts}")[0] == (
        f"* ACL {drafts} {owner} Fred lrswipxtecda Chris lrswi"
    )
    assert bob.do(f"SETACL {drafts} Chris +cda") == ["OK SETACL completed"]
    assert bob.do(f"GETACL {drafts}")[0] == (
        f"* ACL {drafts} {owner} Fred lrswipxtecda Chris lrswikxtecda"
    )
    assert bob.do(f"SETACL {drafts} John lrQswicda") == ["BAD Uppercase rights are not allowed"]
    assert bob.do(f"SETACL {drafts} John lrqswicda") == ["BAD The q right is not supported"]
    # Section 3.2
    bob.do("SETACL INBOX Fred rwipslxetad")
    bob.do("SETACL INBOX -Fred wetd")
    bob.do("SETACL INBOX $team w")
    assert bob.do("getacl INBOX")[0] == (
        f"* ACL INBOX {owner} Fred lrswipxtecda -Fred wted $team w"
    )
    assert bob.do("DeleteAcl INBOX Fred") == ["OK DELETEACL completed"]
    assert bob.do("GETACL INBOX")[0] == f"* ACL INBOX {owner} -Fred wted $team w"


def test_the_examples_of_section_4_on_copy(shared: Shared) -> None:
    shared.store.mailboxes.create(shared.alice, "Mine")
    for flags in (["\\Draft", "\\Deleted"], ["\\Answered"], ["$Forwarded", "\\Seen"]):
        shared.add(*flags, name="Mine", owner=shared.alice)
    alice = shared.alice_in("Mine")
    shared.grant("rwis")
    assert alice.do(f"COPY 1:3 {PLANS}")[-1].endswith("COPY completed")
    shared.grant("rsti")
    assert alice.do(f"COPY 1:3 {PLANS}")[-1].endswith("COPY completed")
    assert [flags for _, flags in shared.flags()] == [
        *("\\Draft", "\\Answered", "\\Seen $Forwarded"),
        *("\\Deleted", "", "\\Seen"),
    ]


def test_the_example_of_section_5_1_1(shared: Shared) -> None:
    shared.grant("lrwis")
    alice = shared.log_in("alice")
    reply = alice.do(f"SELECT {PLANS}")
    assert reply[0] == "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)"
    assert reply[1].startswith("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Seen \\Draft \\*)]")
    assert reply[-1] == "OK [READ-WRITE] SELECT completed"
    assert alice.do(f"MYRIGHTS {PLANS}")[0] == f"* MYRIGHTS {PLANS} lrswi"


@pytest.mark.parametrize(
    ("rights", "permanent", "code"),
    [
        # Section 5.2: here all flags are shared.
        ("lr", "", "READ-ONLY"),
        ("lrpkxa", "", "READ-ONLY"),
        ("lri", "", "READ-WRITE"),
        ("lre", "", "READ-WRITE"),
        ("rit", "\\Deleted", "READ-WRITE"),
        ("lrs", "\\Seen", "READ-WRITE"),
        ("rset", "\\Deleted \\Seen", "READ-WRITE"),
        ("rw", "\\Answered \\Flagged \\Draft Work \\*", "READ-WRITE"),
        ("rwst", "\\Answered \\Flagged \\Deleted \\Seen \\Draft Work \\*", "READ-WRITE"),
    ],
)
def test_select_tells_what_may_be_changed(
    shared: Shared, rights: str, permanent: str, code: str
) -> None:
    shared.add("Work")
    shared.grant(rights)
    alice = shared.log_in("alice")
    reply = alice.do(f"SELECT {PLANS}")
    assert reply[0].endswith("\\Draft Work)")
    assert reply[1].startswith(f"* OK [PERMANENTFLAGS ({permanent})]")
    assert reply[-1] == f"OK [{code}] SELECT completed"
    reply = alice.do(f"EXAMINE {PLANS}")
    assert [line for line in reply if "PERMANENTFLAGS ()" in line]
    assert reply[-1] == "OK [READ-ONLY] EXAMINE completed"


def test_what_may_only_be_read_stays_recent(shared: Shared) -> None:
    shared.add()
    shared.grant("lr")
    assert "* 1 RECENT" in shared.log_in("alice").do(f"SELECT {PLANS}")
    assert "* 1 RECENT" in shared.log_in("bob").do("SELECT Work/Plans")


# Flags


def test_append_keeps_the_flags_that_may_be_set(shared: Shared) -> None:
    text = "{9}\nText here"
    for rights, kept in [
        ("ri", ""),
        ("ris", "\\Seen"),
        ("rit", "\\Deleted"),
        ("riw", "\\Flagged Work"),
        ("riwst", "\\Flagged \\Deleted \\Seen Work"),
    ]:
        shared.grant(rights)
        alice = shared.log_in("alice")
        flags = "\\Flagged \\Deleted \\Seen Work"
        assert alice.do(f"APPEND {PLANS} ({flags}) {text}")[-1].startswith("OK [APPENDUID")
        assert shared.flags()[-1][1] == kept
        mine = shared.alice_in("INBOX")
        mine.do(f"APPEND INBOX ({flags}) {text}")
        mine.do("NOOP")
        for command in ("COPY", "UID MOVE"):
            assert mine.do(f"{command} * {PLANS}")[-1].startswith("OK")
            assert shared.flags()[-1][1] == kept
        mine.do(f"APPEND INBOX {text}")
        assert mine.do(f"REPLACE * {PLANS} ({flags}) {text}")[-1].startswith("OK")
        assert shared.flags()[-1][1] == kept


def test_who_may_only_insert_does_not_hear_of_uids(shared: Shared) -> None:
    # RFC 4315 section 5
    shared.grant("i")
    shared.add(name="INBOX", owner=shared.alice)
    alice = shared.alice_in("INBOX")
    assert alice.do(f"COPY 1 {PLANS}") == ["OK COPY completed"]
    assert alice.do(f"APPEND {PLANS} {{9}}\nText here") == ["OK APPEND completed"]
    assert alice.do(f"MOVE 1 {PLANS}") == ["* 1 EXPUNGE", "OK MOVE completed"]
    assert len(shared.flags()) == 3


def test_store_changes_what_it_may_and_tells_it(shared: Shared) -> None:
    shared.add("\\Answered", "\\Deleted")
    shared.grant("rs")
    alice = shared.alice_in()
    assert alice.do("STORE 1 +FLAGS (\\Seen \\Flagged)") == [
        "* 1 FETCH (FLAGS (\\Answered \\Deleted \\Seen \\Recent))",
        "OK STORE completed",
    ]
    # Silent or not, the client must hear that not all was done.
    assert alice.do("STORE 1 -FLAGS.SILENT (\\Seen \\Deleted)") == [
        "* 1 FETCH (FLAGS (\\Answered \\Deleted \\Recent))",
        "OK STORE completed",
    ]
    assert alice.do("STORE 1 +FLAGS.SILENT (\\Seen)") == ["OK STORE completed"]
    # What is replaced is what may be changed.
    shared.grant("rst")
    alice.do("NOOP")
    assert alice.do("STORE 1 FLAGS.SILENT (\\Seen \\Flagged)") == [
        "* 1 FETCH (FLAGS (\\Answered \\Seen \\Recent))",
        "OK STORE completed",
    ]
    assert alice.do("STORE 1 FLAGS ()")[0] == "* 1 FETCH (FLAGS (\\Answered \\Recent))"
    assert alice.do("STORE 1 FLAGS (\\Flagged)") == [
        "NO [NOPERM] You do not have the right to do that"
    ]


def test_fetch_marks_as_seen_only_with_the_right(shared: Shared) -> None:
    shared.add()
    shared.grant("lrwt")
    alice = shared.alice_in()
    assert alice.do("FETCH 1 BODY[]")[-1] == "OK FETCH completed"
    assert shared.flags() == [(1, "")]
    shared.grant("lrs")
    alice.do("NOOP")
    assert "FLAGS (\\Seen \\Recent)" in "".join(alice.do("FETCH 1 BODY[]"))
    assert shared.flags() == [(1, "\\Seen")]


def test_close_without_the_right_expunges_nothing(shared: Shared) -> None:
    shared.add("\\Deleted")
    shared.grant("lrt")
    assert shared.alice_in().do("CLOSE") == ["OK CLOSE completed"]
    assert len(shared.flags()) == 1
    shared.grant("lre")
    assert shared.alice_in().do("CLOSE") == ["OK CLOSE completed"]
    assert shared.flags() == []


def test_links_lead_only_to_what_may_be_read(shared: Shared) -> None:
    shared.add()
    alice = shared.log_in("alice")
    link = '"/Other%20Users/bob/Work/Plans/;UID=1"'
    refused = alice.do(f"APPEND INBOX CATENATE (URL {link})")[-1]
    assert refused.startswith("NO [BADURL")
    shared.grant("r")
    assert alice.do(f"APPEND INBOX CATENATE (URL {link})")[-1].startswith("OK [APPENDUID")


# Mailboxes as wholes


def test_a_new_mailbox_has_the_list_of_the_one_above(shared: Shared) -> None:
    shared.grant("lk", "Work")
    shared.grant("lrk")
    shared.grant("w", identifier="-carol")
    alice = shared.log_in("alice")
    deep = '"Other Users/bob/Work/Plans/a/b"'
    assert alice.do(f"CREATE {deep}")[-1].endswith("CREATE completed")
    assert [box.name for box in shared.store.mailboxes.all(shared.alice)] == ["INBOX"]
    for name in ("Work/Plans/a", "Work/Plans/a/b"):
        assert acl(shared, name) == "alice lrkc -carol w"
    # The list of the one above matters no more.
    shared.grant("", "Work/Plans/a")
    assert alice.do(f"MYRIGHTS {deep}")[0] == f"* MYRIGHTS {deep} lrkc"
    assert alice.do('CREATE "Other Users/bob/Work/Plans/a/c"')[-1].startswith("NO [NOPERM]")
    assert alice.do('CREATE "Other Users/bob/Work/Plans"')[-1].startswith("NO [ALREADYEXISTS]")


def test_what_is_created_where_nobody_shares_is_refused(shared: Shared) -> None:
    shared.grant("lrk")
    alice = shared.log_in("alice")
    for name, code in [
        ("Other Users/bob/New", "NOPERM"),
        ("Other Users/nobody/New", "NOPERM"),
        ("Other Users/alice/New", "NOPERM"),
        ("Other Users/bob", "CANNOT"),
        ("Other Users", "CANNOT"),
        ("Other Users/", "CANNOT"),
    ]:
        assert alice.do(f'CREATE "{name}"')[-1].startswith(f"NO [{code}]")
        assert alice.do(f'RENAME INBOX "{name}"')[-1].startswith(f"NO [{code}]")
    # The same without the extension: there must be no such mailboxes then either.
    assert shared.log_in("alice", "ACL").do('CREATE "Other Users/x"')[-1].startswith("NO [CANNOT]")


def test_delete_deletes_the_list(shared: Shared) -> None:
    shared.store.mailboxes.create(shared.bob, "Work/Plans/below")
    shared.grant("lrx")
    alice = shared.log_in("alice")
    assert alice.do(f"DELETE {PLANS}") == ["OK DELETE completed"]
    assert alice.do(f'LIST "" {PLANS}') == ["OK LIST completed"]
    assert alice.do(f"DELETE {PLANS}")[-1].startswith("NO [NONEXISTENT]")
    bob = shared.log_in("bob")
    assert bob.do("GETACL Work/Plans")[-1].startswith("NO [NONEXISTENT]")
    bob.do("CREATE Work/Plans")
    assert acl(shared) == ""
    assert alice.do('DELETE "Other Users/bob/INBOX"')[-1].startswith("NO [NONEXISTENT]")
    shared.grant("lx", "INBOX")
    assert alice.do('DELETE "Other Users/bob/INBOX"')[-1].startswith("NO [CANNOT]")


def test_rename_keeps_the_lists(shared: Shared) -> None:
    shared.store.mailboxes.create(shared.bob, "Work/Plans/below")
    shared.grant("lrx")
    shared.grant("lr", "Work/Plans/below")
    shared.grant("k", "Work")
    alice = shared.log_in("alice")
    done = '"Other Users/bob/Work/Done"'
    assert alice.do(f"RENAME {PLANS} {done}") == ["OK RENAME completed"]
    assert acl(shared, "Work/Done") == "alice lrxc"
    assert acl(shared, "Work/Done/below") == "alice lr"
    assert alice.do(f"RENAME {done} Mine") == ["NO [CANNOT] A mailbox stays with its owner"]
    assert alice.do('RENAME INBOX "Other Users/bob/Done"')[-1].startswith("NO [NOPERM]")
    shared.grant("x", "INBOX")
    shared.add(name="INBOX")
    old = '"Other Users/bob/Work/Old"'
    assert alice.do(f'RENAME "Other Users/bob/INBOX" {old}') == ["OK RENAME completed"]
    assert shared.flags("INBOX") == []
    assert shared.flags("Work/Old") == [(1, "")]
    assert acl(shared, "Work/Old") == "alice kc"
    assert acl(shared, "INBOX") == "alice xc"


def test_special_uses_are_the_owners(shared: Shared) -> None:
    # RFC 6154 section 2
    shared.store.mailboxes.create(shared.bob, "Sent", uses=["\\Sent"])
    shared.grant("lrk", "Sent")
    alice = shared.log_in("alice")
    sent = '"Other Users/bob/Sent"'
    assert alice.do(f'LIST "" {sent}')[0] == f'* LIST (\\HasNoChildren) "/" {sent}'
    assert alice.do('LIST (SPECIAL-USE) "" *') == ["OK LIST completed"]
    assert alice.do(f'CREATE {sent[:-1]}/x" (USE (\\Trash))')[-1].startswith("NO [USEATTR]")
    entry = "/private/specialuse"
    assert alice.do(f"GETMETADATA {sent} {entry}")[0] == f"* METADATA {sent} ({entry} NIL)"
    assert alice.do(f'SETMETADATA {sent} ({entry} "\\\\Trash")')[-1].startswith("NO [USEATTR]")
    assert alice.do(f'SETMETADATA {sent} (/shared/comment "x")')[-1].startswith("OK")
    assert shared.box("Sent").uses == ("\\Sent",)


# Without it


@pytest.mark.parametrize("name", ["ACL", "RIGHTS=texk"])
def test_switched_off_nobody_else_is_there(shared: Shared, name: str) -> None:
    shared.grant("lrswipkxtea")
    alice = shared.log_in("alice", name)
    assert "ACL" not in alice.do("CAPABILITY")[0]
    assert "RIGHTS" not in alice.do("CAPABILITY")[0]
    assert alice.do(f"SELECT {PLANS}") == ["NO [NONEXISTENT] No such mailbox"]
    assert alice.do('LIST "" *') == [
        '* LIST (\\HasNoChildren) "/" INBOX',
        "OK LIST completed",
    ]
    assert alice.do("NAMESPACE")[0] == '* NAMESPACE (("" "/")) NIL NIL'
    assert alice.do('LIST "" * RETURN (MYRIGHTS)')[-1].startswith("BAD")


def test_list_myrights_goes_with_either_of_what_it_joins(shared: Shared) -> None:
    for name in ("ACL", "LIST-EXTENDED", "LIST-MYRIGHTS"):
        alice = shared.log_in("alice", name)
        assert "LIST-MYRIGHTS" not in alice.do("CAPABILITY")[0]
        assert alice.do('LIST "" * RETURN (MYRIGHTS)')[-1].startswith("BAD")
        assert ("ACL RIGHTS=texk" in alice.do("CAPABILITY")[0]) is (name != "ACL")
