#include <array>

#include "store/sqlite/schema.h"

namespace cameo::store::sqlite {
namespace {

// The catalog, and the directory's users.
constexpr auto kVersion1 = R"(
CREATE TABLE photos(
    tenant TEXT NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,
    etag TEXT NOT NULL, content_type TEXT NOT NULL, blob_key TEXT NOT NULL,
    upload_hash BLOB NOT NULL, storage INTEGER NOT NULL, modified INTEGER NOT NULL,
    source TEXT NOT NULL, renditions BLOB NOT NULL,
    PRIMARY KEY(tenant, kind, id)) STRICT, WITHOUT ROWID;
CREATE INDEX photos_by_blob ON photos(blob_key);
CREATE TABLE retired_blobs(
    key TEXT NOT NULL PRIMARY KEY, retired_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX retired_blobs_by_time ON retired_blobs(retired_at);
CREATE TABLE tenants(
    id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL) STRICT;
CREATE TABLE users(
    tenant TEXT NOT NULL, id TEXT NOT NULL COLLATE NOCASE,
    user_principal_name TEXT NOT NULL, upn_lower TEXT NOT NULL,
    display_name TEXT NOT NULL, given_name TEXT NOT NULL, surname TEXT NOT NULL,
    mail TEXT NOT NULL, mail_nickname TEXT NOT NULL, job_title TEXT NOT NULL,
    mobile_phone TEXT NOT NULL, office_location TEXT NOT NULL, preferred_language TEXT NOT NULL,
    user_type TEXT NOT NULL, business_phones TEXT NOT NULL,
    account_enabled INTEGER NOT NULL, photo_storage INTEGER NOT NULL,
    PRIMARY KEY(tenant, id), UNIQUE(tenant, upn_lower)) STRICT, WITHOUT ROWID;
)";

// Groups, contacts, folders, members; search. `number` identifies the row in the full-text index
// and in members. The keys fold A to Z, and nothing else; lists are ordered by name_key and id.
constexpr auto kVersion2 =
    R"(
ALTER TABLE users RENAME TO users_of_version_1;
CREATE TABLE users(
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL COLLATE NOCASE,
    business_phones TEXT NOT NULL, display_name TEXT NOT NULL, given_name TEXT NOT NULL,
    job_title TEXT NOT NULL, mail TEXT NOT NULL, mobile_phone TEXT NOT NULL,
    office_location TEXT NOT NULL, preferred_language TEXT NOT NULL, surname TEXT NOT NULL,
    user_principal_name TEXT NOT NULL, account_enabled INTEGER NOT NULL,
    mail_nickname TEXT NOT NULL, user_type TEXT NOT NULL, photo_storage INTEGER NOT NULL,
    name_key TEXT NOT NULL AS (lower(display_name)),
    upn_key TEXT NOT NULL AS (lower(user_principal_name)),
    mail_key TEXT NOT NULL AS (lower(mail))) STRICT;
INSERT INTO users(tenant, id, business_phones, display_name, given_name, job_title, mail,
    mobile_phone, office_location, preferred_language, surname, user_principal_name,
    account_enabled, mail_nickname, user_type, photo_storage)
    SELECT tenant, id, business_phones, display_name, given_name, job_title, mail,
    mobile_phone, office_location, preferred_language, surname, user_principal_name,
    account_enabled, mail_nickname, user_type, photo_storage FROM users_of_version_1;
DROP TABLE users_of_version_1;
CREATE UNIQUE INDEX users_by_id ON users(tenant, id);
CREATE UNIQUE INDEX users_by_upn ON users(tenant, upn_key);
CREATE INDEX users_by_name ON users(tenant, name_key, id);
CREATE INDEX users_by_mail ON users(tenant, mail_key);
CREATE VIRTUAL TABLE users_text USING fts5(
    display_name, given_name, job_title, mail, surname, user_principal_name, mail_nickname,
    content='users', content_rowid='number', columnsize=0,
    tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER users_text_add AFTER INSERT ON users BEGIN
    INSERT INTO users_text(rowid, display_name, given_name, job_title, mail, surname,
        user_principal_name, mail_nickname)
    VALUES(new.number, new.display_name, new.given_name, new.job_title, new.mail, new.surname,
        new.user_principal_name, new.mail_nickname);
END;
CREATE TRIGGER users_text_remove AFTER DELETE ON users BEGIN
    INSERT INTO users_text(users_text, rowid, display_name, given_name, job_title, mail, surname,
        user_principal_name, mail_nickname)
    VALUES('delete', old.number, old.display_name, old.given_name, old.job_title, old.mail,
        old.surname, old.user_principal_name, old.mail_nickname);
END;
CREATE TRIGGER users_text_change AFTER UPDATE ON users BEGIN
    INSERT INTO users_text(users_text, rowid, display_name, given_name, job_title, mail, surname,
        user_principal_name, mail_nickname)
    VALUES('delete', old.number, old.display_name, old.given_name, old.job_title, old.mail,
        old.surname, old.user_principal_name, old.mail_nickname);
    INSERT INTO users_text(rowid, display_name, given_name, job_title, mail, surname,
        user_principal_name, mail_nickname)
    VALUES(new.number, new.display_name, new.given_name, new.job_title, new.mail, new.surname,
        new.user_principal_name, new.mail_nickname);
END;
INSERT INTO users_text(users_text) VALUES('rebuild');
)"
    R"(
CREATE TABLE groups(
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL COLLATE NOCASE,
    description TEXT NOT NULL, display_name TEXT NOT NULL, group_types TEXT NOT NULL,
    mail TEXT NOT NULL, mail_enabled INTEGER NOT NULL, mail_nickname TEXT NOT NULL,
    security_enabled INTEGER NOT NULL, visibility TEXT NOT NULL, is_team INTEGER NOT NULL,
    photo_storage INTEGER NOT NULL,
    name_key TEXT NOT NULL AS (lower(display_name)),
    mail_key TEXT NOT NULL AS (lower(mail))) STRICT;
CREATE UNIQUE INDEX groups_by_id ON groups(tenant, id);
CREATE INDEX groups_by_name ON groups(tenant, name_key, id);
CREATE INDEX groups_by_mail ON groups(tenant, mail_key);
CREATE VIRTUAL TABLE groups_text USING fts5(
    description, display_name, mail, mail_nickname,
    content='groups', content_rowid='number', columnsize=0,
    tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER groups_text_add AFTER INSERT ON groups BEGIN
    INSERT INTO groups_text(rowid, description, display_name, mail, mail_nickname)
    VALUES(new.number, new.description, new.display_name, new.mail, new.mail_nickname);
END;
CREATE TRIGGER groups_text_remove AFTER DELETE ON groups BEGIN
    INSERT INTO groups_text(groups_text, rowid, description, display_name, mail, mail_nickname)
    VALUES('delete', old.number, old.description, old.display_name, old.mail, old.mail_nickname);
END;
CREATE TRIGGER groups_text_change AFTER UPDATE ON groups BEGIN
    INSERT INTO groups_text(groups_text, rowid, description, display_name, mail, mail_nickname)
    VALUES('delete', old.number, old.description, old.display_name, old.mail, old.mail_nickname);
    INSERT INTO groups_text(rowid, description, display_name, mail, mail_nickname)
    VALUES(new.number, new.description, new.display_name, new.mail, new.mail_nickname);
END;
CREATE TABLE members(
    "group" INTEGER NOT NULL REFERENCES groups(number) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users(number) ON DELETE CASCADE,
    PRIMARY KEY("group", user)) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_user ON members(user);
)"
    R"(
CREATE TABLE contacts(
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, mailbox TEXT NOT NULL COLLATE NOCASE,
    id TEXT NOT NULL, parent_folder_id TEXT NOT NULL, display_name TEXT NOT NULL,
    given_name TEXT NOT NULL, surname TEXT NOT NULL, job_title TEXT NOT NULL,
    company_name TEXT NOT NULL, mobile_phone TEXT NOT NULL, business_phones TEXT NOT NULL,
    email_addresses TEXT NOT NULL,
    name_key TEXT NOT NULL AS (lower(display_name))) STRICT;
CREATE UNIQUE INDEX contacts_by_id ON contacts(tenant, id);
CREATE INDEX contacts_by_name ON contacts(tenant, mailbox, name_key, id);
CREATE INDEX contacts_by_folder ON contacts(tenant, parent_folder_id, name_key, id);
CREATE VIRTUAL TABLE contacts_text USING fts5(
    display_name, given_name, surname, job_title, company_name,
    content='contacts', content_rowid='number', columnsize=0,
    tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER contacts_text_add AFTER INSERT ON contacts BEGIN
    INSERT INTO contacts_text(rowid, display_name, given_name, surname, job_title, company_name)
    VALUES(new.number, new.display_name, new.given_name, new.surname, new.job_title,
        new.company_name);
END;
CREATE TRIGGER contacts_text_remove AFTER DELETE ON contacts BEGIN
    INSERT INTO contacts_text(contacts_text, rowid, display_name, given_name, surname, job_title,
        company_name)
    VALUES('delete', old.number, old.display_name, old.given_name, old.surname, old.job_title,
        old.company_name);
END;
CREATE TRIGGER contacts_text_change AFTER UPDATE ON contacts BEGIN
    INSERT INTO contacts_text(contacts_text, rowid, display_name, given_name, surname, job_title,
        company_name)
    VALUES('delete', old.number, old.display_name, old.given_name, old.surname, old.job_title,
        old.company_name);
    INSERT INTO contacts_text(rowid, display_name, given_name, surname, job_title, company_name)
    VALUES(new.number, new.display_name, new.given_name, new.surname, new.job_title,
        new.company_name);
END;
CREATE TABLE contact_folders(
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, mailbox TEXT NOT NULL COLLATE NOCASE,
    id TEXT NOT NULL, parent_folder_id TEXT NOT NULL, display_name TEXT NOT NULL,
    name_key TEXT NOT NULL AS (lower(display_name))) STRICT;
CREATE UNIQUE INDEX contact_folders_by_id ON contact_folders(tenant, id);
CREATE INDEX contact_folders_by_name ON contact_folders(tenant, mailbox, name_key, id);
CREATE INDEX contact_folders_by_folder ON contact_folders(tenant, parent_folder_id, name_key, id);
CREATE VIRTUAL TABLE contact_folders_text USING fts5(
    display_name,
    content='contact_folders', content_rowid='number', columnsize=0,
    tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER contact_folders_text_add AFTER INSERT ON contact_folders BEGIN
    INSERT INTO contact_folders_text(rowid, display_name)
    VALUES(new.number, new.display_name);
END;
CREATE TRIGGER contact_folders_text_remove AFTER DELETE ON contact_folders BEGIN
    INSERT INTO contact_folders_text(contact_folders_text, rowid, display_name)
    VALUES('delete', old.number, old.display_name);
END;
CREATE TRIGGER contact_folders_text_change AFTER UPDATE ON contact_folders BEGIN
    INSERT INTO contact_folders_text(contact_folders_text, rowid, display_name)
    VALUES('delete', old.number, old.display_name);
    INSERT INTO contact_folders_text(rowid, display_name)
    VALUES(new.number, new.display_name);
END;
)"
    // Statistics for the planner, of an organisation of usual size: rows, then rows for each
    // further known column of the index. Without them SQLite expects ten rows in a tenant, and
    // scans them.
    R"(
ANALYZE tenants;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
    ('users', 'users_by_id', '1000000 100000 1'),
    ('users', 'users_by_upn', '1000000 100000 1'),
    ('users', 'users_by_name', '1000000 100000 2 1'),
    ('users', 'users_by_mail', '1000000 100000 2'),
    ('groups', 'groups_by_id', '100000 10000 1'),
    ('groups', 'groups_by_name', '100000 10000 2 1'),
    ('groups', 'groups_by_mail', '100000 10000 2'),
    ('members', 'members', '1000000 50 1'),
    ('members', 'members_by_user', '1000000 10 1'),
    ('contacts', 'contacts_by_id', '10000000 1000000 1'),
    ('contacts', 'contacts_by_name', '10000000 1000000 500 2 1'),
    ('contacts', 'contacts_by_folder', '10000000 1000000 200 2 1'),
    ('contact_folders', 'contact_folders_by_id', '1000000 100000 1'),
    ('contact_folders', 'contact_folders_by_name', '1000000 100000 20 2 1'),
    ('contact_folders', 'contact_folders_by_folder', '1000000 100000 10 2 1');
)";

// Which user a person of an identity provider is: at most one subject of an issuer for a user.
constexpr auto kVersion3 = R"(
CREATE TABLE issuer_subjects(
    tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES users(number) ON DELETE CASCADE,
    PRIMARY KEY(tenant, issuer, subject), UNIQUE(user, issuer)) STRICT, WITHOUT ROWID;
)";

// No blob is deleted while a lease lasts; ends in ms since 1970, 0 for never.
constexpr auto kVersion4 = R"(
CREATE TABLE leases(id TEXT NOT NULL PRIMARY KEY, ends INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)";

// A search of a mailbox reads the mailbox (text_search.h): with one index for all mailboxes the
// cost of a search depended on all of them.
constexpr auto kVersion5 = R"(
DROP TRIGGER contacts_text_add;
DROP TRIGGER contacts_text_remove;
DROP TRIGGER contacts_text_change;
DROP TABLE contacts_text;
DROP TRIGGER contact_folders_text_add;
DROP TRIGGER contact_folders_text_remove;
DROP TRIGGER contact_folders_text_change;
DROP TABLE contact_folders_text;
)";

