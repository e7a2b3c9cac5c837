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

/** How each view is reached from the signed-in page. */
const views = {
    sign_in: { go: (page) => page.locator('pre').waitFor() },
    my_photo: { account: 'ada', go: (page) => page.locator('.former img').waitFor() },
    my_photo_of_reader: { account: 'reader', go: (page) => page.getByText('Your account may look').waitFor() },
    editor: {
        account: 'ada',
        go: async (page) => {
            await page.locator('input[type=file]').first().setInputFiles(marked(600, 900));
            await page.locator('.crop-area').waitFor();
        },
    },
    refused: {
        account: 'ada',
        go: async (page) => {
            await page.locator('input[type=file]').first().setInputFiles(marked(40, 40));
            await page.getByRole('alert').waitFor();
        },
    },
    size: { account: 'ada', go: (page) => page.getByRole('button', { name: '240 × 240' }).click() },
    remove: { account: 'ada', go: (page) => page.getByRole('button', { name: 'Remove', exact: true }).click() },
    erase: { account: 'ada', go: (page) => page.getByRole('button', { name: 'Erase …' }).click() },
};

for (const [view, { account, go }] of Object.entries(views)) {
    for (const [look, device] of Object.entries(looks)) {
        test(`${view}, ${look}`, async () => {
            const { page, problems, close } = await openPage(browser, site, { account, ...device });
            await go(page);
            await page.waitForLoadState('networkidle');
            await shoot(page, `${view}_${look}`, !['size', 'remove', 'erase'].includes(view));
            await assertAccessible(page, view);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'scrolls sideways');
            assert.deepEqual(problems, []);
            await close();
        });
    }
}
