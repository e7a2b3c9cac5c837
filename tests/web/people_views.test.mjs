// Everybody, a person's page and "Many at once" in each look: axe-core finds nothing, the policy holds, nothing scrolls
// sideways. The pictures are in build/screenshots.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { temporaryFolder } from '../api/lib/server.mjs';
import { portraitJpeg } from '../../web/test/stand_in/generated.mjs';
import { addGroup, startOrganisation } from './organisation.mjs';
import { assertAccessible, openBrowser, openPage, shoot } from './page.mjs';

let site, browser, folder;
before(async () => {
    site = await startOrganisation({ count: 120 });
    await addGroup(site, 'Choir', site.people.slice(0, 9));
    await site.give('ada', portraitJpeg(3, 648));
    await site.give('ada', portraitJpeg(9, 504));
    folder = makeFolder();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

/** Pictures of every kind that the preview tells apart. */
function makeFolder() {
    const path = `${temporaryFolder()}/portraits-2026`;
    mkdirSync(`${path}/sales`, { recursive: true });
    const upns = site.people.map(({ user }) => user.userPrincipalName).filter((upn) => upn.startsWith('person'));
    for (let i = 0; i < 24; i++) writeFileSync(`${path}/${i % 3 ? '' : 'sales/'}${upns[i]}.jpg`, portraitJpeg(i % 24, [240, 120][i % 2]));
    writeFileSync(`${path}/${upns[4]}.png`, portraitJpeg(1, 240));
    writeFileSync(`${path}/${upns[25]}.jpg`, 'not a picture');
    writeFileSync(`${path}/${upns[26]}.heic`, '');
    writeFileSync(`${path}/former.colleague@example.org.jpg`, portraitJpeg(2, 120));
    writeFileSync(`${path}/notes.txt`, 'hello');
    return path;
}

const looks = {
    light: {},
    dark: { dark: true, language: 'de-DE' },
    phone: { width: 390, height: 844, touch: true },
    narrow: { width: 320, height: 640 },
    wide: { width: 1920, height: 1080 },
};

const go = (page, hash) => page.evaluate((to) => (location.hash = to), hash);
const grid = async (page, query = '') => {
    await go(page, `#/people${query}`);
    await page.locator('.person img').first().waitFor();
};
/** In a narrow window the filters are behind a button. */
const showFilters = async (page) => {
    const toggle = page.locator('.filter-toggle');
    if ((await toggle.isVisible()) && (await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
};
const isUpload = /photo\/\$value/;

/** Each begins where the one before it ended. */
const views = {
    people: grid,
    people_coverage: async (page) => {
        await page.locator('summary').click();
        await page.getByRole('table').waitFor();
    },
    people_filtered: async (page) => {
        await page.locator('summary').click();
        await grid(page, '?department=Finance&photo=any');
        await showFilters(page);
    },
    people_picker: async (page) => {
        await showFilters(page);
        await page.locator('.picker').first().click();
        await page.locator('.options button').nth(3).waitFor();
    },
    people_none: async (page) => {
        await page.keyboard.press('Escape');
        await go(page, '#/people?search=nobodyhasthisname');
        await page.locator('.empty').waitFor();
    },
    person: async (page) => {
        await go(page, `#/people/${site.accounts.ada.id}`);
        await page.locator('.former img').first().waitFor();
    },
    many: async (page) => {
        await go(page, '#/many');
        await page.locator('.drop-zone').waitFor();
    },
    many_preview: async (page) => {
        await page.locator('input[type=file]').first().setInputFiles(folder);
        await page.locator('.bulk-start .primary:enabled').waitFor();
    },
    many_running: async (page) => {
        await page.route(isUpload, async (route) => {
            await new Promise((done) => setTimeout(done, 300));
            await route.continue().catch(() => undefined); // it may have ended meanwhile
        });
        await page.locator('.bulk-start .primary').click();
        await page.locator('.bulk-figures .muted').waitFor();
    },
    many_lost: async (page) => {
        await page.unroute(isUpload);
        await page.route(isUpload, (route) => route.abort('connectionreset'));
        await page.locator('.warning-text').waitFor();
    },
    many_report: async (page) => {
        await page.unroute(isUpload);
        await page.evaluate(() => dispatchEvent(new Event('online')));
        await page.locator('.figures').waitFor();
    },
    many_undo: async (page) => {
        await page.locator('.run').getByRole('button').first().click();
        await page.getByRole('dialog').waitFor();
    },
};

async function look(page, view, name) {
    if (!/running|lost/.test(view)) await page.waitForLoadState('networkidle');
    await shoot(page, `${view}_${name}`, false);
    await assertAccessible(page, `${view}, ${name}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${view} scrolls sideways`);
}

for (const [name, device] of Object.entries(looks)) {
    test(`every view, ${name}`, async () => {
        const { page, problems, close } = await openPage(browser, site, { account: 'admin', ...device });
        for (const [view, show] of Object.entries(views)) {
            await show(page);
            await look(page, view, name);
        }
        assert.deepEqual(problems, []);
        await close();
    });
}

test('right to left: nothing scrolls sideways, the arrow keys follow the reading', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'admin' });
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    for (const view of ['people', 'people_coverage', 'people_filtered', 'person', 'many', 'many_preview']) {
        await views[view](page);
        await look(page, view, 'rtl');
    }
    await grid(page);
    await page.locator('.person').first().focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('[data-index="1"]:focus').waitFor();
    const places = await page.locator('.person').evaluateAll((all) => all.slice(0, 2).map((one) => one.getBoundingClientRect().x));
    assert.ok(places[0] > places[1]);
    assert.deepEqual(problems, []);
    await close();
});

test('text of 200 %: the grid makes room', async () => {
    const { page, close } = await openPage(browser, site, { account: 'admin' });
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    await grid(page);
    await shoot(page, 'people_large_text', false);
    const cut = await page.locator('.person').evaluateAll((all) => all.filter((one) => one.scrollHeight > one.clientHeight + 1).length);
    assert.equal(cut, 0);
    await close();
});
