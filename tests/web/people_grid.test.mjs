// The grid of 10,000 people while it is scrolled for 20 seconds: how many nodes it has, and how many frames are long.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startOrganisation } from './organisation.mjs';
import { openBrowser, openPage } from './page.mjs';

const seconds = 20;
/** What a slow frame of the page may add to those that the machine has by itself. */
const allowed = 0.02;

let site, browser;
before(async () => {
    site = await startOrganisation({ count: 10_000, photos: 600 });
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

/** Frames while `step` pixels are scrolled in each: { frames, long, longest, nodes }. */
const scroll = (page, time, step) =>
    page.evaluate(
        ([milliseconds, pixels]) =>
            new Promise((done) => {
                const result = { frames: 0, long: 0, longest: 0, nodes: 0, end: 0 };
                const begin = performance.now();
                let last = begin;
                const frame = (now) => {
                    const took = now - last;
                    last = now;
                    result.frames++;
                    if (took > 50) result.long++;
                    result.longest = Math.max(result.longest, Math.round(took));
                    if (result.frames % 30 === 0) result.nodes = Math.max(result.nodes, document.querySelectorAll('*').length);
                    scrollBy(0, pixels);
                    result.end = scrollY;
                    if (now - begin < milliseconds) requestAnimationFrame(frame);
                    else done(result);
                };
                requestAnimationFrame(frame);
            }),
        [time * 1000, step],
    );

test(`a scroll of ${seconds} seconds through 10,000 people`, async (context) => {
    const { page, problems, close } = await openPage(browser, site, { account: 'admin' });
    await page.evaluate(() => (location.hash = '#/people'));
    await page.locator('.person img').first().waitFor();
    const grid = await scroll(page, seconds, 60);
    await page.waitForFunction(() => document.querySelectorAll('.placeholder').length === 0);
    const nodes = Math.max(grid.nodes, await page.evaluate(() => document.querySelectorAll('*').length));
    const { page: empty, close: closeEmpty } = await openPage(browser, site, { account: 'ada' });
    await empty.evaluate(() => (document.body.style.height = '4000000px'));
    const none = await scroll(empty, seconds / 2, 60);
    const share = ({ long, frames }) => long / frames;
    context.diagnostic(`grid: ${JSON.stringify(grid)}; a page without it: ${JSON.stringify(none)}`);
    assert.ok(nodes <= 1500, `${nodes} nodes`);
    assert.ok(grid.end > 20_000, `scrolled to ${grid.end}`);
    assert.ok(grid.frames > seconds * 15, `${grid.frames} frames`);
    assert.ok(share(grid) <= allowed + share(none), `${share(grid)} of the frames are long, ${share(none)} without the grid`);
    assert.deepEqual(problems, []);
    await closeEmpty();
    await close();
});

test('the last of 10,000 people, by one jump', async () => {
    const { page, problems, close } = await openPage(browser, site, { account: 'admin' });
    await page.evaluate(() => (location.hash = '#/people'));
    await page.locator('.person img').first().waitFor();
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const last = page.locator(`[data-index="${site.people.length - 1}"]`);
    await last.waitFor();
    await page.locator(`[data-index="${site.people.length - 1}"] .person-name`).waitFor();
    assert.equal(await last.locator('.person-name').textContent(), site.people.at(-1).user.displayName);
    assert.deepEqual(problems, []);
    await close();
});
