// "My photo": upload by every way, undo, remove, former photos, erase, refusals, two tabs. docs/web.md.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { giveByEvent, openBrowser, openPage } from './page.mjs';
import { gif, png, webp } from '../api/lib/pictures.mjs';
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
    await site.lock('ada', false);
    await site.erase('ada');
    ({ page, problems, close } = await openPage(browser, site, { account: 'ada' }));
    await button('Choose a picture').waitFor();
});

const button = (name, inside = page) => inside.getByRole('button', { name, exact: true });
const said = (text, inside = page) => inside.getByRole('status').getByText(text).waitFor();
const choose = (file, inside = page) => inside.locator('input[type=file]').first().setInputFiles(file);

// The status of the photo before may still be there.
const stored = (inside) => inside.waitForResponse((reply) => reply.request().method() === 'PUT' && reply.ok());

async function save(file, inside = page) {
    await choose(file, inside);
    await Promise.all([stored(inside), button('Save photo', inside).click()]);
    await said('The new photo is stored.', inside);
    return site.photo('ada');
}

test('the first photo by the file dialog; undo removes it', async () => {
    assert.equal(await page.getByText('You have no photo yet.').isVisible(), true);
    const stored = await save(marked(900, 700));
    assert.ok(stored);
    await page.getByRole('img', { name: 'Photo of Ada Lovelace' }).waitFor();
    assert.equal(await page.getByRole('definition').nth(1).textContent(), 'this page');
    assert.equal(await page.getByRole('definition').nth(2).textContent(), 'you');
    assert.equal(await page.locator('.sizes li').count(), 9);
    await button('Undo').click();
    await said('Undone.');
    assert.equal(await site.photo('ada'), undefined);
    await page.getByText('You have no photo yet.').waitFor();
    assert.deepEqual(problems, []);
});

test('undo of a replacement brings the former photo back, with its bytes and ETag', async () => {
    const first = await save(marked(900, 700));
    const second = await save(marked(700, 900));
    assert.notEqual(second.etag, first.etag);
    await button('Undo').click();
    await said('Undone.');
    const back = await site.photo('ada');
    assert.deepEqual([back.etag, back.bytes.equals(first.bytes)], [first.etag, true]);
    assert.deepEqual(problems, []);
});

for (const way of ['drop', 'paste']) {
    test(`a picture by ${way}`, async () => {
        await giveByEvent(page, way, marked(900, 700));
        await button('Save photo').click();
        await said('The new photo is stored.');
        assert.ok(await site.photo('ada'));
        assert.deepEqual(problems, []);
    });
}

test('the whole flow by the keyboard alone: choose, crop, save, undo', async () => {
    const tabTo = async (target) => {
        for (let i = 0; i < 60; i++) {
            if (await target.evaluate((element) => element === document.activeElement)) return;
            await page.keyboard.press('Tab');
        }
        assert.fail(`Tab never reaches ${target}`);
    };
    page.on('filechooser', (chooser) => chooser.setFiles(marked(900, 700)));
    await tabTo(button('Choose a picture'));
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.className === 'crop-area');
    for (const key of ['+', 'Shift++', 'ArrowLeft', 'Shift+ArrowUp', 'ArrowRight', 'ArrowDown', '-', 'r']) {
        await page.keyboard.press(key);
    }
    await page.locator('.editor [aria-live]').getByText('rotated by 90 degrees').waitFor();
    await tabTo(button('Save photo'));
    await page.keyboard.press('Enter');
    await said('The new photo is stored.');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Undo');
    await page.keyboard.press('Enter');
    await said('Undone.');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Ada Lovelace');
    assert.equal(await site.photo('ada'), undefined);
    assert.deepEqual(problems, []);
});

