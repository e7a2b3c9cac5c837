// `cameo backup` and `cameo restore`: a consistent snapshot of a running server; a restored server answers the same
// (docs/transfer.md).
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { beginUntil } from '../faults/lib/injection.mjs';
import { beginIn, command, contentsOf, filesIn } from './lib/command.mjs';
import { formerPhotos, ownPath } from './lib/history.mjs';
import { get, remove } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { blue, green, jpeg, red } from './lib/pictures.mjs';
import { Server, binary, run, temporaryFolder } from './lib/server.mjs';
import { givePhoto, makeContact, makeGroup, makeUser } from './lib/world.mjs';

let server;
const owners = [];
before(async () => {
    server = await Server.start();
    for (let i = 0; i < 12; i++) owners.push(await makeUser(server, { picture: jpeg(50 + 20 * i, 50 + 20 * i, [red, green, blue][i % 3]) }));
    owners.push(await makeUser(server));
    owners.push(await makeUser(server, { photoStorage: 'directory', picture: jpeg(90, 50) }));
    owners.push(await makeGroup(server, { picture: jpeg(300, 300) }));
    owners.push(await makeContact(server, owners[0], { picture: jpeg(80, 80) }));
});
after(() => server.stop());

/** The answers of a server for every photo and size, by path. */
async function answers(of, token = of.admin) {
    const all = {};
    const note = async (path) => {
        const { status, headers, body } = await get(of, path, token);
        // Errors contain the time.
        all[path] = [status, headers.etag, headers['last-modified'], status === 200 ? body.toString('latin1').replaceAll(of.origin, '') : ''];
        return all[path];
    };
    for (const owner of owners) {
        await note(owner.photo);
        await note(`${owner.path}/photo`);
        if (!owner.path.includes('/contacts/')) {
            for (const size of ['48x48', '96x96', '240x240', '648x648']) await note(`${owner.path}/photos/${size}/$value`);
        }
        await note(owner.path);
    }
    return all;
}

/** Serves a restored folder. */
async function serving(data, check) {
    const other = await Server.startOn(data);
    try {
        return await check(other);
    } finally {
        await other.stop();
    }
}

const backing = (target, from = server) => command('backup', target, '--data', from.data);
const restoring = (backup, data) => command('restore', backup, '--data', data);

for (const kind of ['b.tar', 'b']) {
    for (const isServing of [true, false]) {
        test(`to ${kind}, ${isServing ? 'while serving' : 'without a server'}: the restored server answers the same bytes and ETags, and accepts the same tokens`, async () => {
            const target = join(temporaryFolder(), kind);
            const wanted = await answers(server);
            const token = server.admin;
            if (!isServing) await server.stop();
            const done = await backing(target);
            if (!isServing) await server.start();
            assert.equal(done.status, 0, done.stdout + done.stderr);
            assert.match(done.stdout, /backed up 15 photos .*signing key/s);
            const data = join(temporaryFolder(), 'new', 'data');
            const restored = await restoring(target, data);
            assert.equal(restored.status, 0, restored.stdout + restored.stderr);
            assert.match(restored.stdout, /restored 15 photos .* as they were at 20\d\d-/);
            assert.ok(restored.stdout.includes(`cameo serve --data ${data}`));
            await serving(data, async (other) => {
                assert.deepEqual(await answers(other, token), wanted);
                assert.equal(run('fsck', '--data', data).status, 0);
            });
            const modes = [...contentsOf(data), ...(kind === 'b' ? contentsOf(target) : [])];
            assert.deepEqual(modes.filter(([, , mode]) => mode !== 0o600), []);
            if (kind === 'b.tar') assert.equal(statSync(target).mode & 0o777, 0o600);
        });
    }
}

