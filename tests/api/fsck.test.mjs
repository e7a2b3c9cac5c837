// `cameo fsck`: every kind of damage is found, reported in a sentence, and fixed by --repair (docs/transfer.md).
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { command, contentsOf, filesIn } from './lib/command.mjs';
import { get, remove } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';
import { assertError, givePhoto, makeContact, makeGroup, makeUser } from './lib/world.mjs';

let server, user;
before(async () => {
    server = await Server.start();
    await makeGroup(server, { picture: jpeg(64, 64) });
    const owner = await makeUser(server);
    await makeContact(server, owner, { picture: jpeg(64, 64) });
});
after(() => server.stop());
beforeEach(async () => {
    user = await makeUser(server);
});

const fsck = (...args) => command('fsck', '--data', server.data, ...args);
const blobs = () => filesIn(join(server.data, 'blobs')).filter((name) => name.endsWith('.blob')).map((name) => join(server.data, 'blobs', name));

/** Gives the user a photo; returns its blob file. */
async function photoFile(picture = jpeg(300, 300)) {
    const before = new Set(blobs());
    await givePhoto(server, user, picture);
    return blobs().find((file) => !before.has(file));
}

const longAgo = (file) => utimesSync(file, Date.now() / 1000 - 7_200, Date.now() / 1000 - 7_200);

test('a sound store is reported with exit 0, with a server and without', async () => {
    await photoFile();
    const served = await fsck();
    assert.equal(served.status, 0, served.stdout + served.stderr);
    assert.match(served.stdout, /checked 3 photos in \d+ sizes .*\nno problems found/);
    await server.stop();
    const alone = await fsck();
    await server.start();
    assert.equal(alone.status, 0, alone.stdout + alone.stderr);
    assert.equal(alone.stdout, served.stdout);
});

/** Finds exactly this; changes nothing; repairs it, with a server or without; then finds nothing. */
async function mended(text, serving) {
    if (!serving) await server.stop();
    const untouched = serving ? [] : contentsOf(server.data).filter(([name]) => !/-(shm|wal)$|^lock$/.test(name));
    const found = await fsck();
    assert.equal(found.status, 1, found.stdout + found.stderr);
    assert.match(found.stdout, text);
    assert.match(found.stdout, /  --repair \w/);
    assert.match(found.stdout, /\n1 problem found/);
    if (!serving) assert.deepEqual(contentsOf(server.data).filter(([name]) => !/-(shm|wal)$|^lock$/.test(name)), untouched);
    const repaired = await fsck('--repair');
    assert.equal(repaired.status, 0, repaired.stdout + repaired.stderr);
    assert.match(repaired.stdout, /1 problem found, 1 repaired/);
    const clean = await fsck();
    assert.equal(clean.status, 0, clean.stdout);
    if (!serving) await server.start();
}

for (const serving of [true, false]) {
    const how = serving ? 'beside a server' : 'without a server';

    test(`a damaged size is rendered again from the largest whole one, ${how}`, async () => {
        const file = await photoFile(jpeg(300, 300, (x, y) => [x % 256, y % 256, 90]));
        const { etag } = (await get(server, user.photo, server.admin)).headers;
        const bytes = readFileSync(file);
        bytes[bytes.length - 100] ^= 0xff; // in the largest size, which is last
        writeFileSync(file, bytes);
        await mended(new RegExp(`photo of user ${user.upn} is damaged in blob \\w+: 240x240`), serving);
        const photo = await get(server, user.photo, server.admin);
        assert.notEqual(photo.headers.etag, etag);
        assertWhole(photo.body, 120);
    });

    test(`a truncated blob keeps its whole sizes, ${how}`, async () => {
        const file = await photoFile();
        truncateSync(file, statSync(file).size - 10);
        await mended(/240x240/, serving);
        assertWhole((await get(server, user.photo, server.admin)).body, 120);
    });

    test(`a photo without its blob is removed, ${how}`, async () => {
        rmSync(await photoFile());
        await mended(new RegExp(`bytes of the photo of user ${user.upn} are missing`), serving);
        assertError(await get(server, user.photo, server.admin), 404, 'ImageNotFound');
    });

    test(`a photo without a whole size is removed, ${how}`, async () => {
        truncateSync(await photoFile(), 1);
        await mended(/48x48, 64x64, 96x96, 120x120, 240x240/, serving);
        assertError(await get(server, user.photo, server.admin), 404, 'ImageNotFound');
    });

    test(`an old blob without a photo is removed, one within the grace period kept, ${how}`, async () => {
        const folder = join(server.data, 'blobs', 'ff', 'ff');
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const [old, young] = ['0', '1'].map((end) => join(folder, `ffff${'0'.repeat(27)}${end}.blob`));
        for (const file of [old, young]) writeFileSync(file, 'orphan', { mode: 0o600 });
        longAgo(old);
        await mended(/1 blob belongs to no photo/, serving);
        assert.ok(!blobs().includes(old));
        assert.ok(blobs().includes(young));
        rmSync(young);
    });

    test(`file modes that let other users in are fixed, ${how}`, async () => {
        const file = await photoFile();
        chmodSync(file, 0o644);
        await mended(/its mode is 0644/, serving);
        assert.equal(statSync(file).mode & 0o777, 0o600);
        chmodSync(server.data, 0o755);
        await mended(/its mode is 0755/, serving);
    });

    test(`a temporary file of an interrupted write is removed, ${how}`, async () => {
        await photoFile();
        const file = join(server.data, 'blobs', 'tmp', 'a'.repeat(32));
        writeFileSync(file, 'half', { mode: 0o600 });
        longAgo(file);
        if (!serving) await server.stop();
        const found = await fsck('--repair');
        if (!serving) await server.start();
        assert.match(found.stdout, /remains from an interrupted write/);
        assert.equal(found.status, 0, found.stdout);
        assert.ok(!filesIn(join(server.data, 'blobs', 'tmp')).includes('a'.repeat(32)));
    });
}

test('a photo that is deleted or replaced during the check is no problem', async () => {
    const users = [];
    for (let i = 0; i < 30; i++) users.push(await makeUser(server, { picture: jpeg(64 + i, 64 + i) }));
    const checks = Array.from({ length: 3 }, () => fsck());
    for (const one of users) {
        await givePhoto(server, one, jpeg(100, 100));
        await remove(server, one.photo, server.admin);
        await remove(server, one.path, server.admin);
    }
    for (const check of checks) {
        const done = await check;
        assert.equal(done.status, 0, done.stdout + done.stderr);
    }
});

test('a damaged catalog is reported with advice, and not repaired', async () => {
    const own = await Server.start();
    for (let i = 0; i < 40; i++) await makeUser(own);
    await own.stop();
    const catalog = join(own.data, 'catalog.db');
    const bytes = readFileSync(catalog);
    bytes.fill(0x5a, 4_096 * 3, 4_096 * 6);
    writeFileSync(catalog, bytes);
    const done = run('fsck', '--repair', '--data', own.data);
    assert.equal(done.status, 1);
    assert.match(done.stdout + done.stderr, /damaged|malformed/);
    assert.deepEqual(readFileSync(catalog), bytes);
});

test('wrong usage is exit 2, no data folder exit 1', () => {
    assert.equal(run('fsck').status, 2);
    const folder = temporaryFolder();
    const done = run('fsck', '--data', folder);
    assert.equal(done.status, 1);
    assert.match(done.stderr, /cameo serve --data/);
    assert.deepEqual(filesIn(folder), []);
});
