// Many photos at once: the preview, a run, a connection that is lost, the report, undo. docs/web.md.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, test } from 'node:test';
import { temporaryFolder } from '../api/lib/server.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { startOrganisation } from './organisation.mjs';
import { giveByEvent, openBrowser, openPage } from './page.mjs';
import { marked } from './pictures.mjs';

const attack = '<img src=x onerror=alert(1)>.jpg';

let site, browser, page, problems, close, folders;
before(async () => {
    site = await startOrganisation({
        count: 40,
        photos: 5,
        more: [1, 2].map((i) => ({ user: { displayName: 'Twin Name', givenName: 'Twin', surname: 'Name', mail: `twin${i}@example.org` } })),
    });
    browser = await openBrowser();
    folders = temporaryFolder();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});
beforeEach(async () => {
    await close?.();
    ({ page, problems, close } = await openPage(browser, site, { account: 'admin', height: 1600 }));
    await page.evaluate(() => (location.hash = '#/many'));
    await page.getByText('Drop a folder or pictures here').waitFor();
});

let seed = 0;
/** A picture that no other test has stored. */
const picture = (side = 120) => jpeg(side, side, (x, y) => [(x + seed) % 256, (y * 2) % 256, seed++ % 251]);
const upn = (i) => site.people.filter(({ user }) => /^person.*@example\.org$/.test(user.userPrincipalName))[i].user.userPrincipalName;

/** A folder of these files: { path: bytes }. */
function folderOf(name, files) {
    for (const [path, bytes] of Object.entries(files)) {
        mkdirSync(`${folders}/${name}/${path}`.replace(/\/[^/]+$/, ''), { recursive: true });
        writeFileSync(`${folders}/${name}/${path}`, bytes);
    }
    return `${folders}/${name}`;
}

const faces = (name, from, to) =>
    folderOf(name, Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`${upn(from + i)}.jpg`, picture()])));

const chooseFolder = (path) => page.locator('input[type=file]').first().setInputFiles(path);
const button = (name) => page.getByRole('button', { name });
const checked = () => page.getByText(/^Everything is checked/).waitFor();
const rowOf = (name) => page.getByRole('row').filter({ hasText: name });
const result = async (name) => (await rowOf(name).getByRole('cell').last().textContent()).trim();
const finished = () => page.getByRole('heading', { level: 2, name: 'Finished.' }).waitFor();
const figure = async (name) => Number(await page.locator('.figures div').filter({ hasText: name }).locator('dd').textContent());

async function store(path) {
    await chooseFolder(path);
    await checked();
    await button(/^Store \d+ photo/).click();
    await finished();
}

async function undoAll() {
    await button('Undo all of it').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
    const text = await page.getByRole('status').getByText(/^Undone:/).textContent();
    return text.match(/\d+/g).map(Number);
}

/** { etag, bytes } of a person of the organisation. */
async function photoOf(name) {
    const reply = await fetch(`${site.origin}/cameo/v1/photos`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ ids: [name] }),
    });
    const text = Buffer.from(await reply.arrayBuffer()).toString('latin1');
    return /Status: 200/.test(text) ? /ETag: (\S+)/.exec(text)[1] : undefined;
}

async function token() {
    const code = new URL(await site.link('admin')).hash.replace('#code=', '');
    const reply = await fetch(`${site.origin}/cameo/v1/sign-in`, { method: 'POST', body: JSON.stringify({ code }), headers: { 'Content-Type': 'application/json' } });
    return (await reply.json()).accessToken;
}

test('before anything is written: who each file is for, what matches nobody or twice, what would be refused and why', async () => {
    const writes = [];
    page.on('request', (request) => ['PUT', 'PATCH', 'DELETE'].includes(request.method()) && writes.push(request.url()));
    const path = folderOf('preview', {
        [`${upn(0)}.jpg`]: picture(),
        [`sales/${upn(6).toUpperCase()}.jpg`]: picture(),
        'nobody@example.org.jpg': picture(),
        [`${upn(7)}.jpg`]: picture(), [`sales/${upn(7)}.png`]: picture(),
        [`${upn(8)}.jpg`]: jpeg(200, 40, () => [1, 2, 3]),
        [`${upn(9)}.jpg`]: Buffer.from('this is a text, not a picture'),
        [`${upn(10)}.jpg`]: picture().subarray(0, 300),
        [`${upn(11)}.jpg`]: '',
        [attack]: picture(),
        'notes.txt': 'hello', '.hidden.jpg': picture(),
    });
    await chooseFolder(path);
    await checked();
    await page.getByText('10 pictures. 2 other files are left out.').waitFor();
    await button('Store 2 photos').waitFor();
    assert.match(await result(upn(0)), /^Replaces the photo/);
    assert.match(await result(upn(6).toUpperCase()), /^New photo/);
    assert.match(await result('nobody@example.org.jpg'), /^Matches nobody/);
    assert.match(await result(`${upn(7)}.jpg`), /^Matched twice/);
    assert.match(await result(`${upn(7)}.png`), /^Matched twice/);
    assert.match(await result(upn(8)), /^Refused.*200 × 40 pixels.*at least 48/);
    assert.match(await result(upn(9)), /^Refused.*\w{3}/);
    assert.match(await result(upn(10)), /^Refused.*\w{3}/);
    assert.equal(await result(upn(11)), 'RefusedThis file is empty.');
    assert.match(await result(attack), /^Matches nobody/);
    assert.equal(await page.locator('img[src=x]').count(), 0);
    await button(/^Refused 4/).click();
    assert.equal(await page.getByRole('row').count(), 1 + 4);
    assert.deepEqual(writes, []);
    assert.deepEqual(problems, []);
});

