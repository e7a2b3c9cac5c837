// The origin of links behind a proxy that terminates TLS: Forwarded (RFC 7239) and X-Forwarded-Proto and -Host are used only
// from [http] trusted_proxies (docs/http.md, docs/identity.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { makeUser, userBody } from './lib/world.mjs';

const host = 'photos.contoso.example';
const origin = `https://${host}`;
const client = { 'X-Forwarded-For': '203.0.113.5' };

let behind, open;
before(async () => {
    behind = await Server.start({ config: '[http]\ntrusted_proxies = ["127.0.0.1", "10.0.0.0/8"]\n' });
    open = await Server.start();
    for (const server of [behind, open]) for (let i = 0; i < 2; i++) await makeUser(server);
});
after(async () => {
    await behind.stop();
    await open.stop();
});

/** The origin of the links of one answer; all must be equal. */
async function originOf(server, headers) {
    const { text } = await get(server, '/v1.0/users?$top=1', server.admin, headers);
    const body = JSON.parse(text);
    const links = [body['@odata.context'], body['@odata.nextLink']].map((link) => link.split('/v1.0/')[0]);
    assert.equal(links[0], links[1]);
    return links[0];
}

test('links of every kind have the origin that the trusted proxy sends', async () => {
    for (const headers of [
        { ...client, 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': host },
        { Forwarded: `for=203.0.113.5;proto=https;host=${host}` },
        { Forwarded: `For="203.0.113.5:4711"; Proto=HTTPS; Host="${host}"` },
        { 'X-Forwarded-Proto': 'https', Host: host },
    ]) {
        const label = JSON.stringify(headers);
        assert.equal(await originOf(behind, headers), origin, label);
        const made = await call(behind, 'POST', '/v1.0/users', {
            token: behind.admin,
            body: JSON.stringify(userBody()),
            headers: { ...headers, 'Content-Type': 'application/json' },
        });
        assert.equal(made.status, 201);
        assert.ok(made.headers.location.startsWith(`${origin}/v1.0/users/`), label);
        assert.ok(made.json()['@odata.context'].startsWith(`${origin}/v1.0/$metadata#`), label);
    }
});

test('links within a $batch and of a photo too', async () => {
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': host };
    const requests = [{ id: '1', method: 'GET', url: '/users?$top=1', headers: { 'X-Forwarded-Host': 'evil.example' } }];
    const batch = await call(behind, 'POST', '/v1.0/$batch', {
        token: behind.admin,
        body: JSON.stringify({ requests }),
        headers: { ...headers, 'Content-Type': 'application/json' },
    });
    const { body } = batch.json().responses[0];
    assert.ok(body['@odata.nextLink'].startsWith(`${origin}/v1.0/users?`), body['@odata.nextLink']);
    const user = await makeUser(behind, { picture: jpeg(64, 64) });
    const photo = await get(behind, `${user.path}/photo`, behind.admin, { ...headers, Accept: 'application/json;odata.metadata=full' });
    for (const name of ['@odata.context', '@odata.id', '@odata.mediaReadLink'])
        assert.ok(photo.json()[name].startsWith(`${origin}/v1.0/`), name);
});

test('other addresses are ignored, and public_url takes precedence', async () => {
    const said = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'evil.example', Forwarded: 'proto=https;host=evil.example' };
    assert.equal(await originOf(open, said), open.origin);
    const named = await Server.start({
        config: `public_url = "${origin}"\n[http]\ntrusted_proxies = ["127.0.0.1"]\n`,
    });
    for (let i = 0; i < 2; i++) await makeUser(named);
    assert.equal(await originOf(named, { 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'evil.example' }), origin);
    await named.stop();
});

