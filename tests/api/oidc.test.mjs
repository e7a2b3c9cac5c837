// Tokens of a real OpenID provider, end to end: both flows, its keys and their rotation, its outage, and its people
// (docs/identity.md).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { audience, OpenIdProvider } from './lib/provider.mjs';
import { get, patch, post, put, remove, send } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { run, Server, temporaryFolder } from './lib/server.mjs';
import { assertError, makeUser, userBody } from './lib/world.mjs';

/** People are matched by name unless `more` sets it. */
const issuer = (provider, more = 'match_by_name = true') => `
[[issuer]]
discovery = "${provider.discovery}"
audience = ["${audience}"]
${/^tenant/m.test(more) ? '' : 'tenant = "default"'}
${more}
`;

let provider, server, ada;
before(async () => {
    provider = await OpenIdProvider.start();
    server = await Server.start({ config: issuer(provider) });
    ada = await makeUser(server);
    provider.people.set('ada', { preferred_username: ada.upn, name: 'Ada' });
});
after(async () => {
    await server.stop();
    await provider.close();
});

const photo = '/v1.0/me/photo/$value';

test('a person who signed in with a browser writes and reads their own photo', async () => {
    const token = await provider.userToken('ada');
    assert.equal((await put(server, photo, token, jpeg(64, 64))).status, 200);
    assert.equal((await get(server, photo, token)).status, 200);
    assert.equal((await get(server, '/v1.0/me', token)).json().id, ada.id);
    const other = await makeUser(server, { picture: jpeg(64, 64) });
    assertError(await get(server, other.photo, token), 403, 'ErrorAccessDenied');
});

test('an app without a user has its roles, and no /me', async () => {
    provider.roles.set('photo-sync', ['ProfilePhoto.ReadWrite.All']);
    const token = await provider.appToken();
    const other = await makeUser(server);
    assert.equal((await put(server, other.photo, token, jpeg(64, 64))).status, 200);
    assert.equal((await get(server, other.photo, token)).status, 200);
    assertError(await get(server, photo, token), 400, 'BadRequest');
    provider.roles.set('photo-sync', ['User.Read.All']);
    const reader = await provider.appToken();
    assertError(await put(server, other.photo, reader, jpeg(64, 64)), 403, 'ErrorAccessDenied');
});

test("a user's roles are not application permissions", async () => {
    provider.people.set('ada', { preferred_username: ada.upn, roles: ['User.ReadWrite.All'] });
    const token = await provider.userToken('ada', 'openid User.Read');
    const other = await makeUser(server, { picture: jpeg(64, 64) });
    assertError(await get(server, other.photo, token), 403, 'ErrorAccessDenied');
    assertError(await put(server, photo, token, jpeg(64, 64)), 403, 'ErrorAccessDenied');
});

test("the server's own tokens work beside the provider's", async () => {
    const token = server.userToken(ada.id, 'User.Read');
    assert.equal((await get(server, '/v1.0/me', token)).status, 200);
});

test('a disabled or deleted person is refused immediately, with a cached token or without', async () => {
    const person = await makeUser(server);
    provider.people.set('eve', { preferred_username: person.upn });
    const token = await provider.userToken('eve');
    assert.equal((await get(server, '/v1.0/me', token)).status, 200);
    const enable = (accountEnabled) =>
        patch(server, person.path, server.admin, { accountEnabled });
    assert.equal((await enable(false)).status, 204);
    assertError(await get(server, '/v1.0/me', token), 401, 'InvalidAuthenticationToken');
    assert.equal((await enable(true)).status, 204);
    assert.equal((await get(server, '/v1.0/me', token)).status, 200);
    assert.equal((await remove(server, person.path, server.admin)).status, 204);
    assertError(await get(server, '/v1.0/me', token), 401, 'InvalidAuthenticationToken');
});

test('a person who is not in the directory is refused, with a clear message', async () => {
    provider.people.set('outsider', { preferred_username: 'outsider@contoso.example' });
    const answer = await get(server, '/v1.0/me', await provider.userToken('outsider'));
    assertError(
        answer,
        401,
        'InvalidAuthenticationToken',
        'The user of the access token is not in the directory.',
    );
});

