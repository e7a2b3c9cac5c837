// Upload bodies as real clients send them: any content type, chunked, gzipped, with Expect, pipelined.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { call, get, put } from './lib/http.mjs';
import { assertColour, assertWhole, colourAt } from './lib/jpeg_inspection.mjs';
import { blue, green, jpeg, png, red } from './lib/pictures.mjs';
import { RawConnection } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeUser } from './lib/world.mjs';

let server, user;
before(async () => {
    server = await Server.start();
    user = await makeUser(server);
});
after(() => server.stop());

const upload = (body, headers, more) =>
    call(server, 'PUT', user.photo, { token: server.admin, body, headers, ...more });
async function assertNow(colour, text) {
    const picture = assertWhole((await get(server, user.photo, server.admin)).body, 64);
    assertColour(colourAt(picture, 0.5, 0.5), colour, text);
}
async function assertTaken(answer, colour, text) {
    assert.equal(answer.status, 200, answer.text);
    await assertNow(colour, text);
}

const types = [
    'application/octet-stream',
    'application/json',
    'image/jpeg',
    'image/jpg',
    'image/png',
    'image/*',
    'image/gif',
    'text/plain;charset=UTF-8',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'nonsense',
    undefined,
];
for (const [i, type] of types.entries()) {
    test(`the format is decided by magic bytes: a JPEG and a PNG sent as ${type} (docs/http.md)`, async () => {
        const headers = type ? { 'Content-Type': type } : {};
        const colours = i % 2 ? [red, blue] : [green, red];
        await assertTaken(await upload(jpeg(64, 64, colours[0]), headers), colours[0], 'JPEG');
        await assertTaken(await upload(png(64, 64, colours[1]), headers), colours[1], 'PNG');
    });
}

test('a chunked body is accepted (docs/http.md)', async () => {
    await assertTaken(await upload(jpeg(64, 64, green), {}, { chunked: true }), green, 'chunked');
});

test('a chunked body in many small chunks, with extensions and trailers, is accepted (docs/http.md)', async () => {
    const bytes = jpeg(64, 64, blue);
    const parts = [];
    for (let at = 0; at < bytes.length; at += 100) {
        const part = bytes.subarray(at, at + 100);
        parts.push(
            Buffer.from(`${part.length.toString(16).toUpperCase()};ext=1\r\n`),
            part,
            Buffer.from('\r\n'),
        );
    }
    const connection = await RawConnection.open(server);
    await connection.write(
        `PUT ${user.photo} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.admin}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    for (const part of parts) await connection.write(part);
    await connection.write('0\r\nX-Trailer: ignored\r\n\r\n');
    assert.equal((await connection.answer()).status, 200);
    connection.close();
    await assertNow(blue, 'small chunks');
});

for (const chunked of [false, true]) {
    test(`a gzipped body is inflated${chunked ? ', chunked too' : ''} (docs/http.md)`, async () => {
        const colour = chunked ? red : green;
        const headers = { 'Content-Encoding': 'gzip' };
        await assertTaken(
            await upload(gzipSync(jpeg(64, 64, colour)), headers, { chunked }),
            colour,
            'gzip',
        );
    });
}

test('the encoding token is case-insensitive: GZip (RFC 9110 8.4.1)', async () => {
    await assertTaken(
        await upload(gzipSync(jpeg(64, 64, blue)), { 'Content-Encoding': 'GZip' }),
        blue,
        'GZip',
    );
});

for (const [encoding, encode] of [
    ['x-gzip', gzipSync],
    ['identity', (bytes) => bytes],
]) {
    test(`${encoding} is accepted as that encoding (RFC 9110 8.4.1)`, async () => {
        const headers = { 'Content-Encoding': encoding };
        await assertTaken(await upload(encode(jpeg(64, 64, red)), headers), red, encoding);
        await upload(jpeg(64, 64, blue));
    });
}

test('gzip is decompressed up to a limit: a bomb is 413 and nothing changes (docs/http.md)', async () => {
    await upload(jpeg(64, 64, green));
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    assert.ok(bomb.length < 100_000);
    assertError(await upload(bomb, { 'Content-Encoding': 'gzip' }), 413, 'RequestEntityTooLarge');
    await assertNow(green, 'the old photo stays');
});

test('damaged or truncated gzip is 400 and nothing changes (docs/http.md)', async () => {
    await upload(jpeg(64, 64, green));
    const whole = gzipSync(jpeg(64, 64, red));
    const wrongSum = Buffer.from(whole);
    wrongSum[wrongSum.length - 6] ^= 0xff;
    for (const body of [
        whole.subarray(0, whole.length - 20),
        Buffer.from('not gzip at all'),
        wrongSum,
    ]) {
        assert.equal((await upload(body, { 'Content-Encoding': 'gzip' })).status, 400);
    }
    await assertNow(green, 'the old photo stays');
});

test('other encodings are 415 before anything changes (docs/http.md)', async () => {
    await upload(jpeg(64, 64, green));
    const picture = jpeg(64, 64, red);
    const encoded = {
        br: brotliCompressSync(picture),
        deflate: deflateSync(picture),
        'gzip, br': picture,
        compress: picture,
        zstd: picture,
    };
    for (const [encoding, body] of Object.entries(encoded)) {
        const answer = await upload(body, { 'Content-Encoding': encoding });
        assertError(answer, 415, 'UnsupportedMediaType');
    }
    await assertNow(green, 'the old photo stays');
});

const putHead = (length, more = '') =>
    `PUT ${user.photo} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.admin}\r\nContent-Length: ${length}\r\n${more}\r\n`;

test('Expect: 100-continue is answered with 100, then 200 (docs/http-server.md)', async () => {
    const bytes = jpeg(64, 64, red);
    const connection = await RawConnection.open(server);
    await connection.write(putHead(bytes.length, 'Expect: 100-continue\r\n'));
    assert.equal((await connection.answer()).status, 100);
    await connection.write(bytes);
    assert.equal((await connection.answer()).status, 200);
    connection.close();
    await assertNow(red, 'after 100-continue');
});

test('Expect: 100-continue with a body that is too large gets 413 immediately, no 100 (docs/http.md, docs/http-server.md)', async () => {
    const connection = await RawConnection.open(server);
    await connection.write(putHead(500_000_000, 'Expect: 100-continue\r\n'));
    assert.equal((await connection.answer()).status, 413);
    connection.close();
});

test('Expect: 100-continue without a token gets 401 immediately, no 100 (docs/http.md, docs/http-server.md)', async () => {
    const connection = await RawConnection.open(server);
    await connection.write(
        `PUT ${user.photo} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n`,
    );
    assert.equal((await connection.answer()).status, 401);
    connection.close();
});

test('a slow body is read to its end (docs/http-server.md)', async () => {
    const bytes = jpeg(64, 64, blue);
    const connection = await RawConnection.open(server);
    const all = Buffer.concat([Buffer.from(putHead(bytes.length)), bytes]);
    for (let at = 0; at < all.length; at += 97) {
        await connection.write(all.subarray(at, at + 97));
        await new Promise((done) => setTimeout(done, 1));
    }
    assert.equal((await connection.answer()).status, 200);
    connection.close();
    await assertNow(blue, 'trickled');
});

test('pipelined requests are answered in order, a write before the read after it (docs/http-server.md)', async () => {
    const bytes = jpeg(64, 64, green);
    const read = (path, id) =>
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.admin}\r\nclient-request-id: ${id}\r\n\r\n`;
    const connection = await RawConnection.open(server);
    await connection.write(
        Buffer.concat([
            Buffer.from(read(`${user.path}/photos/48x48`, 'first') + putHead(bytes.length)),
            bytes,
            Buffer.from(
                read(user.photo, 'third') +
                    read(`${user.path}/nonsense`, 'fourth') +
                    read(`${user.path}/photo`, 'fifth'),
            ),
        ]),
    );
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await connection.answer());
    connection.close();
    assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 400, 200],
    );
    assert.deepEqual(
        [0, 2, 3, 4].map((i) => answers[i].headers['client-request-id']),
        ['first', 'third', 'fourth', 'fifth'],
    );
    assertColour(
        colourAt(assertWhole(answers[2].body, 64), 0.5, 0.5),
        green,
        'the read sees the write',
    );
    assert.equal(answers[4].json()['@odata.mediaEtag'], answers[2].headers.etag);
});

