// `cameo import`: photos by name from a folder or a CSV file, with a server and without (docs/transfer.md).
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { begin, command, contentsOf, fill, filesIn, until } from './lib/command.mjs';
import { get, patch } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { blue, green, jpeg, jpegOfBytes, png, red } from './lib/pictures.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';
import { assertError, givePhoto, makeGroup, makeUser } from './lib/world.mjs';

let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

const importing = (source, ...args) => command('import', source, '--data', server.data, ...args);
const photoOf = (owner) => get(server, owner.photo, server.admin);
const etagOf = async (owner) => (await photoOf(owner)).headers.etag;

let made = 0;
/** People with unique names, so that tests do not share people: [{ name, … }]. */
async function people(count, more = {}) {
    const all = [];
    for (let i = 0; i < count; i++) {
        const name = `import${++made}`;
        const user = await makeUser(server, { userPrincipalName: `${name}@contoso.example`, mail: `${name}@mail.example`, ...more });
        all.push({ ...user, name });
    }
    return all;
}

const counts = (done) => /^\d[\d,]* (would be )?added, .*$/m.exec(done.stdout)?.[0] ?? done.stdout + done.stderr;

async function everyKind() {
    const [fresh, older, same, bad, small, two, without] = await people(7);
    await givePhoto(server, older, jpeg(100, 100, red));
    await givePhoto(server, same, jpeg(120, 120, green));
    const folder = fill(temporaryFolder(), {
        [`${fresh.upn.toUpperCase()}.JPG`]: jpeg(300, 300, blue),
        [`deep/er/${older.upn}.png`]: png(90, 90),
        [`${same.upn}.jpg`]: jpeg(120, 120, green),
        [`${bad.upn}.jpg`]: jpeg(64, 64).toString('base64'),
        [`${small.upn}.jpg`]: jpeg(40, 60),
        [`${two.upn}.jpg`]: jpeg(64, 64),
        [`deep/${two.upn}.png`]: png(64, 64),
        'unknown@contoso.example.jpg': jpeg(64, 64),
        'readme.txt': 'text',
    });
    return { fresh, older, same, bad, small, two, without, folder };
}

function assertEveryKind(done, report, { fresh, older, bad, small, two, without }, dryRun) {
    assert.equal(done.status, 1, done.stdout + done.stderr);
    const would = dryRun ? 'would be ' : '';
    assert.equal(
        counts(done),
        `1 ${would}added, 1 ${would}replaced, 1 unchanged, 1 unmatched, 2 ambiguous, 2 refused, ` +
            '1 ignored (names not of pictures)',
    );
    assert.match(done.stdout, /unknown@contoso\.example\.jpg/);
    assert.ok(done.stdout.includes(`${bad.upn}.jpg (${bad.upn}): The upload is base64 text of a JPEG; decode it and send the bytes.`));
    assert.match(done.stdout, /The picture is 40 pixels wide; at least 48 are needed/);
    assert.ok(done.stdout.includes(`${two.upn}.jpg (${two.upn}): deep/${two.upn}.png is for the same person`));
    const rows = readFileSync(report, 'utf8').trimEnd().split('\r\n');
    assert.equal(rows[0], 'outcome,picture,person,detail');
    assert.ok(rows.includes(`added,${fresh.upn.toUpperCase()}.JPG,${fresh.upn},`), rows.join('\n'));
    assert.ok(rows.includes(`replaced,deep/er/${older.upn}.png,${older.upn},`));
    assert.ok(rows.includes('unmatched,unknown@contoso.example.jpg,,'));
    assert.ok(rows.includes(`without photo,,${without.upn},`));
    assert.ok(rows.includes(`without photo,,${small.upn},`));
    assert.ok(!rows.includes(`without photo,,${fresh.upn},`));
    assert.equal(statSync(report).mode & 0o777, 0o600);
}