// Owners of groups. Groups from before have no owner: only administrators and apps can change them.
constexpr auto kVersion6 = R"(
CREATE TABLE owners(
    "group" INTEGER NOT NULL REFERENCES groups(number) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users(number) ON DELETE CASCADE,
    PRIMARY KEY("group", user)) STRICT, WITHOUT ROWID;
CREATE INDEX owners_by_user ON owners(user);
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
    ('owners', 'owners', '200000 2 1'),
    ('owners', 'owners_by_user', '200000 5 1');
)";

// What changed: docs/storage.md, "Changes". A photo's row is written only while its owner exists,
// so rows that an upload wrote after its owner's removal are deleted. A photo has the id of its
// owner in letter case too, though users and groups are found without regard to it: the first
// comparison uses the index, the second decides. A lease always has an end; one of an earlier
// version of the server ends unless its command renews it.
constexpr auto kVersion7 = R"(
CREATE TABLE changes(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, kind INTEGER NOT NULL,
    id TEXT NOT NULL, what INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
ALTER TABLE photos ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
CREATE TEMP TABLE ownerless AS SELECT tenant, kind, id, blob_key FROM photos WHERE CASE kind
    WHEN 1 THEN NOT EXISTS(SELECT 1 FROM users AS o
        WHERE o.tenant=photos.tenant AND o.id=photos.id AND o.id=photos.id COLLATE BINARY)
    WHEN 2 THEN NOT EXISTS(SELECT 1 FROM groups AS o
        WHERE o.tenant=photos.tenant AND o.id=photos.id AND o.id=photos.id COLLATE BINARY)
    ELSE NOT EXISTS(SELECT 1 FROM contacts AS o
        WHERE o.tenant=photos.tenant AND o.id=photos.id) END;
REPLACE INTO retired_blobs(key, retired_at)
    SELECT blob_key, 1000 * CAST(strftime('%s', 'now') AS INTEGER) FROM ownerless;
DELETE FROM photos WHERE (tenant, kind, id) IN (SELECT tenant, kind, id FROM ownerless);
DROP TABLE ownerless;
UPDATE leases SET ends = 1000 * (60 + CAST(strftime('%s', 'now') AS INTEGER)) WHERE ends=0;
)";

