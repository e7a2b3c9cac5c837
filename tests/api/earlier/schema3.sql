BEGIN;
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
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL COLLATE NOCASE,
    business_phones TEXT NOT NULL, display_name TEXT NOT NULL, given_name TEXT NOT NULL,
    job_title TEXT NOT NULL, mail TEXT NOT NULL, mobile_phone TEXT NOT NULL,
    office_location TEXT NOT NULL, preferred_language TEXT NOT NULL, surname TEXT NOT NULL,
    user_principal_name TEXT NOT NULL, account_enabled INTEGER NOT NULL,
    mail_nickname TEXT NOT NULL, user_type TEXT NOT NULL, photo_storage INTEGER NOT NULL,
    name_key TEXT NOT NULL AS (lower(display_name)),
    upn_key TEXT NOT NULL AS (lower(user_principal_name)),
    mail_key TEXT NOT NULL AS (lower(mail))) STRICT;
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
CREATE TABLE issuer_subjects(
    tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES users(number) ON DELETE CASCADE,
    PRIMARY KEY(tenant, issuer, subject), UNIQUE(user, issuer)) STRICT, WITHOUT ROWID;
INSERT INTO "contact_folders"("number","tenant","mailbox","id","parent_folder_id","display_name") VALUES(1,'9fa87723-47f2-40ed-8e02-d0883513a768','234ccd3f-65c4-46ca-9d8b-6461d44ed6ac','aTo0ZDRmMThjY2JkNmFlMWM0ZGVjZDczYmFjZGMzNjZmYjY4NTAyMGIwZmMzZGMxMGM=','ZGVmYXVsdDoyMzRjY2QzZi02NWM0LTQ2Y2EtOWQ4Yi02NDYxZDQ0ZWQ2YWMuLi4uLi4=','Engines');
INSERT INTO "contact_folders"("number","tenant","mailbox","id","parent_folder_id","display_name") VALUES(2,'9fa87723-47f2-40ed-8e02-d0883513a768','234ccd3f-65c4-46ca-9d8b-6461d44ed6ac','aTphYTY2MjFlN2QxNzVhMDRjMjQ5OTU0YzY3YWRkNzJlOTI3NDIwYTkwNjk1Y2MyYWU=','aTo0ZDRmMThjY2JkNmFlMWM0ZGVjZDczYmFjZGMzNjZmYjY4NTAyMGIwZmMzZGMxMGM=','Difference');
INSERT INTO "contacts"("number","tenant","mailbox","id","parent_folder_id","display_name","given_name","surname","job_title","company_name","mobile_phone","business_phones","email_addresses") VALUES(1,'9fa87723-47f2-40ed-8e02-d0883513a768','234ccd3f-65c4-46ca-9d8b-6461d44ed6ac','aTozZGNmMzhiODFhNzljOTg4YmY1NjdkZDQwM2Q1ZWMxM2NjY2I0OGFhYjAzZDRlZGQ=','ZGVmYXVsdDoyMzRjY2QzZi02NWM0LTQ2Y2EtOWQ4Yi02NDYxZDQ0ZWQ2YWMuLi4uLi4=','Charles Babbage','Contact 7','','','','','[]','[]');
INSERT INTO "contacts"("number","tenant","mailbox","id","parent_folder_id","display_name","given_name","surname","job_title","company_name","mobile_phone","business_phones","email_addresses") VALUES(2,'9fa87723-47f2-40ed-8e02-d0883513a768','234ccd3f-65c4-46ca-9d8b-6461d44ed6ac','aTo1NzY3Mjc2M2IwYjI1MGRhODI2ZWRkZDhhNWFlNTVkODRkZWE3MGZjNjFlYTc4ODU=','aTphYTY2MjFlN2QxNzVhMDRjMjQ5OTU0YzY3YWRkNzJlOTI3NDIwYTkwNjk1Y2MyYWU=','Joseph Clement','Contact 10','','','','','[]','[]');
INSERT INTO "groups"("number","tenant","id","description","display_name","group_types","mail","mail_enabled","mail_nickname","security_enabled","visibility","is_team","photo_storage") VALUES(1,'9fa87723-47f2-40ed-8e02-d0883513a768','65bc4fc7-4cab-40b6-9e20-646124a5b4b0','','Analysts','["Unified"]','',1,'group5',0,'',0,0);
INSERT INTO "groups"("number","tenant","id","description","display_name","group_types","mail","mail_enabled","mail_nickname","security_enabled","visibility","is_team","photo_storage") VALUES(2,'9fa87723-47f2-40ed-8e02-d0883513a768','7abf3179-a69d-4b84-8b1c-d307f5a77d04','','Compilers','["Unified"]','',1,'group6',0,'',1,0);
INSERT INTO "photos"("tenant","kind","id","etag","content_type","blob_key","upload_hash","storage","modified","source","renditions") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768',1,'234ccd3f-65c4-46ca-9d8b-6461d44ed6ac','840C09418A841EDFE68C3EE861643E05','image/jpeg','e8b7d443a83f80ed69a141c25e3328e5',X'845cdea3940ad27498fa434f9f5e7169d7492af91bb3db4c36c758549ccb3230',0,1795961978252,'api',X'010930003000000000002e000000f6581a21400040002e0000002e0000005097073a600060005c0000002e00000068f36812780078008a00000030000000975a8a58f000f000ba000000300000001b8c367e68016801ea0000003000000030ec069fb001b0011a01000030000000f2433fa1f801f8014a01000030000000109e2170880288027a010000300000000e33c036');
INSERT INTO "photos"("tenant","kind","id","etag","content_type","blob_key","upload_hash","storage","modified","source","renditions") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768',1,'d77d1b3a-3eee-4078-a177-9bdcb4e0a51b','8307046A496C539B91AF5F59DEEBC788','image/jpeg','4026e73cfcd20893b892bd20d733b82e',X'86bcac427c44991378416af55a30e9f3e40ed0d7571c989c4fcb4339218def70',1,1795961975805,'api',X'010330003000000000002e00000087b2a725400040002e0000002e000000217dba3e600060005c0000002e0000001919d516');
INSERT INTO "photos"("tenant","kind","id","etag","content_type","blob_key","upload_hash","storage","modified","source","renditions") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768',1,'f272b8f3-a4b4-48f8-809b-771d3ab59505','21C64BA13BC2FC9239B2E37406A6B69F','image/jpeg','b375fef73aa74764ea98354f5a226f12',X'f7bb27a30aef359b4933a0ffce498f1e6bebaaef5b0ac95408f7b27d0a491698',0,1795961975576,'api',X'010430003000000000002e000000c9515b18400040002e0000002e0000006f9e4603600060005c0000002e00000057fa292b780078008a0000003000000064a00f87');
INSERT INTO "photos"("tenant","kind","id","etag","content_type","blob_key","upload_hash","storage","modified","source","renditions") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768',2,'65bc4fc7-4cab-40b6-9e20-646124a5b4b0','F59A33E4873B7649B3E05081F2EFECCF','image/jpeg','91e5cf31377ef6af1fe3df3caa1f4b1f',X'2c3c5c31ca15282793d020b4dec771167688d3a2d710a3f3d6be925c0be8777a',0,1795961974077,'api',X'010530003000000000002e000000cbba391d400040002e0000002e0000006d752406600060005c0000002e00000055114b2e780078008a00000030000000c996f3daf000f000ba0000003000000045404ffc');
INSERT INTO "photos"("tenant","kind","id","etag","content_type","blob_key","upload_hash","storage","modified","source","renditions") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768',2,'7abf3179-a69d-4b84-8b1c-d307f5a77d04','3B0398C3E3A2AE5A023A8F8BF2135B39','image/jpeg','e55f187bb606a9daa287e8f304375a99',X'23dccad0ea54b7bc53f299a04099885d38da6e206374ca2afc26bd4670f18955',0,1795961974544,'api',X'010530003000000000002e000000a93ea1d3400040002e0000002e0000000ff1bcc8600060005c0000002e0000003795d3e0780078008a00000030000000dee14638f000f000ba000000300000005237fa1e');
INSERT INTO "photos"("tenant","kind","id","etag","content_type","blob_key","upload_hash","storage","modified","source","renditions") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768',3,'aTo1NzY3Mjc2M2IwYjI1MGRhODI2ZWRkZDhhNWFlNTVkODRkZWE3MGZjNjFlYTc4ODU=','1A2D624CD3EB96A259B77FA36A42C853','image/jpeg','de55d02bd700e263717105cc0e876161',X'99ce9d65f2615dce76bc1ddb0472518fc2cfba1cff4179312c22f9682791549c',0,1795961975250,'api',X'010430003000000000002e000000f994f8bb400040002e0000002e0000005f5be5a0600060005c0000002e000000673f8a88780078008a000000300000009c233d31');
INSERT INTO "photos"("tenant","kind","id","etag","content_type","blob_key","upload_hash","storage","modified","source","renditions") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768',3,'aTozZGNmMzhiODFhNzljOTg4YmY1NjdkZDQwM2Q1ZWMxM2NjY2I0OGFhYjAzZDRlZGQ=','509F4CA2541BA39CE25F8D15364102E5','image/jpeg','6bb6d3901fa2cf8c395ccfbb36886270',X'cdc960fc101fe792d4e3c8b8838a56748cffb0847fc7b067e1b605c4ed4be0e8',0,1795961974885,'api',X'010230003000000000002e000000c5a807f5400040002e0000002e00000063671aee');
INSERT INTO "retired_blobs"("key","retired_at") VALUES('116a21b2fc9ee809b4be9d548e3c4c21',1795961975576);
INSERT INTO "retired_blobs"("key","retired_at") VALUES('578061c4e1a2842c63d199beb6cbbf41',1795961975616);
INSERT INTO "retired_blobs"("key","retired_at") VALUES('f1202e65bd7856846ad00f6486e436ac',1795961978252);
INSERT INTO "tenants"("id","name","kind") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768','default',0);
INSERT INTO "users"("number","tenant","id","business_phones","display_name","given_name","job_title","mail","mobile_phone","office_location","preferred_language","surname","user_principal_name","account_enabled","mail_nickname","user_type","photo_storage") VALUES(1,'9fa87723-47f2-40ed-8e02-d0883513a768','234ccd3f-65c4-46ca-9d8b-6461d44ed6ac','[]','Ada Lovelace','Ada','','','','','','','person1@contoso.example',1,'person1','Member',0);
INSERT INTO "users"("number","tenant","id","business_phones","display_name","given_name","job_title","mail","mobile_phone","office_location","preferred_language","surname","user_principal_name","account_enabled","mail_nickname","user_type","photo_storage") VALUES(2,'9fa87723-47f2-40ed-8e02-d0883513a768','f272b8f3-a4b4-48f8-809b-771d3ab59505','["+34 1"]','José Núñez','','','','','','','','person2@contoso.example',1,'person2','Member',0);
INSERT INTO "users"("number","tenant","id","business_phones","display_name","given_name","job_title","mail","mobile_phone","office_location","preferred_language","surname","user_principal_name","account_enabled","mail_nickname","user_type","photo_storage") VALUES(3,'9fa87723-47f2-40ed-8e02-d0883513a768','d77d1b3a-3eee-4078-a177-9bdcb4e0a51b','[]','Grace Hopper','','','','','','','','person3@contoso.example',1,'person3','Member',1);
INSERT INTO "users"("number","tenant","id","business_phones","display_name","given_name","job_title","mail","mobile_phone","office_location","preferred_language","surname","user_principal_name","account_enabled","mail_nickname","user_type","photo_storage") VALUES(4,'9fa87723-47f2-40ed-8e02-d0883513a768','60fbc63e-d668-4000-a7ee-7a1d78afa87f','[]','Alan Turing','','','','','','','','person4@contoso.example',0,'person4','Member',0);
INSERT INTO "issuer_subjects"("tenant","issuer","subject","user") VALUES('9fa87723-47f2-40ed-8e02-d0883513a768','https://issuer.example','ada',1);
INSERT INTO "members"("group","user") VALUES(1,1);
INSERT INTO "members"("group","user") VALUES(1,2);
ANALYZE tenants;
DELETE FROM sqlite_stat1;
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('users','users_by_id','1000000 100000 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('users','users_by_upn','1000000 100000 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('users','users_by_name','1000000 100000 2 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('users','users_by_mail','1000000 100000 2');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('groups','groups_by_id','100000 10000 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('groups','groups_by_name','100000 10000 2 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('groups','groups_by_mail','100000 10000 2');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('members','members','1000000 50 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('members','members_by_user','1000000 10 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('contacts','contacts_by_id','10000000 1000000 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('contacts','contacts_by_name','10000000 1000000 500 2 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('contacts','contacts_by_folder','10000000 1000000 200 2 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('contact_folders','contact_folders_by_id','1000000 100000 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('contact_folders','contact_folders_by_name','1000000 100000 20 2 1');
INSERT INTO "sqlite_stat1"("tbl","idx","stat") VALUES('contact_folders','contact_folders_by_folder','1000000 100000 10 2 1');
PRAGMA application_id=0x43414d4f;
PRAGMA user_version=3;
COMMIT;
