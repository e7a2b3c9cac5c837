// Erasure (docs/privacy.md): nothing of an erased photo or of a removed person is left in any file of the data folder.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from './earlier/folder.mjs';
import { begin, command, filesIn, until } from './lib/command.mjs';
import { erase, formerPhotos, record, setLock, shown } from './lib/history.mjs';
import { get, patch, remove } from './lib/http.mjs';
import { blue, green, jpeg, red } from './lib/pictures.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { filesOfZip } from './lib/zip.mjs';
import { assertError, givePhoto, makeContact, makeGroup, makeUser, missingOwner, unknownId } from './lib/world.mjs';

const servers = [];
after(() => Promise.all(servers.map((server) => server.stop())));

async function start(options) {
    const server = await Server.startOn(temporaryFolder(), options);
    servers.push(server);
    return server;
}

/** The files of the data folder, with -wal and those of blobs/lost and blobs/tmp, that hold the bytes. */
const filesWith = (data, bytes) =>
    filesIn(data).filter((name) => name !== 'control.sock' && readFileSync(join(data, name)).includes(bytes));

/** Every size of the photo, without the markers that all JPEG files have in common. */
async function renditions(server, owner) {
    const sizes = (await get(server, `${owner.path}/photos`, server.admin)).json().value;
    const found = [];
    for (const { id } of sizes)
        found.push((await get(server, `${owner.path}/photos/${id}/$value`, server.admin)).body);
    assert.ok(found.length > 1);
    return found;
}

/** As the daily sweep does at the start: the collector's first round has ended when its log is cut. */
async function sweep(server) {
    await server.stop();
    await server.start();
    const log = join(server.data, 'catalog.db-wal');
    await until(() => readFileSync(log).length === 0, 'the sweep cuts the log');
}

/** Makes what happened look older by this many days. The server does not run. */
const age = (data, days) => sql(data, `UPDATE changes SET at=at-${days * 86_400_000};`);

const other = { displayName: 'Somebody Else' };

test('an erasure removes the bytes of every size of the photo and of former photos from every file', async () => {
    const server = await start();
    const bystander = await makeUser(server, { ...other, picture: jpeg(240, 240, red) });
    const person = await makeUser(server, { picture: jpeg(240, 240, blue) });
    const bytes = await renditions(server, person);
    const etags = [(await shown(server, person)).etag];
    await givePhoto(server, person, jpeg(360, 360, green));
    bytes.push(...(await renditions(server, person)));
    etags.push((await shown(server, person)).etag);
    // One that was removed before, whose blob waits for the end of the grace period.
    await givePhoto(server, person, jpeg(120, 120, [20, 200, 210]));
    bytes.push(...(await renditions(server, person)));
    assert.equal((await remove(server, person.photo, server.admin)).status, 200);
    const [latest] = await formerPhotos(server, person);
    assert.equal((await remove(server, `/cameo/v1/users/${person.id}/formerPhotos/${latest.id}`, server.admin)).status, 204);
    for (const one of bytes) assert.ok(filesWith(server.data, one).length > 0);

    assert.equal((await erase(server, person)).status, 204);
    for (const one of bytes) assert.deepEqual(filesWith(server.data, one), []);
    assert.equal((await shown(server, person)).status, 404);
    assert.equal((await record(server, person)).etag, null);
    assert.deepEqual(await formerPhotos(server, person), []);
    assert.equal((await shown(server, bystander)).status, 200);

    await sweep(server);
    for (const etag of etags) assert.deepEqual(filesWith(server.data, etag.replaceAll('"', '')), []);
    for (const one of bytes) assert.deepEqual(filesWith(server.data, one), []);
    assert.equal((await erase(server, person)).status, 204, 'again');
});

