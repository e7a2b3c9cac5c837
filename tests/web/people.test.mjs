// Everybody: the list, search, filters, coverage, keyboard, CSV, and accounts that may not see it. docs/web.md.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, test } from 'node:test';
import { addGroup, startOrganisation } from './organisation.mjs';
import { openBrowser, openPage } from './page.mjs';

const attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const department = attack.slice(0, 38); // a department has at most 64 characters
const formula = '=HYPERLINK("https://attacker.example";"x")';

let site, browser, choir, page, problems, close;
before(async () => {
    site = await startOrganisation({
        count: 400,
        photos: 60,
        more: [{ user: { displayName: attack, department, jobTitle: attack } }, { user: { displayName: formula } }],
    });
    choir = await addGroup(site, 'Choir', site.people.slice(10, 17));
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});
beforeEach(async () => {
    await close?.();
    ({ page, problems, close } = await openPage(browser, site, { account: 'admin' }));
    await open('');
});

/** Opens the list with this query. */
async function open(query) {
    await page.evaluate((hash) => (location.hash = hash), `#/people${query}`);
    await page.locator('.result-count').waitFor();
}

const count = (text) => page.getByRole('status').getByText(text, { exact: true }).waitFor();
const query = async () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
const cards = () => page.locator('.people-grid .person:not(.placeholder)');
const names = () => page.locator('.person-name').allTextContents();
const focused = () => page.evaluate(() => Number(document.activeElement.dataset.index ?? -1));
const of = (filter) => site.people.filter(filter);
const some = (n) => (n === 1 ? '1 person found' : `${n.toLocaleString('en')} people found`);

test('everybody, in the order of the server, with photos by the bulk call', async () => {
    await count(`${site.people.length} people`);
    const shown = await names();
    assert.ok(shown.length >= 12);
    assert.deepEqual(shown, site.people.slice(0, shown.length).map(({ user }) => user.displayName));
    const photos = site.people.slice(0, shown.length).filter(({ side }) => side).length;
    await page.waitForFunction((n) => document.querySelectorAll('.person img').length === n, photos);
    assert.deepEqual(problems, []);
});

test('search waits for a pause, keeps one step for "back", and finds by the beginning of words', async () => {
    let requests = 0;
    page.on('request', (request) => (requests += /people\?search=/.test(request.url()) ? 1 : 0));
    await page.getByRole('searchbox', { name: 'Search' }).pressSequentially('zoë abara', { delay: 20 });
    const found = of(({ user }) => user.displayName.startsWith('Zoë') && user.displayName.includes('Abara'));
    await count(some(found.length));
    assert.equal(requests, 1);
    assert.equal((await query()).get('search'), 'zoë abara');
    assert.deepEqual(await names(), found.map(({ user }) => user.displayName));
    await page.goBack();
    await count(`${site.people.length} people`);
    assert.equal(await page.getByRole('searchbox', { name: 'Search' }).inputValue(), '');
    assert.deepEqual(problems, []);
});

test('a search that finds nobody says so, and offers everybody', async () => {
    await open('?search=nobodyhasthisname');
    await count('0 people found');
    await page.getByRole('button', { name: 'Show everybody' }).click();
    await count(`${site.people.length} people`);
});

test('each filter by its control; the address has it, and "back" takes it off', async () => {
    const withPhoto = of(({ side }) => side > 0);
    const select = page.getByRole('combobox', { name: 'Photo' });
    await select.selectOption('Without photo');
    await count(some(site.people.length - withPhoto.length));
    await select.selectOption('Smaller than 648 px');
    await count(some(withPhoto.filter(({ side }) => side < 648).length));
    assert.equal((await query()).get('photo'), 'small');
    await page.goBack();
    await count(some(site.people.length - withPhoto.length));
    assert.equal(await select.inputValue(), 'none');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await count(`${site.people.length} people`);

    await page.getByRole('button', { name: /^Department/ }).click();
    await page.getByLabel('Search in this list').fill('finan');
    await page.getByRole('button', { name: /^Finance/ }).click();
    const finance = of(({ user }) => user.department === 'Finance');
    await count(some(finance.length));
    assert.equal((await query()).get('department'), 'Finance');

    await page.getByRole('button', { name: /^Office/ }).click();
    await page.getByRole('button', { name: /^Osaka/ }).click();
    await count(some(finance.filter(({ user }) => user.officeLocation === 'Osaka').length));
    assert.deepEqual(problems, []);
});