test('under concurrent writes a backup is a consistent snapshot: every photo is whole, old or new, with its own ETag', async () => {
    const crowd = [];
    for (let i = 0; i < 10; i++) crowd.push(await makeUser(server, { picture: jpeg(100, 100, red) }));
    const history = new Map(crowd.map((user) => [user.path, new Map()]));
    const note = async (user) => {
        const { headers, body } = await get(server, user.photo, server.admin);
        history.get(user.path).set(headers.etag, body);
    };
    for (const user of crowd) await note(user);
    let writing = true;
    const writers = crowd.map(async (user, i) => {
        for (let n = 1; writing; n++) {
            await givePhoto(server, user, jpeg(100 + (n % 40), 100 + (n % 40), [n % 256, 30 * i, 90]));
            await note(user);
        }
    });
    const folder = temporaryFolder();
    const targets = [];
    for (const name of ['1.tar', '2', '2', '3.tar']) {
        const done = await backing(join(folder, name));
        assert.equal(done.status, 0, done.stdout + done.stderr);
        targets.push(join(folder, name));
    }
    writing = false;
    await Promise.all(writers);
    for (const target of new Set(targets)) {
        const data = join(temporaryFolder(), 'data');
        assert.equal((await restoring(target, data)).status, 0);
        await serving(data, async (other) => {
            for (const user of crowd) {
                const { headers, body } = await get(other, user.photo, server.admin);
                assert.ok(history.get(user.path).has(headers.etag), 'an ETag that the first server sent');
                assert.deepEqual(body, history.get(user.path).get(headers.etag));
            }
        });
    }
});

test('a folder is brought up to date: only new blobs are copied, those without a photo removed', async () => {
    const target = join(temporaryFolder(), 'b');
    const removeFormer = async () => {
        for (const { id } of await formerPhotos(server, owners[0]))
            await remove(server, `${ownPath(owners[0])}/formerPhotos/${id}`, server.admin);
    };
    await removeFormer();
    await backing(target);
    const before = new Set(filesIn(target));
    await givePhoto(server, owners[0], jpeg(333, 333, green));
    await removeFormer();
    const done = await backing(target);
    assert.match(done.stdout, /1 blob copied, 1 without a photo removed/);
    const now = filesIn(target);
    assert.equal(now.length, before.size);
    assert.equal(now.filter((name) => !before.has(name)).length, 1);
    const data = join(temporaryFolder(), 'data');
    assert.equal((await restoring(target, data)).status, 0);
    await serving(data, async (other) => {
        const photo = await get(other, owners[0].photo, server.admin);
        assert.deepEqual(photo.body, (await get(server, owners[0].photo, server.admin)).body);
    });
});

test('a restore needs a missing or an empty folder, and names what is in the way', async () => {
    const target = join(temporaryFolder(), 'b.tar');
    await backing(target);
    const data = temporaryFolder();
    writeFileSync(join(data, 'mine'), 'x');
    for (const folder of [data, server.data]) {
        const before = readdirSync(folder).sort();
        const done = await restoring(target, folder);
        assert.equal(done.status, 1);
        assert.match(done.stderr, /not empty/);
        assert.deepEqual(readdirSync(folder).sort(), before);
    }
    rmSync(join(data, 'mine'));
    assert.equal((await restoring(target, data)).status, 0);
});

test('a damaged or truncated backup, or another file, is not restored and leaves nothing', async () => {
    const folder = temporaryFolder();
    await backing(join(folder, 'b'));
    await backing(join(folder, 'b.tar'));
    truncateSync(join(folder, 'b.tar'), statSync(join(folder, 'b.tar')).size / 2);
    const blob = filesIn(join(folder, 'b')).find((name) => name.endsWith('.blob'));
    writeFileSync(join(folder, 'b', blob), 'spoilt');
    writeFileSync(join(folder, 'none.tar'), 'no tar at all');
    mkdirSync(join(folder, 'empty'));
    for (const name of ['b', 'b.tar', 'none.tar', 'empty', 'missing']) {
        const parent = temporaryFolder();
        const done = await restoring(join(folder, name), join(parent, 'data'));
        assert.equal(done.status, 1, `${name}: ${done.stdout}${done.stderr}`);
        assert.ok(done.stderr.includes(name), done.stderr);
        assert.deepEqual(readdirSync(parent), [], name);
        mkdirSync(join(parent, 'there'));
        assert.equal((await restoring(join(folder, name), join(parent, 'there'))).status, 1);
        assert.deepEqual(readdirSync(join(parent, 'there')), [], name);
    }
});