for (const serving of [true, false]) {
    test(`every kind of outcome, ${serving ? 'through the running server' : 'without a server'}; a dry run reports the same and changes nothing`, async () => {
        const world = await everyKind();
        const { fresh, older, same, bad } = world;
        const before = { older: await etagOf(older), same: await etagOf(same) };
        const report = join(temporaryFolder(), 'report.csv');
        if (!serving) await server.stop();
        const catalog = () => (serving ? [] : contentsOf(server.data).filter(([name]) => !/-(shm|wal)$|^lock$/.test(name)));
        const untouched = catalog();
        assertEveryKind(await importing(world.folder, '--dry-run', '--report', report), report, world, true);
        assert.deepEqual(catalog(), untouched);
        if (serving) assert.equal((await photoOf(fresh)).status, 404);

        const done = await importing(world.folder, '--report', report);
        assertEveryKind(done, report, world, false);
        assert.equal(/through the running server/.test(done.stdout), serving);
        if (!serving) await server.start();
        assertWhole((await photoOf(fresh)).body, 240);
        assertWhole((await photoOf(older)).body, 64);
        assert.notEqual(await etagOf(older), before.older);
        assert.equal(await etagOf(same), before.same);
        assertError(await photoOf(bad), 404, 'ImageNotFound');

        const again = await importing(world.folder);
        assert.match(counts(again), /^0 added, 0 replaced, 3 unchanged, 1 unmatched, 2 ambiguous, 2 refused/);
        assert.equal(await etagOf(older), await etagOf(older));
    });
}

test('while the server runs, an imported photo is served immediately, from memory and disk, with a new ETag', async () => {
    const [user] = await people(1);
    await givePhoto(server, user, jpeg(100, 100, red));
    const old = await photoOf(user); // cached by the server
    const folder = fill(temporaryFolder(), { [`${user.upn}.jpg`]: jpeg(500, 500, green) });
    assert.equal((await importing(folder)).status, 0);
    const fresh = await photoOf(user);
    assert.notEqual(fresh.headers.etag, old.headers.etag);
    assertWhole(fresh.body, 432);
    const metadata = (await get(server, `${user.path}/photo`, server.admin)).json();
    assert.equal(metadata['@odata.mediaEtag'], fresh.headers.etag);
    const stale = await get(server, user.photo, server.admin, { 'If-None-Match': old.headers.etag });
    assert.equal(stale.status, 200);
});

test('--match accepts mail, id, displayName and any pattern', async () => {
    const [user] = await people(1, { displayName: 'Grace/Hopper', givenName: 'Grace', surname: 'Hopper' });
    const names = {
        mail: `${user.name}@mail.example`,
        id: user.id,
        displayName: 'grace_hopper',
        '{givenName}.{surname}': 'GRACE.HOPPER',
        'photo-{mailNickname}': null,
    };
    let side = 60;
    for (const [match, name] of Object.entries(names)) {
        if (name === null) continue;
        const folder = fill(temporaryFolder(), { [`${name}.jpg`]: jpeg(++side, side) });
        const done = await importing(folder, '--match', match);
        assert.equal(done.status, 0, done.stdout + done.stderr);
        assert.match(counts(done), /^[01] added, [01] replaced, 0 unchanged, 0 unmatched/);
    }
});

test('two people with one name are skipped and both reported; a person without the property is never matched', async () => {
    const [one, two] = await people(2, { jobTitle: 'Twin', officeLocation: '' });
    const folder = fill(temporaryFolder(), { 'twin.jpg': jpeg(64, 64), '.jpg': jpeg(64, 64) });
    const done = await importing(folder, '--match', '{jobTitle}');
    assert.equal(done.status, 1);
    assert.ok(done.stdout.includes(one.upn) && done.stdout.includes(two.upn), done.stdout);
    assert.equal((await photoOf(one)).status, 404);
});

test('when nothing matches, a --match that would is suggested', async () => {
    const users = await people(3);
    const folder = fill(
        temporaryFolder(),
        Object.fromEntries(users.map(({ name }) => [`${name}@mail.example.jpg`, jpeg(64, 64)])),
    );
    const done = await importing(folder);
    assert.equal(done.status, 0);
    assert.match(done.stdout, /--match 'mail' would match 3 pictures/);
});

test('groups are loaded by the same patterns', async () => {
    const group = await makeGroup(server, { displayName: 'Board of Import' });
    const folder = fill(temporaryFolder(), { 'board of import.jpg': jpeg(100, 100) });
    const done = await importing(folder, '--of', 'groups');
    assert.match(counts(done), /^1 added/);
    assertWhole((await photoOf(group)).body, 96);
    assert.match(done.stdout, /named after groups by \{displayName\}/);
});

