// Proxies in front of the server: a rejected upload affects no other client's request, and its answer arrives whole
// (docs/http-server.md, The life of a request).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jpeg } from './lib/pictures.mjs';
import { missing, startProxy } from './lib/proxies.mjs';
import { RawConnection } from './lib/raw.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

let server, user, other, authorization;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(300, 300) });
    other = await makeUser(server, { picture: jpeg(300, 300) });
    authorization = `Bearer ${server.userToken(user.id, 'User.Read')}`; // may read their own photo, and write no photo
});
after(() => server.stop());

function connect(port) {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    session.on('error', () => {});
    return session;
}

/** One request over HTTP/2: { status, body, error }; `body` false leaves it open, and `until` resolves when that is answered. */
function ask(session, headers, body) {
    return new Promise((done) => {
        const stream = session.request(headers, { endStream: body === undefined });
        const said = { stream, status: 0, body: '' };
        const over = (error) => {
            clearTimeout(late);
            done(Object.assign(said, { error }));
        };
        const late = setTimeout(() => {
            stream.close(http2.constants.NGHTTP2_CANCEL);
            over('no answer in time');
        }, 3000);
        stream.on('response', (fields) => (said.status = fields[':status']));
        stream.setEncoding('utf8').on('data', (text) => (said.body += text));
        stream.on('end', () => over()).on('error', (error) => over(error.message));
        if (body) stream.end(body);
    });
}

const upload = (size, more = {}) => ({
    ':method': 'PUT',
    ':path': other.photo,
    authorization,
    'content-type': 'image/jpeg',
    'content-length': size,
    ...more,
});

function assertWhole({ status, body, error }, what) {
    assert.equal(error, undefined, what);
    assert.equal(status, 403, what);
    assert.equal(JSON.parse(body).error.code, 'ErrorAccessDenied', what);
}

