// The Microsoft Graph Toolkit in Chromium: a person's component, and the toolkit's own calls for photos and people.
import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browserOptions } from '../browser.mjs';
import { assertSquare, check, tellVersion, world } from '../node/program.mjs';

const { chromium } = createRequire(new URL('../node/', import.meta.url))('playwright-core');
const entryPoints = [fileURLToPath(new URL('toolkit_page.mjs', import.meta.url))];
const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'iife', globalName: 'toolkit', logLevel: 'error' });
const site = http.createServer(({ url }, response) => {
    if (url === '/page.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(outputFiles[0].contents);
    else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><script src="/page.js"></script><body></body>');
});
await new Promise((done) => site.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: browserOptions });
const context = await browser.newContext({ ignoreHTTPSErrors: true });
const origin = new URL(world.url).origin;
const page = await context.newPage();
await page.goto(`http://127.0.0.1:${site.address().port}/`);
await page.evaluate(([to, token]) => toolkit.connect(to, token), [origin, world.token]);
const call = (...args) => page.evaluate((all) => toolkit.call(...all), args);
const bytesOf = (picture) => Buffer.from(/^data:image\/jpeg;base64,(.*)$/.exec(picture)[1], 'base64');
const put = (path) => fetch(`${world.url}${path}/photo/$value`, { method: 'PUT', headers: { Authorization: `Bearer ${world.token}` }, body: world.picture });

tellVersion('@microsoft/mgt-components', '@microsoft/mgt-element');

await check('seed-photo', async () => {
    const src = await page.evaluate(async () => {
        const person = document.createElement('mgt-person');
        Object.assign(person, { personQuery: 'me', view: 'image', fetchImage: true });
        document.body.append(person);
        for (let tries = 0; tries < 200; tries++) {
            const image = person.shadowRoot?.querySelector('img');
            if (image?.complete && image.naturalWidth > 0) return image.src;
            await new Promise((done) => setTimeout(done, 50));
        }
    });
    assertSquare(bytesOf(src), 648);
});
await check('encoded-ids', async () => assertSquare(bytesOf(await call('getUserPhoto', world.guest)), 240));
await check('not-found', async () => assert.equal(await call('getUserPhoto', world.user), null));
await check('group', async () => {
    assert.equal((await put(`/groups/${world.group}`)).status, 200);
    assertSquare(bytesOf(await call('getGroupImage', { id: world.group })), 648);
});
await check('contact', async () => {
    assert.equal((await put(`/me/contacts/${world.contact}`)).status, 200);
    const person = { personType: { class: 'Person', subclass: 'PersonalContact' }, scoredEmailAddresses: [{ address: world.contactMail }] };
    assertSquare(bytesOf(await call('getPersonImage', person)), 648);
});
await check('people', async () => {
    const { id } = await call('getMe');
    const [me] = await call('getUsersForUserIds', [id]);
    assert.equal(me.userPrincipalName, world.me);
});
await check('find', async () => {
    const found = await call('findUsers', 'Person');
    assert.equal(found.length, 3);
    const groups = await call('findGroups', 'Group');
    assert.equal(groups.length, 2);
});
await check('members', async () => {
    const members = await call('findGroupMembers', 'Person', world.team);
    assert.deepEqual(members.map(({ userPrincipalName }) => userPrincipalName), [world.me]);
});
await browser.close();
site.close();