// Further properties, the addresses of objects by an index, managers, and indexes for lists in
// another order: docs/storage.md, "The catalog". Times are milliseconds since 1970, 0 for unknown.
// Triggers keep `addresses` equal to the lists, which stay the original.
constexpr auto kVersion8 = R"(
ALTER TABLE users ADD COLUMN department TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN company_name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN created_date_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN proxy_addresses TEXT NOT NULL DEFAULT '[]';
ALTER TABLE users ADD COLUMN other_mails TEXT NOT NULL DEFAULT '[]';
ALTER TABLE groups ADD COLUMN created_date_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN proxy_addresses TEXT NOT NULL DEFAULT '[]';
CREATE TABLE managers(
    user INTEGER PRIMARY KEY REFERENCES users(number) ON DELETE CASCADE,
    manager INTEGER NOT NULL REFERENCES users(number) ON DELETE CASCADE) STRICT;
CREATE INDEX managers_by_manager ON managers(manager);
CREATE INDEX users_by_given_name ON users(tenant, lower(given_name), id);
CREATE INDEX users_by_surname ON users(tenant, lower(surname), id);
CREATE INDEX users_by_created ON users(tenant, created_date_time, id);
CREATE INDEX groups_by_created ON groups(tenant, created_date_time, id);
CREATE TABLE addresses(
    tenant TEXT NOT NULL, mailbox TEXT NOT NULL COLLATE NOCASE, property TEXT NOT NULL,
    address TEXT NOT NULL, object INTEGER NOT NULL,
    PRIMARY KEY(tenant, mailbox, property, address, object)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO addresses
    SELECT tenant, mailbox, 'contacts.email_addresses',
        lower(json_extract(item.value, '$.address')), number
    FROM contacts, json_each(contacts.email_addresses) AS item;
)"
                           R"(
