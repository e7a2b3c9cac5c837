// Former photos and the record of a photo (docs/cameo-api.md).
import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { sql } from './earlier/folder.mjs';
import { command, filesIn, until } from './lib/command.mjs';
import { erase, formerPhotos, ownPath, record, restore, shown } from './lib/history.mjs';
import { exchange, get, head, post, put, remove } from './lib/http.mjs';
import { blue, green, jpeg, red } from './lib/pictures.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { assertError, givePhoto, makeContact, makeGroup, makeUser, missingOwner, unknownId } from './lib/world.mjs';

let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

const day = 86_400_000;
const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const blobs = (data) => filesIn(data).filter((name) => name.endsWith('.blob'));

/** An owner with the photo `blue`, and a former one `red`. */
async function twice(make = makeUser, more = {}) {
    const owner = await make(server, { ...more, picture: jpeg(100, 100, red) });
    const first = await shown(server, owner);
    await givePhoto(server, owner, jpeg(240, 240, blue));
    return { owner, first, second: await shown(server, owner) };
}

for (const [kind, make] of [['user', makeUser], ['group', makeGroup]]) {
    test(`the replaced photo of a ${kind} is listed, read and restored under its old ETag`, async () => {
        const { owner, first, second } = await twice(make);
        const [former, ...others] = await formerPhotos(server, owner);
        assert.deepEqual(others, []);
        assert.match(former.id, /^[0-9a-f]{32}$/);
        assert.match(former.modifiedDateTime, seconds);
        assert.match(former.replacedDateTime, seconds);
        const { id, modifiedDateTime, replacedDateTime, ...rest } = former;
        assert.deepEqual(rest, {
            source: 'api', modifiedBy: 'api-tests', replacedBy: 'api-tests', run: null, width: 96, height: 96,
            sizes: ['48x48', '64x64', '96x96'],
        });
        for (const size of ['largest', '96x96', 'LARGEST']) {
            const answer = await get(server, `${ownPath(owner)}/formerPhotos/${id}/${size}`, server.admin);
            assert.equal(answer.status, 200, answer.text);
            assert.equal(answer.headers['content-type'], 'image/jpeg');
            assert.equal(answer.headers['cache-control'], 'private, no-store');
            assert.equal(answer.body.toString('base64'), first.bytes);
        }
        assert.equal((await restore(server, owner, id)).status, 204);
        assert.deepEqual(await shown(server, owner), first);
        assert.equal((await record(server, owner)).source, 'restored');
        const [now, ...none] = await formerPhotos(server, owner);
        assert.deepEqual(none, []);
        assert.equal(now.width, 240);
        assertError(await restore(server, owner, id), 404, 'ImageNotFound');
        assert.equal((await restore(server, owner, now.id)).status, 204);
        assert.deepEqual(await shown(server, owner), second);
    });
}

test('a removed photo is a former one, and comes back after a restart', async () => {
    const owner = await makeUser(server, { picture: jpeg(100, 100, green) });
    const before = await shown(server, owner);
    assert.equal((await remove(server, owner.photo, server.admin)).status, 200);
    assertError(await get(server, owner.photo, server.admin), 404, 'ImageNotFound');
    await server.stop();
    await server.start();
    const [former] = await formerPhotos(server, owner);
    assert.equal((await restore(server, owner, former.id)).status, 204);
    assert.deepEqual(await shown(server, owner), before);
    assert.deepEqual(await formerPhotos(server, owner), []);
});

test('identical bytes make no former photo; the last replaced comes first', async () => {
    const { owner } = await twice();
    await givePhoto(server, owner, jpeg(240, 240, blue));
    assert.equal((await formerPhotos(server, owner)).length, 1);
    await givePhoto(server, owner, jpeg(64, 64, green));
    assert.deepEqual((await formerPhotos(server, owner)).map(({ width }) => width), [240, 96]);
});

