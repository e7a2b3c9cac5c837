// Cropped uploads: the header Cameo-Crop, its limit of bytes, and the header Cameo-Source (docs/cameo-api.md).
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, fill } from './lib/command.mjs';
import { call, get, post, put } from './lib/http.mjs';
import { assertWhole, decode, dimensions } from './lib/jpeg_inspection.mjs';
import { exif, gif, jpeg, jpegOfBytes, png, webp } from './lib/pictures.mjs';
import { makeOwners } from './lib/owners.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { assertError, assertMentions, makeUser } from './lib/world.mjs';

let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

// A picture whose colours tell the place of each block of 20 pixels.
const blockColour = (x, y) => {
    const level = ((x * 7 + y * 3) % 5) * 25 + ((x * 2 + y * 5) % 4) * 32;
    return [level, level, Math.min(255, level + ((x + y * 11) % 3) * 15)];
};
const paint = (x, y) => blockColour(Math.floor(x / 20), Math.floor(y / 20));
const wide = { width: 400, height: 300 };
const picture = jpeg(wide.width, wide.height, paint, { quality: 98 });

/** The colour at a place of the picture that is rotated clockwise. */
function colourOfTurned(x, y, rotate) {
    if (rotate === 0) return paint(x, y);
    if (rotate === 90) return paint(y, wide.height - 1 - x);
    if (rotate === 180) return paint(wide.width - 1 - x, wide.height - 1 - y);
    return paint(wide.width - 1 - y, x);
}

/** The mean difference of each sample from the reference. */
function distance(bytes, { x, y, side, rotate = 0 }) {
    const { data, width } = decode(bytes);
    assert.equal(width, side);
    let sum = 0;
    let count = 0;
    for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
            const wanted = colourOfTurned(x + column, y + row, rotate);
            for (let i = 0; i < 3; i++) sum += Math.abs(data[(row * side + column) * 4 + i] - wanted[i]);
            count += 3;
        }
    }
    return sum / count;
}

const textOf = ({ x, y, side, rotate }) => `x=${x}, y=${y}, side=${side}${rotate === undefined ? '' : `, rotate=${rotate}`}`;
const putCrop = (owner, body, crop, more = {}) =>
    put(server, owner.photo, server.admin, body, { 'Cameo-Crop': typeof crop === 'string' ? crop : textOf(crop), ...more });
const photoOf = (owner) => get(server, owner.photo, server.admin);

test('the square is taken exactly, after the rotation', async () => {
    const owner = await makeUser(server);
    for (const crop of [
        { x: 40, y: 20, side: 240 },
        { x: 33, y: 27, side: 120, rotate: 0 },
        { x: 11, y: 101, side: 240, rotate: 90 },
        { x: 101, y: 11, side: 96, rotate: 180 },
        { x: 60, y: 160, side: 240, rotate: 270 },
        { x: 160, y: 60, side: 240, rotate: 180 },
    ]) {
        assert.equal((await putCrop(owner, picture, crop)).status, 200);
        const { body } = await photoOf(owner);
        const right = distance(body, crop);
        for (const [dx, dy] of [[2, 0], [-2, 0], [0, 2], [0, -2]]) {
            const beside = { ...crop, x: crop.x + dx, y: crop.y + dy };
            assert.ok(right * 1.15 < distance(body, beside), `${textOf(crop)}: ${right}, ${distance(body, beside)}`);
        }
        assert.ok(right < 12, `${textOf(crop)}: ${right}`);
    }
});

test('the orientation of the file comes first, and the message has the size of the turned picture', async () => {
    const owner = await makeUser(server);
    const lying = jpeg(wide.width, wide.height, paint, { quality: 98, segments: [exif({ orientation: 6 })] });
    const crop = { x: 11, y: 101, side: 240 };
    assert.equal((await putCrop(owner, lying, crop)).status, 200);
    assert.ok(distance((await photoOf(owner)).body, { ...crop, rotate: 90 }) < 12);
    const outside = await putCrop(owner, lying, { x: 61, y: 0, side: 240 });
    assertError(outside, 400, 'BadRequest');
    assert.match(outside.json().error.message, /\b300x400\b/);
    const turned = await putCrop(owner, lying, { x: 0, y: 61, side: 240, rotate: 90 });
    assertError(turned, 400, 'BadRequest');
    assert.match(turned.json().error.message, /\b400x300\b/);
});

