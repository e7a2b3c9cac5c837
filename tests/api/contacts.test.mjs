// Photos of contacts: in the default folder, in folders, in nested folders (docs/http.md, docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, lastingError, post, put, remove } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { blue, green, jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    makeContact,
    makeFolder,
    makeUser,
    missingCode,
    missingOwner,
    unknownId,
} from './lib/world.mjs';

const unknownItem = `${'A'.repeat(67)}=`;
let server, user, other, token, contact, folder, child, filed, nested;
before(async () => {
    server = await Server.start();
    user = await makeUser(server);
    other = await makeUser(server);
    token = server.userToken(user.id, 'Contacts.ReadWrite');
    contact = await makeContact(server, user, { picture: jpeg(64, 64) });
    folder = await makeFolder(server, user);
    child = await makeFolder(server, folder);
    filed = await makeContact(server, folder, { picture: jpeg(96, 96) });
    nested = await makeContact(server, child, { picture: jpeg(120, 120) });
});
after(() => server.stop());

const at = (where, who) => `${where}/contacts/${encodeURIComponent(who.id)}/photo/$value`;
const reads = async (path, size, asked = token) => {
    const answer = await get(server, path, asked);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    assertWhole(answer.body, size);
};

test('a contact id is long, opaque and ends in =, which is accepted raw and as %3D (docs/http.md, docs/directory.md)', async () => {
    assert.ok(contact.id.length >= 60 && contact.id.endsWith('='), contact.id);
    for (const id of [contact.id, contact.id.replace('=', '%3D'), contact.id.replace('=', '%3d')]) {
        await reads(`/v1.0/me/contacts/${id}/photo/$value`, 64);
        await reads(`/v1.0/me/contacts('${id}')/photo/$value`, 64);
    }
});

test('contact ids are case-sensitive (docs/directory.md)', async () => {
    const id = contact.id.replace(/[a-z]/, (letter) => letter.toUpperCase());
    assert.notEqual(id, contact.id);
    const answer = await get(server, `/v1.0/me/contacts/${id}/photo`, token);
    assertError(answer, 404, 'Request_ResourceNotFound', missingOwner(id));
});

test('U/contacts/{c} reaches any contact of the mailbox (docs/directory.md)', async () => {
    for (const base of ['/v1.0/me', user.path, `/beta/users/${user.upn}`]) {
        await reads(at(base, contact), 64);
        await reads(at(base, filed), 96);
        await reads(at(base, nested), 120);
    }
});

test('one contact has one photo under every path (docs/http.md)', async () => {
    const paths = [at('/v1.0/me', nested), nested.photo];
    for (const [i, colour] of [blue, green].entries()) {
        const wrote = await put(server, paths[i], token, jpeg(120, 120, colour));
        assert.equal(wrote.status, 200, wrote.text);
        const seen = await Promise.all(paths.map((path) => get(server, path, token)));
        assert.equal(seen[0].headers.etag, seen[1].headers.etag);
        assert.deepEqual(seen[0].body, seen[1].body);
    }
});

test('a contact that is not in the named folder is 404 (docs/directory.md)', async () => {
    for (const [where, who] of [
        [folder, contact],
        [folder, nested],
        [child, filed],
        [child, contact],
    ]) {
        for (const tail of ['', '/photo', '/photo/$value']) {
            const path = `${where.path}/contacts/${encodeURIComponent(who.id)}${tail}`;
            const answer = await get(server, path, token);
            const code = tail === '' ? 'ErrorItemNotFound' : 'Request_ResourceNotFound';
            assertError(answer, 404, code, missingOwner(who.id));
        }
        const wrote = await put(server, at(where.path, who), token, jpeg(64, 64));
        assertError(wrote, 404, 'Request_ResourceNotFound');
    }
});

