// `cameo export`: every photo as a file (docs/transfer.md).
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { command, fill, filesIn } from './lib/command.mjs';
import { get } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { green, jpeg, red } from './lib/pictures.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';
import { givePhoto, makeGroup, makeUser } from './lib/world.mjs';

let server, ada, bob, group;
before(async () => {
    server = await Server.start();
    ada = await makeUser(server, { userPrincipalName: 'ada@contoso.example', mail: 'same@contoso.example', givenName: 'Ada', surname: 'Byron', picture: jpeg(700, 700, red) });
    bob = await makeUser(server, { userPrincipalName: 'Bob@contoso.example', mail: 'Same@contoso.example', picture: jpeg(100, 100, green) });
    await makeUser(server, { userPrincipalName: 'chi@contoso.example' });
    group = await makeGroup(server, { displayName: '../R&D/.', picture: jpeg(64, 64) });
});
after(() => server.stop());

const exporting = (folder, ...args) => command('export', folder, '--data', server.data, ...args);
const photo = async (owner, size) =>
    (await get(server, size ? `${owner.path}/photos/${size}/$value` : owner.photo, server.admin)).body;

for (const serving of [true, false]) {
    test(`the largest size of every photo, byte for byte as served, ${serving ? 'beside a running server' : 'without a server'}`, async () => {
        const wanted = { ada: await photo(ada), bob: await photo(bob) };
        const modified = Date.parse((await get(server, ada.photo, server.admin)).headers['last-modified']);
        if (!serving) await server.stop();
        const folder = join(temporaryFolder(), 'new', 'folder');
        const done = await exporting(folder);
        if (!serving) await server.start();
        assert.equal(done.status, 0, done.stdout + done.stderr);
        assert.deepEqual(filesIn(folder), ['Bob@contoso.example.jpg', 'ada@contoso.example.jpg']);
        assert.deepEqual(readFileSync(join(folder, 'ada@contoso.example.jpg')), wanted.ada);
        assert.deepEqual(readFileSync(join(folder, 'Bob@contoso.example.jpg')), wanted.bob);
        const about = statSync(join(folder, 'ada@contoso.example.jpg'));
        assert.equal(about.mode & 0o777, 0o600);
        assert.equal(Math.floor(about.mtimeMs / 1000) * 1000, modified);
        assert.match(done.stdout, /2 photos written .*, 0 unchanged .*; 1 people without a photo/);
    });
}

test('a second run keeps equal files and rewrites others', async () => {
    const folder = temporaryFolder();
    await exporting(folder);
    const file = join(folder, 'ada@contoso.example.jpg');
    const { ino } = statSync(file);
    writeFileSync(join(folder, 'Bob@contoso.example.jpg'), 'changed');
    const done = await exporting(folder);
    assert.match(done.stdout, /1 photo written .*, 1 unchanged/);
    assert.equal(statSync(file).ino, ino);
    assert.deepEqual(readFileSync(join(folder, 'Bob@contoso.example.jpg')), await photo(bob));
});

test('--size selects a size; people without it are named', async () => {
    const folder = temporaryFolder();
    const done = await exporting(folder, '--size', '240x240');
    assert.equal(done.status, 0);
    assert.deepEqual(filesIn(folder), ['ada@contoso.example.jpg']);
    assertWhole(readFileSync(join(folder, 'ada@contoso.example.jpg')), 240);
    assert.match(done.stdout, /Bob@contoso\.example: the largest is 96x96/);
});

test('--name names the files; people without the property, or with an equal file name, are reported and not written', async () => {
    const folder = temporaryFolder();
    const byName = await exporting(folder, '--name', '{surname}, {givenName}');
    assert.equal(byName.status, 0);
    assert.deepEqual(filesIn(folder), ['Byron, Ada.jpg']);
    assert.match(byName.stdout, /Bob@contoso\.example: lacks a property/);
    const clash = await exporting(temporaryFolder(), '--name', 'mail');
    assert.equal(clash.status, 1);
    assert.match(clash.stdout, /ada@contoso\.example: same@contoso\.example\.jpg would also be Bob@contoso\.example/);
});

test('groups too; no name points outside the folder', async () => {
    const parent = temporaryFolder();
    const folder = join(parent, 'out');
    assert.equal((await exporting(folder, '--of', 'groups')).status, 0);
    assert.deepEqual(filesIn(parent), ['out/_._R&D_.jpg']);
    assert.deepEqual(readFileSync(join(folder, '_._R&D_.jpg')), await photo(group));
});

test('an export can be imported: everyone has a photo of the same size again', async () => {
    const folder = temporaryFolder();
    await exporting(folder);
    const other = await Server.start();
    const again = await makeUser(other, { userPrincipalName: 'ADA@contoso.example' });
    await makeUser(other, { userPrincipalName: 'bob@contoso.example' });
    const done = await command('import', folder, '--data', other.data);
    assert.match(done.stdout, /^2 added/m);
    assertWhole((await get(other, again.photo, other.admin)).body, 648);
    await other.stop();
});

test('a damaged photo is reported, never written, and exit 1', async () => {
    const own = await Server.start();
    const user = await makeUser(own, { picture: jpeg(100, 100) });
    const blob = filesIn(join(own.data, 'blobs')).find((name) => name.endsWith('.blob'));
    truncateSync(join(own.data, 'blobs', blob), 10);
    const folder = temporaryFolder();
    const done = await command('export', folder, '--data', own.data);
    assert.equal(done.status, 1);
    assert.ok(done.stdout.includes(user.upn) && /damaged/.test(done.stdout), done.stdout);
    assert.deepEqual(readdirSync(folder), []);
    await own.stop();
});

test('wrong usage is exit 2; a folder that cannot be written exit 1', () => {
    const folder = temporaryFolder();
    for (const args of [['export', folder], ['export', '--data', server.data], ['export', folder, '--data', server.data, '--size', 'big'], ['export', folder, '--data', server.data, '--name', 'x']]) {
        assert.equal(run(...args).status, 2, `${args}`);
    }
    fill(folder, { file: 'x' });
    const done = run('export', join(folder, 'file', 'x'), '--data', server.data);
    assert.equal(done.status, 1);
    assert.match(done.stderr, /file/);
    mkdirSync(join(folder, 'made'));
    assert.equal(run('export', join(folder, 'made'), '--data', join(folder, 'nothing')).status, 1);
});
