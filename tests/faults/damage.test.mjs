// Damage to a data folder from outside: a locked, damaged or read-only catalog; truncated, exchanged or missing blobs; a
// clock that jumps. Each gives an error and a log line, never other bytes, until its cause is removed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { filesIn, until } from '../api/lib/command.mjs';
import { Server } from '../api/lib/server.mjs';
import { ask, upload } from './lib/ledger.mjs';
import { Place } from './lib/place.mjs';
import { randomFrom, seed } from './lib/run.mjs';

let place, owners;
before(async () => {
    place = await Place.make('request_seconds = 2\n');
    const { server, ledger } = place;
    owners = [await ledger.addUser(server, 0), await ledger.addUser(server, 1), await ledger.addGroup(server, 2)];
    owners.push(await ledger.addContact(server, owners[0], 3));
});
beforeEach(async () => {
    place.serverFaults.disarm();
    if (!place.isServing) await place.server.start();
});
after(() => place.stop('SIGKILL'));

const blobs = () => filesIn(join(place.data, 'blobs')).filter((name) => /^..\/..\/.*\.blob$/.test(name));

/** Uploads a picture and returns the path of its blob. */
async function blobOf(owner, picture) {
    const earlier = new Set(blobs());
    await place.ledger.put(place.server, owner, picture);
    const [made] = blobs().filter((name) => !earlier.has(name));
    return join(place.data, 'blobs', made);
}

/** Asserts that reading the owner's photo gives an error, explained in the log, and no other bytes. */
async function assertUnreadable(owner, inLog) {
    const answer = await ask(place.server, 'GET', owner.photo);
    assert.equal(answer.status, 500, 'an error, and never other bytes');
    const id = answer.headers['request-id'];
    await until(() => place.server.stderr.includes(id), 'a log line with the request id');
    const [line] = place.server.stderr.split('\n').filter((one) => one.includes(id));
    assert.match(line, inLog);
}

const others = (owner) => owners.filter((one) => one !== owner);

for (const [what, spoil, inLog] of [
    ['cut short', (blob) => truncateSync(blob, statSync(blob).size >> 1), /blob|bytes/],
    ['changed in one byte', (blob) => flip(blob), /CRC/],
    ['emptied', (blob) => truncateSync(blob, 0), /bytes/],
    ['gone', (blob) => rmSync(blob), /missing/],
]) {
    test(`a blob that is ${what}: an error and a log line, other photos are served, and an upload repairs it`, async () => {
        const [owner] = owners;
        const blob = await blobOf(owner, 5);
        await place.stop();
        spoil(blob);
        await place.server.start();
        await assertUnreadable(owner, inLog);
        await place.ledger.verify(place.server, others(owner));
        assert.equal((await place.command('fsck')).status, 1);
        // No size was served from a cache, so every size is checked; another picture is a new photo.
        assert.ok((await upload(place.server, owner, 6)).status < 300);
        place.ledger.confirm(owner, 6);
        await place.ledger.verify(place.server);
        await place.assertSound();
    });
}

function flip(blob) {
    const bytes = readFileSync(blob);
    for (let at = 300; at < bytes.length; at += 300) bytes[at] ^= 1;
    writeFileSync(blob, bytes);
}

test('two blobs that were exchanged: an error for both, and neither shows the other photo', async () => {
    const [one, two] = owners;
    const [first, second] = [await blobOf(one, 7), await blobOf(two, 8)];
    await place.stop();
    const swap = () => {
        renameSync(first, `${first}.other`);
        renameSync(second, first);
        renameSync(`${first}.other`, second);
    };
    swap();
    await place.server.start();
    for (const owner of [one, two]) await assertUnreadable(owner, /CRC|bytes/);
    await place.ledger.verify(place.server, owners.slice(2));
    await place.stop();
    swap();
    await place.server.start();
    await place.ledger.verify(place.server);
    await place.assertSound();
});

