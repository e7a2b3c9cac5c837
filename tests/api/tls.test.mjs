// HTTPS: the certificate of `cameo dev-cert`, protocol versions, renewal, and errors (docs/tls.md).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
    copyFileSync,
    chmodSync,
    existsSync,
    readFileSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { call, get, put, send } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { RawConnection } from './lib/raw.mjs';
import { Server, makeCertificate, run, temporaryFolder } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

let server, user, files;
before(async () => {
    server = await Server.start({
        secure: true,
        args: ['--listen', '127.0.0.1:0'],
        config: '[tls]\nhandshake_seconds = 1\n[limits]\nupload_bytes = 20_000_000\n',
    });
    user = await makeUser(server, { picture: jpeg(648, 648) });
    files = Object.fromEntries(
        ['ca.pem', 'ca-key.pem', 'server.pem', 'server-key.pem'].map((name) => [
            name,
            join(server.data, 'dev-ca', name),
        ]),
    );
});
after(() => server.stop());

/** A handshake only: { protocol, alpn, cipher, serial }; or throws. */
function shake(options = {}, to = server) {
    return new Promise((done, fail) => {
        const socket = tls.connect({ host: '127.0.0.1', port: to.port, ca: to.ca, ...options });
        socket.once('error', fail);
        socket.once('secureConnect', () => {
            const said = {
                protocol: socket.getProtocol(),
                alpn: socket.alpnProtocol,
                cipher: socket.getCipher().standardName,
                serial: socket.getPeerCertificate().serialNumber,
            };
            socket.destroy();
            done(said);
        });
    });
}

async function until(condition) {
    for (let i = 0; i < 100; i++) {
        if (await condition()) return;
        await sleep(100);
    }
    assert.fail('not in ten seconds');
}

const plainPort = () => Number(/^listening on http:\/\/127\.0\.0\.1:(\d+)$/m.exec(server.stdout)[1]);

test('TLS 1.3 and 1.2 with forward secrecy; 1.1 and 1.0 are refused', async () => {
    assert.equal((await shake()).protocol, 'TLSv1.3');
    const old = await shake({ maxVersion: 'TLSv1.2' });
    assert.equal(old.protocol, 'TLSv1.2');
    assert.match(old.cipher, /^TLS_ECDHE_ECDSA_WITH_(AES_\d+_GCM|CHACHA20_POLY1305)/);
    for (const version of ['TLSv1', 'TLSv1.1']) {
        const older = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
        await assert.rejects(shake(older), /alert protocol version/);
    }
    for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384']) {
        await assert.rejects(shake({ ciphers, maxVersion: 'TLSv1.2' }), /alert handshake failure/);
    }
});

test('ALPN: http/1.1 is chosen, and an offer without it ends the handshake', async () => {
    assert.equal((await shake({ ALPNProtocols: ['h2', 'http/1.1'] })).alpn, 'http/1.1');
    assert.equal((await shake()).alpn, false);
    await assert.rejects(shake({ ALPNProtocols: ['h2'] }), /alert no application protocol/);
});

