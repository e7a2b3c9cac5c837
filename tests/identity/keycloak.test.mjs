// Tokens of a real Keycloak, as docs/identity.md says to set it up: a person by browser and by password, a service
// account, a realm's keys rotated. `./dev test keycloak` fetches Keycloak and runs this.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, put } from '../api/lib/http.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server } from '../api/lib/server.mjs';
import { assertError, makeUser } from '../api/lib/world.mjs';
import { Keycloak } from './keycloak.mjs';

const realm = 'acme';
const redirect = 'http://127.0.0.1/signed-in';
const password = 'secret-of-ada';
const photo = '/v1.0/me/photo/$value';

let keycloak, server, colleague;

async function fillRealm() {
    const toAudience = {
        name: 'cameo',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: { 'included.custom.audience': 'api://cameo', 'access.token.claim': 'true' },
    };
    await keycloak.call('POST', '', { realm, enabled: true });
    const scope = await keycloak.call('POST', `/${realm}/client-scopes`, {
        name: 'User.ReadWrite',
        protocol: 'openid-connect',
        attributes: { 'include.in.token.scope': 'true' },
    });
    const api = await keycloak.call('POST', `/${realm}/clients`, { clientId: 'cameo' });
    const app = await keycloak.call('POST', `/${realm}/clients`, {
        clientId: 'photo-app',
        publicClient: true,
        directAccessGrantsEnabled: true,
        redirectUris: [redirect],
        protocolMappers: [toAudience],
    });
    await keycloak.call('PUT', `/${realm}/clients/${app}/optional-client-scopes/${scope}`);
    const sync = await keycloak.call('POST', `/${realm}/clients`, {
        clientId: 'photo-sync',
        secret: 'sync-secret',
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
        protocolMappers: [toAudience],
    });
    await keycloak.call('POST', `/${realm}/clients/${api}/roles`, {
        name: 'ProfilePhoto.ReadWrite.All',
    });
    const role = await keycloak.call(
        'GET',
        `/${realm}/clients/${api}/roles/ProfilePhoto.ReadWrite.All`,
    );
    const account = await keycloak.call('GET', `/${realm}/clients/${sync}/service-account-user`);
    await keycloak.call('POST', `/${realm}/users/${account.id}/role-mappings/clients/${api}`, [
        role,
    ]);
    await makePerson('ada', 'ada@acme.example');
}

const makePerson = (username, email) =>
    keycloak.call('POST', `/${realm}/users`, {
        username,
        email,
        emailVerified: true,
        firstName: 'Ada',
        lastName: 'Lovelace',
        enabled: true,
        credentials: [{ type: 'password', value: password }],
    });

before(
    async () => {
        keycloak = await Keycloak.start(process.env.KEYCLOAK_HOME);
        await fillRealm();
        server = await Server.start({
            config: `[[issuer]]
discovery  = "${keycloak.origin}/realms/${realm}/.well-known/openid-configuration"
audience   = ["api://cameo"]
tenant     = "default"
role_claim = "resource_access.cameo.roles"
provision  = true
`,
        });
        colleague = await makeUser(server, { picture: jpeg(64, 64) });
    },
    { timeout: 240_000 },
);
after(async () => {
    await server?.stop();
    await keycloak?.stop();
});

const byPassword = async (scope = 'openid User.ReadWrite', username = 'ada') =>
    (
        await keycloak.tokens(realm, {
            grant_type: 'password',
            client_id: 'photo-app',
            username,
            password,
            scope,
        })
    ).access_token;

const serviceAccount = async () =>
    (
        await keycloak.tokens(realm, {
            grant_type: 'client_credentials',
            client_id: 'photo-sync',
            client_secret: 'sync-secret',
        })
    ).access_token;

test('a person who signed in with a browser writes and reads their own photo', async () => {
    const token = await keycloak.browserToken({
        realm,
        client: 'photo-app',
        redirect,
        scope: 'openid User.ReadWrite',
        username: 'ada',
        password,
    });
    assert.equal((await put(server, photo, token, jpeg(100, 100))).status, 200);
    assert.equal((await get(server, photo, token)).status, 200);
    const me = (await get(server, '/v1.0/me', token)).json();
    assert.equal(me.displayName, 'Ada Lovelace');
    assert.equal(me.userPrincipalName, 'ada@acme.example');
});

test('the same person by password is the same user; other scopes give other rights', async () => {
    const me = (await get(server, '/v1.0/me', await byPassword())).json();
    assert.equal(me.userPrincipalName, 'ada@acme.example');
    const bare = await byPassword('openid');
    assertError(await get(server, photo, bare), 403, 'ErrorAccessDenied');
    assertError(await get(server, colleague.photo, await byPassword()), 403, 'ErrorAccessDenied');
});

test('whose name a user here has is not that user without match_by_name', async () => {
    await makePerson('taker', colleague.upn);
    const token = await byPassword(undefined, 'taker');
    assertError(await get(server, '/v1.0/me', token), 401, 'InvalidAuthenticationToken');
    assert.match(server.stderr, /match_by_name = true/);
});

test("a service account reads and writes anybody's photo by its client roles", async () => {
    const token = await serviceAccount();
    assert.equal((await put(server, colleague.photo, token, jpeg(120, 120))).status, 200);
    assert.equal((await get(server, colleague.photo, token)).status, 200);
    assertError(await get(server, photo, token), 400, 'BadRequest');
});

test('a tampered token is refused', async () => {
    const [header, payload, signature] = (await byPassword()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url'));
    claims.scope += ' User.ReadWrite.All';
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    assertError(
        await get(server, '/v1.0/me', `${header}.${forged}.${signature}`),
        401,
        'InvalidAuthenticationToken',
    );
});

test("after the realm's key is rotated new tokens work at once", async () => {
    const old = await byPassword();
    const { id: parentId } = await keycloak.call('GET', `/${realm}`);
    await keycloak.call('POST', `/${realm}/components`, {
        name: 'newer',
        providerId: 'rsa-generated',
        providerType: 'org.keycloak.keys.KeyProvider',
        parentId,
        config: { priority: ['1000'], algorithm: ['RS256'] },
    });
    const fresh = await byPassword();
    assert.notEqual(fresh.split('.')[0], old.split('.')[0], 'another key');
    assert.equal((await get(server, '/v1.0/me', fresh)).status, 200);
    assert.equal((await get(server, '/v1.0/me', old)).status, 200);
});