test('after the removal of a person the next sweep leaves neither name nor address; the id stays for 30 days of changes', async () => {
    const server = await start({ config: '[storage]\nretired_blob_grace_seconds = 0\n' });
    const neighbour = await makeUser(server, { displayName: 'Neighbour', picture: jpeg(64, 64, red) });
    const words = ['Xanthippe', 'Quetzalcoatl', 'xq.private@contoso.example', 'Zugzwangstrasse'];
    const person = await makeUser(server, {
        displayName: `${words[0]} ${words[1]}`, mail: words[2], officeLocation: words[3], picture: jpeg(240, 240, blue),
    });
    await makeGroup(server, { members: [person], owners: [person, neighbour], displayName: 'Board' });
    await makeContact(server, person, { picture: jpeg(64, 64, green), displayName: `${words[0]} of the mailbox` });
    const bytes = await renditions(server, person);
    await givePhoto(server, person, jpeg(120, 120, green));
    assert.equal((await patch(server, person.path, server.admin, { displayName: `${words[1]} ${words[0]}` })).status, 204);
    const { etag } = await shown(server, person);
    assert.equal((await remove(server, person.path, server.admin)).status, 204);

    await sweep(server);
    for (const word of [...words, ...words.map((one) => one.toLowerCase()), etag.replaceAll('"', ''), person.upn])
        assert.deepEqual(filesWith(server.data, word), [], word);
    await until(() => bytes.every((one) => filesWith(server.data, one).length === 0), 'the sweep removes the blobs');
    assert.deepEqual(filesWith(server.data, person.id), ['catalog.db'], 'the change that tells clients of the removal');

    await server.stop();
    age(server.data, 31);
    await server.start();
    await sweep(server);
    assert.deepEqual(filesWith(server.data, person.id), []);
    assert.equal((await shown(server, neighbour)).status, 200);
});

test('an erasure during a backup is 503 with Retry-After, and nothing of it is done', async () => {
    const server = await start();
    const person = await makeUser(server, { picture: jpeg(64, 64, red) });
    await givePhoto(server, person, jpeg(64, 64, blue));
    const before = await shown(server, person);
    // A lease as a backup takes it, which ends by itself in 60 s.
    sql(server.data, `INSERT INTO leases(id, ends) VALUES('of a backup', ${Date.now() + 50_000});`);
    const refused = await erase(server, person);
    assertError(refused, 503, 'ServiceUnavailable');
    assert.match(refused.json().error.message, /backup/);
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.deepEqual(await shown(server, person), before);
    assert.equal((await formerPhotos(server, person)).length, 1);
    sql(server.data, 'DELETE FROM leases;');
    assert.equal((await erase(server, person)).status, 204);
});

test('erasures beside real backups: each backup has a whole photo or none', async () => {
    const server = await start();
    for (let round = 0; round < 3; round++) {
        const person = await makeUser(server, { picture: jpeg(64, 64, red) });
        const backup = begin('backup', '--data', server.data, `${temporaryFolder()}/b.tar`);
        let answer = await erase(server, person);
        while (answer.status === 503) answer = await erase(server, person);
        assert.equal(answer.status, 204);
        const done = await backup.ended;
        assert.equal(done.status, 0, done.stderr);
        assert.doesNotMatch(done.stdout, /missing|damaged/);
    }
});