test('a connection is kept after a refusal whose body was read (docs/http-server.md)', async () => {
    const connection = await RawConnection.open(server);
    for (let i = 0; i < 3; i++) {
        await connection.write(Buffer.concat([Buffer.from(putHead(9)), Buffer.from('no image!')]));
        assert.equal((await connection.answer()).status, 415);
    }
    connection.close();
});

test('the default limit is 4 MB: 5 MB is 413 with or without a declared length (docs/http.md)', async () => {
    await upload(jpeg(64, 64, red));
    const large = Buffer.concat([jpeg(64, 64, blue), Buffer.alloc(5 * 1024 * 1024)]);
    for (const chunked of [false, true]) {
        assertError(
            await upload(large, { Connection: 'close' }, { chunked }),
            413,
            'RequestEntityTooLarge',
        );
    }
    await assertNow(red, 'the old photo stays');
});

test('what SDKs add to an upload changes nothing: Upgrade with HTTP2-Settings, Retry-Attempt, SdkVersion twice (docs/http-server.md)', async () => {
    const bytes = jpeg(64, 64, green);
    const connection = await RawConnection.open(server);
    const extra =
        'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n' +
        'Retry-Attempt: 2\r\nSdkVersion: graph-java/6.0\r\nSdkVersion: graph-java-core/3.0\r\nPrefer: respond-async\r\n';
    for (let i = 0; i < 2; i++) {
        await connection.write(Buffer.concat([Buffer.from(putHead(bytes.length, extra)), bytes]));
        const answer = await connection.answer();
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.upgrade, undefined);
    }
    connection.close();
    await assertNow(green, 'after the ignored upgrade');
});

test('the body of a GET is ignored (docs/http.md)', async () => {
    const answer = await call(server, 'GET', user.photo, {
        token: server.admin,
        body: '{}',
        headers: { 'Content-Type': 'application/json' },
    });
    assert.equal(answer.status, 200);
    assert.equal((await put(server, user.photo, server.admin, jpeg(64, 64, red))).status, 200);
});
