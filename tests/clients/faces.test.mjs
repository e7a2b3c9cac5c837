// examples/page/faces.html in a real browser, and the generator that it reads the faces with.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bulkPhotos } from '../../examples/page/bulk_photos.js';
import { get, remove } from '../api/lib/http.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server } from '../api/lib/server.mjs';
import { givePhoto, makeUser } from '../api/lib/world.mjs';
import { elsewhere, openBrowser, requestsOf, Site } from './browser.mjs';

const colours = Array.from({ length: 12 }, (_, i) => [40 + 15 * i, 200 - 12 * i, (90 * i) % 255]);

let server, people, token, site, browser, page, asked;
before(async () => {
    server = await Server.start();
    people = await makePeople(72);
    token = server.userToken(people[0].id, 'User.ReadBasic.All');
    site = await Site.start();
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    asked = requestsOf(page);
    await page.goto(`${site.address}/faces.html`);
});
after(async () => {
    await browser?.close();
    await site?.stop();
    await server?.stop();
});

const letter = (at) => String.fromCharCode(65 + (at % 26));

/** Every sixth has no photo. */
const hasFace = (at) => at % 6 !== 5;
async function makePeople(count) {
    const make = (_, at) =>
        makeUser(server, {
            displayName: `Ada ${letter(at)}yron ${letter(at + 7)}${at}`,
            picture: hasFace(at) ? jpeg(120, 120, colours[at % colours.length]) : undefined,
        });
    return Promise.all(Array.from({ length: count }, make));
}

const isPhotoRequest = ({ method, url }) => method === 'POST' && url === `${server.origin}/cameo/v1/photos`;

/** Presses a button of the page and waits for its message. */
async function press(name) {
    asked.length = 0;
    await page.evaluate(() => (document.querySelector('[role=status]').textContent = ''));
    await page.click(`text=${name}`);
    await page.waitForFunction(() => document.querySelector('[role=status]').textContent !== '');
    await page.$$eval('figure img', (images) => Promise.all(images.map((image) => image.decode())));
    return page.textContent('[role=status]');
}

/** By card: its person, the width of the photo and its source, or the initials. */
const cards = () =>
    page.$$eval('figure', (figures) =>
        figures.map((figure) => {
            const image = figure.querySelector('img');
            const at = Number(/\d+$/.exec(figure.textContent)[0]); // among the people
            return image
                ? { at, width: image.naturalWidth, source: image.src }
                : { at, text: figure.firstChild.textContent };
        }),
    );

test('every photo is on the page after one POST, and a person without a photo has initials', async () => {
    await page.fill('[name=url]', server.origin);
    await page.fill('[name=token]', token);
    assert.match(await press('Show'), /^60 faces of 72 people, \d+ KB in \d+\.\d\d s$/);
    const shown = await cards();
    const faces = shown.filter(({ width }) => width !== undefined);
    assert.equal(faces.length, 60);
    for (const { width, source } of faces) {
        assert.equal(width, 96);
        assert.match(source, /^data:image\/jpeg;base64,/);
    }
    for (const { at, text } of shown.filter(({ width }) => width === undefined)) {
        assert.equal(hasFace(at), false);
        assert.equal(text, `A${letter(at + 7)}`);
    }
    assert.equal(asked.filter(isPhotoRequest).length, 1);
    assert.equal(asked.filter(({ url }) => url.includes('/$value')).length, 0);
    assert.deepEqual(elsewhere(asked), []);
    if (process.env.CAMEO_SCREENSHOT) await page.screenshot({ path: process.env.CAMEO_SCREENSHOT });
});

test('each card shows the photo of its person', async () => {
    const painted = await page.$$eval('figure img', (images) =>
        images.map((image) => {
            const context = new OffscreenCanvas(1, 1).getContext('2d');
            context.drawImage(image, 0, 0);
            return { at: Number(/\d+$/.exec(image.closest('figure').textContent)[0]), colour: [...context.getImageData(0, 0, 1, 1).data] };
        }),
    );
    assert.equal(painted.length, 60);
    for (const { at, colour } of painted) {
        const wanted = colours[at % colours.length];
        for (const channel of [0, 1, 2]) assert.ok(Math.abs(colour[channel] - wanted[channel]) < 12, `${colour}`);
    }
});

test('a reload transfers only changed photos', async () => {
    const before = await cards();
    await givePhoto(server, people[5], jpeg(96, 96, [250, 250, 250]));
    assert.equal((await remove(server, people[0].photo, server.admin)).status, 200);
    assert.match(await press('Reload'), /^60 faces of 72 people, 0 KB in /);
    const sources = new Set(before.map(({ source }) => source));
    const shown = await cards();
    assert.equal(shown.filter(({ source }) => source && !sources.has(source)).length, 1);
    assert.equal(shown.filter(({ text }) => text !== undefined).length, 12);
    assert.equal(asked.filter(isPhotoRequest).length, 1);
});

test('the page shows an error', async () => {
    await page.fill('[name=token]', 'no.token');
    assert.equal(await press('Show'), '401 InvalidAuthenticationToken');
});

test('the same in Node: each photo equals the answer of its own path', async () => {
    const ids = people.slice(6, 12).map(({ upn }) => upn);
    const etags = {};
    for await (const photo of bulkPhotos(server.origin, token, ids, '48x48')) {
        const alone = await get(server, `/v1.0/users/${photo.id}/photos/48x48/$value`, token);
        assert.equal(photo.id, ids.shift());
        assert.equal(photo.status, alone.status);
        assert.equal(photo.type, alone.headers['content-type']);
        assert.equal(photo.etag, alone.headers.etag);
        if (photo.status === 200) assert.deepEqual(Buffer.from(photo.bytes), alone.body);
        if (photo.etag) etags[photo.id] = photo.etag;
    }
    assert.equal(ids.length, 0);
    const known = Object.keys(etags);
    assert.equal(known.length, 5);
    for await (const { status, bytes } of bulkPhotos(server.origin, token, known, '48x48', etags))
        assert.deepEqual([status, bytes.length], [304, 0]);
});