test('the sizes are those of an upload of the square', async () => {
    const owner = await makeUser(server);
    await putCrop(owner, picture, { x: 0, y: 0, side: 100 });
    const { value } = (await get(server, `${owner.path}/photos`, server.admin)).json();
    assert.deepEqual(value.map(({ id }) => id), ['48x48', '64x64', '96x96']);
});

test('a directory photo has the size of the square', async () => {
    const owner = await makeUser(server, { photoStorage: 'directory' });
    await putCrop(owner, picture, { x: 7, y: 9, side: 131, rotate: 270 });
    assert.deepEqual(dimensions((await photoOf(owner)).body), { width: 131, height: 131 });
});

test('PNG, WebP and GIF are cropped too', async () => {
    const owner = await makeUser(server);
    for (const body of [png(200, 100), webp(200, 100), gif(200, 100)]) {
        assert.equal((await putCrop(owner, body, { x: 100, y: 4, side: 96 })).status, 200);
        assertWhole((await photoOf(owner)).body, 96);
        const outside = await putCrop(owner, body, { x: 105, y: 4, side: 96 });
        assertError(outside, 400, 'BadRequest');
        assert.match(outside.json().error.message, /\b200x100\b/);
    }
});

test('bytes, crop and rotation together identify an upload', async () => {
    const owner = await makeUser(server);
    const etagAfter = async (crop) => {
        const headers = crop === undefined ? {} : { 'Cameo-Crop': crop };
        assert.equal((await put(server, owner.photo, server.admin, picture, headers)).status, 200);
        return (await photoOf(owner)).headers.etag;
    };
    const first = await etagAfter('x=0, y=0, side=200');
    assert.equal(await etagAfter('SIDE=200 ,y=0,X=0, rotate=0'), first);
    const all = [first];
    for (const other of ['x=0, y=1, side=200', 'x=0, y=0, side=200, rotate=90', undefined])
        all.push(await etagAfter(other));
    assert.equal(new Set(all).size, 4);
});

test('every kind of owner, PUT and PATCH', async () => {
    const owners = await makeOwners(server);
    for (const { photo } of [owners.user, owners.group, owners.team, ...owners.contacts]) {
        for (const [method, y] of [['PUT', 1], ['PATCH', 2]]) {
            const headers = { 'Cameo-Crop': `x=1, y=${y}, side=97` };
            const answer = await call(server, method, photo, { token: server.admin, body: picture, headers });
            assert.equal(answer.status, photo.startsWith('/v1.0/teams/') ? 204 : 200, answer.text);
            assertWhole((await get(server, photo, server.admin)).body, 96);
        }
    }
});

test('an item of $batch takes the header', async () => {
    const owner = await makeUser(server);
    const item = (id, headers) => ({ id, method: 'PUT', url: owner.photo.replace('/v1.0', ''), headers, body: picture.toString('base64') });
    const answer = await post(server, '/v1.0/$batch', server.admin, {
        requests: [
            item('1', { 'Content-Type': 'image/jpeg', 'cameo-crop': 'x=4, y=5, side=121' }),
            { ...item('2', { 'Content-Type': 'image/jpeg', 'Cameo-Crop': 'x=4, y=5' }), dependsOn: [] },
            { ...item('3', { 'Content-Type': 'image/jpeg', 'Cameo-Crop': 'x=4, y=5, side=48', 'CAMEO-CROP': 'x=4, y=5, side=48' }) },
        ],
    });
    const { responses } = answer.json();
    assert.deepEqual(responses.map(({ status }) => status), [200, 400, 400]);
    assert.equal(responses[1].body.error.code, 'BadRequest');
    assertWhole((await photoOf(owner)).body, 120);
});

