// Photos through nginx, HAProxy, Apache and Caddy, over HTTP/1.1 and HTTP/2. With compression on, uploads arrive whole and
// conditions answer 304 by the ETag that the client saw; with the cache on, no person gets another's answer.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { gunzipSync } from 'node:zlib';
import { after, before, describe, test } from 'node:test';
import { exchange } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { missing, startProxy } from './lib/proxies.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const colours = [[200, 30, 30], [30, 200, 30], [30, 30, 200]];
const noise = (x, y) => [(x * 7919 + y * 104729) % 251, (x * y * 31) % 241, (x * 13 + y * y) % 239];
const large = jpeg(1500, 1500, noise);

let server, people;
before(async () => {
    server = await Server.start();
    people = [];
    for (const colour of colours) {
        const user = await makeUser(server, { picture: jpeg(300, 300, () => colour) });
        people.push({ ...user, token: server.userToken(user.id, 'User.Read User.ReadWrite') });
    }
});
after(() => server.stop());

/** One exchange over HTTP/2 without TLS, as `exchange` gives it. */
function exchange2(port, method, path, { token, headers = {}, body, chunked }) {
    return new Promise((done, fail) => {
        const session = http2.connect(`http://127.0.0.1:${port}`);
        session.on('error', fail);
        const all = { ':method': method, ':path': path, ...headers };
        if (token) all.authorization = `Bearer ${token}`;
        if (body && !chunked) all['content-length'] = body.length;
        const stream = session.request(all, { endStream: body === undefined });
        const chunks = [];
        let answer;
        stream.on('response', (fields) => (answer = { status: fields[':status'], headers: fields }));
        stream.on('data', (chunk) => chunks.push(chunk)).on('error', fail);
        stream.on('end', () => {
            session.close();
            done({ ...answer, body: Buffer.concat(chunks) });
        });
        if (body) stream.end(body);
    });
}

const own = async (person) => (await exchange(server, 'GET', '/v1.0/me/photo/$value', { token: person.token })).body;
const unpacked = ({ headers, body }) => (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);

for (const kind of ['nginx', 'haproxy', 'apache', 'caddy']) {
    describe(`photos behind ${kind}`, { skip: missing(kind) }, () => {
        // Two of them: nginx with a cache removes If-None-Match and If-Modified-Since from a request before the server gets it.
        const proxies = [];
        let ask, askCache;
        const start = async (options) => {
            const proxy = await startProxy(kind, server, options);
            proxies.push(proxy);
            return {
                'HTTP/1.1': (...args) => exchange({ port: proxy.port, agent: server.agent }, ...args),
                'HTTP/2': (...args) => exchange2(proxy.h2, ...args),
            };
        };
        before(async () => {
            ask = await start({ gzip: true });
            askCache = await start({ cache: true });
        });
        after(() => Promise.all(proxies.map((proxy) => proxy.stop())));

        for (const version of ['HTTP/1.1', 'HTTP/2']) {
            test(`${version}: an upload with its length or without is stored whole`, async () => {
                const [{ token, photo }] = people;
                for (const picture of [jpeg(64, 64, noise), large])
                    for (const chunked of [false, true]) {
                        const options = { token, body: picture, chunked, headers: { 'content-type': 'image/jpeg' } };
                        assert.equal((await ask[version]('PUT', photo, options)).status, 200);
                        const read = await ask[version]('GET', photo, { token });
                        assert.equal(read.status, 200);
                        assert.deepEqual(read.body, await own(people[0]));
                    }
            });

            test(`${version}: the ETag that the client saw and the date give 304, an outdated one the photo`, async () => {
                const [, { token, photo }] = people;
                const plain = (await exchange(server, 'GET', photo, { token })).headers;
                for (const encoding of [{}, { 'accept-encoding': 'gzip' }]) {
                    const read = (headers) => ask[version]('GET', photo, { token, headers: { ...encoding, ...headers } });
                    const first = await read({});
                    assert.equal(first.status, 200);
                    assert.deepEqual(unpacked(first), await own(people[1]));
                    assert.ok(first.headers.etag.includes(plain.etag.slice(1, -1)), first.headers.etag);
                    for (const [headers, status] of [
                        [{ 'if-none-match': first.headers.etag }, 304],
                        [{ 'if-none-match': plain.etag }, 304],
                        [{ 'if-none-match': '"0123456789ABCDEF0123456789ABCDEF"' }, 200],
                        [{ 'if-modified-since': first.headers['last-modified'] }, 304],
                        [{ 'if-modified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' }, 200],
                    ]) {
                        const answer = await read(headers);
                        const what = `${JSON.stringify({ ...encoding, ...headers })}, ETag ${first.headers.etag}`;
                        assert.equal(answer.status, status, what);
                        if (status === 304) assert.equal(answer.body.length, 0, what);
                        else assert.deepEqual(unpacked(answer), await own(people[1]), what);
                    }
                }
                const outdated = { 'content-type': 'image/jpeg', 'if-match': '"0123456789ABCDEF0123456789ABCDEF"' };
                assert.equal((await ask[version]('PUT', photo, { token, body: jpeg(64, 64), headers: outdated })).status, 412);
            });

            test(`${version}: at the same address each person gets their own photo, and 401 without a token`, async () => {
                const photos = await Promise.all(people.map(own));
                for (const path of ['/v1.0/me/photo/$value', '/v1.0/me/photos/48x48/$value', '/v1.0/me/photo'])
                    for (let turn = 0; turn < 6; turn++) {
                        const at = turn % people.length;
                        const { status, headers, body } = await askCache[version]('GET', path, { token: people[at].token });
                        assert.equal(status, 200);
                        const { body: direct } = await exchange(server, 'GET', path, {
                            token: people[at].token,
                            headers: { Host: headers[':authority'] ?? `127.0.0.1:${server.port}` },
                        });
                        if (path.endsWith('/photo')) assert.equal(JSON.parse(body)['@odata.mediaEtag'], JSON.parse(direct)['@odata.mediaEtag']);
                        else assert.deepEqual(body, direct, path);
                        if (path === '/v1.0/me/photo/$value') assert.deepEqual(body, photos[at]);
                        assert.equal((await askCache[version]('GET', path, {})).status, 401, 'without a token');
                    }
            });
        }
    });
}
