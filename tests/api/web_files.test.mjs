// The files of the web page and the addresses that serve it (docs/http.md, The web page; docs/web.md).
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { exchange, send } from './lib/http.mjs';
import { exchange as exchangeBytes } from './lib/raw.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';

const bundle = fileURLToPath(new URL('../../web/bundle/', import.meta.url));
const assets = readdirSync(join(bundle, 'assets')).map((name) => `/assets/${name}`);
const files = ['/', ...assets].map((path) => ({
    path,
    bytes: readFileSync(join(bundle, path === '/' ? 'index.html' : path)),
}));
const types = { js: /^text\/javascript/, css: /^text\/css/, svg: /^image\/svg\+xml$/, png: /^image\/png$/ };

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

/** Unchecked, since docs/openapi.yaml has the document alone and not its assets. */
const ask = (path, headers, method = 'GET', to = server) => exchange(to, method, path, { headers });

test('each file of web/bundle is served with its bytes, its type and an ETag of its own', async () => {
    const etags = new Set();
    for (const { path, bytes } of files) {
        const { status, headers, body } = await ask(path);
        assert.equal(status, 200, path);
        assert.deepEqual(body, bytes, path);
        assert.match(headers['content-type'], path === '/' ? /^text\/html/ : types[path.split('.').at(-1)], path);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        etags.add(headers.etag);
    }
    assert.equal(etags.size, files.length);
});

test('the document is revalidated; an asset, whose name has its hash, is kept for a year', async () => {
    assert.equal((await ask('/')).headers['cache-control'], 'no-cache');
    for (const path of assets)
        assert.equal((await ask(path)).headers['cache-control'], 'public, max-age=31536000, immutable', path);
});