test('a person who takes another\'s name at the provider does not become that user', async () => {
    const victim = await makeUser(server);
    provider.people.set('victim', { preferred_username: victim.upn });
    assert.equal(
        (await get(server, '/v1.0/me', await provider.userToken('victim'))).json().id,
        victim.id,
    );
    provider.people.set('thief', { preferred_username: victim.upn });
    assertError(
        await get(server, '/v1.0/me', await provider.userToken('thief')),
        401,
        'InvalidAuthenticationToken',
    );
    await server.stop();
    await server.start();
    assertError(
        await get(server, '/v1.0/me', await provider.userToken('thief')),
        401,
        'InvalidAuthenticationToken',
    );
    provider.people.set('victim', { preferred_username: 'renamed@contoso.example' });
    assert.equal(
        (await get(server, '/v1.0/me', await provider.userToken('victim'))).json().id,
        victim.id,
        'and they stay themselves under a new name',
    );
    const id = randomUUID();
    const known = await makeUser(server, { id });
    provider.people.set(id, { preferred_username: known.upn });
    assert.equal((await get(server, '/v1.0/me', await provider.userToken(id))).json().id, id, 'by id');
    await server.stop();
    await server.start();
    provider.people.set('thief', { preferred_username: known.upn });
    refused(await get(server, '/v1.0/me', await provider.userToken('thief')));
    assert.equal((await get(server, '/v1.0/me', await provider.userToken(id))).json().id, id);
});

test('a name bound by one issuer is not accepted from another', async () => {
    const trusted = await OpenIdProvider.start();
    const own = await Server.start({ config: `${issuer(provider, 'provision = true')}${issuer(trusted)}` });
    provider.people.set('mallory', { preferred_username: 'ceo@contoso.example' });
    const mallory = await provider.userToken('mallory');
    const taken = (await get(own, '/v1.0/me', mallory)).json().id;
    trusted.people.set('ceo', { preferred_username: 'ceo@contoso.example' });
    const ceo = await trusted.userToken('ceo');
    refused(await get(own, '/v1.0/me', ceo));
    assert.match(own.stderr, new RegExp(`'ceo'.*bound to a subject of the issuer ${provider.issuer}.*rename or remove`));
    const renamed = { userPrincipalName: 'mallory@contoso.example' };
    assert.equal((await patch(own, `/v1.0/users/${taken}`, own.admin, renamed)).status, 204);
    const right = await makeUser(own, { userPrincipalName: 'ceo@contoso.example' });
    assert.equal((await get(own, '/v1.0/me', ceo)).json().id, right.id, 'the setting in the log line worked');
    assert.equal((await get(own, '/v1.0/me', mallory)).json().id, taken);
    await own.stop();
    await trusted.close();
});

test('an unverified address does not identify a user, a verified one does', async () => {
    const person = await makeUser(server, { mail: 'mail@contoso.example' });
    const mail = { email: 'mail@contoso.example' };
    provider.people.set('m', mail);
    assert.equal((await get(server, '/v1.0/me', await provider.userToken('m'))).status, 401);
    provider.people.set('m', { ...mail, email_verified: false });
    assert.equal((await get(server, '/v1.0/me', await provider.userToken('m'))).status, 401);
    provider.people.set('m', { ...mail, email_verified: true });
    const answer = await get(server, '/v1.0/me', await provider.userToken('m'));
    assert.equal(answer.json().id, person.id);
});

test('a new key is fetched when a token names it; the tokens of a withdrawn key are refused', async () => {
    provider.people.set('ada', { preferred_username: ada.upn });
    const old = await provider.userToken('ada');
    assert.equal((await get(server, '/v1.0/me', old)).status, 200);
    await provider.rotate({ keep: true });
    const fresh = await provider.userToken('ada');
    assert.equal((await get(server, '/v1.0/me', fresh)).status, 200);
    assert.equal((await get(server, '/v1.0/me', old)).status, 200, 'still published');
    await provider.rotate();
    const newest = await provider.userToken('ada');
    assert.equal((await get(server, '/v1.0/me', newest)).status, 200);
    assertError(await get(server, '/v1.0/me', old), 401, 'InvalidAuthenticationToken');
    assertError(await get(server, '/v1.0/me', fresh), 401, 'InvalidAuthenticationToken');
});

