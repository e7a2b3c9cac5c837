// Accidents in operation: a folder that is not mounted, a catalog that is missing or too old, a blob that is lost or
// damaged. Photos are kept, or removed only on request (docs/storage.md, docs/transfer.md).
import assert from 'node:assert/strict';
import {
    copyFileSync,
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    truncateSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { command, fill, filesIn, until } from './lib/command.mjs';
import { get } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';
import { givePhoto, makeUser } from './lib/world.mjs';

const servers = [];
after(() => Promise.all(servers.map((server) => server.stop())));

/** A server with this many people who have a photo: { server, people: [{ …user, file, picture, served }] }. */
async function peopleWithPhotos(count, options) {
    const server = await Server.start(options);
    servers.push(server);
    const people = [];
    for (let i = 0; i < count; i++) people.push(await addPerson(server, i));
    return { server, people };
}

async function addPerson(server, i) {
    const before = new Set(blobFiles(server));
    const picture = jpeg(70 + i, 70 + i);
    const person = await makeUser(server, { picture });
    const file = blobFiles(server).find((name) => !before.has(name));
    return { ...person, picture, file, served: await served(server, person) };
}

const blobsOf = (server) => join(server.data, 'blobs');
const blobFiles = (server) =>
    filesIn(blobsOf(server))
        .filter((name) => /^..\/..\/.*\.blob$/.test(name))
        .map((name) => join(blobsOf(server), name));
const lostFiles = (server) =>
    filesIn(blobsOf(server)).filter((name) => name.startsWith('lost/')).map((name) => join(blobsOf(server), name));

async function served(server, person) {
    const { status, headers, body } = await get(server, person.photo, server.admin);
    return { status, etag: headers.etag, body: body.toString('base64') };
}

async function assertServed(server, people) {
    for (const person of people) assert.deepEqual(await served(server, person), person.served, person.upn);
}

const makeOld = (...files) => {
    const seconds = Date.now() / 1_000 - 7_200;
    for (const file of files) utimesSync(file, seconds, seconds);
};

const fsck = (server, ...args) => command('fsck', '--data', server.data, ...args);

for (const serving of [false, true]) {
    const how = serving ? 'beside a server' : 'without a server';

    test(`fsck --repair while blobs/ is not mounted is an error and removes nothing, ${how}`, async () => {
        const { server, people } = await peopleWithPhotos(3);
        if (!serving) await server.stop();
        const away = join(server.data, 'away');
        renameSync(blobsOf(server), away);
        for (const args of [[], ['--repair'], ['--repair', '--force']]) {
            const done = await fsck(server, ...args);
            assert.equal(done.status, 1, done.stdout + done.stderr);
            assert.match(done.stderr, /blobs/);
            assert.ok(!existsSync(blobsOf(server)), 'a check creates no folder');
        }
        renameSync(away, blobsOf(server));
        if (serving) await server.stop();
        await server.start();
        await assertServed(server, people);
    });

    test(`fsck --repair with an empty blobs/ requires --force to remove every photo, ${how}`, async () => {
        const { server, people } = await peopleWithPhotos(3);
        if (!serving) await server.stop();
        const away = join(server.data, 'away');
        renameSync(blobsOf(server), away);
        mkdirSync(blobsOf(server), { mode: 0o700 });
        const stopped = await fsck(server, '--repair');
        assert.equal(stopped.status, 1, stopped.stdout + stopped.stderr);
        assert.match(stopped.stdout, /every photo/);
        assert.match(stopped.stdout, /--force/);
        rmSync(blobsOf(server), { recursive: true });
        renameSync(away, blobsOf(server));
        if (serving) await server.stop();
        await server.start();
        await assertServed(server, people);
    });

    test(`fsck --repair that would remove more than 10 photos and 1 % requires --force, ${how}`, async () => {
        const { server, people } = await peopleWithPhotos(14);
        if (!serving) await server.stop();
        for (const person of people.slice(0, 11)) rmSync(person.file);
        const stopped = await fsck(server, '--repair');
        assert.equal(stopped.status, 1, stopped.stdout + stopped.stderr);
        assert.match(stopped.stdout, /would remove 11 of 14 photos[^]*--force/);
        assert.doesNotMatch(stopped.stdout, /removed the photo/);
        const forced = await fsck(server, '--repair', '--force');
        assert.equal(forced.status, 0, forced.stdout + forced.stderr);
        assert.match(forced.stdout, /11 problems found, 11 repaired/);
        if (!serving) await server.start();
        for (const person of people.slice(0, 11))
            assert.equal((await get(server, person.path + '/photo', server.admin)).status, 404);
        await assertServed(server, people.slice(11));
    });

    test(`fsck distinguishes unreadable, damaged and missing and never repairs the first, ${how}`, async () => {
        const { server, people } = await peopleWithPhotos(4);
        if (!serving) await server.stop();
        const [unreadable, damaged, missing, sound] = people;
        const away = join(server.data, 'away');
        renameSync(unreadable.file, away);
        mkdirSync(unreadable.file, { mode: 0o700 }); // read() fails, also for root
        const bytes = readFileSync(damaged.file);
        bytes[bytes.length - 20] ^= 0xff;
        writeFileSync(damaged.file, bytes);
        rmSync(missing.file);
        const found = await fsck(server);
        assert.equal(found.status, 1, found.stdout + found.stderr);
        assert.match(found.stdout, new RegExp(`photo of user ${unreadable.upn} cannot be read`));
        assert.match(found.stdout, new RegExp(`photo of user ${damaged.upn} is damaged`));
        assert.match(found.stdout, new RegExp(`photo of user ${missing.upn} are missing`));
        const repaired = await fsck(server, '--repair');
        assert.equal(repaired.status, 1, repaired.stdout + repaired.stderr);
        assert.match(repaired.stdout, /3 problems found, 2 repaired/);
        rmSync(unreadable.file, { recursive: true });
        renameSync(away, unreadable.file);
        if (!serving) await server.start();
        await assertServed(server, [unreadable, sound]);
        assert.equal((await fsck(server)).status, 0);
    });
}

test('a folder without its catalog.db is not served and gets a new catalog only with --new-catalog', async () => {
    const { server, people } = await peopleWithPhotos(2);
    await server.stop();
    makeOld(...people.map((person) => person.file));
    const catalog = join(server.data, 'catalog.db');
    renameSync(catalog, `${catalog}.away`);
    for (const remains of ['blobs and key', 'blobs', 'key', 'empty catalog']) {
        const put = [];
        const aside = (name) => {
            renameSync(join(server.data, name), join(server.data, `${name}.away`));
            put.push(name);
        };
        if (remains === 'blobs') aside('signing-key.pem');
        if (remains === 'key') aside('blobs');
        if (remains === 'empty catalog') writeFileSync(catalog, '');
        for (const args of [['serve', '--listen', '127.0.0.1:0'], ['fsck'], ['import', temporaryFolder()]]) {
            const done = run(...args, '--data', server.data);
            assert.equal(done.status, 1, `${remains} ${args[0]} ${done.stdout}${done.stderr}`);
            assert.match(done.stderr, /cameo restore/, `${remains} ${args[0]}`);
            assert.match(done.stderr, /--new-catalog/, `${remains} ${args[0]}`);
        }
        rmSync(catalog, { force: true });
        for (const name of put) {
            rmSync(join(server.data, name), { recursive: true, force: true });
            renameSync(join(server.data, `${name}.away`), join(server.data, name));
        }
    }
    const anew = await Server.startOn(server.data, { args: ['--new-catalog'] });
    await until(() => lostFiles(server).length === 2, 'the blobs of the lost catalog are set aside');
    assert.deepEqual(blobFiles(server), []);
    await until(() => /2 of 2 blobs[^]*blobs\/lost/.test(anew.stderr), 'it is reported'); // after the last blob
    await anew.stop();
    const again = run('serve', '--listen', '127.0.0.1:0', '--new-catalog', '--data', server.data);
    assert.equal(again.status, 1);
    assert.match(again.stderr, /--new-catalog/);
    renameSync(`${catalog}.away`, catalog);
    for (const side of ['-wal', '-shm']) rmSync(catalog + side, { force: true });
    await server.start();
    await assertServed(server, people);
    await until(() => lostFiles(server).length === 0, 'the blobs are moved back');
    assert.equal((await fsck(server)).status, 0);
});

test('with an older catalog.db the newer blobs are moved to lost/; the right catalog restores them', async () => {
    const { server, people } = await peopleWithPhotos(2);
    await server.stop();
    const catalog = join(server.data, 'catalog.db');
    const older = join(temporaryFolder(), 'catalog.db');
    copyFileSync(catalog, older);
    await server.start();
    for (let i = 0; i < 11; i++) people.push(await addPerson(server, 10 + i));
    await server.stop();
    makeOld(...people.map((person) => person.file));
    renameSync(catalog, `${catalog}.right`);
    copyFileSync(older, catalog);
    await server.start();
    await until(() => /11 of 13 blobs[^]*blobs\/lost/.test(server.stderr), 'the sweep reports its result');
    assert.equal(lostFiles(server).length, 11);
    await assertServed(server, people.slice(0, 2));
    const backup = join(temporaryFolder(), 'backup');
    assert.equal((await command('backup', backup, '--data', server.data)).status, 0);
    assert.equal(filesIn(join(backup, 'blobs')).length, 2, 'lost blobs are in no backup');
    await server.stop();
    renameSync(`${catalog}.right`, catalog);
    // A check finds them in lost/, and its repair moves them back, also without a server.
    const found = await fsck(server);
    assert.equal(found.status, 1, found.stdout);
    assert.match(found.stdout, /11 blobs of photos are in blobs\/lost/);
    const repaired = await fsck(server, '--repair');
    assert.equal(repaired.status, 0, repaired.stdout);
    assert.deepEqual(lostFiles(server), []);
    await server.start();
    await assertServed(server, people);
});

test('lost blobs are deleted after [storage] lost_blob_days, not before', async () => {
    const { server } = await peopleWithPhotos(1, { config: '[storage]\nlost_blob_days = 2\n' });
    await server.stop();
    const days = (count) => Date.now() / 1_000 - count * 86_400;
    const file = (digit) => `lost/aa/aa/${'aaaa'.padEnd(32, digit)}.blob`;
    fill(blobsOf(server), { [file('1')]: 'old', [file('2')]: 'young' });
    utimesSync(join(blobsOf(server), file('1')), days(2.1), days(2.1));
    utimesSync(join(blobsOf(server), file('2')), days(1.9), days(1.9));
    await server.start();
    await until(() => lostFiles(server).length === 1, 'the old one is deleted');
    assert.ok(existsSync(join(blobsOf(server), file('2'))));
});

for (const [what, spoil] of [
    ['lost', (file) => rmSync(file)],
    ['truncated', (file) => truncateSync(file, statSync(file).size - 30)],
    ['damaged', (file) => writeFileSync(file, readFileSync(file).fill(0x5a, statSync(file).size - 100))],
])
    test(`the same picture uploaded again over a ${what} blob is stored again, with its ETag`, async () => {
        const { server, people } = await peopleWithPhotos(2);
        const [warm, cold] = people;
        spoil(cold.file);
        await server.stop();
        await server.start();
        await assertServed(server, [warm]);
        spoil(warm.file); // its bytes are still in memory
        await assertServed(server, [warm]);
        await givePhoto(server, cold, cold.picture);
        await givePhoto(server, warm, warm.picture);
        await assertServed(server, people);
        await server.stop();
        await server.start();
        await assertServed(server, people);
        assert.equal((await fsck(server)).status, 0);
    });

test('the same picture imported again over a lost blob is stored again', async () => {
    const { server, people } = await peopleWithPhotos(2);
    const faces = temporaryFolder();
    for (const person of people) writeFileSync(join(faces, `${person.upn}.jpg`), person.picture);
    rmSync(people[0].file);
    const done = await command('import', faces, '--data', server.data);
    assert.equal(done.status, 0, done.stdout + done.stderr);
    assert.match(done.stdout, /1 replaced[^]*1 unchanged/);
    await server.stop();
    await server.start();
    await assertServed(server, people);
});

test('a server does not start with an empty blobs/, as when a file system is not mounted', async () => {
    const { server, people } = await peopleWithPhotos(2);
    await server.stop();
    const away = join(server.data, 'away');
    renameSync(blobsOf(server), away);
    mkdirSync(blobsOf(server), { mode: 0o700 });
    const done = await command('serve', '--data', server.data, '--listen', '127.0.0.1:0');
    assert.equal(done.status, 1, done.stdout);
    assert.match(done.stderr, /missing or empty.*Mount/s);
    rmSync(blobsOf(server), { recursive: true });
    renameSync(away, blobsOf(server));
    await server.start();
    await assertServed(server, people);
});

test('a restore does not mistake a data folder without its catalog for an interrupted restore', async () => {
    const { server, people } = await peopleWithPhotos(2);
    await server.stop();
    const catalog = join(server.data, 'catalog.db');
    const away = join(server.data, '..', 'catalog.db');
    renameSync(catalog, away);
    mkdirSync(join(server.data, '.restoring'), { mode: 0o700 });
    writeFileSync(join(server.data, '..', 'none.tar'), 'no tar at all');
    const done = await command('restore', join(server.data, '..', 'none.tar'), '--data', server.data);
    assert.equal(done.status, 1, done.stdout);
    assert.match(done.stderr, /not empty/);
    renameSync(away, catalog);
    await server.start();
    await assertServed(server, people);
    assert.ok(!existsSync(join(server.data, '.restoring')), 'what a restore left is removed');
});