test('the source of a photo is recorded, and people of the directory keep any size', async () => {
    const [user] = await people(1, { photoStorage: 'directory' });
    const folder = fill(temporaryFolder(), { [`${user.upn}.jpg`]: jpeg(90, 50) });
    assert.equal((await importing(folder)).status, 0);
    const metadata = (await get(server, `${user.path}/photo`, server.admin)).json();
    assert.equal(metadata.id, '90x50');
});

test('a CSV file contains photos as base64, standard or URL alphabet, or names files beside it', async () => {
    const [a, b, c, d] = await people(4);
    const base64 = (bytes) => bytes.toString('base64');
    const folder = fill(temporaryFolder(), {
        'people.csv':
            '\ufeffdisplayName;UserPrincipalName;photo\r\n' +
            `"A; ""the first""";${a.upn.toUpperCase()};${base64(jpeg(100, 100))}\r\n` +
            `B;${b.upn};"${base64(png(64, 64)).replace(/(.{76})/g, '$1\r\n')}"\r\n` +
            `C;${c.upn};${jpeg(48, 48).toString('base64url')}\r\n` +
            `D;${d.upn};not base64!\r\n` +
            `E;unknown@contoso.example;${base64(jpeg(48, 48))}\r\n`,
        'files.csv': `id,file\n${d.id},faces/d.jpg\n${a.id},faces/missing.jpg\n`,
        'faces/d.jpg': jpeg(120, 120),
    });
    const first = await importing(join(folder, 'people.csv'));
    assert.equal(first.status, 1, first.stdout + first.stderr);
    assert.match(counts(first), /^3 added, 0 replaced, 0 unchanged, 1 unmatched, 1 refused/);
    assert.match(first.stdout, /people\.csv row 5 .*: The photo is not base64/);
    assertWhole((await photoOf(a)).body, 96);
    assertWhole((await photoOf(b)).body, 64);
    assertWhole((await photoOf(c)).body, 48);
    const second = await importing(join(folder, 'files.csv'));
    assert.match(counts(second), /^1 added, 0 replaced, 0 unchanged, 0 unmatched, 1 refused/);
    assertWhole((await photoOf(d)).body, 120);
    assert.match(counts(await importing(join(folder, 'people.csv'))), /^0 added, 0 replaced, 3 unchanged/);
});

test('a file name in the normal form of a Mac matches, and .jfif and its kin are pictures', async () => {
    const [first, second, third, fourth] = await people(4);
    const rename = async (user, name) => {
        const upn = `${name}${user.name}@contoso.example`;
        const answer = await patch(server, user.path, server.admin, { userPrincipalName: upn });
        assert.equal(answer.status, 204, answer.text);
        return upn;
    };
    const upns = [await rename(first, 'j\u00f6rg'), await rename(second, 'zoe\u0308'), third.upn, fourth.upn];
    const folder = fill(temporaryFolder(), {
        [`${upns[0].normalize('NFD')}.jpg`]: jpeg(64, 64),
        [`${upns[1].normalize('NFC')}.JFIF`]: jpeg(64, 64),
        [`${upns[2]}.jpe`]: jpeg(64, 64),
        [`${upns[3]}.pjpeg`]: jpeg(64, 64),
        'notes.jf': 'text',
    });
    const done = await importing(folder);
    assert.equal(done.status, 0, done.stdout + done.stderr);
    assert.match(counts(done), /^4 added, 0 replaced, 0 unchanged, 0 unmatched, .*1 ignored/);
});

