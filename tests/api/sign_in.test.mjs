// Signing in to the web page with a one-time code (docs/identity.md, Signing in with a code; docs/cameo-api.md).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { filesIn } from './lib/command.mjs';
import { call, get, patch, post, put, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';
import { open } from './lib/tokens.mjs';
import { assertError, makeUser } from './lib/world.mjs';

const path = '/cameo/v1/sign-in';
const unusable =
    "The code cannot be used: it was used before, or is older than ten minutes. The command 'cameo token --web' makes another.";
let server, user, colleague;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { userPrincipalName: 'web@contoso.example' });
    colleague = await makeUser(server, { picture: jpeg(100, 100) });
});
after(() => server.stop());

const link = (...args) => run('token', '--web', '--user', user.upn, '--data', server.data, ...args);
const codeOf = (done) => /#code=([\w-]+)\n$/.exec(done.stdout)?.[1];
function newCode(...args) {
    const done = link(...args);
    assert.equal(done.status, 0, done.stderr);
    return codeOf(done);
}
const redeem = (code, to = server) => post(to, path, undefined, { code });
const auditLines = (one) =>
    one.stdout.split('\n').filter((line) => line.includes('"log":"audit"')).map((line) => JSON.parse(line));

test('cameo token --web prints the link alone, with a code of 128 bits in its fragment', () => {
    const done = link();
    assert.equal(done.stderr, '');
    assert.match(done.stdout, new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/#code=[\\w-]{22}\\n$`));
    assert.equal(Buffer.from(codeOf(done), 'base64url').length, 16);
});

test('--url replaces the address of the link', () => {
    const printed = (url) => link('--url', url).stdout;
    assert.match(printed('https://faces.example.org'), /^https:\/\/faces\.example\.org\/#code=[\w-]{22}\n$/);
    assert.match(printed('https://example.org/faces/'), /^https:\/\/example\.org\/faces\/#code=/);
    assert.equal(link('--url', 'faces.example.org').status, 2);
});

test('a code gives a token of the built-in issuer for an hour, once; the second time it is 401', async () => {
    const code = newCode();
    const answer = await redeem(code);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['cache-control'], 'no-store');
    const { accessToken, expiresDateTime } = answer.json();
    const { claims } = open(accessToken);
    assert.deepEqual([claims.oid, claims.upn, claims.appid], [user.id, user.upn, 'cameo-web']);
    assert.equal(claims.scp, 'User.ReadWrite User.ReadBasic.All');
    assert.equal(claims.exp - claims.iat, 3_600);
    assert.equal(Date.parse(expiresDateTime), claims.exp * 1_000);
    assert.equal((await put(server, '/v1.0/me/photo/$value', accessToken, jpeg(64, 64))).status, 200);
    assert.equal((await get(server, colleague.photo, accessToken)).status, 200);
    assertError(await put(server, colleague.photo, accessToken, jpeg(64, 64)), 403, 'ErrorAccessDenied');
    for (let again = 0; again < 2; again++)
        assertError(await redeem(code), 401, 'InvalidAuthenticationToken', unusable);
});

test('of ten concurrent redemptions one succeeds', async () => {
    const code = newCode();
    const all = await Promise.all(Array.from({ length: 10 }, () => redeem(code)));
    assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array(9).fill(401)]);
});

test('--scopes and --directory-role are those of the token; a role that manages users has the scopes for everybody', async () => {
    const tokenOf = async (...args) => open((await redeem(newCode(...args))).json().accessToken).claims;
    assert.equal((await tokenOf('--scopes', 'User.Read')).scp, 'User.Read');
    const admin = await tokenOf('--directory-role', 'User Administrator');
    assert.deepEqual(admin.wids, ['fe930be7-5e62-47db-91af-98c3a49a38b1']);
    assert.deepEqual(admin.scp.split(' ').sort(), ['Group.Read.All', 'ProfilePhoto.ReadWrite.All', 'User.Read.All', 'User.ReadWrite']);
    const groups = await tokenOf('--directory-role', 'Groups Administrator');
    assert.equal(groups.scp, 'User.ReadWrite User.ReadBasic.All');
    const token = (await redeem(newCode('--directory-role', 'User Administrator'))).json().accessToken;
    assert.equal((await put(server, colleague.photo, token, jpeg(80, 80))).status, 200);
});