test('a flood of forged key ids causes few requests to the provider and delays no other client', async () => {
    const token = await provider.userToken('ada');
    assert.equal((await get(server, '/v1.0/me', token)).status, 200);
    const [, payload, signature] = token.split('.');
    const before = provider.requests.length;
    const forged = Array.from({ length: 300 }, (_, i) => {
        const header = { alg: 'RS256', typ: 'JWT', kid: `forged-${i}` };
        const part = Buffer.from(JSON.stringify(header)).toString('base64url');
        return get(server, '/v1.0/me', `${part}.${payload}.${signature}`);
    });
    assert.equal((await get(server, '/v1.0/me', token)).status, 200);
    for (const answer of await Promise.all(forged)) assert.equal(answer.status, 401, answer.text);
    assert.ok(provider.requests.length - before <= 2 * 4, `${provider.requests.length - before}`);
});

test('while the provider is unreachable its keys are kept', async () => {
    const kept = await provider.userToken('ada');
    const unseen = await provider.userToken('ada');
    assert.equal((await get(server, '/v1.0/me', kept)).status, 200);
    await provider.close();
    assert.equal((await get(server, '/v1.0/me', kept)).status, 200);
    assert.equal((await get(server, '/v1.0/me', unseen)).status, 200, 'verified with a cached key');
    await provider.open();
});

test('a server starts while its provider is unreachable, reports it, and fetches the keys later', async () => {
    const late = await OpenIdProvider.start();
    const token = await late.appToken();
    await late.close();
    const own = await Server.start({ config: issuer(late) });
    const admin = await get(own, '/v1.0/users', own.admin);
    assert.equal(admin.status, 200, 'the built-in issuer is not affected');
    const answer = await get(own, '/v1.0/users', token);
    assertError(answer, 503, 'ServiceUnavailable');
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    const ready = await send(own, 'GET', '/readyz');
    assert.equal(ready.status, 200);
    assert.equal(ready.text, 'ready\nissuer keys\n', 'only a name: no address, no reason');
    assert.match(own.stderr, /issuer http.*its tokens are refused/);
    await late.open();
    let last;
    for (let i = 0; i < 100; i++) {
        last = await get(own, '/v1.0/users', token);
        if (last.status !== 503) break;
        await new Promise((done) => setTimeout(done, 200));
    }
    assert.equal(last.status, 403, 'accepted; it has no role for that');
    assert.equal((await send(own, 'GET', '/readyz')).text, 'ready\n');
    await own.stop();
    await late.close();
});

for (const algorithm of ['PS256', 'ES256']) {
    test(`a provider that signs with ${algorithm}`, async () => {
        const other = await OpenIdProvider.start({ algorithm });
        other.roles.set('photo-sync', ['User.Read.All']);
        const own = await Server.start({ config: issuer(other) });
        assert.equal((await get(own, '/v1.0/users', await other.appToken())).status, 200);
        await own.stop();
        await other.close();
    });
}

test('with provision = true a newcomer is added, once', async () => {
    const own = await Server.start({ config: issuer(provider, 'provision = true') });
    provider.people.set('new', { preferred_username: 'new@contoso.example', name: 'New Comer' });
    const token = await provider.userToken('new');
    const answers = await Promise.all(
        Array.from({ length: 8 }, () => get(own, '/v1.0/me', token)),
    );
    const ids = new Set(answers.map((answer) => answer.json().id));
    assert.equal(ids.size, 1, [...ids].join());
    const me = answers[0].json();
    assert.equal(me.displayName, 'New Comer');
    assert.equal(me.userPrincipalName, 'new@contoso.example');
    assert.equal((await put(own, photo, token, jpeg(64, 64))).status, 200);
    provider.people.set('nameless', {});
    assert.equal((await get(own, '/v1.0/me', await provider.userToken('nameless'))).status, 401);
    await own.stop();
});