test('people without a department, by the table of coverage', async () => {
    await page.getByText('By department or office').click();
    const table = page.getByRole('table');
    await page.getByRole('button', { name: /^Show all/ }).click();
    const row = table.getByRole('row').filter({ has: page.getByRole('button', { name: '(none)' }) });
    const none = of(({ user }) => user.department === null);
    assert.equal(await row.getByRole('cell').first().textContent(), String(none.length));
    const share = none.filter(({ side }) => side).length / none.length;
    assert.equal(await row.locator('.share-text').textContent(), `${Math.round(share * 100)}%`);
    await row.getByRole('button').click();
    await count(some(none.length));
    assert.equal((await query()).get('department'), '');
    await page.getByRole('group', { name: 'By department or office' }).getByRole('button', { name: 'Office' }).click();
    await table.getByRole('button', { name: 'Osaka' }).click();
    await count(some(none.filter(({ user }) => user.officeLocation === 'Osaka').length));
});

test('the figures are filters', async () => {
    const withPhoto = of(({ side }) => side > 0).length;
    await page.getByRole('button', { name: /Without photo/ }).click();
    await count(some(site.people.length - withPhoto));
    await page.getByRole('button', { name: /With photo \(/ }).click();
    await count(some(withPhoto));
    assert.equal(await page.getByRole('button', { name: /With photo \(/ }).getAttribute('aria-pressed'), 'true');
});

test('a group, by the keyboard alone; a copied link shows its name', async () => {
    await page.getByRole('button', { name: /^Group/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Choir' }).waitFor();
    await page.keyboard.type('choi');
    await page.getByRole('status').getByText('1 found').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await count(some(7));
    assert.equal((await query()).get('group'), choir.id);
    assert.deepEqual(await names(), site.people.slice(10, 17).map(({ user }) => user.displayName));
    assert.match(await page.evaluate(() => document.activeElement.textContent), /^Group/);
    await close();
    ({ page, problems, close } = await openPage(browser, site, { account: 'admin' }));
    await open(`?group=${choir.id}`);
    await page.getByRole('button', { name: 'Group Choir' }).waitFor();
    await count(some(7));
});

test('changed since a day', async () => {
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('Changed since').fill(tomorrow);
    await count('0 people found');
    assert.equal((await query()).get('changedSince'), tomorrow);
    await page.goBack();
    await count(`${site.people.length} people`);
});

test('the keyboard: one tab stop, arrows, Home, End, Page Up and Down, Enter and "back"', async () => {
    await page.locator('.person').first().waitFor();
    await page.getByLabel('Changed since').focus();
    for (let i = 0; (await focused()) < 0; i++) {
        assert.ok(i < 8, 'the list is not reached by Tab');
        await page.keyboard.press('Tab');
    }
    const columns = await page.evaluate(() => new Set([...document.querySelectorAll('.people-grid li')].map((li) => li.style.insetInlineStart)).size);
    const press = async (key, expected) => {
        await page.keyboard.press(key);
        await page.waitForFunction((index) => document.activeElement.dataset.index === String(index), expected);
        const seen = await page.evaluate(() => {
            const { top, bottom } = document.activeElement.getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
        });
        assert.ok(seen, `${key} leaves the person outside of the window`);
    };
    assert.equal(await focused(), 0);
    await press('ArrowRight', 1);
    await press('ArrowDown', 1 + columns);
    await press('ArrowLeft', columns);
    await press('ArrowUp', 0);
    await press('ArrowUp', 0);
    await press('End', site.people.length - 1);
    await press('Home', 0);
    await page.keyboard.press('PageDown');
    await page.waitForFunction(() => Number(document.activeElement.dataset.index) > 0);
    const index = await focused();
    assert.equal(index % columns, 0);
    await press('PageUp', 0);
    await press('ArrowDown', columns);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: site.people[columns].user.displayName, exact: true }).waitFor();
    await page.goBack();
    await page.waitForFunction((at) => document.activeElement.dataset.index === String(at), columns);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.closest('.people-grid')), null);
    assert.deepEqual(problems, []);
});