test('a malformed crop is 400 before the picture is decoded, and nothing changes', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    const earlier = (await photoOf(owner)).headers.etag;
    for (const crop of [
        '',
        'x=0, y=0',
        'x=0, y=0, side=47',
        'x=-1, y=0, side=48',
        'x=0, y=0, side=48.5',
        'x=0, y=0, side=1e3',
        'x=0, y=0, side=48, rotate=45',
        'x=0, y=0, side=48, rotate=360',
        'x=0, y=0, side=48, side=48',
        'x=0, y=0, side=48, zoom=2',
        'x=0; y=0; side=48',
        'x=99999999999999999999, y=0, side=48',
        'x=4294967295, y=0, side=48',
    ])
        assertError(await putCrop(owner, Buffer.from('no picture'), crop), 400, 'BadRequest');
    for (const crop of ['x=353, y=0, side=48', 'x=0, y=253, side=48', 'x=0, y=0, side=301', 'x=100000, y=100000, side=100000']) {
        const outside = await putCrop(owner, picture, crop);
        assertError(outside, 400, 'BadRequest');
        assert.match(outside.json().error.message, /\b400x300\b/);
    }
    assert.equal((await photoOf(owner)).headers.etag, earlier);
});

test('more than one such header is 400', async () => {
    const owner = await makeUser(server);
    const one = 'x=0, y=0, side=48';
    assertError(await put(server, owner.photo, server.admin, picture, { 'Cameo-Crop': [one, one] }), 400, 'BadRequest');
    assertError(await put(server, owner.photo, server.admin, picture, { 'Cameo-Source': ['web', 'web'] }), 400, 'BadRequest');
});

/** The server closes while the rest of a rejected body is sent, and the reply can be lost with it: RFC 9112 section 9.6. */
async function answered(ask) {
    for (let turn = 0; ; ++turn) {
        try {
            return await ask();
        } catch (error) {
            if (turn === 3 || !['EPIPE', 'ECONNRESET'].includes(error.code)) throw error;
        }
    }
}

test('with a crop an upload may have crop_upload_bytes, without it upload_bytes', async () => {
    const owner = await makeUser(server);
    const crop = 'x=0, y=0, side=90';
    const large = jpegOfBytes(25_000_000);
    for (const chunked of [false, true]) {
        const ask = (body, headers) =>
            answered(() => call(server, 'PUT', owner.photo, { token: server.admin, body, chunked, headers }));
        assert.equal((await ask(large, { 'Cameo-Crop': crop })).status, 200);
        const tooLarge = await ask(Buffer.concat([large, Buffer.alloc(1)]), { 'Cameo-Crop': crop });
        assertError(tooLarge, 413, 'RequestEntityTooLarge');
        assertMentions(tooLarge, 25_000_000);
        const plain = await ask(jpegOfBytes(4_000_001), {});
        assertError(plain, 413, 'RequestEntityTooLarge');
        assertMentions(plain, 4_000_000);
    }
    // A header that is no crop is refused all the same.
    assertError(await answered(() => putCrop(owner, jpegOfBytes(5_000_000), 'x=0')), 400, 'BadRequest');
    // Only uploads may be larger.
    const json = {
        token: server.admin,
        body: Buffer.alloc(4_000_001, 0x20),
        headers: { 'Content-Type': 'application/json', 'Cameo-Crop': crop },
    };
    const others = await answered(() => call(server, 'POST', '/v1.0/users', json));
    assertError(others, 413, 'RequestEntityTooLarge');
});

test('a gzip-coded body is limited as it is sent and as it inflates', async () => {
    const owner = await makeUser(server);
    const headers = { 'Content-Encoding': 'gzip', 'Cameo-Crop': 'x=0, y=0, side=90' };
    const answer = (bytes, more = headers) => put(server, owner.photo, server.admin, gzipSync(jpegOfBytes(bytes)), more);
    assert.equal((await answer(25_000_000)).status, 200);
    const inflated = await answer(25_000_001);
    assertError(inflated, 413, 'RequestEntityTooLarge');
    assertMentions(inflated, 25_000_000);
    const plain = await answer(4_000_001, { 'Content-Encoding': 'gzip' });
    assertError(plain, 413, 'RequestEntityTooLarge');
    assertMentions(plain, 4_000_000);
});

