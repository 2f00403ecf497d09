"""German. Encoded as UTF-8 on the connection (RFC 6856 section 3.2)."""

from __future__ import annotations

from collections.abc import Mapping

from labserver.pop3.languages.text import Text

__all__ = ["GERMAN"]

GERMAN: Mapping[Text, str] = {
    Text.READY: "POP3-Server bereit",
    Text.ONE_MESSAGE: "1 Nachricht",
    Text.MESSAGES: "{count} Nachrichten",
    Text.OCTETS: "{octets} Oktette",
    Text.MARKED: "Zum Löschen vorgemerkt",
    Text.BYE: "Auf Wiedersehen",
    Text.BYE_ONE_LEFT: "Auf Wiedersehen (1 Nachricht bleibt)",
    Text.BYE_LEFT: "Auf Wiedersehen ({count} Nachrichten bleiben)",
    Text.BEGIN_TLS: "Jetzt beginnt TLS",
    Text.UTF8: "Ab hier UTF-8",
    Text.LANGUAGE: "Ab hier auf Deutsch",
    Text.NOT_ASCII: "Ein Befehl besteht aus druckbaren ASCII-Zeichen",
    Text.NOT_UTF8: "Das ist kein UTF-8-Text",
    Text.BARE_LF: "Eine Zeile endet mit CR und LF, nicht mit LF allein",
    Text.LONG_LINE: "Eine Zeile hat höchstens {limit} Oktette",
    Text.UNKNOWN: "Unbekannter Befehl",
    Text.USAGE: "So schreiben: {usage}",
    Text.LOG_IN_FIRST: "Zuerst anmelden",
    Text.LOGGED_IN: "Sie sind bereits angemeldet",
    Text.USER_FIRST: "Zuerst USER senden",
    Text.TLS_ACTIVE: "TLS ist bereits aktiv",
    Text.STLS_FIRST: "STLS kommt vor UTF8",
    Text.NEEDS_TLS: "Ein Passwort im Klartext wird nur innerhalb von TLS angenommen",
    Text.NO_MECHANISM: "Dieses Verfahren gibt es jetzt nicht; CAPA nennt die vorhandenen",
    Text.BAD_RESPONSE: "Diese Antwort passt nicht zum Verfahren",
    Text.CANCELLED: "Die Anmeldung ist abgebrochen",
    Text.WRONG_LOGIN: "Benutzername oder Passwort ist falsch",
    Text.NOT_YOURSELF: "Hier darf niemand für jemand anderen handeln",
    Text.IN_USE: "Das Postfach ist in einer anderen Sitzung offen",
    Text.TOO_SOON: "Sie haben sich eben erst angemeldet: noch {seconds} s warten",
    Text.NO_LANGUAGE: "Diese Sprache gibt es nicht; LANG nennt die vorhandenen",
    Text.NO_MESSAGE: "Keine Nachricht {number} (die Nummern sind 1 bis {last})",
    Text.EMPTY: "Keine Nachricht {number} (das Postfach ist leer)",
    Text.IS_MARKED: "Nachricht {number} ist zum Löschen vorgemerkt",
    Text.IS_GONE: "Nachricht {number} ist weg: eine andere Sitzung hat sie entfernt",
    Text.NEEDS_UTF8: "Nachricht {number} hat UTF-8 im Kopf: vor der Anmeldung UTF8 senden",
    Text.NOT_REMOVED: "Die vorgemerkten Nachrichten konnten nicht entfernt werden",
    Text.FAILED: "Der Server konnte das nicht ausführen",
    Text.TOO_MANY_ERRORS: "Zu viele Fehler: die Verbindung wird geschlossen",
    Text.TOO_MANY_LOGINS: "Zu viele falsche Anmeldungen: die Verbindung wird geschlossen",
}