CREATE TRIGGER users_addresses_add AFTER INSERT ON users BEGIN
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, '', 'users.proxy_addresses', lower(value), new.number
        FROM json_each(new.proxy_addresses);
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, '', 'users.other_mails', lower(value), new.number
        FROM json_each(new.other_mails);
END;
CREATE TRIGGER users_addresses_remove AFTER DELETE ON users BEGIN
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox='' AND object=old.number AND
        property='users.proxy_addresses' AND
        address IN (SELECT lower(value) FROM json_each(old.proxy_addresses));
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox='' AND object=old.number AND
        property='users.other_mails' AND
        address IN (SELECT lower(value) FROM json_each(old.other_mails));
END;
CREATE TRIGGER users_addresses_change AFTER UPDATE OF proxy_addresses, other_mails ON users BEGIN
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox='' AND object=old.number AND
        property='users.proxy_addresses' AND
        address IN (SELECT lower(value) FROM json_each(old.proxy_addresses));
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox='' AND object=old.number AND
        property='users.other_mails' AND
        address IN (SELECT lower(value) FROM json_each(old.other_mails));
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, '', 'users.proxy_addresses', lower(value), new.number
        FROM json_each(new.proxy_addresses);
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, '', 'users.other_mails', lower(value), new.number
        FROM json_each(new.other_mails);