test('a folder that is not a child of the one before is 404, although the contact exists (docs/directory.md)', async () => {
    const root = `${user.path}/contactFolders`;
    const item = ({ id }) => encodeURIComponent(id);
    const twin = await makeFolder(server, user);
    for (const path of [
        `${root}/${item(child)}/childFolders/${item(folder)}`,
        `${root}/${item(twin)}/childFolders/${item(child)}`,
        `${root}/${item(folder)}/childFolders/${item(folder)}`,
        `${root}/${item(folder)}/childFolders/${encodeURIComponent(unknownItem)}`,
        `${root}/${encodeURIComponent(unknownItem)}`,
        `${root}/${item(contact)}`,
    ]) {
        for (const tail of ['', '/contacts', `/contacts/${item(nested)}/photo/$value`]) {
            const answer = await get(server, path + tail, token);
            const code = tail.endsWith('$value') ? 'Request_ResourceNotFound' : 'ErrorItemNotFound';
            assertError(answer, 404, code);
        }
    }
});

test('the first folder of a path may be any folder of the mailbox (docs/directory.md)', async () => {
    const direct = `/v1.0/me/contactFolders/${encodeURIComponent(child.id)}`;
    assert.equal((await get(server, direct, token)).json().id, child.id);
    await reads(at(direct, nested), 120);
});

test('`contacts` names the default folder, and so does its id (docs/directory.md)', async () => {
    const { parentFolderId } = (await get(server, contact.path, token)).json();
    for (const name of ['contacts', 'Contacts', parentFolderId]) {
        const where = `/v1.0/me/contactFolders/${encodeURIComponent(name)}`;
        await reads(at(where, contact), 64);
        assertError(await get(server, at(where, filed), token), 404, 'Request_ResourceNotFound');
        await reads(at(`${where}/childFolders/${encodeURIComponent(folder.id)}`, filed), 96);
    }
});

test('folders nest to depth 40 (docs/http.md)', async () => {
    let deepest = folder;
    for (let depth = 2; depth <= 40; depth++) deepest = await makeFolder(server, deepest);
    assert.equal(deepest.path.split('/childFolders/').length, 40, '39 times below the first');
    const who = await makeContact(server, deepest, { picture: jpeg(64, 64) });
    await reads(who.photo, 64);
    await reads(who.photo.replace(user.path, '/beta/me'), 64);
    await reads(at('/v1.0/me', who), 64);
    const key = who.photo.replace(
        /\/(childFolders|contactFolders|contacts)\/([^/]+)/g,
        "/$1('$2')",
    );
    await reads(key, 64);
    const body = (await get(server, who.photo.replace('/$value', ''), token)).json();
    assert.equal(body['@odata.context'].split("/childFolders('").length, 40);
});

test('contacts have only the photo, stored in a mailbox: under 48 pixels is 400 (docs/http.md)', async () => {
    const refused = await put(server, contact.photo, token, jpeg(47, 60));
    assertError(refused, 400, 'ValidationWidthTooSmall');
    const wide = await makeContact(server, user, { picture: jpeg(200, 100) });
    assertWhole((await get(server, wide.photo, token)).body, 96);
});

test('a PUT and a PATCH replace, both with 200; a DELETE is 405 on photo and bytes (docs/http.md)', async () => {
    for (const path of [contact.photo, filed.photo, nested.photo]) {
        for (const where of [path, path.replace('/$value', '')]) {
            const answer = await remove(server, where, token);
            assertError(answer, 405, 'Request_BadRequest');
        }
    }
});