test('a run: stored, reported, and undone', async () => {
    const before = await Promise.all([0, 1, 12].map((i) => photoOf(upn(i))));
    assert.deepEqual(before.map((etag) => etag !== undefined), [true, true, false].map((there, i) => there && before[i] !== undefined));
    const path = folderOf('run', Object.fromEntries([0, 1, 12].map((i) => [`${upn(i)}.jpg`, picture(300)])));
    writeFileSync(`${path}/=cmd|x.jpg`, picture());
    await chooseFolder(path);
    await checked();
    await page.getByLabel('Name of this run').fill('Spring <b>portraits</b>');
    await button('Store 3 photos').click();
    await finished();
    assert.equal(await figure('Stored'), 3);
    assert.equal(await figure('Not matched'), 1);
    const after = await Promise.all([0, 1, 12].map((i) => photoOf(upn(i))));
    after.forEach((etag, i) => assert.ok(etag && etag !== before[i]));

    const [download] = await Promise.all([page.waitForEvent('download'), button('Download report (CSV)').click()]);
    assert.equal(download.suggestedFilename(), 'Spring _b_portraits__b_.csv');
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines[0], 'outcome,file,userPrincipalName,displayName,detail');
    assert.equal(lines.length, 1 + 4);
    assert.ok(lines.some((line) => line.startsWith(`stored,run/${upn(0)}.jpg,${upn(0)},`)));
    assert.ok(lines.some((line) => line.startsWith('unmatched,run/=cmd|x.jpg,')));

    const run = page.locator('.run').first();
    await run.getByText('Spring <b>portraits</b>').waitFor();
    await run.getByText('3 photos').waitFor();
    assert.deepEqual(await undoAll(), [before.filter(Boolean).length, 3 - before.filter(Boolean).length, 0]);
    assert.deepEqual(await Promise.all([0, 1, 12].map((i) => photoOf(upn(i)))), before);
    assert.deepEqual(problems, []);
});

test('a former run is undone from the list; a photo that was changed since is kept', async () => {
    await store(faces('first', 13, 16));
    await button('Choose more pictures').click();
    await store(folderOf('second', { [`${upn(13)}.jpg`]: picture() }));
    const kept = await photoOf(upn(13));
    await button('Choose more pictures').click();
    const first = page.locator('.run').filter({ hasText: 'first' });
    await first.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('status').getByText('Undone: 0 restored, 2 removed, 1 kept').waitFor();
    await first.getByText(/^Undone /).waitFor();
    assert.equal(await photoOf(upn(13)), kept);
    assert.equal(await photoOf(upn(14)), undefined);
    assert.deepEqual(problems, []);
});

test('the same folder again: what is stored is unchanged', async () => {
    const path = faces('again', 16, 20);
    await store(path);
    assert.equal(await figure('Stored'), 4);
    await button('Choose more pictures').click();
    await store(path);
    assert.equal(await figure('Stored'), 0);
    assert.equal(await figure('Unchanged'), 4);
    assert.equal(await button('Undo all of it').count(), 0);
});

test('a connection that is lost in the middle: nothing is lost, nothing is asked', async () => {
    await chooseFolder(faces('lost', 20, 34));
    await checked();
    let stored = 0;
    await page.route(/photo\/\$value/, async (route) => {
        if (++stored > 5) return route.abort('connectionreset');
        await route.continue();
    });
    await button('Store 14 photos').click();
    await page.getByText(/^The server cannot be reached/).waitFor();
    assert.ok(await page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))), 'no warning');
    await page.unroute(/photo\/\$value/);
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await finished();
    assert.equal(await figure('Stored'), 14);
    assert.equal(await figure('Refused'), 0);
    assert.ok(await page.evaluate(() => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))), 'still warns');
    assert.deepEqual(await undoAll(), [0, 14, 0]);
});

test('a reply that is lost: the photo counts as stored', async () => {
    await chooseFolder(faces('reply', 20, 22));
    await checked();
    let lost = false;
    await page.route(/photo\/\$value/, async (route) => {
        if (lost) return route.continue();
        lost = true;
        await route.fetch();
        await route.abort('connectionreset');
    });
    await button('Store 2 photos').click();
    await finished();
    assert.equal(await figure('Stored'), 2);
    assert.deepEqual(await undoAll(), [0, 2, 0]);
});