test('If-Match and If-None-Match of a restore are evaluated as on a PUT', async () => {
    const { owner, first, second } = await twice();
    const [{ id }] = await formerPhotos(server, owner);
    for (const headers of [{ 'If-Match': first.etag }, { 'If-None-Match': '*' }, { 'If-None-Match': second.etag }])
        assertError(await restore(server, owner, id, server.admin, headers), 412, 'resourceModified');
    assert.deepEqual(await shown(server, owner), second);
    assert.equal((await restore(server, owner, id, server.admin, { 'If-Match': second.etag })).status, 204);
    assert.deepEqual(await shown(server, owner), first);
});

test('a former photo is removed once', async () => {
    const { owner, second } = await twice();
    const [{ id }] = await formerPhotos(server, owner);
    const path = `${ownPath(owner)}/formerPhotos/${id}`;
    const other = await makeUser(server);
    assertError(await remove(server, `${ownPath(other)}/formerPhotos/${id}`, server.admin), 404, 'ImageNotFound');
    assert.equal((await remove(server, path, server.admin)).status, 204);
    assertError(await remove(server, path, server.admin), 404, 'ImageNotFound');
    assertError(await get(server, `${path}/largest`, server.admin), 404, 'ImageNotFound');
    assert.deepEqual(await shown(server, owner), second);
});

test('errors of former photos: unknown ids, sizes, owners, methods', async () => {
    const { owner } = await twice();
    const [{ id }] = await formerPhotos(server, owner);
    const path = `${ownPath(owner)}/formerPhotos`;
    assertError(await get(server, `${path}/nothing/largest`, server.admin), 404, 'ImageNotFound');
    const oversize = await get(server, `${path}/${id}/648x648`, server.admin);
    assertError(oversize, 404, 'ImageNotFound');
    assert.match(oversize.json().error.message, /48x48, 64x64, 96x96/);
    for (const size of ['48', 'smallest', '0x0'])
        assertError(await get(server, `${path}/${id}/${size}`, server.admin), 400, 'BadRequest');
    for (const kind of ['users', 'groups'])
        assertError(
            await get(server, `/cameo/v1/${kind}/${unknownId}/formerPhotos`, server.admin),
            404, 'Request_ResourceNotFound', missingOwner(unknownId),
        );
    assertError(await put(server, path, server.admin, ''), 405, 'Request_BadRequest');
    assertError(await get(server, `${path}/${id}/restore`, server.admin), 405, 'Request_BadRequest');
    for (const wrong of [`${path}/${id}/48x48/x`, '/cameo/v1/teams/x/formerPhotos', `${ownPath(owner)}/contacts/c/photo`])
        assertError(await get(server, wrong, server.admin), 400, 'BadRequest');
});

test('former photos need the permission to write the photo, and HEAD is GET without the body', async () => {
    const { owner } = await twice();
    const { upn } = owner;
    const other = await makeUser(server);
    const paths = ['/cameo/v1/me/formerPhotos', '/cameo/v1/me/photo'];
    for (const path of paths) {
        assertError(await get(server, path, server.userToken(upn, 'User.Read')), 403, 'ErrorAccessDenied');
        assert.equal((await get(server, path, server.userToken(upn, 'User.ReadWrite'))).status, 200);
        assert.equal((await head(server, path, server.userToken(upn, 'User.ReadWrite'))).status, 200);
        assertError(await get(server, path), 401, 'InvalidAuthenticationToken');
    }
    const reader = server.appToken('User.Read.All');
    const neighbour = server.userToken(other.upn, 'User.ReadWrite ProfilePhoto.ReadWrite.All');
    for (const token of [reader, neighbour])
        for (const answer of [
            await get(server, `${ownPath(owner)}/formerPhotos`, token),
            await get(server, `${ownPath(owner)}/photo`, token),
            await restore(server, owner, 'x', token),
            await erase(server, owner, token),
            await remove(server, `${ownPath(owner)}/formerPhotos/x`, token),
        ])
            assertError(answer, 403, 'ErrorAccessDenied');
    const admin = server.userToken(other.upn, 'ProfilePhoto.ReadWrite.All', 'User Administrator');
    assert.equal((await get(server, `${ownPath(owner)}/formerPhotos`, admin)).status, 200);
});