test('remove asks first; Esc leaves it and gives the focus back; undo restores', async () => {
    const stored = await save(marked(900, 700));
    await button('Remove').click();
    await page.getByRole('dialog', { name: 'Remove the photo?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Remove');
    assert.ok(await site.photo('ada'));
    await page.keyboard.press('Enter');
    await button('Remove', page.getByRole('dialog')).click();
    await said('The photo is removed.');
    assert.equal(await site.photo('ada'), undefined);
    await button('Undo').click();
    await said('Undone.');
    assert.equal((await site.photo('ada')).etag, stored.etag);
    assert.deepEqual(problems, []);
});

test('former photos are listed with their pictures, restored and deleted', async () => {
    const first = await save(marked(900, 700));
    await save(marked(700, 900));
    const former = page.locator('.former li');
    await former.locator('img').waitFor();
    assert.equal(await former.count(), 1);
    await former.getByRole('button', { name: /^Restore/ }).click();
    await said('The former photo is back.');
    assert.equal((await site.photo('ada')).etag, first.etag);
    assert.equal(await former.count(), 1);
    await former.getByRole('button', { name: /^Delete/ }).click();
    await button('Delete', page.getByRole('dialog')).click();
    await said('The former photo is deleted.');
    assert.equal(await former.count(), 0);
    assert.deepEqual(problems, []);
});

test('erase says what it does, then photo and former photos are gone, without an undo', async () => {
    await save(marked(900, 700));
    await save(marked(700, 900));
    await button('Erase …').click();
    const dialog = page.getByRole('dialog', { name: 'Erase everything' });
    await dialog.getByText('backups that were made before keep their copy').waitFor();
    await button('Erase now', dialog).click();
    await said('Everything is erased.');
    assert.equal(await site.photo('ada'), undefined);
    assert.equal(await page.locator('.former').count(), 0);
    assert.equal(await button('Undo').count(), 0);
    assert.deepEqual(problems, []);
});

test('the identical picture with the same crop changes nothing, and offers no undo', async () => {
    const file = marked(900, 700);
    const first = await save(file);
    await choose(file);
    await button('Save photo').click();
    await said('Nothing changed');
    assert.equal((await site.photo('ada')).etag, first.etag);
    assert.equal(await button('Undo').count(), 0);
});

test('a locked photo: the sentence stands there, and no control works', async () => {
    await save(marked(900, 700));
    await site.lock('ada');
    await page.goto(await site.link('ada'));
    await page.getByRole('main').getByText('This photo is locked by an administrator.').waitFor();
    for (const one of await page.locator('main .actions button').all()) assert.equal(await one.isDisabled(), true);
    await giveByEvent(page, 'drop', marked(700, 700));
    assert.equal(await page.locator('.editor').count(), 0);
});

test('a refusal of the server is shown in its own words, and the picture stays open', async () => {
    await choose(marked(900, 700));
    await button('Save photo').waitFor();
    await site.lock('ada');
    const [reply] = await Promise.all([
        page.waitForResponse((one) => one.request().method() === 'PUT'),
        button('Save photo').click(),
    ]);
    assert.equal(reply.status(), 403);
    const { message } = (await reply.json()).error;
    await page.getByRole('alert').getByText(message).waitFor();
    await site.lock('ada', false);
    await button('Save photo').click();
    await said('The new photo is stored.');
});

test('files that cannot be a photo are refused with what was measured and what is allowed', async () => {
    const asked = [];
    page.on('request', (request) => asked.push(request.method()));
    const refused = async (file, ...parts) => {
        await choose(file);
        const alert = page.getByRole('alert').filter({ hasText: parts[0] });
        await alert.waitFor();
        for (const part of parts) assert.ok((await alert.textContent()).includes(part), await alert.textContent());
        await button('Choose a picture').waitFor();
    };
    const file = (buffer, name = 'x.jpg') => ({ name, mimeType: 'image/jpeg', buffer });
    await refused(file(Buffer.alloc(25_000_001)), '25 MB', 'This file has');
    await refused(file(Buffer.alloc(0)), 'empty');
    await refused(marked(300, 47), '300 × 47', '48');
    assert.deepEqual(asked, [], 'nothing was sent');
    const [reply] = await Promise.all([
        page.waitForResponse((one) => one.url().endsWith('/preview')),
        choose(file(Buffer.from('%PDF-1.7 this is no picture'), 'x.pdf')),
    ]);
    assert.equal(reply.status(), 415);
    await page.getByRole('alert').getByText((await reply.json()).error.message).waitFor();
    assert.equal(await site.photo('ada'), undefined);
});

test('an upload is cancelled: nothing is stored, and the picture stays open', async () => {
    await choose(marked(900, 700));
    let release;
    const held = new Promise((done) => (release = done));
    await page.route('**/photo/$value', async (route) => {
        if (route.request().method() !== 'PUT') return route.continue();
        await held;
        return route.abort().catch(() => undefined); // the page has cancelled it
    });
    await button('Save photo').click();
    await page.getByRole('progressbar').waitFor();
    await button('Cancel').click();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    release();
    await page.unroute('**/photo/$value');
    assert.equal(await site.photo('ada'), undefined);
    await button('Save photo').click();
    await said('The new photo is stored.');
});

test('two tabs: the second learns that the first changed the photo, and shows that photo or replaces it', async () => {
    const other = await openPage(browser, site, { account: 'ada' });
    await button('Choose a picture', other.page).waitFor();
    for (const answer of ['Show the new photo', 'Replace it']) {
        const before = await save(marked(answer.length * 40, 700));
        await choose(marked(650, 650 + answer.length), other.page);
        await button('Save photo', other.page).click();
        await other.page.getByRole('alert').getByText('The photo was changed meanwhile').waitFor();
        assert.equal((await site.photo('ada')).etag, before.etag);
        await button(answer, other.page).click();
        if (answer === 'Replace it') {
            await said('The new photo is stored.', other.page);
            assert.notEqual((await site.photo('ada')).etag, before.etag);
        } else {
            await button('Change photo', other.page).waitFor();
        }
    }
    await page.getByRole('button', { name: 'Remove' }).click();
    await button('Remove', page.getByRole('dialog')).click();
    await page.getByRole('alert').getByText('The photo was changed meanwhile').waitFor();
    assert.ok(await site.photo('ada'), 'the photo that this tab never showed is not removed');
    assert.deepEqual([...problems, ...other.problems], []);
    await other.close();
});

test('a hostile file name is text', async () => {
    await choose(marked(900, 700, { name: '<img src=x onerror=alert(1)>.jpg' }));
    await button('Save photo').click();
    await said('The new photo is stored.');
    assert.deepEqual(problems, []);
});

test('PNG, WebP and GIF are taken as JPEG is; the camera of a phone is asked for the face', async () => {
    const made = { 'image/png': png(300, 200), 'image/webp': webp(310, 200), 'image/gif': gif(320, 200) };
    for (const [mimeType, buffer] of Object.entries(made)) {
        const before = await site.photo('ada');
        await save({ name: 'picture', mimeType, buffer });
        assert.notEqual((await site.photo('ada')).etag, before?.etag, mimeType);
        await button('Dismiss').click();
    }
    assert.equal(await page.locator('input[capture]').getAttribute('capture'), 'user');
    assert.deepEqual(problems, []);
});

test('a picture of many pixels is reduced on the screen only', async () => {
    await choose({ name: 'large.png', mimeType: 'image/png', buffer: png(6400, 6000) });
    await page.locator('.crop-area').waitFor();
    await button('Zoom in').click();
    await page.locator('.editor [aria-live]').getByText('Square of 4,800 pixels').waitFor();
    assert.deepEqual(problems, []);
});

test('a server that asks to wait is asked again after that time', async () => {
    let asked = 0;
    await page.route('**/photo/$value', (route) => {
        if (route.request().method() !== 'PUT' || asked++ > 0) return route.continue();
        return route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, json: { error: { code: 'ApplicationThrottled', message: 'slow' } } });
    });
    const start = Date.now();
    assert.ok(await save(marked(900, 700)));
    assert.ok(Date.now() - start >= 1000);
    assert.equal(asked, 2);
});