/** A server with enough bytes that its backup can be interrupted. */
let large;
async function largeServer() {
    if (large) return large;
    large = await Server.start();
    const picture = jpeg(500, 500, (x, y) => [(x * 7919 + y * 104729) % 256, (x * y) % 256, (x * 31 + y * 17) % 256]);
    for (let i = 0; i < 30; i++) await makeUser(large, { picture: Buffer.concat([picture, Buffer.from(`${i}`)]) });
    return large;
}
after(() => large?.stop());

for (const signal of ['SIGKILL', 'SIGINT']) {
    test(`${signal} in the middle of a backup leaves the earlier backup, and the next backup is whole`, async () => {
        const from = await largeServer();
        const folder = temporaryFolder();
        for (const name of ['b', 'b.tar']) {
            const target = join(folder, name);
            const partial = () => readdirSync(folder).some((file) => /^\.b\.tar\..*\.part$/.test(file) && statSync(join(folder, file), { throwIfNoEntry: false })?.size > 300_000);
            const started = () => (name === 'b' ? existsSync(join(target, 'blobs')) && filesIn(join(target, 'blobs')).length > 5 : partial());
            const running = await beginUntil(started, folder, 'backup', target, '--data', from.data);
            running.child.kill(signal);
            running.child.kill('SIGCONT');
            const { status } = await running.ended;
            if (signal === 'SIGINT') assert.equal(status, 130);
            if (name === 'b.tar') assert.ok(!existsSync(target), 'no partial file under the final name');
            const data = join(temporaryFolder(), 'data');
            assert.equal((await restoring(target, data)).status, 1);
            assert.ok(!existsSync(data));
            assert.equal((await backing(target, from)).status, 0);
            assert.equal((await restoring(target, data)).status, 0);
        }
        assert.deepEqual(readdirSync(folder).sort(), ['b', 'b.tar']);
    });

    test(`${signal} in the middle of a restore leaves a folder that a second restore accepts`, async () => {
        const from = await largeServer();
        const folder = temporaryFolder();
        for (const name of ['b', 'b.tar']) {
            assert.equal((await backing(join(folder, name), from)).status, 0);
            const data = join(temporaryFolder(), 'data');
            const workshop = join(data, '.restoring', 'blobs');
            const started = () => existsSync(workshop) && filesIn(workshop).length > 5;
            const running = await beginUntil(started, data, 'restore', join(folder, name), '--data', data);
            running.child.kill(signal);
            running.child.kill('SIGCONT');
            const { status } = await running.ended;
            if (signal === 'SIGINT') {
                assert.equal(status, 130);
                assert.ok(!existsSync(data));
            } else {
                assert.ok(!existsSync(join(data, 'catalog.db')));
            }
            const again = await restoring(join(folder, name), data);
            assert.equal(again.status, 0, again.stdout + again.stderr);
            assert.ok(!existsSync(join(data, '.restoring')));
            await serving(data, async (other) => assert.equal(run('fsck', '--data', other.data).status, 0));
        }
    });
}