/** Another process that holds the catalog's write lock: `sqlite3` as an operator would use it. */
async function lockCatalog() {
    const child = spawn('sqlite3', [join(place.data, 'catalog.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    child.stdin.write("BEGIN IMMEDIATE; SELECT 'locked';\n");
    await until(() => said.includes('locked'), 'the lock');
    return { release: () => new Promise((done) => (child.on('close', done), child.stdin.end('ROLLBACK;\n'))) };
}

test('a catalog that another process has locked: reads succeed, a write is 503 with Retry-After, and succeeds afterwards', async () => {
    const [owner] = owners;
    const lock = await lockCatalog();
    try {
        const answer = await upload(place.server, owner, 9);
        assert.equal(answer.status, 503, answer.text);
        assert.match(answer.headers['retry-after'] ?? '', /^[1-9]\d*$/);
        await place.ledger.verify(place.server);
    } finally {
        await lock.release();
    }
    assert.ok((await place.ledger.put(place.server, owner, 9)).status < 300);
    await place.ledger.verify(place.server);
    await place.assertSound();
});

test('a catalog whose every write fails, as in a file system that became read-only: 5xx, reads succeed, and it recovers', async () => {
    const [owner] = owners;
    place.serverFaults.arm({ calls: ['write', 'truncate', 'sync', 'mkdir', 'rename', 'unlink'], effect: 'EIO', stays: true }, 1);
    const answer = await upload(place.server, owner, 10);
    assert.ok([500, 503].includes(answer.status), answer.text);
    await place.ledger.verify(place.server);
    assert.ok(place.serverFaults.disarm().failed > 0);
    assert.ok((await place.ledger.put(place.server, owner, 10)).status < 300, 'without a restart');
    await place.ledger.verify(place.server);
});

// Without their folders: a sweep may set blobs aside that have no photo.
const names = (files) => files.map((file) => basename(file)).sort();

const damages = {
    'whose first page is overwritten': (file) => overwrite(file, 0, 4096),
    'whose middle is overwritten': (file) => overwrite(file, 4096 * 3, statSync(file).size - 4096 * 3),
    'that is cut short': (file) => truncateSync(file, 5_000),
    'that is empty': (file) => truncateSync(file, 0),
    'that is another file': (file) => writeFileSync(file, 'no database '.repeat(1_000)),
};

function overwrite(file, from, length) {
    const random = randomFrom(seed);
    const bytes = readFileSync(file);
    for (let at = from; at < from + length; ++at) bytes[at] = random.below(256);
    writeFileSync(file, bytes);
}

for (const [what, damage] of Object.entries(damages)) {
    test(`a catalog ${what}: reported at the start or at the request, no photo is wrong, no blob is deleted`, async () => {
        await place.stop();
        const copy = join(place.root, 'damaged');
        rmSync(copy, { recursive: true, force: true });
        cpSync(place.data, copy, { recursive: true });
        damage(join(copy, 'catalog.db'));
        const kept = filesIn(join(copy, 'blobs'));
        const old = Date.now() / 1000 - 200_000; // a sweep skips recent orphans
        for (const name of kept) utimesSync(join(copy, 'blobs', name), old, old);
        let other;
        try {
            other = await Server.startOn(copy);
        } catch (error) {
            assert.match(error.message, /catalog\.db|catalog/, 'the message names the file');
        }
        if (other) {
            for (const owner of owners) await assertNothingWrong(other, owner);
            await sleep(300); // the sweep runs at the start
            await other.kill();
        }
        assert.deepEqual(names(filesIn(join(copy, 'blobs'))), names(kept));
        await place.server.start();
    });
}

/** Asserts that the answer is an error or exactly the photo. */
async function assertNothingWrong(server, owner) {
    const answer = await ask(server, 'GET', owner.photo, { token: place.server.admin });
    if (answer.status === 200) assert.ok(place.ledger.isWhole(answer.body, [...owner.may][0]), 'never other bytes');
    else assert.ok([401, 404, 500, 503].includes(answer.status), answer.text);
}

test('a catalog that may not be written: the start is refused with the file, or reads are served', async () => {
    await place.stop();
    // Root may write everything, so the calls are made to fail.
    place.serverFaults.arm({ calls: ['write', 'truncate', 'mkdir', 'rename', 'unlink'], effect: 'EIO', stays: true }, 1);
    await place.server.start().catch((error) => assert.match(error.message, /data|catalog|control/));
    place.serverFaults.disarm();
    await place.restart();
    await place.ledger.verify(place.server);
});

for (const [what, seconds] of [['a day forward', 86_400], ['ten years forward', 315_360_000], ['a day back', -86_400], ['ten years back', -315_360_000]]) {
    test(`the clock jumps ${what}: photos, ETags, uploads and removals work, at once and after a restart`, async () => {
        const { server, ledger, serverFaults } = place;
        const live = owners[1];
        serverFaults.moveClock(seconds);
        server.forgetTokens();
        assert.ok((await ledger.put(server, live, 4)).status < 300);
        await ledger.verify(server);
        await place.restart();
        // The sweep at the start runs meanwhile.
        for (let picture = 0; picture < 6; ++picture) {
            assert.ok((await ledger.put(server, live, picture)).status < 300);
            assert.ok((await ledger.put(server, owners[2], picture + 1)).status < 300);
        }
        assert.ok((await ledger.remove(server, live)).status < 300);
        await ledger.verify(server);
        await sleep(200);
        serverFaults.moveClock(0);
        server.forgetTokens();
        await ledger.verify(server);
        await place.restart('SIGTERM');
        await ledger.verify(server);
        assert.ok((await ledger.put(server, live, 4)).status < 300);
        await place.assertSound();
    });
}