test('a CSV file may be in UTF-16, with the lines of Excel and PowerShell before the header', async () => {
    const [a, b, c, d] = await people(4);
    const bigEndian = (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    const photo = jpeg(64, 64).toString('base64');
    const folder = fill(temporaryFolder(), {
        'excel.csv': Buffer.from(`\ufeffuserPrincipalName\tphoto\r\n${a.upn}\t${photo}\r\n`, 'utf16le'),
        'swapped.csv': bigEndian(`sep=;\r\nphoto;userPrincipalName\r\n${photo};${b.upn}\r\n`),
        'powershell.csv': `#TYPE Selected.ADUser\r\n"userPrincipalName","photo"\r\n"${c.upn}","${photo}"\r\n`,
        'sep.csv': `sep=,\r\nuserPrincipalName,photo\r\n${d.upn},${photo}\r\n`,
        'cut.csv': Buffer.from(`\ufeffuserPrincipalName\tphoto\r\n${a.upn}`, 'utf16le').subarray(0, -1),
    });
    for (const name of ['excel', 'swapped', 'powershell', 'sep']) {
        const done = await importing(join(folder, `${name}.csv`));
        assert.match(counts(done), /^1 added, 0 replaced, 0 unchanged, 0 unmatched/, name);
    }
    for (const one of [a, b, c, d]) assertWhole((await photoOf(one)).body, 64);
    const cut = await importing(join(folder, 'cut.csv'));
    assert.notEqual(cut.status, 0);
    assert.match(cut.stderr, /UTF-16/);
});

test('an invalid CSV file is wrong usage and changes nothing', async () => {
    const folder = temporaryFolder();
    for (const [text, why] of [
        ['', /empty/],
        ['name,photo\nx,y\n', /identifies the owner/],
        ['id\nx\n', /'photo'/],
        ['id,photo\n1,"open\n', /row 2/],
        [`id,photo\n1,${'A'.repeat(7_000_000)}\n`, /row 2 .* over \d+ bytes/],
    ]) {
        writeFileSync(join(folder, 'x.csv'), text);
        const done = await importing(join(folder, 'x.csv'));
        assert.equal(done.status, 2, done.stdout + done.stderr);
        assert.match(done.stderr, why);
    }
});

test('a file over the limit is refused with both numbers, by the limit of the running server', async () => {
    const own = await Server.start({ config: '[limits]\nupload_bytes = 50000\n' });
    const user = await makeUser(own);
    const folder = fill(temporaryFolder(), { [`${user.upn}.jpg`]: jpegOfBytes(50_001) });
    for (const more of [['--dry-run'], []]) {
        const done = await command('import', folder, '--data', own.data, ...more);
        assert.equal(done.status, 1);
        assert.match(done.stdout, /50001 bytes; at most 50000/);
    }
    fill(folder, { [`${user.upn}.jpg`]: jpegOfBytes(50_000) });
    assert.equal((await command('import', folder, '--data', own.data)).status, 0);
    await own.stop();
});

/** Enough people and pictures that their import can be interrupted. */
async function crowd(count) {
    const users = await people(count);
    const picture = jpeg(700, 700, (x, y) => [x % 256, y % 256, (x * y) % 256]);
    const files = Object.fromEntries(
        users.map(({ upn }, i) => [`${upn}.jpg`, Buffer.concat([picture, Buffer.from(`${i}`)])]),
    );
    return { users, folder: fill(temporaryFolder(), files) };
}

const withPhotos = async (users) => {
    let count = 0;
    for (const user of users) count += (await photoOf(user)).status === 200 ? 1 : 0;
    return count;
};

test('SIGINT finishes uploads in flight, reports, ends with 130; the same command continues the import', async () => {
    const { users, folder } = await crowd(150);
    const running = begin('import', folder, '--data', server.data);
    await until(async () => (await withPhotos(users.slice(0, 12))) >= 3, 'the first photos');
    running.child.kill('SIGINT');
    const stopped = await running.ended;
    assert.equal(stopped.status, 130, stopped.stdout + stopped.stderr);
    assert.match(stopped.stdout, /stopped; run the same command again to continue/);
    const added = Number(/^(\d+) added/m.exec(stopped.stdout)[1]);
    assert.ok(added >= 3 && added < 150, `${added}`);
    assert.match(stopped.stdout, new RegExp(`${150 - added} not processed`));
    assert.equal(await withPhotos(users), added);
    const rest = await importing(folder);
    assert.equal(rest.status, 0, rest.stdout + rest.stderr);
    assert.match(counts(rest), new RegExp(`^${150 - added} added, 0 replaced, ${added} unchanged`));
});

for (const signal of ['SIGINT', 'SIGKILL']) {
    test(`without a server, ${signal} in the middle leaves a usable data folder, and the import can be continued`, async () => {
        const { users, folder } = await crowd(120);
        const blobs = () => filesIn(join(server.data, 'blobs')).filter((name) => name.endsWith('.blob')).length;
        await server.stop();
        const before = blobs();
        const running = begin('import', folder, '--data', server.data);
        await until(() => blobs() >= before + 5, 'the first blobs');
        running.child.kill(signal);
        const ended = await running.ended;
        if (signal === 'SIGINT') assert.equal(ended.status, 130, ended.stdout + ended.stderr);
        await server.start();
        const there = await withPhotos(users);
        assert.ok(there >= 3 && there < 120, `${there}`);
        assert.equal(run('fsck', '--data', server.data).status, 0);
        const rest = await importing(folder);
        assert.match(counts(rest), new RegExp(`^${120 - there} added, 0 replaced, ${there} unchanged`));
    });
}

test('a server killed in the middle of an import is reported; the import can be continued', async () => {
    const { users, folder } = await crowd(120);
    const running = begin('import', folder, '--data', server.data);
    await until(async () => (await withPhotos(users.slice(0, 10))) >= 3, 'the first photos');
    await server.kill();
    const ended = await running.ended;
    assert.equal(ended.status, 1, ended.stdout + ended.stderr);
    assert.match(ended.stderr, /stopped early: The server has ended/);
    await server.start();
    assert.equal((await importing(folder)).status, 0);
    assert.equal(await withPhotos(users), 120);
});

test('SIGTERM ends a server within 5 s during an import', async () => {
    const { folder } = await crowd(100);
    const running = begin('import', folder, '--data', server.data);
    await sleep(300);
    const began = Date.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - began < 5_000);
    assert.notEqual((await running.ended).status, null);
    assert.ok(!existsSync(join(server.data, 'control.sock')));
    await server.start();
});