END;
CREATE TRIGGER groups_addresses_add AFTER INSERT ON groups BEGIN
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, '', 'groups.proxy_addresses', lower(value), new.number
        FROM json_each(new.proxy_addresses);
END;
CREATE TRIGGER groups_addresses_remove AFTER DELETE ON groups BEGIN
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox='' AND object=old.number AND
        property='groups.proxy_addresses' AND
        address IN (SELECT lower(value) FROM json_each(old.proxy_addresses));
END;
CREATE TRIGGER groups_addresses_change AFTER UPDATE OF proxy_addresses ON groups BEGIN
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox='' AND object=old.number AND
        property='groups.proxy_addresses' AND
        address IN (SELECT lower(value) FROM json_each(old.proxy_addresses));
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, '', 'groups.proxy_addresses', lower(value), new.number
        FROM json_each(new.proxy_addresses);
END;
)"
                           R"(
CREATE TRIGGER contacts_addresses_add AFTER INSERT ON contacts BEGIN
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, new.mailbox, 'contacts.email_addresses',
            lower(json_extract(value, '$.address')), new.number
        FROM json_each(new.email_addresses);
END;
CREATE TRIGGER contacts_addresses_remove AFTER DELETE ON contacts BEGIN
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox=old.mailbox AND
        object=old.number AND property='contacts.email_addresses' AND
        address IN (SELECT lower(json_extract(value, '$.address'))
            FROM json_each(old.email_addresses));
END;
CREATE TRIGGER contacts_addresses_change AFTER UPDATE OF email_addresses ON contacts BEGIN
    DELETE FROM addresses WHERE tenant=old.tenant AND mailbox=old.mailbox AND
        object=old.number AND property='contacts.email_addresses' AND
        address IN (SELECT lower(json_extract(value, '$.address'))
            FROM json_each(old.email_addresses));
    INSERT OR IGNORE INTO addresses
        SELECT new.tenant, new.mailbox, 'contacts.email_addresses',
            lower(json_extract(value, '$.address')), new.number
        FROM json_each(new.email_addresses);
END;
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
    ('users', 'users_by_given_name', '1000000 100000 20 1'),
    ('users', 'users_by_surname', '1000000 100000 20 1'),
    ('users', 'users_by_created', '1000000 100000 2 1'),
    ('groups', 'groups_by_created', '100000 10000 2 1'),
    ('managers', 'managers_by_manager', '1000000 10'),
    ('addresses', 'addresses', '10000000 1000000 1000 1000 2 1');
)";