const refused = (answer) =>
    assertError(
        answer,
        401,
        'InvalidAuthenticationToken',
        'The user of the access token is not in the directory.',
    );

test('without match_by_name no account is matched by name; the log names the setting', async () => {
    const own = await Server.start({ config: issuer(provider, '') });
    const victim = await makeUser(own, { mail: 'victim@contoso.example' });
    provider.people.set('taker', { preferred_username: victim.upn });
    const answer = await get(own, '/v1.0/me', await provider.userToken('taker'));
    refused(answer);
    assert.ok(!answer.text.includes('match_by_name'), 'the answer names no setting');
    provider.people.set('mailer', { email: 'victim@contoso.example', email_verified: true });
    refused(await get(own, '/v1.0/me', await provider.userToken('mailer')));
    assert.match(own.stderr, /'taker'.*match_by_name = true/);
    assert.match(own.stderr, /'taker'.*provision = true/);
    const lines = () => own.stderr.split('\n').filter((line) => line.includes("'taker'")).length;
    assert.equal(lines(), 1);
    refused(await get(own, '/v1.0/me', await provider.userToken('taker')));
    assert.equal(lines(), 1, 'once for a person');
    await own.stop();
});

test('with provision = true no account is matched by name either', async () => {
    const own = await Server.start({ config: issuer(provider, 'provision = true') });
    const victim = await makeUser(own);
    provider.people.set('taker', { preferred_username: victim.upn });
    refused(await get(own, '/v1.0/me', await provider.userToken('taker')));
    assert.match(own.stderr, /'taker'.*match_by_name = true/);
    provider.people.set('taker', { preferred_username: 'own@contoso.example' });
    const me = await get(own, '/v1.0/me', await provider.userToken('taker'));
    assert.equal(me.json().userPrincipalName, 'own@contoso.example');
    provider.people.set('taker', { preferred_username: 'later@contoso.example' });
    const later = await get(own, '/v1.0/me', await provider.userToken('taker'));
    assert.equal(later.json().id, me.json().id, 'bound to the subject');
    await own.stop();
});

test('a provisioned person obeys the rules of a user made over REST', async () => {
    const own = await Server.start({ config: issuer(provider, 'provision = true') });
    const odd = {
        'a control character': { name: 'Eve\u0007' },
        'a long name': { name: 'e'.repeat(257) },
        'a long address': { email: `${'e'.repeat(320)}@contoso.example`, email_verified: true },
        'a control character in the user name': { preferred_username: 'e\u0000ve@contoso.example' },
        'a long user name': { preferred_username: `${'e'.repeat(320)}@contoso.example` },
    };
    let n = 0;
    for (const [what, claims] of Object.entries(odd)) {
        const body = userBody();
        const posted = {
            displayName: claims.name ?? body.displayName,
            userPrincipalName: claims.preferred_username ?? body.userPrincipalName,
            mail: claims.email ?? null,
        };
        assert.equal((await post(own, '/v1.0/users', own.admin, { ...body, ...posted })).status, 400, what);
        const subject = `odd-${n++}`;
        provider.people.set(subject, { preferred_username: `odd-${n}@contoso.example`, name: 'Eve', ...claims });
        const answer = await get(own, '/v1.0/me', await provider.userToken(subject));
        assert.equal(answer.status, 401, what);
        refused(answer);
        assert.match(own.stderr, new RegExp(`'${subject}'.*The property '`), what);
    }
    const local = 'e'.repeat(70);
    provider.people.set('long', { preferred_username: `${local}@contoso.example` });
    const me = (await get(own, '/v1.0/me?$select=mailNickname', await provider.userToken('long'))).json();
    assert.equal(me.mailNickname, local.slice(0, 64), 'the derived name is truncated');
    await own.stop();
});

