// POST /cameo/v1/preview: a picture as a browser can show it; nothing is stored (docs/cameo-api.md).
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { call, get } from './lib/http.mjs';
import { assertColour, assertWhole, colourAt, segments } from './lib/jpeg_inspection.mjs';
import { blue, bmp, exif, gif, jpeg, jpegOfBytes, png, pngBomb, red, secret, webp, xmp } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, assertMentions, makeGroup, makeUser } from './lib/world.mjs';

const path = '/cameo/v1/preview';
let server, user, token;
before(async () => {
    server = await Server.start();
    user = await makeUser(server);
    token = server.userToken(user.id, 'User.ReadWrite');
});
after(() => server.stop());

const preview = (body, { as = token, to = server, ...headers } = {}) =>
    call(to, 'POST', path, { token: as, body, headers: { 'Content-Type': 'image/jpeg', ...headers } });

const halves = (width) => (x) => (x < width / 2 ? red : blue);

test('the whole picture the right way up, its longer side at most 1,600 pixels', async () => {
    for (const [body, shown, original] of [
        [jpeg(2000, 1000, halves(2000)), [1600, 800], 'width=2000, height=1000'],
        [jpeg(300, 200, halves(300)), [300, 200], 'width=300, height=200'],
        [jpeg(20, 30, halves(20)), [20, 30], 'width=20, height=30'],
    ]) {
        const answer = await preview(body);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.headers['content-type'], 'image/jpeg');
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.equal(answer.headers['cameo-picture'], original);
        const picture = assertWhole(answer.body, ...shown);
        assertColour(colourAt(picture, 0.25, 0.5), red, original);
        assertColour(colourAt(picture, 0.75, 0.5), blue, original);
    }
});

test('the size is that of the turned original, and no metadata is left', async () => {
    const body = jpeg(300, 200, halves(300), { segments: [exif({ orientation: 6, gps: true }), xmp] });
    const answer = await preview(body);
    assert.equal(answer.headers['cameo-picture'], 'width=200, height=300');
    const picture = assertWhole(answer.body, 200, 300);
    assertColour(colourAt(picture, 0.5, 0.25), red, 'above');
    assertColour(colourAt(picture, 0.5, 0.75), blue, 'below');
    assert.ok(!answer.body.includes(secret));
    assert.ok(!segments(answer.body).some(({ marker }) => marker === 0xe1));
});

test('the formats of uploads', async () => {
    for (const body of [png(60, 40), webp(60, 40), gif(60, 40)]) {
        const answer = await preview(body);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.headers['cameo-picture'], 'width=60, height=40');
        assertWhole(answer.body, 60, 40);
    }
});

test('the errors are those of an upload', async () => {
    assertError(await preview(Buffer.alloc(0)), 400, 'BadRequest');
    assertError(await preview(jpeg(300, 200).subarray(0, 900)), 400, 'ValidationInvalidImage');
    assertError(await preview(pngBomb(20_000, 100)), 400, 'ValidationImageTooLarge');
    assertError(await preview(bmp()), 415, 'UnsupportedMediaType');
    assertError(await preview(jpeg(60, 40), { 'Content-Encoding': 'br' }), 415, 'UnsupportedMediaType');
    assertError(await preview(jpeg(60, 40), { 'Cameo-Crop': 'x=0, y=0, side=48' }), 400, 'BadRequest');
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
        assertError(await call(server, method, path, { token }), 405, 'Request_BadRequest');
});

test('a body may have crop_upload_bytes, as sent and inflated', async () => {
    assert.equal((await preview(jpegOfBytes(25_000_000))).status, 200);
    assert.equal((await preview(gzipSync(jpegOfBytes(25_000_000)), { 'Content-Encoding': 'gzip' })).status, 200);
    for (const answer of [
        await preview(jpegOfBytes(25_000_001)),
        await preview(gzipSync(jpegOfBytes(25_000_001)), { 'Content-Encoding': 'gzip' }),
    ]) {
        assertError(answer, 413, 'RequestEntityTooLarge');
        assertMentions(answer, 25_000_000);
    }
});

test('nothing is stored, and nothing is audited but a refusal', async () => {
    const other = await makeUser(server);
    const before = server.stdout.length;
    await preview(jpeg(300, 200), { as: server.userToken(other.id, 'User.ReadWrite') });
    assertError(await get(server, other.photo, server.admin), 404, 'ImageNotFound');
    await preview(jpeg(300, 200), { as: server.userToken(other.id, 'User.Read') });
    const audited = () =>
        server.stdout
            .slice(before)
            .split('\n')
            .filter((line) => line.includes('"log":"audit"') || line.includes('audit'))
            .filter((line) => line.includes(path));
    for (let i = 0; i < 100 && audited().length === 0; i++) await new Promise((done) => setTimeout(done, 20));
    assert.equal(audited().length, 1, server.stdout.slice(before));
    assert.match(audited()[0], /403/);
});

test('it needs a token that may write some photo', async () => {
    const picture = jpeg(60, 40);
    await makeGroup(server, { owners: [user] });
    const may = [
        server.userToken(user.id, 'User.ReadWrite'),
        server.userToken(user.id, 'User.ReadWrite.All'),
        server.userToken(user.id, 'Group.ReadWrite.All'),
        server.userToken(user.id, 'TeamSettings.ReadWrite.All'),
        server.userToken(user.id, 'Contacts.ReadWrite'),
        server.appToken('ProfilePhoto.ReadWrite.All'),
        server.appToken('User.ReadWrite.All'),
        server.appToken('Group.ReadWrite.All'),
        server.appToken('Contacts.ReadWrite'),
    ];
    for (const as of may) assert.equal((await preview(picture, { as })).status, 200);
    const mayNot = [
        server.userToken(user.id, 'User.Read.All Contacts.Read Group.Read.All'),
        server.userToken(user.id, 'GroupMember.ReadWrite.All'),
        server.appToken('User.ReadWrite'),
        server.appToken('ProfilePhoto.Read.All'),
    ];
    for (const as of mayNot) assertError(await preview(picture, { as }), 403, 'ErrorAccessDenied');
    assertError(await preview(picture, { as: null }), 401, 'InvalidAuthenticationToken');
});

test('it counts as an upload', async () => {
    const own = await Server.start({ config: '[limits]\nuploads_per_second = 1\nuploads_burst = 3\n' });
    const person = await makeUser(own);
    const as = own.userToken(person.id, 'User.ReadWrite');
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await preview(jpeg(60, 40), { as, to: own })).status);
    assert.ok(statuses.includes(429), statuses.join());
    assert.equal(statuses[0], 200);
    await own.stop();
});

test('it is no item of a batch', async () => {
    for (const url of ['/cameo/v1/preview', '//cameo/v1/preview', 'cameo/v1/photos']) {
        const answer = await call(server, 'POST', '/v1.0/$batch', {
            token,
            body: JSON.stringify({ requests: [{ id: '1', method: 'POST', url, headers: { 'Content-Type': 'application/json' }, body: {} }] }),
            headers: { 'Content-Type': 'application/json' },
        });
        assert.equal(answer.json().responses[0].status, 400, url);
    }
});
