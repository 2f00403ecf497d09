-- What stays on the server. One schema, in memory or in a file.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Counters of ids: n is the greatest number that may have been given.
CREATE TABLE counters (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (kind, owner)
) WITHOUT ROWID;

-- Passwords are kept as they are: challenge-response logins need the shared secret.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    password TEXT NOT NULL,
    UNIQUE (name, domain)
);

-- A mailbox that was deleted but has others below it stays as a name: selectable = 0.
-- uses: special-use attributes in order, parted by spaces.
-- forgotten: the greatest mod-sequence of removals that are not in `expunged` any more.
CREATE TABLE mailboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uidnext INTEGER NOT NULL DEFAULT 1,
    modseq INTEGER NOT NULL DEFAULT 1,
    selectable INTEGER NOT NULL DEFAULT 1,
    uses TEXT NOT NULL DEFAULT '',
    forgotten INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, name)
);

-- What an account may hold, by the name of the resource in RFC 9208; without a row: no limit.
CREATE TABLE quotas (
    account INTEGER NOT NULL REFERENCES accounts (id),
    resource TEXT NOT NULL,
    most INTEGER NOT NULL,
    PRIMARY KEY (account, resource)
) WITHOUT ROWID;

-- What others may do with a mailbox: letters of rights by identifier (RFC 4314). Its owner may do
-- everything, and has no row.
CREATE TABLE access (
    mailbox INTEGER NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL COLLATE NOCASE,
    rights TEXT NOT NULL,
    UNIQUE (mailbox, identifier)
);

CREATE TABLE subscriptions (
    account INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    PRIMARY KEY (account, name)
) WITHOUT ROWID;

-- Of a mailbox, or of the server (mailbox: NULL); one account's, or shared (account: NULL).
CREATE TABLE annotations (
    mailbox INTEGER REFERENCES mailboxes (id) ON DELETE CASCADE,
    account INTEGER REFERENCES accounts (id),
    entry TEXT NOT NULL,
    value BLOB NOT NULL
);

CREATE UNIQUE INDEX annotations_by_entry
ON annotations (ifnull(mailbox, 0), ifnull(account, 0), entry);

CREATE INDEX annotations_by_mailbox ON annotations (mailbox);

-- A body is held once, however many messages are copies of it. Ids are never given twice
-- (AUTOINCREMENT): a reply that is still being written may hold the id of a body that went.
CREATE TABLE bodies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    octets INTEGER NOT NULL,
    data BLOB NOT NULL
);

-- What was computed from a body once: an envelope, a structure, a text to search.
CREATE TABLE derived (
    body INTEGER NOT NULL REFERENCES bodies (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (body, kind)
) WITHOUT ROWID;

-- The lab message number of every form of a message that the lab has seen.
CREATE TABLE letters (
    sha256 TEXT PRIMARY KEY,
    message INTEGER NOT NULL
) WITHOUT ROWID;

-- flags: in canonical order, parted by spaces, without \Recent. internaldate: seconds since 1970
-- in UTC; zone: minutes east of UTC. saved: when it was put into this mailbox, seconds likewise.
-- recent: no session has been told of it as \Recent yet.
CREATE TABLE messages (
    mailbox INTEGER NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    uid INTEGER NOT NULL,
    body INTEGER NOT NULL REFERENCES bodies (id),
    octets INTEGER NOT NULL,
    message INTEGER NOT NULL,
    internaldate INTEGER NOT NULL,
    zone INTEGER NOT NULL DEFAULT 0,
    saved INTEGER NOT NULL,
    flags TEXT NOT NULL DEFAULT '',
    modseq INTEGER NOT NULL,
    recent INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (mailbox, uid)
) WITHOUT ROWID;

CREATE INDEX messages_by_body ON messages (body);

-- What was removed, one record a change: UIDs as ranges, 3:5,7. The last of each mailbox are kept.
CREATE TABLE expunged (
    mailbox INTEGER NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    modseq INTEGER NOT NULL,
    uids TEXT NOT NULL,
    PRIMARY KEY (mailbox, modseq)
);

-- Few messages are recent, and SELECT asks which.
CREATE INDEX messages_recent ON messages (mailbox) WHERE recent;

-- What waits at a server for another one, or for a mailbox that had no room: a row a recipient.
-- body is the message as it goes on. sender and recipient are mailboxes without their brackets; the
-- null reverse-path is ''. notify: keywords in order, parted by commas; NULL: not said. received and
-- due are seconds since 1970; reply is what was answered last, warned whether the sender knows.
CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    ret TEXT,
    envid TEXT,
    content TEXT NOT NULL,
    utf8 INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    domain TEXT NOT NULL,
    notify TEXT,
    original TEXT,
    body INTEGER NOT NULL REFERENCES bodies (id),
    message INTEGER NOT NULL,
    received INTEGER NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    reply TEXT NOT NULL DEFAULT '',
    warned INTEGER NOT NULL DEFAULT 0,
    UNIQUE (host, queue_id, recipient)
);

CREATE INDEX queue_by_due ON queue (due, id);

CREATE INDEX queue_by_body ON queue (body);

-- Where mail for an address goes instead, or as well: kind is alias, list or forward. targets are
-- addresses, parted by spaces; owner is who gets what a list's mail bounces.
CREATE TABLE routes (
    address TEXT PRIMARY KEY COLLATE NOCASE,
    kind TEXT NOT NULL,
    targets TEXT NOT NULL,
    owner TEXT,
    keep INTEGER NOT NULL DEFAULT 0,
    rewrite INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