test('a removed person is not the later user with the same id', async () => {
    const own = await Server.start({ config: issuer(provider) });
    const leaver = await makeUser(own);
    provider.people.set('leaver', { preferred_username: leaver.upn });
    const token = await provider.userToken('leaver');
    assert.equal((await get(own, '/v1.0/me', token)).json().id, leaver.id);
    assert.equal((await remove(own, leaver.path, own.admin)).status, 204);
    const body = { ...userBody(), id: leaver.id };
    assert.equal((await post(own, '/v1.0/users', own.admin, body)).status, 201);
    refused(await get(own, '/v1.0/me', token));
    await own.stop();
});

test('a discovery document that names another issuer than its address is rejected', async () => {
    const elsewhere = provider.discovery.replace('127.0.0.1', 'localhost');
    const config = issuer({ discovery: elsewhere });
    const own = await Server.start({ config });
    assertError(await get(own, '/v1.0/me', await provider.userToken('ada')), 503, 'ServiceUnavailable');
    assert.match(own.stderr, new RegExp(`names the issuer '${provider.issuer}'.*'${provider.issuer.replace('127.0.0.1', 'localhost')}'.*issuer = `));
    await own.stop();
    const named = await Server.start({ config: `${config}issuer = "${provider.issuer}"\n` });
    provider.roles.set('photo-sync', ['User.Read.All']);
    assert.equal((await get(named, '/v1.0/users', await provider.appToken())).status, 200, 'the operator set the issuer');
    await named.stop();
});

test('two issuers with one iss stop the start', async () => {
    const file = (text) => {
        const path = join(temporaryFolder(), 'cameo.toml');
        writeFileSync(path, text);
        return path;
    };
    const serve = (config) => run('serve', '--data', join(temporaryFolder(), 'data'), '--listen', '127.0.0.1:0', '--config', file(config));
    const elsewhere = provider.discovery.replace('127.0.0.1', 'localhost');
    const both = `${issuer(provider)}${issuer({ discovery: elsewhere }).replace(audience, 'api://another')}issuer = "${provider.issuer}"\n`;
    const twice = `${issuer(provider)}${issuer(provider)}`;
    for (const config of [both, twice]) {
        const { status, stderr } = serve(config);
        assert.equal(status, 2, stderr);
        assert.match(stderr, /cameo\.toml:\d+:.*issuer/);
    }
});

test('claims may have other names, and the token its tenant', async () => {
    const config = `[[tenant]]
name = "north"
[[tenant]]
name = "south"
${issuer(provider, 'tenant_claim = "org"\nname_claim = "login"\nrole_claim = "access.cameo.roles"\nmatch_by_name = true')}`;
    const own = await Server.start({ config });
    const north = own.token(
        '--tenant',
        'north',
        '--app',
        'x',
        '--roles',
        'User.ReadWrite.All User.Read.All',
    );
    const body = userBody();
    assert.equal((await post(own, '/v1.0/users', north, body)).status, 201);
    provider.people.set('n', { org: 'north', login: body.userPrincipalName });
    assert.equal((await get(own, '/v1.0/me', await provider.userToken('n'))).status, 200);
    for (const org of ['south', 'west', undefined]) {
        provider.people.set('n2', { org, login: body.userPrincipalName });
        assert.equal((await get(own, '/v1.0/me', await provider.userToken('n2'))).status, 401);
    }
    await own.stop();
});

test('[builtin_issuer] enabled = false: only the provider is accepted', async () => {
    provider.roles.set('photo-sync', ['User.Read.All']);
    const own = await Server.start({
        config: `${issuer(provider)}\n[builtin_issuer]\nenabled = false\n`,
    });
    assertError(await get(own, '/v1.0/users', own.admin), 401, 'InvalidAuthenticationToken');
    assert.equal((await get(own, '/v1.0/users', await provider.appToken())).status, 200);
    await own.stop();
});

test('a token for another API is refused', async () => {
    const token = await provider.userToken('ada');
    const other = await Server.start({
        config: issuer(provider).replace(audience, 'https://another.example'),
    });
    assertError(await get(other, '/v1.0/me', token), 401, 'InvalidAuthenticationToken');
    await other.stop();
});