test('skipping ahead loads the pages in order; "back" from a person finds the list as it was', async () => {
    const requested = [];
    page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.pathname.endsWith('/people')) requested.push(url.searchParams.get('skiptoken'));
    });
    const last = site.people.at(-1).user.displayName;
    // The page has its height once the number of people is known.
    await page.waitForFunction((end) => {
        scrollTo(0, document.body.scrollHeight);
        return document.querySelector(`[data-index="${end}"] .person-name`);
    }, site.people.length - 1);
    assert.equal((await names()).at(-1), last);
    assert.equal(new Set(requested).size, requested.length, 'no page is read twice');
    const before = await page.evaluate(() => scrollY);
    await cards().last().click();
    await page.getByRole('heading', { level: 1 }).getByText(last, { exact: true }).waitFor();
    requested.length = 0;
    await page.getByRole('link', { name: 'All people' }).click();
    await page.locator(`[data-index="${site.people.length - 1}"] .person-name`).waitFor();
    assert.ok(Math.abs((await page.evaluate(() => scrollY)) - before) < 3);
    assert.deepEqual(requested, []);
});

test('a photo is read once: its ETag is remembered, and its blob URLs are given back', async () => {
    await close();
    ({ page, problems, close } = await openPage(browser, site, {
        account: 'admin',
        route: (one) => one.addInitScript(() => {
            window.urls = new Set();
            const { createObjectURL, revokeObjectURL } = URL;
            URL.createObjectURL = (blob) => { const url = createObjectURL.call(URL, blob); window.urls.add(url); return url; };
            URL.revokeObjectURL = (url) => { window.urls.delete(url); revokeObjectURL.call(URL, url); };
        }),
    }));
    const asked = [];
    page.on('request', (request) => /v1\/photos$/.test(request.url()) && asked.push(...request.postDataJSON().ids));
    await open('?photo=any');
    await page.locator('.person img').first().waitFor();
    await page.waitForLoadState('networkidle');
    const first = [...asked];
    assert.ok(first.length > 5);
    for (let i = 0; i < 3; i++) {
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await page.waitForTimeout(300);
        await page.evaluate(() => scrollTo(0, 0));
        await page.waitForTimeout(300);
    }
    await page.waitForFunction(() => document.querySelector('[data-index="0"] img'));
    assert.equal(new Set(asked).size, asked.length, 'no photo is asked for twice');
    const shown = await page.locator('img').count();
    assert.ok((await page.evaluate(() => window.urls.size)) <= shown + 1, 'blob URLs are left');
});

test('the list as CSV, with the filters, safe in a spreadsheet', async () => {
    await open('?search=hyperlink');
    await count(some(1));
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as CSV' }).click()]);
    assert.match(download.suggestedFilename(), /^people-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    const lines = text.trim().split('\r\n');
    assert.equal(lines.length, 2);
    assert.match(lines[1], /"'=HYPERLINK\(""https/);
    assert.deepEqual(problems, []);
});

test('names and departments with markup are text', async () => {
    await open('?search=img');
    await count(some(1));
    assert.deepEqual(await names(), [attack]);
    await page.getByText('By department or office').click();
    await page.getByRole('button', { name: /Show all/ }).click();
    await page.getByRole('table').getByRole('button', { name: department }).click();
    await page.getByRole('button', { name: `Department ${department}` }).waitFor();
    await page.getByRole('button', { name: `Department ${department}` }).click();
    await page.locator('.options').getByText(department).waitFor();
    await page.keyboard.press('Escape');
    await cards().first().click();
    await page.getByRole('heading', { level: 1 }).getByText(attack, { exact: true }).waitFor();
    assert.equal(await page.title(), `${attack} – Cameo`);
    assert.equal(await page.locator('img[src=x], main script').count(), 0);
    assert.deepEqual(problems, []);
});

test('an error in the middle of the list is shown, and the next try goes on', async () => {
    await page.evaluate(() => scrollTo(0, 0));
    await page.route(/people\?.*skiptoken=/, (route) => route.abort());
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const alert = page.getByRole('alert');
    await alert.waitFor();
    await page.unroute(/people\?.*skiptoken=/);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await alert.waitFor({ state: 'detached' });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.locator(`[data-index="${site.people.length - 1}"] .person-name`).waitFor();
    assert.equal(await alert.count(), 0);
});

test('an account without the right is not offered the views, and their addresses say so', async () => {
    for (const account of ['ada', 'reader']) {
        const other = await openPage(browser, site, { account });
        assert.deepEqual(await other.page.getByRole('navigation').getByRole('link').allTextContents(), ['My photo']);
        for (const hash of ['#/people', `#/people/${site.accounts.admin.id}`, '#/many']) {
            await other.page.evaluate((to) => (location.hash = to), hash);
            await other.page.getByText('Your account may not open this view.').waitFor();
        }
        assert.deepEqual(other.problems, []);
        await other.close();
    }
});