test('a truncated blob is reported, copied unchanged, and repaired after a restore', async () => {
    const from = await Server.start();
    const user = await makeUser(from, { picture: jpeg(300, 300) });
    await makeUser(from, { picture: jpeg(64, 64) });
    await from.stop();
    const blobs = join(from.data, 'blobs');
    const [file] = filesIn(blobs).filter((name) => name.endsWith('.blob')).map((name) => join(blobs, name)).sort((a, b) => statSync(b).size - statSync(a).size);
    truncateSync(file, statSync(file).size - 10);
    for (const kind of ['b.tar', 'b']) {
        const target = join(temporaryFolder(), kind);
        const done = await backing(target, from);
        assert.equal(done.status, 1, done.stdout);
        assert.match(done.stdout, /damaged in the data folder and therefore in the backup.* \(1\)/);
        assert.match(done.stdout, /2 blobs copied/);
        const data = join(temporaryFolder(), 'data');
        const restored = await restoring(target, data);
        assert.equal(restored.status, 0, restored.stderr);
        assert.match(restored.stdout, /1 were damaged or missing when the backup was made/);
        assert.equal(run('fsck', '--repair', '--data', data).status, 0);
        await serving(data, async (other) => {
            const photo = await get(other, user.photo, other.admin);
            assert.equal(photo.status, 200);
            assertWhole(photo.body, 120);
        });
    }
});

test('a data folder without its blobs is not backed up, and the earlier backup stays', async () => {
    const from = await Server.start();
    await makeUser(from, { picture: jpeg(64, 64) });
    await from.stop();
    for (const kind of ['b.tar', 'b']) {
        const target = join(temporaryFolder(), kind);
        assert.equal((await backing(target, from)).status, 0);
        renameSync(join(from.data, 'blobs'), join(from.data, 'unmounted'));
        mkdirSync(join(from.data, 'blobs'));
        // With one blob the backup's earlier copy would be used; a new photo has no copy.
        if (kind === 'b') rmSync(join(target, 'blobs'), { recursive: true });
        const done = await backing(target, from);
        rmSync(join(from.data, 'blobs'), { recursive: true });
        renameSync(join(from.data, 'unmounted'), join(from.data, 'blobs'));
        assert.equal(done.status, 1, done.stdout);
        assert.match(done.stderr, /blobs cannot be read .*mounted.*--force/s);
        if (kind === 'b.tar') assert.equal((await restoring(target, join(temporaryFolder(), 'data'))).status, 0);
    }
});

for (const how of ['kill', 'stop']) {
    test(`a server that is restarted in the middle of a backup deletes no blob of it (${how})`, async () => {
        const config = '[storage]\nformer_photo_days = 0\nretired_blob_grace_seconds = 0\n';
        const from = await Server.start({ config });
        const picture = jpeg(600, 600, (x, y) => [(x * 7919 + y * 104729) % 256, (x * y) % 256, 9]);
        const users = [];
        for (let i = 0; i < 40; i++) users.push(await makeUser(from, { picture: Buffer.concat([picture, Buffer.from(`${i}`)]) }));
        const target = join(temporaryFolder(), 'b');
        const started = () => filesIn(join(target, 'blobs')).length > 2;
        const running = await beginUntil(started, join(target, 'blobs'), 'backup', target, '--data', from.data);
        for (const user of users) await givePhoto(from, user, jpeg(50, 50));
        const blobs = () => filesIn(join(from.data, 'blobs')).length;
        const before = blobs();
        await from[how]();
        await from.start();
        // The sweep runs immediately after a start: wait twice as long as it takes on a busy machine.
        for (let look = 0; look < 20 && blobs() === before; look++) await sleep(100);
        assert.equal(blobs(), before, 'nothing was swept');
        running.child.kill('SIGCONT');
        const done = await running.ended;
        assert.equal(done.status, 0, done.stdout + done.stderr);
        assert.match(done.stdout, /backed up 40 photos/);
        await from.stop();
        const data = join(temporaryFolder(), 'data');
        const restored = await restoring(target, data);
        assert.equal(restored.status, 0, restored.stderr);
        assert.match(restored.stdout, /restored 40 photos/);
    });
}

