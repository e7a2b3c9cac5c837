// examples/page in a real browser: the photo is shown from memory, and no request goes to another machine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server } from '../api/lib/server.mjs';
import { makeUser } from '../api/lib/world.mjs';
import { elsewhere, openBrowser, requestsOf, Site } from './browser.mjs';

let server, user, token, site, browser;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(500, 500, [200, 120, 60]) });
    token = server.userToken(user.id, 'User.Read User.ReadBasic.All');
    site = await Site.start();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
    await server?.stop();
});

/** Opens the page, fills the form in, and returns the requests. */
async function show(owner, bearer = token) {
    const page = await browser.newPage();
    const asked = requestsOf(page);
    await page.goto(`${site.address}/index.html`);
    await page.fill('[name=url]', `${server.origin}/v1.0`);
    await page.fill('[name=token]', bearer);
    await page.fill('[name=owner]', owner);
    await page.click('button');
    await page.waitForFunction(() => document.querySelector('[role=status]').textContent !== '');
    return { page, asked, status: await page.textContent('[role=status]') };
}

test('the photo is on the page: 240 pixels wide, from an object in memory', async () => {
    const { page, asked, status } = await show('me');
    const image = await page.$eval('img', ({ src, naturalWidth, naturalHeight, complete }) => ({
        src,
        naturalWidth,
        naturalHeight,
        complete,
    }));
    assert.equal(status, 'me, 240 pixels');
    assert.deepEqual([image.naturalWidth, image.naturalHeight, image.complete], [240, 240, true]);
    assert.match(image.src, /^blob:http:\/\/127\.0\.0\.1:/);
    assert.deepEqual(elsewhere(asked), []);
    if (process.env.CAMEO_SCREENSHOT) await page.screenshot({ path: process.env.CAMEO_SCREENSHOT });
    await page.close();
});

test('without a photo or with an invalid token the page shows the code and no picture', async () => {
    const without = await makeUser(server);
    for (const [owner, bearer, said] of [
        [`users/${without.id}`, token, '404 ImageNotFound'],
        ['me', 'no.token', '401 InvalidAuthenticationToken'],
    ]) {
        const { page, status } = await show(owner, bearer);
        assert.equal(status, said);
        assert.equal(await page.$eval('img', (image) => image.getAttribute('src')), null);
        await page.close();
    }
});
