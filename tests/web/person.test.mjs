// A person's page for an administrator: replace, undo, remove, restore, lock, erase, and what the list then shows.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { openBrowser, openPage } from './page.mjs';
import { marked } from './pictures.mjs';
import { startSite } from './site.mjs';

let site, browser, page, problems, close;
before(async () => {
    site = await startSite();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});
beforeEach(async () => {
    await close?.();
    ({ page, problems, close } = await openPage(browser, site, { account: 'admin' }));
    await page.evaluate(() => (location.hash = '#/people'));
    await page.getByRole('link', { name: /Ada Lovelace/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
    await page.getByRole('heading', { level: 2, name: 'Photo', exact: true }).waitFor();
});

const button = (name) => page.getByRole('button', { name, exact: true });
const said = (text) => page.getByRole('status').getByText(text).waitFor();
const back = () => page.getByRole('link', { name: 'All people' }).click();
const card = () => page.getByRole('link', { name: /Ada Lovelace/ });

async function store(file) {
    await page.locator('input[type=file]').first().setInputFiles(file);
    const stored = page.waitForResponse((reply) => reply.request().method() === 'PUT' && reply.ok());
    await button('Save photo').click();
    await stored; // the status of the photo before may still be there
    await said('The new photo is stored.');
    return site.photo('ada');
}

test('a photo for another person; the list shows it at once, and undo takes it back', async () => {
    await store(marked(700, 700));
    assert.ok((await page.getByRole('definition').allTextContents()).includes(site.accounts.admin.upn));
    assert.equal(await page.locator('.sizes li').count(), 9);
    await back();
    await card().locator('img').waitFor();
    assert.equal(await card().getByText('No photo').count(), 0);
    await card().click();
    await button('Remove').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await said('The photo is removed.');
    assert.equal(await site.photo('ada'), undefined);
    await back();
    await card().getByText('No photo').waitFor();
    assert.deepEqual(problems, []);
});

test('a small photo is marked in the list; the former one is restored', async () => {
    const first = await store(marked(800, 800));
    const second = await store(marked(130, 130, { name: 'small.jpg' }));
    assert.notEqual(first.etag, second.etag);
    await page.getByText(/too small for/).waitFor();
    await back();
    await card().getByText('120 px').waitFor();
    await card().click();
    await page.locator('.former').getByRole('button', { name: /^Restore/ }).first().click();
    await said('The former photo is back.');
    assert.equal((await site.photo('ada')).etag, first.etag);
    assert.deepEqual(problems, []);
});

test('a lock holds for the person, not for the administrator', async () => {
    await store(marked(400, 400));
    await button('Lock').click();
    await said('The photo is locked.');
    await button('Unlock').waitFor();
    await page.getByText('Locked: the person cannot change or remove this photo.').waitFor();
    const ada = await openPage(browser, site, { account: 'ada' });
    await ada.page.getByText('This photo is locked by an administrator.').waitFor();
    assert.equal(await ada.page.getByRole('button', { name: 'Change photo' }).isEnabled(), false);
    await ada.close();
    await back();
    await card().getByText('locked').waitFor();
    await card().click();
    await store(marked(420, 420));
    await button('Unlock').click();
    await said('The photo is unlocked.');
    await button('Lock').waitFor();
    assert.deepEqual(problems, []);
});

test('erase asks first, and leaves nothing', async () => {
    await store(marked(500, 500));
    await button('Erase …').click();
    await button('Erase now').waitFor();
    await page.keyboard.press('Escape');
    await button('Erase now').waitFor({ state: 'hidden' });
    assert.ok(await site.photo('ada'));
    await button('Erase …').click();
    await button('Erase now').click();
    await said('Everything is erased.');
    assert.equal(await site.photo('ada'), undefined);
    assert.equal(await page.locator('.former li').count(), 0);
    assert.deepEqual(problems, []);
});

test('by the keyboard alone: from the list to a stored photo and back', async () => {
    await page.goBack();
    await page.waitForFunction(() => document.activeElement.matches('.person'));
    await page.keyboard.press('Enter');
    await page.locator('h1:focus').getByText('Ada Lovelace').waitFor();
    await button('Choose a picture').or(button('Change photo')).focus();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
    await chooser.setFiles(marked(300, 300));
    await page.locator('.crop-area:focus').waitFor();
    await page.keyboard.press('+');
    for (let i = 0; !(await button('Save photo').evaluate((element) => element === document.activeElement)); i++) {
        assert.ok(i < 15, 'Save photo is not reached by Tab');
        await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await said('The new photo is stored.');
    assert.ok(await site.photo('ada'));
    assert.deepEqual(problems, []);
});

test('an unknown person is the server’s own message', async () => {
    await page.evaluate(() => (location.hash = '#/people/00000000-1111-2222-3333-444444444444'));
    await page.getByRole('alert').getByText(/does not exist|not found/i).waitFor();
    await page.getByRole('heading', { level: 1, name: 'Person' }).waitFor();
    assert.deepEqual(problems, []);
});
