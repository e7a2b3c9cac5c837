// A data folder of an earlier version, with photos in it: the current program upgrades it, and serves the same
// (docs/storage.md, "Versions").
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { earlier, makeFolder, sql } from './earlier/folder.mjs';
import { command, filesIn, until } from './lib/command.mjs';
import { get } from './lib/http.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';

const schema3 = earlier('schema3');
const folder = (change) => makeFolder(join(temporaryFolder(), 'data'), schema3, change);

/** Asserts that the answer has the earlier answer's members; a later version may add members. */
function holds(actual, wanted, path) {
    if (wanted === null || typeof wanted !== 'object') return assert.equal(actual, wanted, path);
    for (const [name, value] of Object.entries(wanted)) holds(actual?.[name], value, `${path} ${name}`);
}

/** Every photo and object equals the answer of that version's server. */
async function answersAsThen(data) {
    const server = await Server.startOn(data);
    try {
        for (const [path, wanted] of Object.entries(schema3.answers)) {
            const answer = await get(server, path, server.admin, path.includes('$search') ? { ConsistencyLevel: 'eventual' } : {});
            assert.equal(answer.status, wanted.status, path);
            if (wanted.status !== 200) continue;
            assert.equal(answer.headers.etag, wanted.etag, path);
            assert.equal(answer.headers['last-modified'], wanted.modified, path);
            if (wanted.body.startsWith('sha256')) assert.equal(`sha256 ${createHash('sha256').update(answer.body).digest('hex')}`, wanted.body, path);
            else holds(JSON.parse(answer.text.replaceAll(server.origin, '')), JSON.parse(wanted.body), path);
        }
    } finally {
        await server.stop();
    }
}

/** The folder serves the same answers and is sound; so does a restore of its backup. */
async function isTakenOver(data) {
    await answersAsThen(data);
    const checked = await command('fsck', '--data', data);
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    const target = join(temporaryFolder(), 'b.tar');
    const backed = await command('backup', target, '--data', data);
    assert.equal(backed.status, 0, backed.stdout + backed.stderr);
    const restored = join(temporaryFolder(), 'data');
    const done = await command('restore', target, '--data', restored);
    assert.equal(done.status, 0, done.stdout + done.stderr);
    await answersAsThen(restored);
    assert.equal((await command('fsck', '--data', restored)).status, 0);
}

const version = (data) => sql(data, 'PRAGMA user_version;').trim();

test('schema 3: the same bytes and ETags, sound, backed up and restored', async () => {
    const data = folder();
    assert.equal(version(data), '3');
    await isTakenOver(data);
    assert.notEqual(version(data), '3');
    assert.equal(sql(data, 'SELECT count(*) FROM issuer_subjects;').trim(), '1');
});

test('schema 2: as schema 3, without the people of identity providers', async () => {
    await isTakenOver(folder('DROP TABLE issuer_subjects; PRAGMA user_version=2;'));
});

test('the retired blobs of an earlier schema are swept, and no others', async () => {
    const data = folder('UPDATE retired_blobs SET retired_at=1;');
    const retired = sql(data, 'SELECT key FROM retired_blobs;').trim().split('\n');
    const blobs = () => filesIn(join(data, 'blobs')).filter((name) => name.endsWith('.blob'));
    const kept = blobs().filter((name) => !retired.some((key) => name.includes(key)));
    const server = await Server.startOn(data);
    await until(() => blobs().length === kept.length, 'the sweep');
    await server.stop();
    assert.deepEqual(blobs(), kept);
    await answersAsThen(data);
});

test('the catalog is copied before the upgrade; putting the copy back undoes the upgrade', async () => {
    const data = folder();
    await answersAsThen(data);
    const copy = join(data, 'catalog.db.schema-3');
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    for (const name of ['catalog.db-wal', 'catalog.db-shm']) rmSync(join(data, name), { force: true });
    copyFileSync(copy, join(data, 'catalog.db'));
    assert.equal(version(data), '3');
    await answersAsThen(data);
    assert.equal(run('fsck', '--data', data).status, 0);
});

test('a backup of an earlier version is restored and upgraded', async () => {
    const data = folder();
    const target = join(temporaryFolder(), 'b');
    // The layout of a backup has been the same since schema 1 (docs/transfer.md).
    assert.equal((await command('backup', target, '--data', folder())).status, 0);
    sql(data, 'PRAGMA journal_mode=DELETE;');
    copyFileSync(join(data, 'catalog.db'), join(target, 'catalog.db'));
    const manifest = JSON.parse(readFileSync(join(target, 'manifest.json')));
    manifest.catalog_sha256 = createHash('sha256').update(readFileSync(join(target, 'catalog.db'))).digest('hex');
    writeFileSync(join(target, 'manifest.json'), JSON.stringify(manifest));
    const restored = join(temporaryFolder(), 'data');
    const done = await command('restore', target, '--data', restored);
    assert.equal(done.status, 0, done.stdout + done.stderr);
    assert.ok(!existsSync(join(restored, 'catalog.db.schema-3')));
    await answersAsThen(restored);
});
