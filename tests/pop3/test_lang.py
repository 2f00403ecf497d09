"""LANG (RFC 6856 section 3): what is said in which language."""

from __future__ import annotations

import string

import pytest

from labserver.pop3.languages import DEFAULT, LANGUAGES, Language, Text, matching
from tests.pop3.support import Drop, Talk


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.tag)
def test_every_language_says_everything(language: Language) -> None:
    assert set(language.texts) == set(Text)
    for text in Text:
        said = language.texts[text]
        assert fields(said) <= fields(DEFAULT.texts[text])
        assert said == said.strip()
        assert said
        assert not said.startswith("["), "that is for response codes"
        assert len(said.encode()) < 200, "with its arguments it stays below 512 octets"


def test_no_two_languages_say_the_same() -> None:
    first, second = (each.texts for each in LANGUAGES)
    assert [text for text in Text if first[text] == second[text]] == []


def test_the_default_is_ascii() -> None:
    # RFC 1939 section 3.
    assert all(text.isascii() for text in DEFAULT.texts.values())


@pytest.mark.parametrize("logged_in", [False, True])
def test_a_listing(talk: Talk, *, logged_in: bool) -> None:
    if logged_in:
        talk.login()
    assert talk.say("LANG") == "+OK\r\nen English\r\nde Deutsch\r\n."


@pytest.mark.parametrize("tag", ["de", "DE", "De"])
def test_all_is_said_in_that_language_from_its_reply_on(tag: str, talk: Talk) -> None:
    assert talk.say(f"LANG {tag}") == "+OK de Ab hier auf Deutsch"
    assert talk.say("STAT") == "-ERR Zuerst anmelden"
    assert talk.login() == "+OK 3 Nachrichten"
    assert talk.say("DELE 1") == "+OK Zum Löschen vorgemerkt"
    assert talk.say("RETR 1") == "-ERR Nachricht 1 ist zum Löschen vorgemerkt"
    assert talk.say("LANG en") == "+OK en English from here on"
    assert talk.say("RETR 1") == "-ERR Message 1 is marked as deleted"
    assert talk.say("LANG de") == "+OK de Ab hier auf Deutsch"
    assert talk.say("QUIT") == "+OK Auf Wiedersehen (2 Nachrichten bleiben)"


def test_utf8_mode_is_not_needed_for_it(talk: Talk) -> None:
    talk.say("LANG de")
    talk.login()
    assert talk.raw(b"DELE 1\r\n") == "+OK Zum Löschen vorgemerkt\r\n".encode()


def test_a_star_asks_for_the_site_s_own(talk: Talk) -> None:
    talk.say("LANG de")
    assert talk.say("LANG *") == "+OK en English from here on"


@pytest.mark.parametrize("tag", ["MUL", "uga", "d", "deu", "de-", "**", "en-boont", "x" * 200])
def test_what_fails_changes_nothing(tag: str, talk: Talk) -> None:
    talk.say("LANG de")
    assert talk.say(f"LANG {tag}") == (
        "-ERR Diese Sprache gibt es nicht; LANG nennt die vorhandenen"
    )
    assert matching(tag) is None


@pytest.mark.parametrize("line", ["LANG ", "LANG  de", "LANG de en"])
def test_its_form(line: str, talk: Talk) -> None:
    assert talk.say(line) == "-ERR Write: LANG or LANG tag"


def test_codes_and_listings_stay_as_they_are(drop: Drop, open_talk: Talk) -> None:
    talk = drop.talk("phone")
    english = drop.talk("phone").capabilities()
    talk.say("LANG de")
    assert talk.capabilities() == english
    assert talk.login() == "-ERR [IN-USE] Das Postfach ist in einer anderen Sitzung offen"
    assert talk.login(password="x") == "-ERR [AUTH] Benutzername oder Passwort ist falsch"
    assert talk.say("AUTH PLAIN !") == "-ERR Diese Antwort passt nicht zum Verfahren"


def test_the_language_is_this_session_s_only(drop: Drop, talk: Talk) -> None:
    talk.say("LANG de")
    assert drop.talk().say("STAT") == "-ERR Log in first"


def test_tls_begins_anew(drop: Drop) -> None:
    talk = drop.talk(tls=True)
    talk.say("LANG de")
    assert talk.say("STLS") == "+OK Jetzt beginnt TLS"
    assert talk.say("STAT") == "-ERR Log in first"
