// Signing in at a configured issuer, against a real OpenID provider: docs/web.md.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OpenIdProvider } from '../api/lib/provider.mjs';
import { openBrowser, openPage } from './page.mjs';
import { marked } from './pictures.mjs';
import { startSite } from './site.mjs';

let provider, site, browser;
before(async () => {
    provider = await OpenIdProvider.start();
    site = await startSite({ provider });
    await provider.allow(`${site.origin}/`);
    const { upn, displayName } = site.accounts.ada;
    provider.people.set('ada', { preferred_username: upn, name: displayName });
    provider.signingIn = 'ada';
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
    await provider?.close();
});

/** A page that is signed in by a click; `calls` grows by the requests to the issuer. */
async function signedIn(route = '') {
    const opened = await openPage(browser, site);
    const calls = [];
    const { page } = opened;
    page.on('request', (request) => {
        if (request.url().startsWith(provider.issuer)) calls.push(request);
    });
    if (route) await page.goto(`${site.origin}/${route}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(site.accounts.ada.displayName).first().waitFor();
    return { ...opened, calls };
}

/** From now on the next requests have a token that has expired. */
async function expire(page, times) {
    await page.route(
        '**/v1.0/me/photo/$value',
        (route) => route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer expired.by.now' } }),
        { times },
    );
}

async function change(page, file) {
    await page.locator('input[type=file]').first().setInputFiles(file);
    await page.getByRole('button', { name: 'Save photo' }).click();
}

const stored = (page) => page.getByRole('status').getByText('The new photo is stored.').waitFor();
const posted = (calls, grant) => calls.filter((one) => one.postData()?.includes(`grant_type=${grant}`));

test('code and PKCE: the page comes back signed in at its view, with nothing in address and stores', async () => {
    const { page, calls, problems, close } = await signedIn('#/people');
    const first = new URL(calls.find((one) => one.isNavigationRequest()).url());
    assert.equal(first.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(first.searchParams.get('response_type'), 'code');
    assert.equal(posted(calls, 'authorization_code').length, 1);
    const state = await page.evaluate(() => [location.href, Object.keys(localStorage), Object.keys(sessionStorage)]);
    assert.deepEqual(state, [`${site.origin}/#/people`, [], []]);
    assert.deepEqual(problems, []);
    await close();
});

test('a refused token is renewed by the refresh token, without a frame and without a question', async () => {
    const { page, calls, problems, close } = await signedIn();
    await page.getByRole('button', { name: /Choose a picture|Change photo/ }).waitFor();
    await expire(page, 1);
    await change(page, marked(700, 700));
    await stored(page);
    assert.equal(posted(calls, 'refresh_token').length, 1);
    assert.equal(page.frames().length, 1);
    assert.deepEqual(problems, []);
    await close();
});

test('where the refresh token is refused, the person signs in again in a window, and the upload goes on', async () => {
    const { page, context, problems, close } = await signedIn();
    await page.getByRole('button', { name: /Choose a picture|Change photo/ }).waitFor();
    await page.route(`${provider.issuer}/token`, (route) => route.fulfill({ status: 400, json: { error: 'invalid_grant' } }), { times: 1 });
    await expire(page, 1);
    await change(page, marked(700, 800));
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    const [opened] = await Promise.all([context.waitForEvent('page'), dialog.getByRole('button', { name: 'Sign in' }).click()]);
    if (!opened.isClosed()) await opened.waitForEvent('close');
    await stored(page);
    assert.deepEqual(problems, []);
    await close();
});

test('a sign-in of another time is refused with a sentence', async () => {
    const { page, close } = await openPage(browser, site);
    await page.goto(`${site.origin}/?code=abc&state=never-given`);
    await page.getByRole('alert').getByText('This sign-in is of another time.').waitFor();
    assert.equal(page.url(), `${site.origin}/`);
    await close();
});

test('signing out ends the session at the issuer, which comes back to the page', async () => {
    const { page, close } = await signedIn();
    const [request] = await Promise.all([
        page.waitForRequest((one) => one.isNavigationRequest() && one.url().startsWith(provider.issuer)),
        page.getByRole('button', { name: 'Sign out' }).click(),
    ]);
    const { searchParams } = new URL(request.url());
    assert.ok(searchParams.get('id_token_hint'));
    assert.equal(searchParams.get('post_logout_redirect_uri'), `${site.origin}/`);
    await close();
});