test('a code ends after ten minutes', async () => {
    const code = newCode();
    const hash = createHash('sha256').update(code).digest('hex');
    const sql = (text) => execFileSync('sqlite3', [join(server.data, 'catalog.db'), text], { encoding: 'utf8' }).trim();
    const minutes = (Number(sql(`SELECT ends FROM sign_in_codes WHERE hash=x'${hash}'`)) - Date.now()) / 60_000;
    assert.ok(minutes > 9.5 && minutes <= 10, `${minutes} minutes`);
    sql(`UPDATE sign_in_codes SET ends=${Date.now() - 1} WHERE hash=x'${hash}'`);
    assertError(await redeem(code), 401, 'InvalidAuthenticationToken', unusable);
});

test('other codes are 401 with the same sentence, other bodies 400', async () => {
    for (const code of ['', 'x', 'AAAAAAAAAAAAAAAAAAAAAA', newCode().slice(0, -1), '"', 'ü'.repeat(100)])
        assertError(await redeem(code), 401, 'InvalidAuthenticationToken', unusable);
    for (const body of [{}, { code: null }, { code: 5 }, { code: ['x'] }, { code: 'x', user: 'y' }, [], 'x'])
        assertError(await post(server, path, undefined, body), 400, 'BadRequest');
    assertError(await call(server, 'POST', path, { body: '{"code":' }), 400, 'BadRequest');
    assertError(await call(server, 'POST', path), 400, 'BadRequest');
});

test('a long body is refused before it is read, and one of unknown length too', async () => {
    const long = JSON.stringify({ code: 'x'.repeat(3_000_000) });
    assertError(await call(server, 'POST', path, { body: long }), 413, 'RequestEntityTooLarge');
    assertError(await call(server, 'POST', path, { body: '{"code":"x"}', chunked: true }), 413, 'RequestEntityTooLarge');
});

test('other methods are 405', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await call(server, method, path);
        assertError(answer, 405, 'Request_BadRequest');
        assert.equal(answer.headers.allow, 'POST, OPTIONS');
    }
});

test('a person who was disabled or removed since cannot sign in', async () => {
    const leaver = await makeUser(server);
    const codeFor = () => codeOf(run('token', '--web', '--user', leaver.upn, '--data', server.data));
    const [disabled, enabled, removed] = [codeFor(), codeFor(), codeFor()];
    await patch(server, leaver.path, server.admin, { accountEnabled: false });
    assertError(await redeem(disabled), 401, 'InvalidAuthenticationToken', unusable);
    const refused = run('token', '--web', '--user', leaver.upn, '--data', server.data);
    assert.deepEqual([refused.status, refused.stdout], [1, '']);
    assert.match(refused.stderr, /is disabled/);
    await patch(server, leaver.path, server.admin, { accountEnabled: true });
    assertError(await redeem(disabled), 401, 'InvalidAuthenticationToken', unusable);
    assert.equal((await redeem(enabled)).status, 200);
    await remove(server, leaver.path, server.admin);
    assertError(await redeem(removed), 401, 'InvalidAuthenticationToken', unusable);
});

test('a code survives a restart of the server', async () => {
    const own = await Server.start();
    await makeUser(own, { userPrincipalName: 'web@contoso.example' });
    const code = codeOf(run('token', '--web', '--user', 'web@contoso.example', '--data', own.data));
    await own.stop();
    await own.start();
    assert.equal((await redeem(code, own)).status, 200);
    await own.stop();
});

test('attempts are limited by address like other 401s: 429 with Retry-After', async () => {
    const own = await Server.start({ config: '[limits]\nrefusals_per_second = 1\nrefusals_burst = 5\n' });
    const all = [];
    for (let i = 0; i < 10; i++) all.push(await redeem('AAAAAAAAAAAAAAAAAAAAAA', own));
    assert.deepEqual(all.slice(0, 5).map(({ status }) => status), [401, 401, 401, 401, 401]);
    assertError(all[9], 429, 'ApplicationThrottled');
    assert.match(all[9].headers['retry-after'], /^\d+$/);
    await own.stop();
});

test('refused bodies count as attempts too, so that the audit log cannot be filled without a token', async () => {
    const own = await Server.start({ config: '[limits]\nrefusals_per_second = 1\nrefusals_burst = 5\n' });
    const all = [];
    for (let i = 0; i < 10; i++) all.push(await post(own, path, undefined, { x: i }));
    assert.deepEqual(all.slice(0, 5).map(({ status }) => status), [400, 400, 400, 400, 400]);
    assertError(all[9], 429, 'ApplicationThrottled');
    await own.stop();
    assert.ok(auditLines(own).length < 10);
});