test('a backup whose server does not come back reports it and leaves nothing', async () => {
    const from = await largeServer();
    const folder = temporaryFolder();
    const started = () => readdirSync(folder).length > 0;
    const running = await beginUntil(started, folder, 'backup', join(folder, 'b.tar'), '--data', from.data);
    await from.kill();
    // The lease has expired: this is what a sweep one minute later would have done.
    execFileSync('sqlite3', [join(from.data, 'catalog.db'), 'DELETE FROM leases;']);
    await from.start();
    running.child.kill('SIGCONT');
    const done = await running.ended;
    assert.equal(done.status, 1, done.stdout);
    assert.match(done.stderr, /restarted, and may have deleted blobs since/);
    assert.deepEqual(readdirSync(folder), []);
});

test('the manifest has its time in UTC, in every time zone', async () => {
    const target = join(temporaryFolder(), 'b');
    const before = Date.now();
    const done = await beginIn({ TZ: 'XXX-5:45' }, 'backup', target, '--data', server.data).ended;
    assert.equal(done.status, 0, done.stderr);
    const { made } = JSON.parse(readFileSync(join(target, 'manifest.json')));
    assert.match(made, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Date.parse(made) >= before - 1000 && Date.parse(made) <= Date.now(), made);
});

test('a catalog with a foreign trigger is not restored', async () => {
    const folder = temporaryFolder();
    const target = join(folder, 'b');
    assert.equal((await backing(target)).status, 0);
    const catalog = join(target, 'catalog.db');
    execFileSync('sqlite3', [catalog, 'CREATE TRIGGER t AFTER INSERT ON photos BEGIN DELETE FROM tenants; END;']);
    const manifest = JSON.parse(readFileSync(join(target, 'manifest.json')));
    manifest.catalog_sha256 = createHash('sha256').update(readFileSync(catalog)).digest('hex');
    writeFileSync(join(target, 'manifest.json'), JSON.stringify(manifest));
    const data = join(folder, 'data');
    const done = await restoring(target, data);
    assert.equal(done.status, 1, done.stdout);
    assert.match(done.stderr, /has the trigger t, which schema \d+ has not: it was changed by another program/);
    assert.ok(!existsSync(data));
});

test('an invalid target is refused with the reason: inside the data, another file, not a folder', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'holiday.jpg'), 'x');
    for (const [target, why] of [
        [join(server.data, 'b.tar'), /inside the data folder/],
        [server.data, /inside the data folder/],
        [folder, /not a backup: it contains holiday\.jpg/],
        [join(folder, 'holiday.jpg', 'b'), /holiday\.jpg/],
        [join(folder, 'holiday.jpg', 'b.tar'), /holiday\.jpg/],
        [join(folder, 'missing', 'b.tar'), /No such file/],
    ]) {
        const done = await backing(target);
        assert.equal(done.status, 1, `${target}: ${done.stdout}`);
        assert.match(done.stderr, why);
    }
    assert.deepEqual(readdirSync(folder), ['holiday.jpg']);
});

test('a file that cannot be written completely is reported and not left behind', () => {
    // A full disk would need a file system of its own; a limit on the size of files fails in the same place.
    const folder = temporaryFolder();
    const done = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 40; exec "$0" backup "$1" --data "$2"`, binary, join(folder, 'b.tar'), server.data], { encoding: 'utf8' });
    assert.equal(done.status, 1, done.stdout);
    assert.match(done.stderr, /cannot (write|copy)/);
    assert.deepEqual(readdirSync(folder), []);
});

test('--help describes the contents of a backup; wrong usage is exit 2', () => {
    assert.match(run('backup', '--help').stdout, /signing key/);
    assert.equal(run('backup', '--help').status, 0);
    for (const args of [['backup'], ['backup', 'x.tar'], ['restore', 'x.tar'], ['restore', '--data', 'x']]) assert.equal(run(...args).status, 2, `${args}`);
});
