// The web page signs in at a real Keycloak, in Chromium: authorization code with PKCE, renewal by refresh token, sign-out.
// The realm is set up as docs/web.md says. `./dev test keycloak` runs this.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/lib/server.mjs';
import { open as decode } from '../api/lib/tokens.mjs';
import { openBrowser } from '../clients/browser.mjs';
import { Keycloak } from './keycloak.mjs';

const realm = 'acme';
const password = 'secret-of-ada';
const scopes = ['User.ReadWrite', 'User.ReadBasic.All'];
let keycloak, server, browser, context, page, faults, tokens;

async function fillRealm() {
    await keycloak.call('POST', '', { realm, enabled: true });
    await keycloak.call('POST', `/${realm}/users`, {
        username: 'ada',
        email: 'ada@acme.example',
        emailVerified: true,
        firstName: 'Ada',
        lastName: 'Lovelace',
        enabled: true,
        credentials: [{ type: 'password', value: password }],
    });
}

/** The page's client, once its address is known. */
async function addClient(origin) {
    const client = await keycloak.call('POST', `/${realm}/clients`, {
        clientId: 'cameo-web',
        publicClient: true,
        standardFlowEnabled: true,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        redirectUris: [`${origin}/`],
        webOrigins: [origin],
        attributes: { 'pkce.code.challenge.method': 'S256', 'post.logout.redirect.uris': `${origin}/` },
        protocolMappers: [
            {
                name: 'cameo',
                protocol: 'openid-connect',
                protocolMapper: 'oidc-audience-mapper',
                config: { 'included.custom.audience': 'api://cameo', 'access.token.claim': 'true' },
            },
        ],
    });
    for (const name of scopes) {
        const scope = await keycloak.call('POST', `/${realm}/client-scopes`, {
            name,
            protocol: 'openid-connect',
            attributes: { 'include.in.token.scope': 'true' },
        });
        await keycloak.call('PUT', `/${realm}/clients/${client}/optional-client-scopes/${scope}`);
    }
}

before(
    async () => {
        keycloak = await Keycloak.start(process.env.KEYCLOAK_HOME);
        await fillRealm();
        server = await Server.start({
            config: `[[issuer]]
discovery = "${keycloak.origin}/realms/${realm}/.well-known/openid-configuration"
audience = ["api://cameo"]
tenant = "default"
provision = true
[web]
issuer = "${keycloak.origin}/realms/${realm}"
client_id = "cameo-web"
scopes = ${JSON.stringify(['openid', ...scopes])}
`,
        });
        await addClient(server.origin);
        browser = await openBrowser();
        context = await browser.newContext({ locale: 'en-US' });
        page = await context.newPage();
        page.setDefaultTimeout(60_000); // the first pages of a new Keycloak are slow
        faults = [];
        tokens = [];
        page.on('console', (message) => /Content Security Policy|Trusted/.test(message.text()) && faults.push(message.text()));
        page.on('pageerror', (error) => faults.push(String(error)));
        page.on('request', (request) => {
            const [, token] = /^Bearer (.+)$/.exec(request.headers().authorization ?? '') ?? [];
            if (token && request.url().startsWith(server.origin)) tokens.push(token);
        });
    },
    { timeout: 240_000 },
);
after(async () => {
    await browser?.close();
    await server?.stop();
    await keycloak?.stop();
});

const signedIn = () => page.getByRole('button', { name: 'Sign out' }).waitFor({ timeout: 60_000 });
const tokenCalls = () => {
    const forms = [];
    page.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/protocol/openid-connect/token'))
            forms.push(new URLSearchParams(request.postData()));
    });
    return forms;
};

test('a person signs in at Keycloak by authorization code with PKCE, and is themselves here', async () => {
    const forms = tokenCalls();
    await page.goto(`${server.origin}/`);
    const asked = page.waitForRequest((request) => request.url().includes('/protocol/openid-connect/auth?'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    const query = new URL((await asked).url()).searchParams;
    assert.deepEqual(
        [query.get('client_id'), query.get('response_type'), query.get('code_challenge_method'), query.get('redirect_uri')],
        ['cameo-web', 'code', 'S256', `${server.origin}/`],
    );
    await page.locator('#username').fill('ada');
    await page.locator('#password').fill(password);
    await page.locator('#kc-login').click();
    await signedIn();
    assert.deepEqual(forms.map((form) => form.get('grant_type')), ['authorization_code']);
    assert.ok(forms[0].get('code_verifier').length >= 43);
    assert.equal(new URL(page.url()).search, '', 'the code left the address');
    const { claims } = decode(tokens.at(-1));
    assert.deepEqual(scopes.filter((scope) => claims.scope.split(' ').includes(scope)), scopes);
    assert.match(await page.locator('body').innerText(), /Ada Lovelace/);
});

test('no token is kept outside memory', async () => {
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
    assert.doesNotMatch(kept, /eyJ|access_token|refresh_token/);
});

test('a token that is refused is renewed by the refresh token, without a frame, and the call is repeated', async () => {
    let refused;
    await page.route('**/v1.0/me?*', (route) => {
        if (refused) return route.continue();
        refused = tokens.at(-1);
        const error = { code: 'InvalidAuthenticationToken', message: 'The access token has expired.', innerError: {} };
        return route.fulfill({ status: 401, json: { error } });
    });
    const forms = tokenCalls();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).click(); // Keycloak's session is still there
    await signedIn();
    assert.deepEqual(forms.map((form) => form.get('grant_type')), ['authorization_code', 'refresh_token']);
    assert.notEqual(tokens.at(-1), refused);
    assert.equal(page.frames().length, 1);
    await page.unrouteAll();
});

test('signing out ends the session at Keycloak too', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    const confirm = page.locator('#kc-logout');
    const back = page.getByRole('button', { name: 'Sign in' });
    await confirm.or(back).first().waitFor({ timeout: 60_000 });
    if (await confirm.isVisible()) await confirm.click();
    await back.waitFor({ timeout: 60_000 });
    await back.click();
    await page.locator('#password').waitFor({ timeout: 60_000 });
});

test('the policy of the page was never violated, and no script failed', () => {
    assert.deepEqual(faults, []);
});