test('the policy of the document allows its own scripts and styles, blob: pictures and this server only', async () => {
    const { headers } = await send(server, 'GET', '/');
    assert.equal(
        headers['content-security-policy'],
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; " +
            "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['permissions-policy'], 'camera=(self)');
    assert.doesNotMatch(files[0].bytes.toString(), /<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=/i);
});

test('connect-src allows the configured issuer too, by its origin', async () => {
    const own = await Server.start({
        config: `[[issuer]]
discovery = "http://127.0.0.1:9/realms/acme/.well-known/openid-configuration"
audience = ["api://cameo"]
tenant = "default"
[web]
issuer = "http://127.0.0.1:9/realms/acme"
client_id = "cameo-web"
`,
    });
    const { headers } = await send(own, 'GET', '/');
    assert.match(headers['content-security-policy'], /; connect-src 'self' http:\/\/127\.0\.0\.1:9; /);
    await own.stop();
});

test('gzip for clients that accept it, with an ETag of its own; the bytes are the same', async () => {
    for (const { path, bytes } of files) {
        const plain = await ask(path, { 'Accept-Encoding': 'identity' });
        const packed = await ask(path, { 'Accept-Encoding': 'br, gzip;q=0.5' });
        assert.equal(plain.headers['content-encoding'], undefined);
        for (const { headers } of [plain, packed]) assert.equal(headers.vary, 'Accept-Encoding');
        if (packed.headers['content-encoding'] === undefined) {
            assert.deepEqual(packed.body, bytes);
            continue;
        }
        assert.equal(packed.headers['content-encoding'], 'gzip');
        assert.ok(packed.body.length < bytes.length, path);
        assert.deepEqual(gunzipSync(packed.body), bytes);
        assert.equal(packed.headers.etag, plain.headers.etag.replace(/"$/, '-gzip"'));
        assert.equal((await ask(path, { 'Accept-Encoding': 'gzip;q=0' })).headers['content-encoding'], undefined);
    }
});

test('304 where If-None-Match names the ETag of either form, else the file', async () => {
    for (const path of files.map((file) => file.path)) {
        const { headers } = await ask(path);
        const packed = (await ask(path, { 'Accept-Encoding': 'gzip' })).headers.etag;
        for (const known of [headers.etag, packed, `W/${headers.etag}`, `"x", ${headers.etag}`]) {
            const answer = await ask(path, { 'If-None-Match': known });
            assert.deepEqual([answer.status, answer.body.length], [304, 0], `${path} ${known}`);
            for (const name of ['etag', 'cache-control', 'vary', 'content-security-policy'])
                assert.equal(answer.headers[name], headers[name], name);
        }
        assert.equal((await ask(path, { 'If-None-Match': '"x"' })).status, 200);
    }
    assert.equal((await send(server, 'GET', '/', { headers: { 'If-None-Match': '*' } })).status, 304);
});

test('HEAD has the headers of GET and no body', async () => {
    for (const { path, bytes } of files) {
        const { status, headers, body } = await ask(path, {}, 'HEAD');
        assert.deepEqual([status, body.length], [200, 0]);
        assert.equal(headers['content-length'], String(bytes.length));
        assert.equal(headers.etag, (await ask(path)).headers.etag);
    }
});

test('other methods are 405 with Allow, OPTIONS is 204 with it', async () => {
    for (const path of ['/', assets[0], '/assets/none', '/favicon.ico']) {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
            const { status, headers } = await ask(path, {}, method);
            assert.deepEqual([status, headers.allow], [405, 'GET, HEAD, OPTIONS'], `${method} ${path}`);
        }
        const { status, headers } = await ask(path, {}, 'OPTIONS');
        assert.deepEqual([status, headers.allow], [204, 'GET, HEAD, OPTIONS'], path);
    }
});

test("OPTIONS / as HAProxy's httpchk sends it, by HTTP/1.0 without Host, is 204", async () => {
    assert.equal((await exchangeBytes(server, 'OPTIONS / HTTP/1.0\r\n\r\n')).status, 204);
});

test('the query of the document is ignored: an issuer sends its answer there', async () => {
    const { status, body } = await send(server, 'GET', '/?code=abc&state=x');
    assert.equal(status, 200);
    assert.deepEqual(body, files[0].bytes);
});

test('only exact paths name a file: no other file can be read', async () => {
    const name = assets[0].split('/').at(-1);
    for (const path of [
        '/assets/', '/assets/none.js', '/assets/../index.html', '/assets/%2e%2e/index.html', '/assets/..%2findex.html',
        '/assets/../../../../etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/..\\index.html', `/assets//${name}`,
        `/assets/./${name}`, `/assets/${name}%00`, `/assets/${name}/`, `/assets/%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
        `/assets/${name.toUpperCase()}`,
    ]) {
        const { status, headers, text } = await ask(path);
        assert.equal(status, 404, path);
        assert.match(headers['content-type'], /^text\/plain/, path);
        assert.equal(headers['cache-control'], 'no-store');
        assert.equal(text, 'There is no such file.\n');
    }
    for (const path of ['/index.html', '/ASSETS/x', `/%61ssets/${name}`, `/x/..${assets[0]}`, '//', '/assets'])
        assert.equal((await send(server, 'GET', path)).status, 400, path);
});

test('what browsers ask for by themselves is a short 404, not an error of Graph', async () => {
    for (const path of ['/favicon.ico', '/robots.txt', '/apple-touch-icon.png']) {
        const { status, headers } = await ask(path);
        assert.equal(status, 404);
        assert.match(headers['content-type'], /^text\/plain/);
    }
});

test('[web] enabled = false: / is a text that says what this is, and the page has no link', async () => {
    const own = await Server.start({ config: '[web]\nenabled = false\n', args: ['--demo'] });
    const { status, headers, text } = await send(own, 'GET', '/');
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^text\/plain/);
    assert.match(text, /^This is Cameo/);
    assert.equal((await send(own, 'GET', assets[0])).status, 400);
    assert.doesNotMatch(own.stdout, /web page is at|#code=/);
    const done = run('token', '--web', '--user', 'eileen@contoso.example', '--data', own.data);
    assert.equal(done.status, 1);
    assert.match(done.stderr, /the web page of this server is switched off/);
    await own.stop();
});

const pagePort = (one) => Number(/^the web page is at https?:\/\/127\.0\.0\.1:(\d+)\/$/m.exec(one.stdout)[1]);

test('[web] listen: the page and the API are at that address, and the page is not at the others', async () => {
    const own = await Server.start({ config: '[web]\nlisten = "127.0.0.1:0"\n' });
    const page = { ...own, port: pagePort(own), agent: own.agent };
    assert.notEqual(page.port, own.port);
    assert.deepEqual((await send(page, 'GET', '/')).body, files[0].bytes);
    assert.deepEqual((await ask(assets[0], {}, 'GET', page)).body, files[1].bytes);
    assert.match((await send(own, 'GET', '/')).text, /^This is Cameo/);
    assert.equal((await send(own, 'GET', assets[0])).status, 400);
    for (const to of [own, page]) {
        assert.equal((await send(to, 'GET', '/v1.0/users', { token: own.admin })).status, 200);
        assert.equal((await send(to, 'GET', '/cameo/v1/web')).status, 200);
    }
    assert.equal((await own.stop()).code, 0);
});

test('[web] listen with HTTPS: the page is over HTTPS too', async () => {
    const own = await Server.start({ secure: true, config: '[web]\nlisten = "127.0.0.1:0"\n' });
    assert.match(own.stdout, /^the web page is at https:/m);
    const page = { ...own, secure: true, port: pagePort(own), agent: own.agent };
    assert.deepEqual((await send(page, 'GET', '/')).body, files[0].bytes);
    await own.stop();
});

test('the printed address is public_url where that is set', async () => {
    const own = await Server.start({ config: 'public_url = "https://faces.example.org/graph"\n' });
    assert.match(own.stdout, /^the web page is at https:\/\/faces\.example\.org\/graph\/$/m);
    await own.stop();
});

test('[web] listen that is not HOST:PORT is refused at the start', () => {
    const config = join(temporaryFolder(), 'cameo.toml');
    for (const listen of ['8080', 'localhost:x']) {
        writeFileSync(config, `[web]\nlisten = "${listen}"\n`);
        const done = run('serve', '--data', join(temporaryFolder(), 'data'), '--config', config);
        assert.equal(done.status, 2);
        assert.match(done.stderr, /web\.listen .* is not HOST:PORT/);
    }
});

test('the bundle is small: 200 KB, and its first load 80 KB compressed', async () => {
    const size = (path) => statSync(join(bundle, path)).size;
    const total = ['index.html', ...assets].reduce((sum, path) => sum + size(path), 0);
    assert.ok(total < 200_000, `${total} bytes`);
    const loaded = new Set(['/']);
    // What a file names: the document by attributes, a module by its static imports.
    const load = (path) => {
        const text = files.find((file) => file.path === path).bytes.toString();
        const named = path === '/' ? /(?:src|href)="(assets\/[\w.-]+)"/g : /(?:from|import)\s*"\.\/([\w.-]+)"/g;
        for (const [, name] of text.matchAll(named)) {
            const next = path === '/' ? `/${name}` : `/assets/${name}`;
            if (loaded.has(next)) continue;
            loaded.add(next);
            load(next);
        }
    };
    load('/');
    let compressed = 0;
    for (const path of loaded) compressed += (await ask(path, { 'Accept-Encoding': 'gzip' })).body.length;
    assert.ok(compressed < 80_000, `${compressed} bytes`);
});

test('GET /cameo/v1/web tells the page its configuration, without a token, to pages of other origins too', async () => {
    const answer = await send(server, 'GET', '/cameo/v1/web', { headers: { Origin: 'http://localhost:5173' } });
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['access-control-allow-origin'], 'http://localhost:5173');
    const { version, ...rest } = answer.json();
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(rest, {
        issuer: null,
        clientId: null,
        scopes: ['openid', 'User.ReadWrite', 'User.ReadBasic.All'],
        builtinIssuer: true,
        uploadBytes: 4_000_000,
        cropUploadBytes: 25_000_000,
        formerPhotoDays: 30,
    });
});

test('... with the values of the file', async () => {
    const own = await Server.start({
        config: `[limits]
upload_bytes = 5_000_000
crop_upload_bytes = 6_000_000
[storage]
former_photo_days = 0
[builtin_issuer]
enabled = false
[[issuer]]
discovery = "http://127.0.0.1:9/.well-known/openid-configuration"
audience = ["api://cameo"]
tenant = "default"
[web]
issuer = "http://127.0.0.1:9"
client_id = "page"
scopes = ["openid", "api://cameo/User.ReadWrite"]
`,
    });
    const { version, ...rest } = (await send(own, 'GET', '/cameo/v1/web')).json();
    assert.deepEqual(rest, {
        issuer: 'http://127.0.0.1:9',
        clientId: 'page',
        scopes: ['openid', 'api://cameo/User.ReadWrite'],
        builtinIssuer: false,
        uploadBytes: 5_000_000,
        cropUploadBytes: 6_000_000,
        formerPhotoDays: 0,
    });
    await own.stop();
});
