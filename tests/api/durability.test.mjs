// What remains after the process is stopped, killed in the middle of uploads, or terminated while busy.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { get, put } from './lib/http.mjs';
import { assertWhole, colourAt } from './lib/jpeg_inspection.mjs';
import { jpeg, png, red } from './lib/pictures.mjs';
import { sanitized } from './lib/program.mjs';
import { RawConnection } from './lib/raw.mjs';
import { Server, run } from './lib/server.mjs';
import { assertError, givePhoto, makeUser, userBody } from './lib/world.mjs';

let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

test('a restart keeps users, photos, sizes and ETags byte for byte (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(300, 300) });
    const directory = await makeUser(server, { photoStorage: 'directory', picture: jpeg(90, 50) });
    const paths = [
        owner.path,
        ...['photo', 'photo/$value', 'photos', 'photos/48x48', 'photos/240x240/$value'].map(
            (tail) => `${owner.path}/${tail}`,
        ),
        directory.photo,
        `${directory.path}/photos/90x50/$value`,
    ];
    const read = async () => {
        const answers = [];
        for (const path of paths) {
            const { status, body, headers } = await get(server, path, server.admin);
            answers.push({
                path,
                status,
                body: body.toString('latin1').replaceAll(server.origin, ''),
                etag: headers.etag,
                modified: headers['last-modified'],
            });
        }
        return answers;
    };
    const before = await read();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    await server.start();
    assert.deepEqual(await read(), before);
});

test('identical bytes keep the ETag across a restart (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    const { etag } = (await get(server, owner.photo, server.admin)).headers;
    await server.stop();
    await server.start();
    await givePhoto(server, owner, jpeg(64, 64));
    assert.equal((await get(server, owner.photo, server.admin)).headers.etag, etag);
});

test('a token is valid after a restart: the signing key is kept, readable by its owner only', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    const token = server.userToken(owner.id, 'User.Read');
    await server.stop();
    await server.start();
    assert.equal((await get(server, '/v1.0/me/photo', token)).status, 200);
    assert.equal(statSync(join(server.data, 'signing-key.pem')).mode & 0o777, 0o600);
});

// Every version has its own colour, so that the photo identifies the version.
const versionColour = (n) => [n & 1 ? 230 : 20, n & 2 ? 230 : 20, n & 4 ? 230 : 20];
const versionOf = (colour) => colour.reduce((sum, value, i) => sum + (value > 125 ? 1 << i : 0), 0);

test('killed (-9) in the middle of uploads: old or new photo, whole, and nothing confirmed is lost (docs/http.md)', async () => {
    const owners = await Promise.all(
        Array.from({ length: 5 }, () =>
            makeUser(server, { picture: jpeg(120, 120, versionColour(0)) }),
        ),
    );
    for (const owner of owners) owner.confirmed = 0;
    const confirmed = () => owners.reduce((sum, owner) => sum + owner.confirmed, 0);
    for (const wait of [0, 3, 7, 15, 30]) {
        const enough = confirmed() + 8;
        const uploading = owners.map(replaceUntilCut);
        // First check that uploads run, then kill at a different moment each time.
        while (confirmed() < enough) await sleep(2);
        await sleep(wait);
        await server.kill();
        await Promise.all(uploading);
        await server.start();
        for (const owner of owners) await assertOldOrNew(owner);
    }
});

async function replaceUntilCut(owner) {
    for (;;) {
        const next = jpeg(120, 120, versionColour(owner.confirmed + 1));
        const answer = await put(server, owner.photo, server.admin, next).catch((error) => error);
        if (answer.code === 'ERR_ASSERTION') throw answer;
        if (answer.status === undefined) return;
        assert.equal(answer.status, 200, answer.text);
        owner.confirmed++;
    }
}

async function assertOldOrNew(owner) {
    const list = await get(server, `${owner.path}/photos`, server.admin);
    assert.equal(list.status, 200, list.text);
    const versions = new Set();
    for (const { id, width, '@odata.mediaEtag': etag } of list.json().value) {
        const bytes = await get(server, `${owner.path}/photos/${id}/$value`, server.admin);
        assert.equal(bytes.headers.etag, etag);
        versions.add(versionOf(colourAt(assertWhole(bytes.body, width), 0.5, 0.5)));
    }
    assert.equal(versions.size, 1, 'all sizes are of one version');
    const [version] = versions;
    const expected = [owner.confirmed % 8, (owner.confirmed + 1) % 8];
    assert.ok(expected.includes(version), `version ${version}, expected one of ${expected}`);
    // The last, unconfirmed upload may have arrived.
    if (version === expected[1]) owner.confirmed++;
}

test('killed (-9) during removals and creations: no owner is half there (docs/http.md)', async () => {
    const owners = await Promise.all(
        Array.from({ length: 4 }, () => makeUser(server, { picture: jpeg(64, 64) })),
    );
    const asked = owners.map((owner) =>
        put(server, owner.photo, server.admin, jpeg(100, 100, red)).catch(() => null),
    );
    await server.kill();
    await Promise.all(asked);
    await server.start();
    for (const owner of owners) {
        const [bytes, metadata] = [
            await get(server, owner.photo, server.admin),
            await get(server, `${owner.path}/photo`, server.admin),
        ];
        assert.deepEqual([bytes.status, metadata.status], [200, 200]);
        assertWhole(bytes.body, metadata.json().width);
    }
});