test('a client that does not trust the CA, or asked for another name, ends the handshake', async () => {
    await assert.rejects(shake({ ca: undefined }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    const other = makeCertificate(join(temporaryFolder(), 'other'));
    await assert.rejects(shake({ ca: other }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await assert.rejects(shake({ servername: 'example.org' }), {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    await shake({ servername: 'localhost' });
});

test('a session is resumed by its ticket', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
        const first = tls.connect({ host: '127.0.0.1', port: server.port, ca: server.ca, maxVersion });
        const session = new Promise((done) => first.once('session', done));
        first.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        const ticket = await session;
        first.destroy();
        const second = tls.connect({
            host: '127.0.0.1',
            port: server.port,
            ca: server.ca,
            maxVersion,
            session: ticket,
        });
        await new Promise((done, fail) => second.once('secureConnect', done).once('error', fail));
        assert.ok(second.isSessionReused(), maxVersion);
        second.destroy();
    }
});

test('a TLS 1.2 client cannot renegotiate', async () => {
    const socket = tls.connect({
        host: '127.0.0.1',
        port: server.port,
        ca: server.ca,
        maxVersion: 'TLSv1.2',
    });
    await new Promise((done) => socket.once('secureConnect', done));
    const error = await new Promise((done) => {
        socket.once('error', done);
        socket.renegotiate({}, done);
    });
    assert.match(String(error), /no renegotiation|renegotiat/i);
    socket.destroy();
});

test('links in answers have the scheme of the connection: https here, http on the plain port of the same server', async () => {
    const secure = await get(server, `${user.path}/photo`, server.admin);
    assert.ok(secure.json()['@odata.context'].startsWith(`${server.origin}/v1.0/`));
    const plain = { port: plainPort() };
    const answer = await get(plain, `${user.path}/photo`, server.admin);
    assert.ok(answer.json()['@odata.context'].startsWith(`http://127.0.0.1:${plain.port}/v1.0/`));
    assert.equal(answer.json()['@odata.mediaEtag'], secure.json()['@odata.mediaEtag']);
});

test('plain HTTP on the TLS port is 400 in JSON, TLS on the plain port is closed immediately', async () => {
    const connection = await RawConnection.open({ port: server.port });
    await connection.write('GET /v1.0/me HTTP/1.1\r\nHost: x\r\nclient-request-id: mine\r\n\r\n');
    const answer = await connection.answer();
    assert.equal(answer.status, 400);
    assert.match(answer.json().error.message, /HTTPS/);
    assert.equal(answer.headers['client-request-id'], 'mine');
    assert.ok(await connection.closes());
    connection.close();
    await assert.rejects(shake({}, { port: plainPort(), ca: server.ca }), /wrong version number/);
});

test('large uploads and downloads arrive whole', async () => {
    const large = Buffer.concat([jpeg(1000, 1000), Buffer.alloc(15_000_000, 7)]);
    assert.equal((await put(server, user.photo, server.admin, large)).status, 200);
    const chunked = { token: server.admin, body: large, chunked: true };
    assert.equal((await call(server, 'PUT', user.photo, chunked)).status, 200);
    const one = await get(server, user.photo, server.admin);
    const plain = await get({ port: plainPort() }, user.photo, server.admin);
    assert.deepEqual(one.body, plain.body);
    const many = await Promise.all(
        Array.from({ length: 64 }, () => get(server, user.photo, server.admin)),
    );
    for (const { body } of many) assert.deepEqual(body, one.body);
});

test('a client that has half-closed gets its answer and close_notify', async () => {
    const socket = tls.connect({
        host: '127.0.0.1',
        port: server.port,
        ca: server.ca,
        allowHalfOpen: true,
    });
    await new Promise((done) => socket.once('secureConnect', done));
    let text = '';
    const ended = new Promise((done, fail) =>
        socket.setEncoding('utf8').on('data', (part) => (text += part)).on('end', done).on('error', fail),
    );
    socket.end(`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    await ended;
    assert.match(text, /^HTTP\/1\.1 200 OK/);
    assert.match(text, /ok\n$/);
});

test('handshake_seconds ends a stalled or slow handshake; other clients do not wait', async () => {
    const began = Date.now();
    const silent = await RawConnection.open({ port: server.port });
    const trickling = await RawConnection.open({ port: server.port });
    await trickling.write(Buffer.from([22, 3, 1, 2]));
    const drip = setInterval(() => trickling.closed || trickling.write(Buffer.from([1])), 100);
    await shake();
    assert.ok(await silent.closes(4000));
    assert.ok(await trickling.closes(4000));
    clearInterval(drip);
    assert.ok(Date.now() - began >= 900);
    silent.close();
    trickling.close();
});

test('a renewed certificate is used while connections are open and requests run', async () => {
    const old = await RawConnection.open(server);
    const request = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
    await old.write(request);
    assert.equal((await old.answer()).status, 200);
    const { serial } = await shake();
    makeCertificate(server.data);
    let failures = 0;
    let asked = 0;
    await until(async () => {
        asked++;
        if ((await send(server, 'GET', '/healthz')).status !== 200) failures++;
        return (await shake()).serial !== serial;
    });
    assert.equal(failures, 0, `of ${asked}`);
    await old.write(request);
    assert.equal((await old.answer()).status, 200, 'the old connection still works');
    old.close();
    assert.match(server.stderr, /server\.pem was reloaded/);
});

test('an invalid pair keeps the old certificate and the log has the reason', async () => {
    const { serial } = await shake();
    const key = readFileSync(files['server-key.pem']);
    copyFileSync(files['ca-key.pem'], files['server-key.pem']);
    await until(() => /server-key\.pem is not the key of the certificate/.test(server.stderr));
    assert.equal((await shake()).serial, serial);
    writeFileSync(files['server-key.pem'], key);
    const readings = () => server.stderr.match(/was reloaded/g)?.length ?? 0;
    const before = readings();
    await until(() => readings() > before);
    assert.equal((await shake()).serial, serial);
});

test('dev-cert makes files that only their owner may read, and prints how to trust and to serve', () => {
    for (const name of ['ca-key.pem', 'server-key.pem'])
        assert.equal(statSync(files[name]).mode & 0o777, 0o600, name);
    const data = join(temporaryFolder(), 'deep', 'data');
    const made = run('dev-cert', '--data', data, '--host', 'faces.example', '--host', '10.0.0.7');
    assert.equal(made.status, 0, made.stderr);
    const ca = join(data, 'dev-ca', 'ca.pem');
    for (const part of [
        'localhost, 127.0.0.1, ::1, faces.example, 10.0.0.7',
        `cameo serve --data ${data} --tls-listen`,
        `NODE_EXTRA_CA_CERTS=${ca}`,
        `SSL_CERT_FILE=${ca}`,
        `REQUESTS_CA_BUNDLE=${ca}`,
        'keytool -importcert',
        'update-ca-certificates',
        `openssl.cafile=${ca}`,
    ])
        assert.ok(made.stdout.includes(part), part);
    const before = readFileSync(ca, 'utf8');
    const again = run('dev-cert', '--data', data);
    assert.match(again.stdout, /The same development CA/);
    assert.match(again.stdout, /faces\.example/);
    assert.equal(readFileSync(ca, 'utf8'), before);
    const refused = run('dev-cert', '--data', data, '--host', 'other.example');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /other\.example.*--new-ca/);
    assert.equal(run('dev-cert', '--data', data, '--host', 'a b').status, 2);
});

test('curl trusts the server with the CA and not without', (t) => {
    if (spawnSync('curl', ['--version']).error) return t.skip('there is no curl here');
    const ask = (...args) =>
        spawnSync('curl', ['-sS', ...args, `https://localhost:${server.port}/healthz`], {
            encoding: 'utf8',
            timeout: 10_000,
        });
    const done = ask('--cacert', files['ca.pem'], '--resolve', `localhost:${server.port}:127.0.0.1`);
    assert.equal(done.status, 0, done.stderr);
    assert.equal(done.stdout, 'ok\n');
    assert.equal(ask('--resolve', `localhost:${server.port}:127.0.0.1`).status, 60);
});

const failing = {
    'no certificate anywhere': [[], /dev-cert/, 2],
    'a certificate without its key': [['--tls-cert', 'x.pem'], /--tls-cert needs --tls-key/, 2],
    'a certificate that is not there': [
        ['--tls-cert', 'nowhere.pem', '--tls-key', 'nowhere-key.pem'],
        /cannot read the certificate nowhere\.pem: No such file/,
        1,
    ],
    'no address': [['--tls-listen', 'nonsense'], /--tls-listen nonsense is not HOST:PORT/, 2],
};
for (const [what, [args, message, status]] of Object.entries(failing)) {
    test(`serve with ${what} reports it and exits with ${status}`, () => {
        const data = join(temporaryFolder(), 'data');
        const listen = args.includes('--tls-listen') ? [] : ['--tls-listen', '127.0.0.1:0'];
        const done = run('serve', '--data', data, ...listen, ...args);
        assert.equal(done.status, status, done.stderr);
        assert.match(done.stderr, message);
    });
}

test('serve names a file that is not a certificate, not a key, or not the key of the certificate', () => {
    const folder = temporaryFolder();
    const serve = (cert, key) =>
        run('serve', '--data', join(folder, 'data'), '--tls-listen', '127.0.0.1:0', '--tls-cert', cert, '--tls-key', key);
    const garbage = join(folder, 'garbage.pem');
    writeFileSync(garbage, 'garbage');
    for (const [done, message] of [
        [serve(garbage, files['server-key.pem']), /garbage\.pem is not a usable certificate in PEM form/],
        [serve(files['server.pem'], garbage), /garbage\.pem is not a private key in PEM form/],
        [serve(files['server.pem'], files['ca-key.pem']), /ca-key\.pem is not the key of the cert/],
    ]) {
        assert.equal(done.status, 1, done.stderr);
        assert.match(done.stderr, message);
    }
});

test('a world-readable key is a warning; [tls] alone starts HTTPS, and min_version applies', async () => {
    const data = join(temporaryFolder(), 'data');
    const ca = makeCertificate(data);
    const key = join(data, 'dev-ca', 'server-key.pem');
    assert.ok(existsSync(key));
    chmodSync(key, 0o644);
    const config = `[tls]\nlisten = "127.0.0.1:0"\ncert = "${join(data, 'dev-ca', 'server.pem')}"\nkey = "${key}"\nmin_version = "1.3"\n`;
    const strict = await Server.start({ secure: true, config });
    try {
        assert.match(strict.stderr, /server-key\.pem can be read by all users/);
        assert.equal((await shake({ ca }, strict)).protocol, 'TLSv1.3');
        await assert.rejects(shake({ ca, maxVersion: 'TLSv1.2' }, strict), /protocol version/);
    } finally {
        await strict.stop();
    }
});

test('the server stops in time with TLS connections open, in a handshake and uploading', async () => {
    const one = await Server.start({ secure: true });
    const idle = await RawConnection.open(one);
    const shaking = await RawConnection.open({ port: one.port });
    await shaking.write(Buffer.from([22, 3, 1]));
    const uploading = await RawConnection.open(one);
    await uploading.write('PUT /v1.0/me/photo/$value HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx');
    const began = Date.now();
    assert.deepEqual(await one.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - began < 5000);
    for (const connection of [idle, shaking, uploading]) {
        assert.ok(await connection.closes());
        connection.close();
    }
});