test('a person restores their own photo, by /me', async () => {
    const { owner, first } = await twice();
    const token = server.userToken(owner.upn, 'User.ReadWrite');
    const me = { path: '/v1.0/me' };
    const [{ id }] = await formerPhotos(server, me, token);
    assert.equal((await restore(server, me, id, token)).status, 204);
    assert.deepEqual(await shown(server, owner), first);
    assert.equal((await record(server, owner)).modifiedBy, owner.upn);
});

test('the record of a photo has who stored it and how; without a photo all is null', async () => {
    const owner = await makeUser(server);
    assert.deepEqual(await record(server, owner), {
        etag: null, modifiedDateTime: null, source: null, modifiedBy: null, width: null, height: null, sizes: [],
        crop: null, run: null, locked: false,
    });
    const token = server.userToken(owner.upn, 'User.ReadWrite');
    const stored = await put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64), { 'Cameo-Source': 'web' });
    assert.equal(stored.status, 200, stored.text);
    const { etag, modifiedDateTime, ...rest } = await record(server, owner);
    assert.equal(`"${etag}"`, (await shown(server, owner)).etag);
    assert.match(modifiedDateTime, seconds);
    assert.deepEqual(rest, {
        source: 'web', modifiedBy: owner.upn, width: 64, height: 64, sizes: ['48x48', '64x64'], crop: null, run: null,
        locked: false,
    });
    const wrong = await put(server, owner.photo, server.admin, jpeg(64, 64, blue), { 'Cameo-Source': 'import' });
    assertError(wrong, 400, 'BadRequest');
});

test('former photos end with their owner', async () => {
    const data = temporaryFolder();
    const config = '[storage]\nretired_blob_grace_seconds = 0\n';
    const own = await Server.startOn(data, { config });
    const owner = await makeUser(own, { picture: jpeg(64, 64, red) });
    await givePhoto(own, owner, jpeg(64, 64, blue));
    assert.equal((await remove(own, owner.path, own.admin)).status, 204);
    assert.equal(sql(data, 'SELECT count(*) FROM former_photos;').trim(), '0');
    await own.stop();
    await own.start();
    await until(() => blobs(data).length === 0, 'the sweep removes both blobs');
    await own.stop();
});

test('former photos are removed after [storage] former_photo_days, not before, and their blobs then', async () => {
    const data = temporaryFolder();
    const config = '[storage]\nformer_photo_days = 2\nretired_blob_grace_seconds = 0\n';
    const own = await Server.startOn(data, { config });
    const owner = await makeUser(own, { picture: jpeg(64, 64, red) });
    await givePhoto(own, owner, jpeg(64, 64, green));
    await givePhoto(own, owner, jpeg(64, 64, blue));
    await own.stop();
    const [young, old] = sql(data, 'SELECT number FROM former_photos ORDER BY number DESC;').trim().split('\n');
    sql(data, `UPDATE former_photos SET replaced_at=${Date.now() - 2 * day - 1_000} WHERE number=${old};
               UPDATE former_photos SET replaced_at=${Date.now() - 2 * day + 60_000} WHERE number=${young};`);
    await own.start();
    await until(() => blobs(data).length === 2, 'the sweep removes the blob of the older one');
    assert.equal((await formerPhotos(own, owner)).length, 1);
    assert.equal((await shown(own, owner)).status, 200);
    await own.stop();
});

