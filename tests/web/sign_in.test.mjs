// Signing in by the link of `cameo token --web`, and what follows from the account: docs/web.md.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage } from './page.mjs';
import { marked } from './pictures.mjs';
import { startSite } from './site.mjs';

let site, browser;
before(async () => {
    site = await startSite();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const nameOf = (account) => site.accounts[account].displayName;
const signedIn = (page, account) => page.getByRole('heading', { name: nameOf(account) }).waitFor();

test('a link signs in: its code leaves the address, and no store of the browser has the token', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'ada' });
    await signedIn(page, 'ada');
    const state = await page.evaluate(() => ({
        address: location.href,
        entries: history.length,
        stored: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
        cookies: document.cookie,
    }));
    assert.deepEqual([state.address, state.stored, state.cookies], [`${site.origin}/`, [], '']);
    assert.equal(await page.title(), 'My photo – Cameo');
    assert.deepEqual(problems, []);
    await close();
});

test('a link serves once: the second use shows the refusal of the server', async () => {
    const link = await site.link('ada');
    const { page, close } = await openPage(browser, site);
    await page.goto(link);
    await signedIn(page, 'ada');
    await page.goto('about:blank');
    const [reply] = await Promise.all([
        page.waitForResponse((one) => one.url().endsWith('/cameo/v1/sign-in')),
        page.goto(link),
    ]);
    assert.equal(reply.status(), 401);
    const { message } = (await reply.json()).error;
    assert.equal(await page.getByRole('alert').textContent(), message);
    assert.equal(page.url(), `${site.origin}/`);
    await close();
});

test('without a code the page says which command to run, and takes its link', async () => {
    const { page, problems, close } = await openPage(browser, site);
    assert.match(await page.locator('pre').textContent(), /^cameo token --web --user \S+$/);
    await page.getByLabel('Link or code').fill(await site.link('ada'));
    await page.keyboard.press('Enter');
    await signedIn(page, 'ada');
    assert.deepEqual(problems, []);
    await close();
});

test('an account without rights sees only itself, and nothing that it may not do', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'reader' });
    await signedIn(page, 'reader');
    assert.deepEqual(await page.getByRole('navigation').getByRole('link').allTextContents(), ['My photo']);
    assert.deepEqual(await page.getByRole('main').getByRole('button').allTextContents(), []);
    for (const route of ['#/people', `#/people/${site.accounts.ada.id}`, '#/many']) {
        await page.goto(`${site.origin}/${route}`);
        await page.getByText('Your account may not open this view.').waitFor();
        assert.ok(!(await page.content()).includes(nameOf('ada')));
    }
    assert.deepEqual(problems, []);
    await close();
});

test('the views of an administrator are in the navigation; a route moves focus and title', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'admin' });
    await signedIn(page, 'admin');
    const links = page.getByRole('navigation').getByRole('link');
    assert.deepEqual(await links.allTextContents(), ['My photo', 'People', 'Many at once']);
    for (const name of ['People', 'Many at once', 'My photo']) {
        await links.getByText(name, { exact: true }).click();
        await page.waitForFunction((text) => document.activeElement?.matches('h1') && document.activeElement.textContent === text, name);
        assert.equal(await page.title(), `${name} – Cameo`);
        assert.equal(await page.locator('nav [aria-current=page]').textContent(), name);
    }
    assert.deepEqual(problems, []);
    await close();
});

test('a token that expires in the middle: the picture is kept, and a new link goes on with the upload', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'ada' });
    await signedIn(page, 'ada');
    let expired = true;
    await page.route('**/v1.0/**', (route) => {
        const headers = { ...route.request().headers(), ...(expired ? { authorization: 'Bearer expired.by.now' } : {}) };
        return route.continue({ headers });
    });
    await page.locator('input[type=file]').first().setInputFiles(marked(700, 700));
    await page.getByRole('button', { name: 'Save photo' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    expired = false;
    await dialog.getByLabel('Link or code').fill(await site.link('ada'));
    await page.keyboard.press('Enter');
    await page.getByText('The new photo is stored.').waitFor();
    assert.ok(await site.photo('ada'));
    assert.deepEqual(problems, []);
    await close();
});

test('a code that is refused in that dialog is said there, and the next one goes on', async () => {
    const { page, close } = await openPage(browser, site, { account: 'ada' });
    await signedIn(page, 'ada');
    await page.route('**/formerPhotos', (route) =>
        route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer expired.by.now' } }),
        { times: 1 },
    );
    await page.locator('input[type=file]').first().setInputFiles(marked(800, 700));
    await page.getByRole('button', { name: 'Save photo' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Link or code').fill('never-given');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Link or code').fill(await site.link('ada'));
    await page.keyboard.press('Enter');
    await page.getByText('The new photo is stored.').waitFor();
    await close();
});

test('signing out forgets the token and shows how to sign in', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'ada' });
    await signedIn(page, 'ada');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.ok(!(await page.content()).includes(nameOf('ada')));
    assert.deepEqual(problems, []);
    await close();
});

test('the page speaks German where the browser asks for it', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'ada', language: 'de-CH' });
    await page.getByRole('heading', { name: 'Mein Foto' }).waitFor();
    await page.getByRole('button', { name: 'Foto ändern' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
    assert.equal(await page.title(), 'Mein Foto – Cameo');
    assert.deepEqual(problems, []);
    await close();
});