test('SIGTERM finishes uploads whose bodies have arrived, ends within 5 s with exit 0, and the photos are kept', async () => {
    const owners = await Promise.all(Array.from({ length: 6 }, () => makeUser(server)));
    const slow = sanitized ? png(1200, 800, red) : png(3000, 2000, red, { level: 1 });
    const uploads = await Promise.all(owners.map((owner) => sendUpload(owner, slow)));
    // The kernel has accepted the bodies for the server; leave the server time to read them, but not to finish.
    await sleep(100);
    const began = Date.now();
    const ended = server.stop();
    for (const upload of uploads) {
        assert.equal((await upload.answer())?.status, 200);
        upload.close();
    }
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.ok(Date.now() - began < 5000);
    await server.start();
    for (const owner of owners) {
        const photo = await get(server, `${owner.path}/photo`, server.admin);
        assert.equal(photo.json().id, '648x648');
    }
});

async function sendUpload(owner, bytes) {
    const connection = await RawConnection.open(server);
    const head = `PUT ${owner.photo} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.admin}\r\n`;
    await connection.write(Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n`));
    await connection.write(bytes);
    return connection;
}

test('SIGTERM does not wait for a missing body or for idle connections: ends within 5 s, exit 0', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    const { etag } = (await get(server, owner.photo, server.admin)).headers;
    const half = await RawConnection.open(server);
    await half.write(
        `PUT ${owner.photo} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.admin}\r\nContent-Length: 5000\r\n\r\n\xff\xd8`,
    );
    const halfHead = await RawConnection.open(server);
    await halfHead.write('GET /v1.0/me HTTP/1.1\r\nHo');
    const idle = await RawConnection.open(server);
    await sleep(50);
    const began = Date.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
    for (const connection of [half, halfHead, idle]) connection.close();
    await server.start();
    assert.equal((await get(server, owner.photo, server.admin)).headers.etag, etag);
});

test('a second serve on the same folder is refused with exit 1, and the first keeps running', async () => {
    const second = run('serve', '--data', server.data, '--listen', '127.0.0.1:0');
    assert.equal(second.status, 1);
    assert.ok(second.stderr.trim().length > 0, 'with a reason on stderr');
    assert.doesNotMatch(second.stdout, /listening on/);
    assert.equal((await makeUser(server)).id.length, 36);
});

// The server's child processes, from /proc.
function childrenOf(pid) {
    const file = (task) => `/proc/${pid}/task/${task}/children`;
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
        readFileSync(file(task), 'utf8').split(' ').filter(Boolean).map(Number),
    );
}

const onLinux = { skip: !existsSync('/proc/self/task') };

test(
    'a helper process that died while idle is no fault of the next picture: never 400, and uploads go on (docs/http.md)',
    onLinux,
    async () => {
        const owner = await makeUser(server, { picture: jpeg(64, 64) });
        const helpers = childrenOf(server.child.pid);
        for (const pid of helpers) process.kill(pid, 'SIGKILL');
        await sleep(50);
        const statuses = [];
        for (let i = 0; i <= helpers.length + 1; i++) {
            statuses.push(
                (await put(server, owner.photo, server.admin, jpeg(100, 100, [i, 0, 0]))).status,
            );
        }
        assert.equal(statuses.at(-1), 200, `${statuses}`);
        assert.ok(
            statuses.every((status) => [200, 503].includes(status)),
            `${statuses}`,
        );
        assertWhole((await get(server, owner.photo, server.admin)).body, 96);
    },
);

test(
    'a helper process that dies in the middle of an upload leaves the old photo or the new, whole (docs/http.md)',
    onLinux,
    async () => {
        const owner = await makeUser(server);
        for (let i = 0; i < 5; i++) await put(server, owner.photo, server.admin, jpeg(64, 64));
        const upload = put(server, owner.photo, server.admin, png(3000, 2000, red, { level: 1 }));
        await sleep(40);
        for (const pid of childrenOf(server.child.pid)) process.kill(pid, 'SIGKILL');
        const { status } = await upload;
        // The server cannot distinguish a decoder that is killed from a picture that crashes its decoder.
        assert.ok([200, 400, 503].includes(status), `${status}`);
        const wanted = status === 200 ? 648 : 64;
        assert.equal((await get(server, `${owner.path}/photo`, server.admin)).json().width, wanted);
        assertWhole((await get(server, owner.photo, server.admin)).body, wanted);
    },
);

test('passwordProfile is neither stored nor logged (docs/directory.md)', async () => {
    const password = 'Never-Kept-7391!';
    await makeUser(server, { passwordProfile: { ...userBody().passwordProfile, password } });
    const files = readdirSync(server.data, { recursive: true })
        .map((name) => join(server.data, name))
        .filter((path) => statSync(path).isFile());
    assert.ok(files.length > 1);
    for (const file of files) assert.ok(!readFileSync(file).includes(password), file);
    assert.ok(!(server.stdout + server.stderr).includes(password));
});

test('a rejected upload before a restart is no photo after it (docs/http.md)', async () => {
    const owner = await makeUser(server);
    await put(server, owner.photo, server.admin, jpeg(64, 64).subarray(0, 300));
    await server.stop();
    await server.start();
    assertError(await get(server, owner.photo, server.admin), 404, 'ImageNotFound');
});