test('the limit is a setting', async () => {
    const own = await Server.start({ config: '[limits]\nupload_bytes = 50000\ncrop_upload_bytes = 60000\n' });
    const owner = await makeUser(own);
    const headers = { 'Cameo-Crop': 'x=0, y=0, side=90' };
    assert.equal((await put(own, owner.photo, own.admin, jpegOfBytes(60_000), headers)).status, 200);
    const answer = await put(own, owner.photo, own.admin, jpegOfBytes(60_001), headers);
    assertError(answer, 413, 'RequestEntityTooLarge');
    assertMentions(answer, 60_000, 60_001);
    await own.stop();
});

test('rights and conditions come before the crop', async () => {
    const [owner, other] = [await makeUser(server, { picture: jpeg(64, 64) }), await makeUser(server)];
    const headers = { 'Cameo-Crop': 'nonsense' };
    const own = server.userToken(other.id, 'User.ReadWrite');
    assertError(await put(server, owner.photo, own, picture, headers), 403, 'ErrorAccessDenied');
    assertError(await put(server, owner.photo, null, picture, headers), 401, 'InvalidAuthenticationToken');
    const crop = { 'Cameo-Crop': 'x=0, y=0, side=900', 'If-None-Match': '*' };
    assertError(await put(server, owner.photo, server.admin, picture, crop), 412, 'resourceModified');
});

test('Cameo-Source is web or absent', async () => {
    const owner = await makeUser(server);
    assert.equal((await put(server, owner.photo, server.admin, picture, { 'Cameo-Source': 'web' })).status, 200);
    for (const source of ['', 'api', 'Web', 'web, web'])
        assertError(await put(server, owner.photo, server.admin, picture, { 'Cameo-Source': source }), 400, 'BadRequest');
});

test('a page may send the headers and read the size of a preview', async () => {
    const answer = await call(server, 'OPTIONS', '/v1.0/me/photo/$value', {
        headers: { Origin: 'http://localhost:3000', 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'cameo-crop' },
    });
    const allowed = answer.headers['access-control-allow-headers'].split(', ');
    for (const name of ['cameo-crop', 'cameo-run', 'cameo-source']) assert.ok(allowed.includes(name), allowed.join());
    assert.match(answer.headers['access-control-expose-headers'], /\bCameo-Picture\b/);
});

for (const served of [true, false]) {
    test(`cameo import takes a column crop, ${served ? 'with' : 'without'} a server`, async () => {
        const own = await Server.start();
        const [one, two, three] = [await makeUser(own), await makeUser(own), await makeUser(own)];
        const folder = fill(temporaryFolder(), { 'wide.jpg': picture, 'large.jpg': jpegOfBytes(4_000_001, 200, 200) });
        const csv = join(folder, 'people.csv');
        const rows = (first) =>
            `userPrincipalName,file,crop\n${one.upn},wide.jpg,"${first}"\n${two.upn},wide.jpg,"x=1, y=2"\n` +
            `${three.upn},large.jpg,"side=150,x=50,y=50,rotate=180"\n`;
        if (!served) await own.stop();
        const importing = (...more) => command('import', csv, '--data', own.data, ...more);
        writeFileSync(csv, rows('x=33, y=27, side=120'));
        const dry = await importing('--dry-run');
        assert.equal(dry.status, 1, dry.stderr);
        assert.match(dry.stdout, /2 would be added, .*1 refused/);
        assert.match(dry.stdout, /people\.csv row 3 .*needs x, y and side/);
        assert.match((await importing()).stdout, /2 added, .*1 refused/);
        assert.match((await importing()).stdout, /0 added, 0 replaced, 2 unchanged, .*1 refused/);
        writeFileSync(csv, rows('x=400, y=0, side=120'));
        for (const more of [['--dry-run'], []]) {
            const outside = await importing(...more);
            assert.match(outside.stdout, /1 unchanged, .*2 refused/);
            assert.match(outside.stdout, /not inside the picture, which has 400x300 pixels/);
        }
        if (!served) await own.start();
        const stored = await get(own, one.photo, own.admin);
        assert.ok(distance(stored.body, { x: 33, y: 27, side: 120 }) < 12);
        assertWhole((await get(own, three.photo, own.admin)).body, 120);
        await own.stop();
    });
}