// Former photos, locks, runs and one-time codes of sign-ins: docs/storage.md, "The catalog". An
// empty text is an absent value; `crop` is written as in docs/cameo-api.md.
constexpr auto kVersion9 = R"(
ALTER TABLE photos ADD COLUMN modified_by TEXT NOT NULL DEFAULT '';
ALTER TABLE photos ADD COLUMN run TEXT NOT NULL DEFAULT '';
ALTER TABLE photos ADD COLUMN crop TEXT NOT NULL DEFAULT '';
ALTER TABLE photos ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0;
CREATE INDEX photos_by_run ON photos(run, tenant, kind, id) WHERE run<>'';
ALTER TABLE retired_blobs ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
ALTER TABLE retired_blobs ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE retired_blobs ADD COLUMN owner TEXT NOT NULL DEFAULT '';
CREATE INDEX retired_blobs_by_owner ON retired_blobs(tenant, kind, owner) WHERE owner<>'';
CREATE TABLE former_photos(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL,
    kind INTEGER NOT NULL, owner TEXT NOT NULL,
    etag TEXT NOT NULL, content_type TEXT NOT NULL, blob_key TEXT NOT NULL,
    upload_hash BLOB NOT NULL, storage INTEGER NOT NULL, modified INTEGER NOT NULL,
    source TEXT NOT NULL, modified_by TEXT NOT NULL, run TEXT NOT NULL, crop TEXT NOT NULL,
    renditions BLOB NOT NULL, replaced_at INTEGER NOT NULL, replaced_by TEXT NOT NULL,
    replaced_run TEXT NOT NULL) STRICT;
CREATE INDEX former_photos_by_owner ON former_photos(tenant, kind, owner, replaced_at);
CREATE INDEX former_photos_by_time ON former_photos(replaced_at);
CREATE INDEX former_photos_by_blob ON former_photos(blob_key);
CREATE INDEX former_photos_by_run ON former_photos(run) WHERE run<>'';
CREATE INDEX former_photos_by_replaced_run ON former_photos(replaced_run) WHERE replaced_run<>'';
CREATE TABLE photo_locks(
    tenant TEXT NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY(tenant, kind, id)) STRICT, WITHOUT ROWID;
CREATE TABLE runs(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL,
    name TEXT NOT NULL, started_at INTEGER NOT NULL,
    started_by TEXT NOT NULL, undone_at INTEGER NOT NULL) STRICT;
CREATE INDEX runs_by_time ON runs(tenant, started_at);
CREATE TABLE sign_in_codes(
    hash BLOB PRIMARY KEY, tenant TEXT NOT NULL, user TEXT NOT NULL, scopes TEXT NOT NULL,
    directory_roles TEXT NOT NULL, ends INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)"
                           // The list of people: docs/storage.md, "People". users_by_name has every
                           // column of its filters, so that one pass over it counts the matches.
                           // `small` compares the shorter side of the largest rendition, which is
                           // the last of the packed ones (photo::pack), with 648 as hex digits.
                           // Triggers set photo_state and photo_changed, whatever statement writes;
                           // a photo's version is the seq of the change that stored it.
                           // The index of words is updated only where a searched column changes.
                           R"(
ALTER TABLE photos ADD COLUMN small INTEGER NOT NULL AS (min(
    hex(substr(renditions, -15, 1)) || hex(substr(renditions, -16, 1)),
    hex(substr(renditions, -13, 1)) || hex(substr(renditions, -14, 1))) < '0288');
ALTER TABLE users ADD COLUMN photo_state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN photo_changed INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER users_text_change;
CREATE TRIGGER users_text_change AFTER UPDATE OF display_name, given_name, job_title, mail, surname,
    user_principal_name, mail_nickname ON users BEGIN
    INSERT INTO users_text(users_text, rowid, display_name, given_name, job_title, mail, surname,
        user_principal_name, mail_nickname)
    VALUES('delete', old.number, old.display_name, old.given_name, old.job_title, old.mail,
        old.surname, old.user_principal_name, old.mail_nickname);
    INSERT INTO users_text(rowid, display_name, given_name, job_title, mail, surname,
        user_principal_name, mail_nickname)
    VALUES(new.number, new.display_name, new.given_name, new.job_title, new.mail, new.surname,
        new.user_principal_name, new.mail_nickname);
END;
CREATE TRIGGER photos_state_add AFTER INSERT ON photos WHEN new.kind=1 BEGIN
    UPDATE users SET photo_state=2-new.small,
            photo_changed=coalesce((SELECT at FROM changes WHERE seq=new.version), new.modified)
        WHERE tenant=new.tenant AND id=new.id;