test('of several values the one of the outermost trusted proxy is used', async () => {
    const rows = [
        // The client sends a value, one proxy appends another.
        [{ 'X-Forwarded-For': '6.6.6.6, 203.0.113.5', 'X-Forwarded-Proto': 'http, https', 'X-Forwarded-Host': `evil.example, ${host}` }, origin],
        [{ Forwarded: `for=6.6.6.6;proto=http;host=evil.example, for=203.0.113.5;proto=https;host=${host}` }, origin],
        // Two proxies, the inner one without TLS.
        [{ 'X-Forwarded-For': '203.0.113.5, 10.0.0.7', 'X-Forwarded-Proto': 'https, http', 'X-Forwarded-Host': `${host}, inner.example` }, origin],
        [{ Forwarded: `for=203.0.113.5;proto=https;host=${host}, for=10.0.0.7;proto=http;host=inner.example` }, origin],
        [{ Forwarded: `for=6.6.6.6;proto=http;host=evil.example, for=203.0.113.5;proto=https;host=${host}, for=10.0.0.7` }, origin],
        // A hop without an address still has its own element.
        [{ Forwarded: `for=6.6.6.6;proto=http;host=evil.example, for=_hidden;proto=https;host=${host}` }, origin],
    ];
    for (const [headers, expected] of rows) assert.equal(await originOf(behind, headers), expected, JSON.stringify(headers));
});

test('where both kinds of fields differ, neither is used', async () => {
    const x = { ...client, 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': host };
    assert.equal(await originOf(behind, { ...x, Forwarded: 'host=evil.example;proto=http' }), behind.origin);
    assert.equal(await originOf(behind, { ...client, Forwarded: 'proto=https;host=evil.example' }), behind.origin);
    assert.equal(await originOf(behind, { ...x, Forwarded: `for=203.0.113.5;proto=https;host=${host}` }), origin);
});

test('an invalid host or scheme is ignored', async () => {
    for (const odd of [
        'evil.example/path', 'evil.example?x', 'evil.example#x', 'user@evil.example', 'evil example', '"evil.example', "evil'example",
        '<script>', 'evil.example:', 'evil.example:0', 'evil.example:65536', 'evil.example:8x', 'evil.example:80:80', ':443',
        '[::1', '[evil]', '[::1]x', '::1', 'evil%2eexample', 'evil\\example', '.', `${'a'.repeat(254)}.example`, '',
    ]) {
        assert.equal(await originOf(behind, { 'X-Forwarded-Host': odd }), behind.origin, odd);
        assert.equal(await originOf(behind, { Forwarded: `for=203.0.113.5;host="${odd}"` }), behind.origin, odd);
    }
    for (const odd of ['javascript', 'https:', 'httpss', 'wss', '', '"https'])
        assert.equal(await originOf(behind, { 'X-Forwarded-Proto': odd }), behind.origin, odd);
    assert.equal(await originOf(behind, { Forwarded: `for=203.0.113.5;host=${host};host=evil.example` }), behind.origin, 'twice in one element');
    for (const fine of [`${host}:8443`, '[2001:db8::1]:8443', '[::1]', '192.0.2.1', 'a_b.example', 'localhost']) {
        const headers = { 'X-Forwarded-Host': fine, 'X-Forwarded-Proto': 'https' };
        assert.equal(await originOf(behind, headers), `https://${fine}`);
    }
});

test('a proxy is logged once while none is trusted', async () => {
    const own = await Server.start();
    await get(own, '/v1.0/users', own.admin);
    const lines = () => own.stderr.split('\n').filter((line) => line.includes('trusted_proxies'));
    assert.equal(lines().length, 0, 'no proxy yet');
    for (const headers of [client, { 'X-Forwarded-Proto': 'https' }, { Forwarded: 'for=1.2.3.4' }])
        await get(own, '/v1.0/users', own.admin, headers);
    await own.stop();
    assert.equal(lines().length, 1, own.stderr);
    assert.match(lines()[0], /127\.0\.0\.1/);
    assert.ok(!behind.stderr.includes('trusted_proxies'), 'a trusted proxy is not logged');
});
