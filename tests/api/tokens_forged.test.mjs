// Forged tokens are refused: each check of docs/identity.md (Token validation) over HTTP, against the server's own issuer and against a
// configured one whose key the test has.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { get } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { resign, unsigned } from './lib/tokens.mjs';
import { assertError, makeUser } from './lib/world.mjs';

const audience = 'api://cameo';
const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
const part = (value) => Buffer.from(text(value)).toString('base64url');
const keyPair = (bits = 2048) => generateKeyPairSync('rsa', { modulusLength: bits });
const rsa = keyPair();
const weak = keyPair(1024);
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const asked = [];

let publisher, issuer, server, user;
before(async () => {
    publisher = http.createServer((request, response) => {
        asked.push(request.url);
        response.end(JSON.stringify(request.url === '/keys' ? keySet() : discovery()));
    });
    await new Promise((done) => publisher.listen(0, '127.0.0.1', done));
    issuer = `http://127.0.0.1:${publisher.address().port}`;
    server = await Server.start({
        config: `[[issuer]]
discovery = "${issuer}/.well-known/openid-configuration"
audience = ["${audience}"]
tenant = "default"
match_by_name = true
`,
    });
    user = await makeUser(server);
    assert.equal((await ask(token())).status, 200, 'the forging helper can make a valid token');
});
after(async () => {
    await server.stop();
    publisher.close();
});

const discovery = () => ({ issuer, jwks_uri: `${issuer}/keys` });
const jwk = (pair, kid) => ({ ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig' });
const keySet = () => ({ keys: [jwk(rsa, 'r'), jwk(weak, 'weak'), jwk(ec, 'e')] });

const now = () => Math.floor(Date.now() / 1000);
const claims = (more = {}) => ({
    iss: issuer,
    aud: audience,
    exp: now() + 600,
    sub: 'ada',
    preferred_username: user.upn,
    scp: 'User.Read',
    ...more,
});

/** A token; `header` and `payload` are objects or strings. */
function token({ header = {}, payload = claims(), key = rsa, signer } = {}) {
    const head = typeof header === 'string' ? header : { alg: 'RS256', kid: 'r', ...header };
    const signed = `${part(head)}.${part(payload)}`;
    const signature = signer ? signer(signed) : sign('sha256', Buffer.from(signed), key.privateKey);
    return `${signed}.${signature.toString('base64url')}`;
}

const ask = (bearer) => get(server, '/v1.0/me', bearer);

async function refused(bearer) {
    const answer = await ask(bearer);
    assertError(answer, 401, 'InvalidAuthenticationToken');
    assert.match(answer.headers['www-authenticate'], /^Bearer /);
    assert.ok(!answer.headers['www-authenticate'].includes('claims='));
    assert.ok(!answer.text.includes(bearer.slice(0, 60)), 'the answer does not repeat the token');
    return answer.json().error.message;
}

test('none, in every letter case, with and without a signature', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
        await refused(token({ header: { alg } }));
        await refused(token({ header: { alg }, signer: () => Buffer.alloc(0) }));
    }
    await refused(unsigned(server.userToken(user.id, 'User.Read'), { alg: 'none' }));
});

test('HS256 with the public key as its secret', async () => {
    for (const secret of [
        rsa.publicKey.export({ type: 'spki', format: 'pem' }),
        rsa.publicKey.export({ type: 'spki', format: 'der' }),
        JSON.stringify(jwk(rsa, 'r')),
    ]) {
        const signer = (signed) => createHmac('sha256', secret).update(signed).digest();
        await refused(token({ header: { alg: 'HS256' }, signer }));
    }
    const own = server.userToken(user.id, 'User.Read');
    await refused(resign(server, own, { header: { alg: 'HS256' } }));
});

test('another key, also one inside the token', async () => {
    const forger = keyPair();
    await refused(token({ key: forger }));
    for (const header of [
        { jwk: jwk(forger, 'r') },
        { jku: `${issuer}/forged-keys` },
        { x5u: `${issuer}/forged-certificate` },
        { x5c: ['AAAA'] },
        { kid: '../../../dev/null' },
        { kid: "r' OR 1=1" },
        { kid: undefined },
        { kid: ['r'] },
    ])
        await refused(token({ key: forger, header }));
    assert.deepEqual(
        asked.filter((url) => url.includes('forged')),
        [],
        'no link in a token was followed',
    );
    await refused(resign(server, server.userToken(user.id, 'User.Read'), { strange: true }));
});

test("an RSA key under 2048 bits, though it is the issuer's", async () => {
    await refused(token({ key: weak, header: { kid: 'weak' } }));
});

test('ES256: valid as r and s, refused in DER, with zeroes, or under another algorithm', async () => {
    const header = { alg: 'ES256', kid: 'e' };
    const signer = (dsaEncoding) => (signed) =>
        sign('sha256', Buffer.from(signed), { key: ec.privateKey, dsaEncoding });
    assert.equal((await ask(token({ header, signer: signer('ieee-p1363') }))).status, 200);
    await refused(token({ header, signer: signer('der') }));
    await refused(token({ header, signer: () => Buffer.alloc(64) }));
    await refused(token({ header: { ...header, kid: 'r' }, signer: signer('ieee-p1363') }));
    await refused(token({ header: { alg: 'RS256', kid: 'e' } }));
});