test('a person erases their own photo; an unknown owner is 404; a group’s photo is erased too', async () => {
    const server = await start();
    const person = await makeUser(server, { picture: jpeg(64, 64, red) });
    const token = server.userToken(person.upn, 'User.ReadWrite');
    assert.equal((await erase(server, { path: '/v1.0/me' }, token)).status, 204);
    assert.equal((await shown(server, person)).status, 404);
    assert.equal((await erase(server, { path: '/v1.0/me' }, token)).status, 204);
    assertError(await erase(server, { path: `/v1.0/users/${unknownId}` }), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
    const group = await makeGroup(server, { picture: jpeg(64, 64, red) });
    assert.equal((await erase(server, group)).status, 204);
    assert.equal((await shown(server, group)).status, 404);
});

test('an erasure is in the audit log', async () => {
    const server = await start();
    const group = await makeGroup(server, { picture: jpeg(64, 64, red) });
    assert.equal((await erase(server, group)).status, 204);
    const audited = () => server.stdout.split('\n').filter((text) => text.startsWith('{')).map(JSON.parse)
        .filter(({ log, path }) => log === 'audit' && path?.endsWith('/erase'));
    await until(() => audited().length === 1, 'the audit log has the erasure');
    const [{ status, resource, app }] = audited();
    assert.deepEqual({ status, resource, app }, { status: 204, resource: `groups/${group.id}`, app: 'api-tests' });
});

for (const serving of [true, false])
    test(`cameo erase deletes photo and former photos ${serving ? 'beside a server' : 'without a server'}`, async () => {
        const server = await start();
        const person = await makeUser(server, { picture: jpeg(240, 240, blue) });
        const group = await makeGroup(server, { picture: jpeg(240, 240, green) });
        const bytes = [...(await renditions(server, person)), ...(await renditions(server, group))];
        await givePhoto(server, person, jpeg(64, 64, red));
        assert.equal((await setLock(server, person, true)).status, 204);
        if (!serving) await server.stop();
        const erased = (...args) => command('erase', '--data', server.data, ...args);
        for (const args of [['nobody@contoso.example'], [unknownId], [group.id], [person.id, '--of', 'groups']]) {
            const { status, stderr } = await erased(...args);
            assert.equal(status, 1, stderr);
            assert.match(stderr, /There is no (person|group) '/);
        }
        const done = await erased(person.upn.toUpperCase());
        assert.equal(done.status, 0, done.stderr);
        assert.match(done.stdout, /^erased the photo and the former photos of /);
        assert.equal((await erased(person.id)).status, 0, 'again');
        assert.equal((await erased(group.id, '--of', 'groups')).status, 0);
        for (const one of bytes) assert.deepEqual(filesWith(server.data, one), []);
        if (!serving) await server.start();
        assert.equal((await shown(server, person)).status, 404);
        assert.equal((await shown(server, group)).status, 404);
        assert.deepEqual(await formerPhotos(server, person), []);
    });

test('cameo export --person writes the person’s entry, photos and former photos to a zip file', async () => {
    const server = await start();
    const person = await makeUser(server, { displayName: 'Adele Vance', picture: jpeg(120, 120, blue) });
    const [former] = await renditions(server, person);
    await givePhoto(server, person, jpeg(120, 120, green));
    const now = await renditions(server, person);
    const file = join(temporaryFolder(), 'adele.zip');
    const exported = (...args) => command('export', '--data', server.data, file, ...args);
    const done = await exported('--person', person.upn);
    assert.equal(done.status, 0, done.stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const files = filesOfZip(readFileSync(file));
    const [{ id }] = await formerPhotos(server, person);
    const sizes = ['48x48', '64x64', '96x96', '120x120'];
    assert.deepEqual(Object.keys(files).sort(), [
        'person.json', ...sizes.map((size) => `photo/${size}.jpg`), ...sizes.map((size) => `former-photos/${id}/${size}.jpg`),
    ].sort());
    assert.ok(files['photo/48x48.jpg'].equals(now[0]));
    assert.ok(files[`former-photos/${id}/48x48.jpg`].equals(former));
    const data = JSON.parse(files['person.json']);
    assert.equal(data.entry.displayName, 'Adele Vance');
    assert.equal(data.formerPhotos[0].id, id);
    for (const [args, status, told] of [
        [['--person', 'nobody@x'], 1, /There is no person 'nobody@x'/],
        [['--person', person.upn, '--size', '48x48'], 2, /--size/],
    ]) {
        const refused = await exported(...args);
        assert.equal(refused.status, status, refused.stderr);
        assert.match(refused.stderr, told);
    }
});