test('a contact of another mailbox is not in this one (docs/http.md)', async () => {
    const theirs = await makeContact(server, other, { picture: jpeg(64, 64) });
    const answer = await get(server, at('/v1.0/me', theirs), token);
    assertError(answer, 404, 'Request_ResourceNotFound', missingOwner(theirs.id));
    const asked = await get(server, at(user.path, theirs), server.admin);
    assertError(asked, 404, 'Request_ResourceNotFound', missingOwner(theirs.id));
    const shelf = await makeFolder(server, other);
    const where = `/v1.0/me/contactFolders/${encodeURIComponent(shelf.id)}`;
    assertError(await get(server, where, token), 404, 'ErrorItemNotFound', missingOwner(shelf.id));
    const one = where.replace(/contactFolders.*/, `contacts/${encodeURIComponent(theirs.id)}`);
    assertError(await get(server, one, token), 404, missingCode(one), missingOwner(theirs.id));
    const made = await post(server, `${where}/contacts`, token, { givenName: 'x' });
    assertError(made, 404, 'ErrorItemNotFound', missingOwner(shelf.id));
});

test("delegated access reaches one's own contacts only: the same 403 for every other mailbox (docs/http.md, docs/access.md)", async () => {
    const theirs = await makeContact(server, other, { picture: jpeg(64, 64) });
    const shelf = await makeFolder(server, other);
    const keys = [other.id, other.upn, unknownId, 'unknown@contoso.example', 'x'];
    const asked = [];
    for (const key of keys) {
        for (const tail of [
            `contacts/${encodeURIComponent(theirs.id)}/photo/$value`,
            `contacts/${encodeURIComponent(unknownItem)}/photo/$value`,
            `contactFolders/${encodeURIComponent(shelf.id)}/contacts/x/photo/$value`,
        ])
            asked.push(`/v1.0/users/${key}/${tail}`);
    }
    const seen = [];
    for (const path of asked) {
        seen.push(lastingError(await get(server, path, token)));
        seen.push(lastingError(await put(server, path, token, jpeg(64, 64))));
    }
    for (const one of seen) assert.deepEqual(one, seen[0]);
    assert.deepEqual([seen[0].status, seen[0].code], [403, 'ErrorAccessDenied']);
});

test("the same for contacts and folders themselves, with the same code (docs/http.md, docs/access.md)", async () => {
    const theirs = await makeContact(server, other);
    const seen = [];
    for (const key of [other.id, other.upn, unknownId, 'x']) {
        for (const tail of [
            'contacts',
            `contacts/${encodeURIComponent(theirs.id)}`,
            'contactFolders',
            `contactFolders/${encodeURIComponent(unknownItem)}`,
        ])
            seen.push(lastingError(await get(server, `/v1.0/users/${key}/${tail}`, token)));
        seen.push(lastingError(await post(server, `/v1.0/users/${key}/contacts`, token, {})));
    }
    for (const one of seen) assert.deepEqual(one, seen[0]);
    assert.deepEqual([seen[0].status, seen[0].code], [403, 'ErrorAccessDenied']);
});

test('Contacts.Read reads and Contacts.ReadWrite writes; no other permission does (docs/access.md)', async () => {
    const rows = [
        ['Contacts.Read', 200, 403],
        ['Contacts.ReadWrite', 200, 200],
        ['ProfilePhoto.ReadWrite.All', 403, 403],
        ['User.ReadWrite.All', 403, 403],
        ['Directory.ReadWrite.All', 403, 403],
    ];
    for (const [permission, read, write] of rows) {
        for (const asked of [server.userToken(user.id, permission), server.appToken(permission)]) {
            const where = `${permission}: `;
            const got = await get(server, contact.photo, asked);
            assert.equal(got.status, read, where + got.text.slice(0, 200));
            const wrote = await put(server, contact.photo, asked, jpeg(64, 64));
            assert.equal(wrote.status, write, where + wrote.text);
            for (const answer of [got, wrote])
                if (answer.status === 403) assertError(answer, 403, 'ErrorAccessDenied');
        }
    }
});

test("an app reaches every mailbox's contacts, and gets 404 where none exists (docs/http.md, docs/access.md)", async () => {
    const app = server.appToken('Contacts.Read');
    await reads(contact.photo, 64, app);
    const missing = await get(server, at(`/v1.0/users/${unknownId}`, contact), app);
    assertError(missing, 404, 'Request_ResourceNotFound', missingOwner(unknownId));
});