test('progress is plain lines where there is no terminal, and none for short work', async () => {
    const [user] = await people(1);
    const folder = fill(temporaryFolder(), { [`${user.upn}.jpg`]: jpeg(64, 64) });
    const done = await importing(folder);
    assert.equal(done.stderr, '');
    assert.ok(!/\x1b|\r/.test(done.stdout));
});

test('control characters of a file name are escaped on the terminal', async () => {
    const folder = fill(temporaryFolder(), { 'a\x1b[31mb.jpg': jpeg(64, 64) });
    const done = await importing(folder);
    assert.ok(done.stdout.includes('a?[31mb.jpg'), done.stdout);
});

test('wrong usage is exit 2, a path that is not a folder exit 1, each with advice', async () => {
    const empty = temporaryFolder();
    for (const [args, why] of [
        [['import'], /SOURCE/],
        [['import', empty], /--data/],
        [['import', empty, '--data', server.data, '--match', '{shoeSize}'], /userPrincipalName/],
        [['import', empty, '--data', server.data, '--of', 'cats'], /--of/],
        [['import', '/nonexistent', '--data', server.data], /neither a folder nor a CSV/],
    ]) {
        const done = run(...args);
        assert.equal(done.status, 2, `${args}: ${done.stdout}${done.stderr}`);
        assert.match(done.stderr, why);
    }
    const nowhere = run('import', empty, '--data', join(empty, 'data'));
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.stderr, /cameo serve --data/);
    assert.ok(!existsSync(join(empty, 'data')));
    assert.equal(run('import', empty, '--data', server.data, '--tenant', 'nowhere').status, 1);
});

test('a folder locked by another process that does not listen is reported', async () => {
    const own = await Server.start();
    const { child } = own;
    // Stopped processes keep their lock and do not answer; their socket still accepts connections, so it is removed.
    child.kill('SIGSTOP');
    rmSync(join(own.data, 'control.sock'));
    const done = await command('import', temporaryFolder(), '--data', own.data);
    child.kill('SIGCONT');
    assert.equal(done.status, 1);
    assert.match(done.stderr, new RegExp(`in use by process ${child.pid}`));
    await own.stop();
});

test('people of a b2c tenant have no photos, so none is imported (docs/access.md)', async () => {
    const own = await Server.start({ config: '[[tenant]]\nname = "shop"\nkind = "b2c"\n' });
    const done = await command('import', temporaryFolder(), '--data', own.data);
    assert.equal(done.status, 1);
    assert.match(done.stderr, /'shop' is of kind b2c/);
    await own.stop();
});

test('--help describes the usage', () => {
    const { status, stdout } = run('import', '--help');
    assert.equal(status, 0);
    for (const word of ['--match', '--dry-run', '--report', '--of', 'Example:', '130']) assert.ok(stdout.includes(word), word);
});
