// Each view in light, dark and on a phone: axe-core finds nothing, the policy holds, the page never scrolls sideways.
// The pictures are in build/screenshots.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, openBrowser, openPage, shoot } from './page.mjs';
import { marked } from './pictures.mjs';
import { startSite } from './site.mjs';

let site, browser;
before(async () => {
    site = await startSite();
    browser = await openBrowser();
    await site.give('ada', marked(900, 900).buffer);
    await site.give('ada', marked(800, 800).buffer);
    await site.give('reader', marked(500, 500).buffer);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const looks = { light: {}, dark: { dark: true }, phone: { width: 390, height: 844, touch: true }, narrow: { width: 320, height: 640 } };

const named = (page, name) => page.getByRole('button', { name, exact: true });
const choose = (page, size) => page.locator('input[type=file]').first().setInputFiles(size);
const escape = (page) => page.keyboard.press('Escape');

/** The views of each account, in an order in which one leads to the next: `go` opens it, `leave` closes it. */
const views = {
    nobody: { sign_in: { go: (page) => page.locator('pre').waitFor() } },
    reader: { my_photo_of_reader: { go: (page) => page.locator('.present img').waitFor() } },
    ada: {
        my_photo: { go: (page) => page.locator('.former img').waitFor() },
        size: { go: (page) => named(page, '240 × 240').click(), leave: escape },
        remove: { go: (page) => named(page, 'Remove').click(), leave: escape },
        erase: { go: (page) => named(page, 'Erase …').click(), leave: escape },
        refused: {
            go: async (page) => {
                await choose(page, marked(40, 40));
                await page.getByRole('alert').waitFor();
            },
        },
        editor: {
            go: async (page) => {
                await choose(page, marked(600, 900));
                await page.locator('.crop-area').waitFor();
            },
        },
    },
};

for (const [account, ofAccount] of Object.entries(views)) {
    for (const [look, device] of Object.entries(looks)) {
        test(`${Object.keys(ofAccount).join(', ')}: ${look}`, async () => {
            const signedIn = account === 'nobody' ? {} : { account };
            const { page, problems, close } = await openPage(browser, site, { ...signedIn, ...device });
            for (const [view, { go, leave }] of Object.entries(ofAccount)) {
                await go(page);
                await page.waitForLoadState('networkidle');
                await shoot(page, `${view}_${look}`, !leave);
                await assertAccessible(page, view);
                const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
                assert.ok(fits, `${view} scrolls sideways`);
                await leave?.(page);
            }
            assert.deepEqual(problems, []);
            await close();
        });
    }
}