test('the code is in no log and in no file, used or not; the audit log has who signed in', async () => {
    const own = await Server.start({ config: '[log]\naudit = "all"\n' });
    const { id } = await makeUser(own, { userPrincipalName: 'web@contoso.example' });
    const make = () => codeOf(run('token', '--web', '--user', 'web@contoso.example', '--data', own.data));
    const codes = [make(), make()];
    const { accessToken } = (await redeem(codes[0], own)).json();
    await redeem(codes[0], own);
    await get(own, '/v1.0/me', accessToken);
    for (let look = 0; look < 200 && auditLines(own).length < 6; look++) await sleep(10);
    const used = auditLines(own).filter((line) => line.path === path);
    assert.deepEqual(
        used.map(({ outcome, status, user: who, app }) => [outcome, status, who, app]),
        [
            ['done', 200, id, 'cameo-web'],
            ['refused', 401, undefined, undefined],
        ],
    );
    const made = auditLines(own).filter((line) => line.path.includes('/sign-in-code'));
    assert.deepEqual(made.map(({ method, resource, outcome }) => [method, resource, outcome]), Array(2).fill(['POST', `users/${id}`, 'done']));
    const secrets = [...codes, ...codes.map((code) => Buffer.from(code, 'base64url').toString('hex')), accessToken.split('.')[2]];
    const kept = filesIn(own.data).map((name) => [name, readFileSync(join(own.data, name), 'latin1')]);
    await own.stop();
    for (const secret of secrets) {
        assert.ok(!own.stdout.includes(secret) && !own.stderr.includes(secret), 'in no log');
        for (const [name, text] of kept) assert.ok(!text.includes(secret), name);
    }
});

test('without a running server the command says to start it', () => {
    const data = join(temporaryFolder(), 'data');
    const none = run('token', '--web', '--user', 'x', '--data', data);
    assert.equal(none.status, 1);
    assert.equal(none.stdout, '');
});

test('a server that was stopped: the command names the way to start it', async () => {
    const own = await Server.start();
    await makeUser(own, { userPrincipalName: 'web@contoso.example' });
    await own.stop();
    const done = run('token', '--web', '--user', 'web@contoso.example', '--data', own.data);
    assert.deepEqual([done.status, done.stdout], [1, '']);
    assert.match(done.stderr, /no server runs on .*: start it first, with 'cameo serve --data /);
});

test('wrong usage of --web is exit 2; an unknown person, tenant or role prints no link', () => {
    for (const args of [
        ['--web'],
        ['--web', '--app', 'x', '--roles', 'User.Read.All'],
        ['--web', '--user', user.upn, '--ttl', '1h'],
        ['--user', user.upn, '--scopes', 'User.Read', '--url', 'https://x'],
        ['--user', user.upn],
    ]) {
        const done = run('token', '--data', server.data, ...args);
        assert.deepEqual([done.status, done.stdout], [2, ''], args.join(' '));
    }
    for (const [status, args] of [
        [1, ['--user', 'unknown@contoso.example']],
        [1, ['--user', user.upn, '--tenant', 'unknown']],
        [2, ['--user', user.upn, '--directory-role', 'Dancer']],
    ]) {
        const done = run('token', '--web', '--data', server.data, ...args);
        assert.deepEqual([done.status, done.stdout], [status, ''], args.join(' '));
        assert.ok(done.stderr.length > 0);
    }
});

test('with the built-in issuer switched off there are no codes: 404 with a sentence', async () => {
    const own = await Server.start({
        config: `[builtin_issuer]
enabled = false
[[issuer]]
discovery = "http://127.0.0.1:9/.well-known/openid-configuration"
audience = ["api://cameo"]
tenant = "default"
`,
        args: ['--demo'],
    });
    assertError(await redeem('AAAAAAAAAAAAAAAAAAAAAA', own), 404, 'Request_ResourceNotFound', 'The built-in issuer of this server is switched off: sign in at your identity provider.');
    assert.doesNotMatch(own.stdout, /#code=/);
    const done = run('token', '--web', '--user', 'eileen@contoso.example', '--data', own.data);
    assert.equal(done.status, 1);
    assert.match(done.stderr, /built-in issuer of this server is switched off/);
    await own.stop();
});