test('with former_photo_days = 0 none is kept, and those from before are removed', async () => {
    const data = temporaryFolder();
    const own = await Server.startOn(data);
    const owner = await makeUser(own, { picture: jpeg(64, 64, red) });
    await givePhoto(own, owner, jpeg(64, 64, green));
    assert.equal((await formerPhotos(own, owner)).length, 1);
    await own.stop();
    const none = await Server.startOn(data, { config: '[storage]\nformer_photo_days = 0\nretired_blob_grace_seconds = 0\n' });
    await until(async () => (await formerPhotos(none, owner)).length === 0, 'the sweep removes it');
    await givePhoto(none, owner, jpeg(64, 64, blue));
    assert.equal((await remove(none, owner.photo, none.admin)).status, 200);
    assert.deepEqual(await formerPhotos(none, owner), []);
    await none.stop();
});

test('a contact’s photo is not kept, and no path of $batch or bulk reads a former photo', async () => {
    const { owner } = await twice();
    const contact = await makeContact(server, owner, { picture: jpeg(64, 64, red) });
    await givePhoto(server, contact, jpeg(64, 64, blue));
    assert.equal((await formerPhotos(server, owner)).length, 1);
    const [{ id }] = await formerPhotos(server, owner);
    const batch = await post(server, '/v1.0/$batch', server.admin, {
        requests: [
            { id: '1', method: 'GET', url: `/users/${owner.id}/formerPhotos/${id}/largest` },
            { id: '2', method: 'GET', url: `${ownPath(owner)}/formerPhotos` },
            { id: '3', method: 'GET', url: `/../cameo/v1/users/${owner.id}/formerPhotos` },
        ],
    });
    for (const { status } of batch.json().responses) assert.equal(status, 400);
});

test('the sizes of a restored photo are its own', async () => {
    const { owner } = await twice();
    const [{ id }] = await formerPhotos(server, owner);
    assert.equal((await restore(server, owner, id)).status, 204);
    const photos = await get(server, `${owner.path}/photos`, server.admin);
    assert.deepEqual(photos.json().value.map((size) => size.id), ['48x48', '64x64', '96x96']);
});

test('a backup has former photos and a restore brings them back; fsck names and repairs a damaged one', async () => {
    const data = temporaryFolder();
    const own = await Server.startOn(data);
    const owner = await makeUser(own, { picture: jpeg(64, 64, red) });
    const first = await shown(own, owner);
    await givePhoto(own, owner, jpeg(64, 64, blue));
    const backup = `${temporaryFolder()}/backup`;
    const made = await command('backup', '--data', data, backup);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /backed up 1 photo and 1 former photo /);
    const restored = `${temporaryFolder()}/restored`;
    const done = await command('restore', '--data', restored, backup);
    assert.equal(done.status, 0, done.stderr);
    const again = await Server.startOn(restored);
    const [{ id }] = await formerPhotos(again, owner);
    assert.equal((await restore(again, owner, id)).status, 204);
    assert.deepEqual(await shown(again, owner), first);
    await again.stop();

    const key = sql(data, 'SELECT blob_key FROM former_photos;').trim();
    truncateSync(`${data}/blobs/${key.slice(0, 2)}/${key.slice(2, 4)}/${key}.blob`, 100);
    const checked = await command('fsck', '--data', data);
    assert.equal(checked.status, 1, checked.stdout);
    assert.match(checked.stdout, /A former photo of user .* is damaged in blob/);
    const [{ id: damaged }] = await formerPhotos(own, owner);
    // Not by call: a 500 is no documented answer.
    const path = `${ownPath(owner)}/formerPhotos/${damaged}/restore`;
    assert.equal((await exchange(own, 'POST', path, { token: own.admin })).status, 500);
    const repaired = await command('fsck', '--data', data, '--repair');
    assert.match(repaired.stdout, /removed the former photo/, repaired.stdout + repaired.stderr);
    assert.deepEqual(await formerPhotos(own, owner), []);
    assert.equal((await shown(own, owner)).status, 200);
    await own.stop();
});