END;
CREATE TRIGGER photos_state_change AFTER UPDATE ON photos WHEN new.kind=1 BEGIN
    UPDATE users SET photo_state=2-new.small,
            photo_changed=coalesce((SELECT at FROM changes WHERE seq=new.version), new.modified)
        WHERE tenant=new.tenant AND id=new.id;
END;
CREATE TRIGGER photos_state_remove AFTER DELETE ON photos WHEN old.kind=1 BEGIN
    UPDATE users SET photo_state=0 WHERE tenant=old.tenant AND id=old.id;
END;
CREATE TRIGGER changes_photo_removed AFTER INSERT ON changes WHEN new.kind=1 AND new.what=7 BEGIN
    UPDATE users SET photo_changed=new.at WHERE tenant=new.tenant AND id=new.id;
END;
UPDATE users SET photo_state=2-photo.small, photo_changed=photo.modified FROM photos AS photo
    WHERE photo.kind=1 AND photo.tenant=users.tenant AND photo.id=users.id;
UPDATE users SET photo_changed=last.at
    FROM (SELECT tenant, id, at, max(seq) FROM changes WHERE kind=1 AND what IN (6, 7)
        GROUP BY tenant, id) AS last
    WHERE last.tenant=users.tenant AND last.id=users.id;
DROP INDEX users_by_name;
CREATE INDEX users_by_name ON users(tenant, name_key, id, department, office_location, photo_state,
    photo_changed);
CREATE INDEX users_by_department ON users(tenant, department, photo_state);
CREATE INDEX users_by_office ON users(tenant, office_location, photo_state);
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
    ('users', 'users_by_name', '1000000 100000 2 1 1 1 1 1'),
    ('users', 'users_by_department', '1000000 100000 200 70'),
    ('users', 'users_by_office', '1000000 100000 500 170');
)";

// The nicknames that only one group of a tenant may have: those of Microsoft 365 groups. Where
// earlier groups share one, the first keeps it, and the others have no row until they change it.
// Triggers keep the table equal to the groups.
constexpr auto kVersion10 = R"(
CREATE TABLE nicknames(
    tenant TEXT NOT NULL, nickname TEXT NOT NULL,
    "group" INTEGER NOT NULL UNIQUE REFERENCES groups(number) ON DELETE CASCADE,
    PRIMARY KEY(tenant, nickname)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO nicknames
    SELECT tenant, lower(mail_nickname), number FROM groups
    WHERE mail_nickname<>'' AND EXISTS(SELECT 1 FROM json_each(group_types) WHERE value='Unified')
    ORDER BY number;
CREATE TRIGGER groups_nickname_add AFTER INSERT ON groups WHEN new.mail_nickname<>'' AND
    EXISTS(SELECT 1 FROM json_each(new.group_types) WHERE value='Unified') BEGIN
    INSERT INTO nicknames VALUES(new.tenant, lower(new.mail_nickname), new.number);
END;
CREATE TRIGGER groups_nickname_change AFTER UPDATE OF mail_nickname, group_types ON groups
    WHEN lower(old.mail_nickname)<>lower(new.mail_nickname) OR
    EXISTS(SELECT 1 FROM json_each(old.group_types) WHERE value='Unified')<>
    EXISTS(SELECT 1 FROM json_each(new.group_types) WHERE value='Unified') BEGIN
    DELETE FROM nicknames WHERE "group"=old.number;
    INSERT INTO nicknames SELECT new.tenant, lower(new.mail_nickname), new.number
        WHERE new.mail_nickname<>'' AND
            EXISTS(SELECT 1 FROM json_each(new.group_types) WHERE value='Unified');
END;
)"
                            // Kept properties (directory/kept.h) as a JSON object, '' for none.
                            // employee_key is the employeeId among them, folded. Whether a team is
                            // archived.
                            R"(
ALTER TABLE users ADD COLUMN kept TEXT NOT NULL DEFAULT '';
ALTER TABLE groups ADD COLUMN kept TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN kept TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN employee_key TEXT NOT NULL DEFAULT '';
ALTER TABLE groups ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_by_employee ON users(tenant, employee_key);
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
    ('users', 'users_by_employee', '1000000 100000 2');
)";

constexpr std::array kMigrations{kVersion1, kVersion2, kVersion3, kVersion4, kVersion5,
                                 kVersion6, kVersion7, kVersion8, kVersion9, kVersion10};

}  // namespace

std::span<const char* const> migrations() { return kMigrations; }

}  // namespace cameo::store::sqlite
