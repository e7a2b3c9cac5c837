// Shared caches in front of the server (docs/http.md, Caches): with every cache_control, the answer through nginx's
// proxy_cache or Squid is the server's own answer to the same client.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { exchange } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { missing, startProxy } from './lib/proxies.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const values = ['max-age=300', 'public, max-age=300'];
const colours = [[200, 30, 30], [30, 200, 30], [30, 30, 200]];

async function world(cacheControl) {
    const server = await Server.start({
        config: `cache_control = "${cacheControl}"\nallow_shared_caching = true\n`,
    });
    const people = [];
    for (const colour of colours) people.push(await makeUser(server, { picture: jpeg(300, 300, () => colour) }));
    // The first may see everyone, the others only themselves.
    const tokens = people.map(({ id }, i) =>
        server.userToken(id, i === 0 ? 'User.Read ProfilePhoto.Read.All' : 'User.Read'),
    );
    const paths = ['/v1.0/me', ...people.map(({ path }) => path)].flatMap((owner) =>
        ['photo/$value', 'photos/48x48/$value', 'photo', 'photos'].map((photo) => `${owner}/${photo}`),
    );
    return { server, askers: [...tokens, undefined], paths };
}

const said = ({ status, headers, body }) => ({
    status,
    etag: headers.etag,
    body: status === 200 ? createHash('sha256').update(body).digest('hex') : '',
});

for (const kind of ['nginx', 'squid']) {
    describe(`behind ${kind}`, { skip: missing(kind) }, () => {
        for (const value of values) {
            test(`cache_control = "${value}": three people and an unauthenticated client get the server's own answers`, async () => {
                const { server, askers, paths } = await world(value);
                const proxy = await startProxy(kind, server, { cache: true });
                // Like clients that call the cache by the server's name: links in answers begin with it.
                const headers = { Host: `127.0.0.1:${server.port}` };
                const cached = { port: proxy.port, agent: server.agent };
                let hits = 0;
                // Each is first once, so that the cache contains another client's answers each time.
                for (let turn = 0; turn < askers.length; turn++)
                    for (const token of [...askers.slice(turn), ...askers.slice(0, turn), askers[turn]])
                        for (const path of paths)
                            for (const more of [{}, { Accept: 'application/json;odata.metadata=none' }]) {
                                const options = { token, headers: { ...headers, ...more } };
                                const own = await exchange(server, 'GET', path, options);
                                const through = await exchange(cached, 'GET', path, options);
                                assert.deepEqual(said(through), said(own), `${path} ${askers.indexOf(token)}`);
                                if (token === undefined) assert.equal(through.status, 401, path);
                                hits += /^HIT/.test(through.headers['x-cache-status'] ?? through.headers['x-cache'] ?? '');
                            }
                // Squid stores answers to requests with a token only where `public` allows it (RFC 9111 section 3.5).
                if (kind === 'nginx' || value.includes('public')) assert.ok(hits > 100, `the cache was of use: ${hits}`);
                await proxy.stop();
                await server.stop();
            });
        }
    });
}

test('a cache_control that lets a shared cache store photos is refused at the start unless a setting allows it', async () => {
    for (const value of values)
        await assert.rejects(
            Server.start({ config: `cache_control = "${value}"\n` }),
            (error) => error.message.includes('private or no-store') && error.message.includes('allow_shared_caching = true'),
        );
});
