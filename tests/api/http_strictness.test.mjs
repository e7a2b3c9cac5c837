// HTTP/1.1: as strict as RFC 9112 where leniency would allow smuggling, as lenient as real clients need.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { get, guid } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { RawConnection, exchange } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

let server, hasty, user, auth;
before(async () => {
    [server, hasty] = await Promise.all([
        Server.start(),
        Server.start({
            config: '[http]\nhead_seconds = 1\nbody_seconds = 1\nidle_seconds = 1\nmax_head_bytes = 8192\n',
        }),
    ]);
    user = await makeUser(server, { picture: jpeg(64, 64) });
    auth = `Authorization: Bearer ${server.admin}\r\n`;
});
after(() => Promise.all([server.stop(), hasty.stop()]));

const target = () => user.photo;
const framed = (extra, body = '') =>
    `PUT ${target()} HTTP/1.1\r\nHost: x\r\n${auth}${extra}\r\n${body}`;
const asked = (extra) => `GET ${target()} HTTP/1.1\r\nHost: x\r\n${auth}${extra}\r\n`;
const chunked = 'Transfer-Encoding: chunked\r\n';
const second = 'GET /v1.0/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

// Must be refused with 400 in JSON, and the connection closed: the bytes that follow cannot be trusted.
const refused = {
    'bare LF as line end': () => `GET ${target()} HTTP/1.1\nHost: x\n\n`,
    'one bare LF among the headers': () => `GET ${target()} HTTP/1.1\r\nHost: x\nA: b\r\n\r\n`,
    'a bare CR in a value': () => asked('A: b\rc: d\r\n'),
    'NUL in a value': () => asked('A: b\0c\r\n'),
    'a space before the colon': () => asked('A : b\r\n'),
    'a folded header': () => asked('A: b\r\n c\r\n'),
    'a header line that begins with a space': () => `GET ${target()} HTTP/1.1\r\n Host: x\r\n\r\n`,
    'a header without colon': () => asked('nonsense\r\n'),
    'a header without name': () => asked(': b\r\n'),
    'a header name with odd characters': () => asked('A(b): c\r\n'),
    'no Host': () => `GET ${target()} HTTP/1.1\r\n${auth}\r\n`,
    'two Hosts': () => asked('Host: y\r\n'),
    'Content-Length and Transfer-Encoding': () =>
        framed(`Content-Length: 5\r\n${chunked}`, `0\r\n\r\n${second}`),
    'Transfer-Encoding and Content-Length': () =>
        framed(`${chunked}Content-Length: 5\r\n`, `0\r\n\r\n${second}`),
    'two different lengths': () =>
        framed('Content-Length: 5\r\nContent-Length: 6\r\n', `hello${second}`),
    'a list of different lengths': () => framed('Content-Length: 5, 6\r\n', `hello${second}`),
    'a length with a sign': () => framed('Content-Length: +5\r\n', 'hello'),
    'a negative length': () => framed('Content-Length: -5\r\n', 'hello'),
    'a length in hex': () => framed('Content-Length: 0x5\r\n', 'hello'),
    'a length that is no number': () => framed('Content-Length: five\r\n', 'hello'),
    'an empty length': () => framed('Content-Length:\r\n', 'hello'),
    'a length with a space inside': () => framed('Content-Length: 1 1\r\n', 'hello'),
    'a chunk size that is no number': () => framed(chunked, 'zz\r\nhello\r\n0\r\n\r\n'),
    'a negative chunk size': () => framed(chunked, '-5\r\nhello\r\n0\r\n\r\n'),
    'a chunk size with 0x': () => framed(chunked, '0x5\r\nhello\r\n0\r\n\r\n'),
    'an empty chunk size': () => framed(chunked, '\r\nhello\r\n0\r\n\r\n'),
    'a chunk ended by a bare LF': () => framed(chunked, '5\nhello\n0\n\n'),
    'a chunk longer than told': () => framed(chunked, '5\r\nhello!\r\n0\r\n\r\n'),
    'a request line without version': () => `GET ${target()}\r\n\r\n`,
    'a request line of one word': () => 'nonsense\r\n\r\n',
    'two spaces in the request line': () => `GET  ${target()} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'a space in the target': () => 'GET /v1.0/me /photo HTTP/1.1\r\nHost: x\r\n\r\n',
    'a control character in the target': () => 'GET /v1.0/\x01me HTTP/1.1\r\nHost: x\r\n\r\n',
    'a lower-case http version': () => `GET ${target()} http/1.1\r\nHost: x\r\n\r\n`,
    'a target that is no path': () => 'GET nonsense HTTP/1.1\r\nHost: x\r\n\r\n',
    'a method with odd characters': () => `G(T ${target()} HTTP/1.1\r\nHost: x\r\n\r\n`,
};
for (const [what, bytes] of Object.entries(refused)) {
    test(`${what} is 400 in JSON and ends the connection (RFC 9112)`, async () => {
        const connection = await RawConnection.open(server);
        await connection.write(Buffer.from(bytes(), 'latin1'));
        const answer = await connection.answer();
        assert.equal(answer.status, 400);
        assertJsonError(answer);
        assert.ok(await connection.closes(), 'the connection ends');
        assert.equal(connection.pending.length, 0, 'nothing smuggled is answered');
        connection.close();
    });
}

function assertJsonError(answer) {
    assert.match(answer.headers['content-type'], /^application\/json\b/);
    assert.match(answer.headers['request-id'], guid);
    const { code, message, innerError } = answer.json().error;
    assert.ok(code && message);
    assert.equal(innerError['request-id'], answer.headers['request-id']);
}

// Refused too, with a status that RFC 9110 and 9112 leave open.
const refusedSomehow = {
    'an unknown transfer coding': [() => framed('Transfer-Encoding: gzip\r\n', 'x'), [400, 501]],
    'chunked twice': [
        () => framed('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'),
        [400, 501],
    ],
    'a coding that only looks like chunked': [
        () => framed('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
        [400, 501],
    ],
    'chunked with a vertical tab': [
        () => framed('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'),
        [400, 501],
    ],
    'HTTP/2.0': [() => `GET ${target()} HTTP/2.0\r\nHost: x\r\n\r\n`, [400, 505]],
    'HTTP/9.9': [() => `GET ${target()} HTTP/9.9\r\nHost: x\r\n\r\n`, [400, 505]],
    'the preface of HTTP/2': [() => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]],
    'a length beyond 64 bits': [
        () => framed('Content-Length: 99999999999999999999999\r\n'),
        [400, 413],
    ],
    'a chunk size beyond 64 bits': [
        () => framed(chunked, 'FFFFFFFFFFFFFFFFFF\r\nhello'),
        [400, 413],
    ],
    'a chunk size that wraps to 5': [
        () => framed(chunked, '10000000000000005\r\nhello\r\n0\r\n\r\n'),
        [400, 413],
    ],
    'a target of 100 KB': [
        () => `GET /v1.0/users/${'a'.repeat(100_000)}/photo HTTP/1.1\r\nHost: x\r\n\r\n`,
        [400, 414, 431],
    ],
    'a header of 100 KB': [() => asked(`A: ${'b'.repeat(100_000)}\r\n`), [400, 431]],
    'ten thousand headers': [() => asked('A: b\r\n'.repeat(10_000)), [400, 431]],
    CONNECT: [() => 'CONNECT contoso.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', [400, 405, 501]],
    'Transfer-Encoding under HTTP/1.0': [
        () => framed(chunked, '0\r\n\r\n').replace('HTTP/1.1', 'HTTP/1.0'),
        [400],
    ],
    'a method in lower case': [() => asked('').replace('GET', 'get'), [400, 405, 501]],
    'an unknown method': [() => asked('').replace('GET', 'BREW'), [405, 501]],
};
for (const [what, [bytes, statuses]] of Object.entries(refusedSomehow)) {
    test(`${what} is refused in JSON (RFC 9112)`, async () => {
        const answer = await exchange(server, Buffer.from(bytes(), 'latin1'));
        assert.ok(statuses.includes(answer.status), `${answer.status}`);
        assertJsonError(answer);
    });
}

// Must be accepted.
const accepted = {
    'empty lines before the request': () => `\r\n${asked('')}`,
    'white space around values': () => asked('A: \t b \t \r\n'),
    'an empty value': () => asked('A:\r\n'),
    'no space behind the colon': () => asked('A:b\r\n'),
    'bytes above 127 in a value': () => asked('A: \xe9\xff\r\n'),
    'a target in absolute form': () => asked('').replace('GET /', 'GET http://contoso.example/'),
    'Upgrade: h2c is ignored': () =>
        asked(
            'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n',
        ),
    'Retry-Attempt': () => asked('Retry-Attempt: 1\r\n'),
    'a doubled SdkVersion': () => asked('SdkVersion: a\r\nSdkVersion: b\r\n'),
    'header names in any casing': () =>
        asked('').replace('Authorization', 'aUTHORIZATION').replace('Host', 'HOST'),
    'an IPv6 Host with a port': () => asked('').replace('Host: x', 'Host: [::1]:8080'),
    'HTTP/1.0 without Host': () =>
        asked('').replace('Host: x\r\n', '').replace('HTTP/1.1', 'HTTP/1.0'),
};
for (const [what, bytes] of Object.entries(accepted)) {
    test(`${what}: 200 (docs/http-server.md)`, async () => {
        const answer = await exchange(server, Buffer.from(bytes(), 'latin1'));
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], 'image/jpeg');
    });
}

test('a request that arrives byte by byte is answered (docs/http-server.md)', async () => {
    const connection = await RawConnection.open(server);
    for (const byte of Buffer.from(`GET ${target()} HTTP/1.1\r\nHost: x\r\n${auth}\r\n`))
        await connection.write(Buffer.from([byte]));
    assert.equal((await connection.answer()).status, 200);
    connection.close();
});

test('a connection is kept for the next request, closed on Connection: close and after HTTP/1.0 (docs/http-server.md)', async () => {
    const connection = await RawConnection.open(server);
    for (let i = 0; i < 3; i++) {
        await connection.write(asked(''));
        assert.equal((await connection.answer()).status, 200);
    }
    await connection.write(asked('Connection: close\r\n'));
    assert.equal((await connection.answer()).headers.connection?.toLowerCase(), 'close');
    assert.ok(await connection.closes());
    const old = await RawConnection.open(server);
    await old.write(asked('').replace('HTTP/1.1', 'HTTP/1.0'));
    assert.equal((await old.answer()).status, 200);
    assert.ok(await old.closes());
});

test('HEAD, 304 and empty 200 leave the stream in sync for the next answer (RFC 9112 6.3)', async () => {
    const { etag } = (await get(server, user.photo, server.admin)).headers;
    const connection = await RawConnection.open(server);
    await connection.write(
        asked('').replace('GET', 'HEAD') + asked(`If-None-Match: ${etag}\r\n`) + asked(''),
    );
    assert.equal((await connection.answer({ to: 'HEAD' })).status, 200);
    assert.equal((await connection.answer()).status, 304);
    const last = await connection.answer();
    assert.equal(last.status, 200);
    assert.equal(last.body.readUInt16BE(0), 0xffd8);
    connection.close();
});

// A refused request may have a body that looks like a request; it must never be parsed as one.
const refusedWithBody = {
    'an unauthorised PUT': (framing) => `PUT ${target()} HTTP/1.1\r\nHost: x\r\n${framing}\r\n`,
    'a PUT to an unknown user': (framing) =>
        `PUT /v1.0/users/unknown/photo/$value HTTP/1.1\r\nHost: x\r\n${auth}${framing}\r\n`,
    'a PUT where there is none': (framing) =>
        `PUT ${user.path}/photo HTTP/1.1\r\nHost: x\r\n${auth}${framing}\r\n`,
    'a PUT to an unknown path': (framing) =>
        `PUT /v1.0/nonsense HTTP/1.1\r\nHost: x\r\n${auth}${framing}\r\n`,
    'a GET with a body': (framing) =>
        `GET ${user.path} HTTP/1.1\r\nHost: x\r\n${auth}${framing}\r\n`,
};
for (const [what, head] of Object.entries(refusedWithBody)) {
    test(`the body of ${what} is not read as a request, with a length or in chunks (RFC 9112)`, async () => {
        const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
        const byLength = head(`Content-Length: ${second.length}\r\n`) + second;
        const inChunks = `${head(chunked)}${second.length.toString(16)}\r\n${second}\r\n0\r\n\r\n`;
        for (const bytes of [byLength, inChunks]) {
            const connection = await RawConnection.open(server);
            await connection.write(bytes + last);
            assert.ok(await connection.answer());
            const next = await connection.answer();
            assert.ok(
                next === null || next.body.toString().length < 20,
                'the next answer is that of /healthz, or the connection ends',
            );
            connection.close();
        }
    });
}

test('a client that disconnects at any point affects no other client (docs/http-server.md)', async () => {
    const pieces = [
        'G',
        `GET ${target()} HT`,
        asked('').slice(0, -2),
        asked(''),
        framed('Content-Length: 1000\r\n', 'half'),
        framed(chunked, '5\r\nhe'),
    ];
    for (const piece of pieces) {
        const connection = await RawConnection.open(server);
        await connection.write(piece);
        connection.close();
    }
    assert.equal((await get(server, user.photo, server.admin)).status, 200);
});

test('a target of zeroes and noise does not stop the server (docs/http-server.md)', async () => {
    let seed = 7;
    const noise = Buffer.from(
        Array.from(
            { length: 3000 },
            () => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16) & 0xff,
        ),
    );
    for (const bytes of [
        Buffer.alloc(3000),
        noise,
        Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'),
    ]) {
        const connection = await RawConnection.open(server);
        await connection.write(Buffer.concat([bytes, Buffer.from('\r\n\r\n')]));
        assert.ok(await connection.closes());
        connection.close();
    }
    assert.equal((await get(server, user.photo, server.admin)).status, 200);
});

test('head_seconds, body_seconds and idle_seconds end slow connections, also those that send a little (docs/http-server.md)', async () => {
    const began = Date.now();
    const slow = [
        'GET /v1.0/me HTTP/1.1\r\nHost: x\r\n',
        `PUT /v1.0/users/x/photo/$value HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${hasty.admin}\r\nContent-Length: 1000\r\n\r\nhalf`,
        '',
    ].map(async (start) => {
        const connection = await RawConnection.open(hasty);
        if (start) await connection.write(start);
        assert.ok(
            await connection.closes(4000),
            `closed after ${JSON.stringify(start.slice(0, 20))}`,
        );
        connection.close();
    });
    const trickle = (async () => {
        const connection = await RawConnection.open(hasty);
        await connection.write('GET /v1.0/me HTTP/1.1\r\n');
        while (!connection.closed && Date.now() - began < 6000) {
            await connection.write('A: b\r\n');
            await sleep(150);
        }
        connection.close();
        assert.ok(Date.now() - began < 5000, 'a slow sender is not waited for');
    })();
    await Promise.all([...slow, trickle]);
});

test('max_head_bytes bounds the head (docs/http-server.md)', async () => {
    const line = (bytes) =>
        `GET /v1.0/nonsense HTTP/1.1\r\nHost: x\r\nA: ${'b'.repeat(bytes)}\r\n\r\n`;
    assert.equal((await exchange(hasty, line(7000))).status, 400);
    const over = await exchange(hasty, line(9000));
    assert.ok([400, 431].includes(over.status));
    assertJsonError(over);
    assert.notEqual(
        over.json().error.message,
        (await exchange(hasty, line(100))).json().error.message,
    );
});