test('crit, another typ, a duplicate member', async () => {
    await refused(token({ header: { crit: ['b64'], b64: false } }));
    await refused(token({ header: { crit: [] } }));
    await refused(token({ header: { typ: 'logout+jwt' } }));
    await refused(token({ header: '{"alg":"RS256","kid":"x","kid":"r"}' }));
    const twice = JSON.stringify(claims()).replace('"sub":"ada"', '"sub":"ada","sub":"eve"');
    await refused(token({ payload: twice }));
    const escaped = JSON.stringify(claims()).replace('"sub":"ada"', '"sub":"ada","\\u0073ub":"x"');
    await refused(token({ payload: escaped }));
});

test('another issuer or audience', async () => {
    for (const iss of [undefined, '', 'https://evil.example', `${issuer}/`, [issuer], 7, null])
        await refused(token({ payload: claims({ iss }) }));
    for (const aud of [undefined, '', 'api://cameo/', 'API://CAMEO', ['account'], [], {}, 7, null])
        await refused(token({ payload: claims({ aud }) }));
    assert.equal(
        (await ask(token({ payload: claims({ aud: ['account', audience] }) }))).status,
        200,
    );
});

test("Graph's own audience, even beside Cameo's", async () => {
    for (const aud of [
        'https://graph.microsoft.com',
        '00000003-0000-0000-c000-000000000000',
        [audience, 'https://graph.microsoft.com/'],
    ])
        assert.match(await refused(token({ payload: claims({ aud }) })), /Microsoft Graph/);
    const own = server.userToken(user.id, 'User.Read');
    await refused(resign(server, own, { claims: { aud: 'https://graph.microsoft.com' } }));
});

test('expired, not yet valid, no exp, and invalid times', async () => {
    assert.equal((await ask(token({ payload: claims({ exp: now() - 200 }) }))).status, 200, 'skew');
    assert.equal((await ask(token({ payload: claims({ nbf: now() + 200 }) }))).status, 200, 'skew');
    assert.equal((await ask(token({ payload: claims({ exp: now() + 600.5 }) }))).status, 200);
    for (const exp of [undefined, now() - 310, 0, -1, '9999999999', null, true, {}, [], 1e300])
        await refused(token({ payload: claims({ exp }) }));
    for (const time of [now() + 400, 'soon', 1e300, {}]) {
        await refused(token({ payload: claims({ nbf: time }) }));
        await refused(token({ payload: claims({ iat: time }) }));
    }
    const endless = JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e999');
    await refused(token({ payload: endless }));
});

test('a tampered payload, header or signature', async () => {
    const [head, payload, signature] = token().split('.');
    await refused(`${head}.${part(claims({ scp: 'User.ReadWrite.All' }))}.${signature}`);
    await refused(`${part({ alg: 'PS256', kid: 'r' })}.${payload}.${signature}`);
    const flipped = Buffer.from(signature, 'base64url');
    flipped[10] ^= 1;
    await refused(`${head}.${payload}.${flipped.toString('base64url')}`);
    await refused(`${head}.${payload}.`);
    await refused(`${head}.${payload}.${signature}=`);
    await refused(`${head}.${payload}.${signature}.`);
    await refused(`.${payload}.${signature}`);
});

test('a long token, also one of a megabyte', async () => {
    await refused(token({ payload: claims({ x: 'x'.repeat(20_000) }) }));
    const long = await get(server, '/v1.0/me', 'x'.repeat(1_000_000)).catch((error) => error);
    // Its head exceeds the limit of heads: 431, or the connection is closed while it is sent.
    assert.ok(long.status === 431 || long.code !== undefined, `${long.status}`);
    assert.equal((await ask(token())).status, 200);
});

test('a string that is not a token', async () => {
    for (const bearer of ['x', 'a.b', 'a.b.c', '..', 'e30.e30.e30', '%00', 'W10.W10.W10'])
        await refused(bearer);
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    await refused(token({ payload: deep }));
});

test("a user's roles and a foreign tenant give no access", async () => {
    const list = (bearer) => get(server, '/v1.0/users', bearer);
    const person = token({ payload: claims({ roles: ['User.Read.All'] }) });
    assertError(await list(person), 403, 'Authorization_RequestDenied');
    const app = claims({ idtyp: 'app', sub: 's', azp: 'sync', roles: ['User.Read.All'] });
    assert.equal((await list(token({ payload: app }))).status, 200);
    const scoped = { ...app, roles: undefined, scp: 'User.Read.All' };
    assertError(await list(token({ payload: scoped })), 403, 'Authorization_RequestDenied');
    const own = server.userToken(user.id, 'User.Read');
    await refused(
        resign(server, own, { claims: { tid: '11111111-1111-4111-8111-111111111111' } }),
    );
});

test('a token with the audiences of two issuers is refused', async () => {
    const table = (of) => `[[issuer]]
discovery = "${issuer}/.well-known/openid-configuration"
audience = ["${of}"]
tenant = "default"
match_by_name = true
`;
    const own = await Server.start({ config: table(audience) + table('api://second') });
    const { upn } = await makeUser(own);
    const askAs = (aud) => get(own, '/v1.0/me', token({ payload: claims({ preferred_username: upn, aud }) }));
    for (const one of [audience, [audience], [audience, 'api://third']]) assert.equal((await askAs(one)).status, 200);
    const both = await askAs([audience, 'api://second']);
    assertError(both, 401, 'InvalidAuthenticationToken');
    assert.match(both.text, /audiences of two issuers/);
    await own.stop();
});