test('pause, another view meanwhile, continue, stop', async () => {
    await page.route(/photo\/\$value/, async (route) => {
        await new Promise((done) => setTimeout(done, 150));
        await route.continue();
    });
    await chooseFolder(faces('pause', 20, 40));
    await checked();
    await button('Store 20 photos').click();
    await page.getByText(/^[1-9]\d* of 20 photos/).waitFor();
    await button('Pause').click();
    await page.getByText('Paused.').waitFor();
    await page.waitForTimeout(400);
    const progress = page.locator('.bulk-figures');
    const before = await progress.textContent();
    await page.getByRole('link', { name: 'My photo' }).click();
    await page.getByRole('heading', { level: 1, name: 'My photo' }).waitFor();
    await page.getByRole('link', { name: 'Many at once' }).click();
    assert.equal(await progress.textContent(), before);
    await button('Continue').click();
    await page.waitForFunction((text) => document.querySelector('.bulk-figures')?.textContent !== text, before);
    await button('Stop').click();
    await page.getByRole('heading', { level: 2, name: 'Stopped.' }).waitFor();
    const stored = await figure('Stored');
    assert.ok(stored > 0 && stored < 20, String(stored));
    assert.equal(await figure('Left out'), 20 - stored);
    const [restored, removed] = await undoAll();
    assert.ok(restored === 0 && removed >= stored, 'requests that were stopped may have been stored');
});

test('names by another property and by a pattern', async () => {
    const { displayName, givenName, surname } = site.people.find(({ user }) => user.userPrincipalName === upn(30)).user;
    await chooseFolder(folderOf('names', { [`${displayName}.jpg`]: picture(), [`${givenName}_${surname}.jpg`]: picture(), 'Twin Name.jpg': picture() }));
    await checked();
    assert.match(await result(`${displayName}.jpg`), /^Matches nobody/);
    await page.getByLabel('The file names are').selectOption({ label: 'display names (Ada Lovelace)' });
    await button('Store 1 photo').waitFor();
    await checked();
    assert.match(await result(`${displayName}.jpg`), /^New photo/);
    assert.match(await result('Twin Name.jpg'), /^Matches several/);
    await page.getByLabel('The file names are').selectOption({ label: 'of another pattern …' });
    await rowOf(`${givenName}_${surname}.jpg`).getByText('New photo').waitFor();
    assert.match(await result(`${displayName}.jpg`), /^Matches nobody/);
    const field = page.getByLabel('Pattern', { exact: true });
    await field.fill('no property');
    await field.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.equal(await button(/^Store/).isEnabled(), false);
    assert.deepEqual(problems, []);
});

test('a folder that is dropped is read with the folders in it', async () => {
    const path = folderOf('dropped', { [`a/b/${upn(30)}.jpg`]: picture(), [`${upn(31)}.jpg`]: picture() });
    const client = await page.context().newCDPSession(page);
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
        await client.send('Input.dispatchDragEvent', { type, x: 600, y: 350, data });
    }
    await checked();
    await button('Store 2 photos').waitFor();
    await page.getByRole('heading', { level: 2, name: 'dropped' }).waitFor();
    await rowOf(upn(30)).getByText('dropped/a/b').waitFor();
});

test('a single file that is dropped, and a choice without a picture', async () => {
    await giveByEvent(page, 'drop', { name: `${upn(32)}.jpg`, mimeType: 'image/jpeg', buffer: picture() });
    await checked();
    await button('Store 1 photo').waitFor();
    await button('Choose others').click();
    await chooseFolder(folderOf('none', { 'a.txt': 'a', 'b.csv': 'b' }));
    await page.getByText('There was no picture, only 2 other files.').waitFor();
});

test('a picture over the limit of Graph is stored with its centre square', async () => {
    const file = marked(1400, 900);
    const padded = Buffer.concat([file.buffer, Buffer.alloc(4_200_000 - file.buffer.length)]); // bytes after the end are allowed
    const sent = [];
    page.on('request', (request) => request.method() === 'PUT' && sent.push(request.headers()['cameo-crop']));
    await store(folderOf('large', { [`${upn(33)}.jpg`]: padded, [`${upn(34)}.jpg`]: picture() }));
    assert.equal(await figure('Stored'), 2);
    assert.deepEqual(sent.sort(), ['x=250, y=0, side=900, rotate=0', undefined]);
    await undoAll();
});

test('what the server refuses at the end is in the report, with its sentence', async () => {
    await page.route(/photo\/\$value/, (route) =>
        route.fulfill({ status: 400, contentType: 'application/json', body: '{"error": {"code": "ValidationInvalidImage", "message": "The picture is damaged."}}' }),
    );
    await store(faces('refused', 35, 37));
    assert.equal(await figure('Refused'), 2);
    assert.equal(await result(upn(35)), 'RefusedThe picture is damaged.');
});

test('by the keyboard alone: choose, start, undo', async () => {
    const press = async (name) => {
        await button(name).focus();
        await page.keyboard.press('Enter');
    };
    const path = faces('keys', 37, 38);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('Choose a folder')]);
    await chooser.setFiles(path);
    await checked();
    await page.getByLabel('Name of this run').focus();
    await page.keyboard.press('Enter');
    await finished();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Finished.');
    await press('Undo all of it');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Undone: 0 restored, 1 removed').waitFor();
    assert.deepEqual(problems, []);
});