test('a rejected incomplete upload ends the connection; a complete one keeps it', async () => {
    const head = (lines) =>
        `PUT ${other.photo} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n${lines}\r\n`;
    const expects = 'Expect: 100-continue\r\n';
    for (const [bytes, kept] of [
        [head('Content-Length: 5\r\n'), false],
        [head('Content-Length: 5\r\n') + 'four', false],
        [head('Content-Length: 60000\r\n') + 'x'.repeat(50_000), false],
        [head('Transfer-Encoding: chunked\r\n') + '1\r\na\r\n', false],
        [head(`Content-Length: 5\r\n${expects}`), false],
        [head('Content-Length: 5\r\n') + 'fives', true],
        [head('Content-Length: 3000\r\n') + 'x'.repeat(3000), true],
        [head('Transfer-Encoding: chunked\r\n') + '1\r\na\r\n0\r\n\r\n', true],
        [head(`Content-Length: 5\r\n${expects}`) + 'fives', true],
    ]) {
        const what = bytes.replace(authorization, '').slice(0, 200);
        const connection = await RawConnection.open(server);
        await connection.write(bytes);
        const answer = await connection.answer();
        assertWhole({ ...answer, body: answer.body.toString() }, what);
        assert.equal(answer.headers.connection, kept ? undefined : 'close', what);
        await connection.write(`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
        assert.equal((await connection.answer())?.status, kept ? 200 : undefined, what);
        connection.close();
    }
});

test('HAProxy: no client waits for the body of another client\'s rejected upload', { skip: missing('haproxy') }, async () => {
    const proxy = await startProxy('haproxy', server);
    for (let round = 0; round < 10; round++) {
        const [one, another] = [connect(proxy.h2), connect(proxy.h2)];
        const photo = { ':path': user.photo, authorization };
        for (const session of [one, another]) assert.equal((await ask(session, photo)).status, 200);
        const refused = await ask(one, upload(60_000), false);
        assertWhole(refused, 'the upload');
        await sleep(50);
        refused.stream.close(http2.constants.NGHTTP2_CANCEL);
        await sleep(20);
        const answers = await Promise.all([1, 2, 3].map(() => ask(another, photo)));
        for (const { status, error } of answers) assert.deepEqual([status, error], [200, undefined], `round ${round}`);
        for (const session of [one, another]) session.destroy();
    }
    await proxy.stop();
});

/** A PUT over HTTP/1.1 that sends its body after 100 Continue, or, `early`, immediately. */
function askPlainly(port, size, early) {
    return new Promise((done) => {
        const headers = { authorization, 'content-type': 'image/jpeg', 'content-length': size, expect: '100-continue' };
        const request = http.request({ host: '127.0.0.1', port, method: 'PUT', path: other.photo, headers, agent: false });
        const send = () => request.end(Buffer.alloc(size));
        request.once('continue', () => early || send()); // Caddy's own, then the server's
        request.on('error', (error) => done({ error: error.message }));
        request.on('response', (response) => {
            let body = '';
            response.setEncoding('utf8').on('data', (text) => (body += text));
            response.on('error', (error) => done({ error: error.message }));
            response.on('end', () => {
                request.destroy();
                done({ status: response.statusCode, body });
            });
        });
        if (early) send();
        else request.flushHeaders();
    });
}

/** curl sends the body without waiting for 100, and loses an answer that arrives before the end of the body. */
function curl(port, file, isChunked = false) {
    return new Promise((done) => {
        const stdio = [isChunked ? openSync(file) : 'ignore', 'pipe', 'pipe'];
        const child = spawn('curl', ['-sS', '--http2-prior-knowledge', '--max-time', '5', '-w', '\n%{http_code}', '-T', isChunked ? '-' : file,
            '-H', 'Expect: 100-continue', '-H', `Authorization: ${authorization}`, `http://127.0.0.1:${port}${other.photo}`], { stdio });
        if (isChunked) closeSync(stdio[0]);
        let [out, error] = ['', ''];
        child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
        child.stderr.setEncoding('utf8').on('data', (text) => (error += text));
        child.on('close', () => {
            const [body, status] = out.split('\n');
            done({ status: Number(status), body, error: error || undefined });
        });
    });
}

for (const kind of ['nginx', 'haproxy', 'apache', 'caddy']) {
    describe(`Expect: 100-continue, refused, behind ${kind}`, { skip: missing(kind) }, () => {
        let proxy;
        before(async () => (proxy = await startProxy(kind, server)));
        after(() => proxy.stop());

        for (const size of [3000, 60_000, 2_000_000]) {
            test(`the answer to ${size} bytes arrives whole over HTTP/1.1 and HTTP/2`, async () => {
                const expects = { expect: '100-continue' };
                for (let round = 0; round < 5; round++) {
                    for (const early of [true, false])
                        assertWhole(await askPlainly(proxy.port, size, early), `HTTP/1.1, ${early ? 'early' : 'waiting'}`);
                    const session = connect(proxy.h2);
                    assertWhole(await ask(session, upload(size, expects), Buffer.alloc(size)), 'HTTP/2');
                    const photo = { ':path': user.photo, authorization };
                    assert.equal((await ask(session, photo)).status, 200, 'the next request');
                    session.destroy();
                }
            });

            // Caddy removes Expect from an HTTP/2 request, so the server does not receive it.
            const reason = kind === 'caddy' && 'Caddy passes no Expect on';
            test(`curl gets the whole answer to ${size} bytes over HTTP/2`, { skip: reason }, async () => {
                const file = join(temporaryFolder(), 'body');
                writeFileSync(file, Buffer.alloc(size));
                for (let round = 0; round < 10; round++) assertWhole(await curl(proxy.h2, file), `round ${round}`);
            });
        }

        const reason = kind === 'caddy' && 'Caddy passes no Expect on';
        for (const [what, size, isChunked] of [['a body of unknown length', 2_000_000, true], ['a body that is too large', 5_000_000, false]]) {
            test(`curl gets the whole answer to ${what} over HTTP/2`, { skip: reason }, async () => {
                const file = join(temporaryFolder(), 'body');
                writeFileSync(file, Buffer.alloc(size));
                for (let round = 0; round < 10; round++) assertWhole(await curl(proxy.h2, file, isChunked), `round ${round}`);
            });
        }
    });
}
