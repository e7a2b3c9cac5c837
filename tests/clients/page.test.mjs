// examples/page in a real browser: the photo is shown from memory, and nothing is asked of any other machine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server } from '../api/lib/server.mjs';
import { makeUser } from '../api/lib/world.mjs';

const { chromium } = createRequire(new URL('node/', import.meta.url))('playwright-core');
const folder = fileURLToPath(new URL('../../examples/page/', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript' };
const options = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

let server, user, token, site, address, browser;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(500, 500, [200, 120, 60]) });
    token = server.userToken(user.id, 'User.Read User.ReadBasic.All');
    site = http.createServer(serve);
    await new Promise((done) => site.listen(0, '127.0.0.1', done));
    address = `http://127.0.0.1:${site.address().port}/`;
    browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: [...options.split(' '), '--disable-component-update', '--disable-sync'],
    });
});
after(async () => {
    await browser?.close();
    site?.close();
    await server?.stop();
});

function serve({ url }, response) {
    const path = url === '/' ? 'index.html' : url.slice(1);
    if (!['index.html', 'photo.js'].includes(path)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[extname(path)] });
    response.end(readFileSync(join(folder, path)));
}

/** Opens the page, fills the form in, and tells what was asked of whom meanwhile. */
async function show(owner, bearer = token) {
    const page = await browser.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(address);
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
    const elsewhere = asked.filter((url) => !/^(blob:)?http:\/\/127\.0\.0\.1:\d+\//.test(url));
    assert.deepEqual(elsewhere, []);
    if (process.env.CAMEO_SCREENSHOT) await page.screenshot({ path: process.env.CAMEO_SCREENSHOT });
    await page.close();
});

test('who has none, or a token that is none: the page says the code, and shows no picture', async () => {
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
