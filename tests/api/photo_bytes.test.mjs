// The bytes of a photo: sizes, headers, pixels, and removed metadata.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, head } from './lib/http.mjs';
import { assertColour, assertWhole, colourAt, decode, segments } from './lib/jpeg_inspection.mjs';
import {
    blue,
    comment,
    exif,
    gif,
    green,
    jpeg,
    photoshop,
    png,
    pngKinds,
    red,
    secret,
    webp,
    white,
    xmp,
} from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertSameHead, givePhoto, hdSizes, makeUser, strongEtag } from './lib/world.mjs';

let server, user, token;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(650, 650) });
    token = server.userToken(user.id, 'User.Read');
});
after(() => server.stop());

const bytesOf = async (owner, path = 'photo/$value') =>
    (await get(server, `${owner.path}/${path}`, server.admin)).body;

test('bytes have their type, length, strong ETag, Last-Modified and Cache-Control (docs/http.md)', async () => {
    const answer = await get(server, `${user.path}/photo/$value`, server.admin);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'image/jpeg');
    assert.equal(Number(answer.headers['content-length']), answer.body.length);
    assert.match(answer.headers.etag, strongEtag);
    const modified = answer.headers['last-modified'];
    assert.equal(new Date(modified).toUTCString(), modified, 'an HTTP date');
    assert.ok(Math.abs(Date.now() - Date.parse(modified)) < 60_000);
    assert.equal(answer.headers['cache-control'], 'private, no-cache');
});

test('bytes under /me vary by Authorization (docs/http.md)', async () => {
    for (const path of ['photo/$value', 'photos/48x48/$value', 'photo/48x48/$value']) {
        const answer = await get(server, `/v1.0/me/${path}`, token);
        assert.match(answer.headers.vary ?? '', /\bAuthorization\b/i, path);
    }
});

test('header names have their usual casing: ETag, Content-Type, request-id (docs/http.md, seen in clients)', async () => {
    const names = (await get(server, user.photo, server.admin)).raw.map(([name]) => name);
    for (const name of [
        'Content-Type',
        'Content-Length',
        'ETag',
        'Last-Modified',
        'Cache-Control',
        'request-id',
        'client-request-id',
    ]) {
        assert.ok(names.includes(name), `${name} in ${names}`);
    }
    assert.equal(
        new Set(names.map((name) => name.toLowerCase())).size,
        names.length,
        'no header comes twice',
    );
});

test('the same bytes under /me, id, UPN, /v1.0 and /beta (docs/http.md)', async () => {
    const wanted = await bytesOf(user);
    for (const base of ['/v1.0', '/beta']) {
        for (const key of ['me', `users/${user.id}`, `users/${user.upn}`]) {
            const answer = await get(server, `${base}/${key}/photo/$value`, token);
            assert.deepEqual(answer.body, wanted, `${base}/${key}`);
        }
    }
});

test('bytes never answer 406, with any Accept (docs/http.md, seen in clients)', async () => {
    for (const accept of [
        'application/octet-stream, application/json',
        'application/json',
        'text/html',
        'image/png',
        '*/*;q=0',
        'x',
    ]) {
        const answer = await get(server, user.photo, server.admin, { Accept: accept });
        assert.equal(answer.status, 200, accept);
        assert.equal(answer.headers['content-type'], 'image/jpeg');
    }
});

test('Content-Type on a GET is ignored (docs/http.md)', async () => {
    for (const type of ['image/jpg', 'application/json', 'nonsense']) {
        assert.equal(
            (await get(server, user.photo, server.admin, { 'Content-Type': type })).status,
            200,
        );
    }
});

test('HEAD has the headers of GET for bytes of every size (docs/http.md)', async () => {
    for (const path of [
        'photo/$value',
        ...hdSizes.map((size) => `photos/${size}x${size}/$value`),
    ]) {
        const [fromGet, fromHead] = [
            await get(server, `/v1.0/me/${path}`, token),
            await head(server, `/v1.0/me/${path}`, token),
        ];
        assertSameHead(fromGet, fromHead);
    }
});

test('/me/photo/{size}/$value of the old documentation answers that size (docs/http.md, seen in clients)', async () => {
    const old = await get(server, '/v1.0/me/photo/240x240/$value', token);
    assert.equal(old.status, 200);
    assert.deepEqual(old.body, await bytesOf(user, 'photos/240x240/$value'));
    assertSameHead(old, await head(server, '/v1.0/me/photo/240x240/$value', token));
});

for (const [format, make] of Object.entries({ PNG: png, GIF: gif, WebP: webp })) {
    test(`a ${format} is returned as a whole JPEG in every size (docs/http.md)`, async () => {
        const owner = await makeUser(server, { picture: make(250, 250, green) });
        for (const size of [48, 64, 96, 120, 240]) {
            const answer = await get(
                server,
                `${owner.path}/photos/${size}x${size}/$value`,
                server.admin,
            );
            assert.equal(answer.headers['content-type'], 'image/jpeg');
            const picture = assertWhole(answer.body, size);
            assertColour(colourAt(picture, 0.5, 0.5), green, 'the colour stays');
        }
    });
}

for (const [kind, picture] of Object.entries(pngKinds(70, 70))) {
    test(`a PNG in ${kind} is returned as a whole JPEG (docs/http.md)`, async () => {
        const owner = await makeUser(server, { picture });
        assertWhole(await bytesOf(owner), 64);
    });
}

test('HD sizes are the centre square, not padded and not stretched (docs/http.md)', async () => {
    const thirds = (x) => (x < 200 ? red : x < 400 ? green : blue);
    const wide = await makeUser(server, { picture: jpeg(600, 200, thirds) });
    const tall = await makeUser(server, { picture: jpeg(200, 600, (x, y) => thirds(y)) });
    for (const owner of [wide, tall]) {
        const picture = assertWhole(await bytesOf(owner), 120);
        for (const [fx, fy] of [
            [0.1, 0.1],
            [0.9, 0.1],
            [0.5, 0.5],
            [0.1, 0.9],
            [0.9, 0.9],
        ]) {
            assertColour(colourAt(picture, fx, fy), green, `${fx},${fy}`);
        }
    }
});

const phone = { segments: [exif({ orientation: 1, gps: true }), xmp, photoshop, comment] };

function assertNothingPersonal(bytes) {
    assert.ok(!bytes.includes(secret), 'no text of the upload survives');
    for (const forbidden of ['Exif', 'GPS', 'http://ns.adobe.com', 'Photoshop'])
        assert.ok(!bytes.includes(forbidden), forbidden);
    const markers = segments(bytes).map(({ marker }) => marker);
    // APP0 is JFIF, APP2 a colour profile and APP14 Adobe's colour transform; all others and comments must go.
    const personal = markers.filter(
        (m) => m === 0xfe || (m >= 0xe1 && m <= 0xef && m !== 0xe2 && m !== 0xee),
    );
    assert.deepEqual(personal, [], 'no EXIF, XMP, IPTC or comment segment');
}

test('EXIF, GPS, XMP, IPTC and comments of a JPEG are removed from every size (docs/http.md)', async () => {
    for (const photoStorage of ['mailbox', 'directory']) {
        const owner = await makeUser(server, { photoStorage, picture: jpeg(130, 110, red, phone) });
        const list = (await get(server, `${owner.path}/photos`, server.admin)).json().value;
        for (const { id } of list)
            assertNothingPersonal(await bytesOf(owner, `photos/${id}/$value`));
        assertNothingPersonal(await bytesOf(owner));
    }
});

test('metadata of a PNG is removed (docs/http.md)', async () => {
    const chunks = [
        ['tEXt', Buffer.from(`Comment\0${secret}`)],
        ['eXIf', exif({ gps: true }).subarray(10)],
    ];
    const owner = await makeUser(server, {
        photoStorage: 'directory',
        picture: png(70, 60, red, { chunks }),
    });
    assertNothingPersonal(await bytesOf(owner));
});

// The positions of the picture's top-left, top-right, bottom-left and bottom-right after the rotation that EXIF asks for.
const turned = {
    1: [red, green, blue, white],
    2: [green, red, white, blue],
    3: [white, blue, green, red],
    4: [blue, white, red, green],
    5: [red, blue, green, white],
    6: [blue, red, white, green],
    7: [white, green, blue, red],
    8: [green, white, red, blue],
};
const quarters = (w, h) => (x, y) =>
    y < h / 2 ? (x < w / 2 ? red : green) : x < w / 2 ? blue : white;
const corners = (picture) =>
    [
        [0.2, 0.2],
        [0.8, 0.2],
        [0.2, 0.8],
        [0.8, 0.8],
    ].map(([x, y]) => colourAt(picture, x, y));

for (const [orientation, wanted] of Object.entries(turned)) {
    test(`EXIF orientation ${orientation} is rendered upright (docs/http.md)`, async () => {
        const segments = [exif({ orientation: Number(orientation) })];
        const owner = await makeUser(server, {
            picture: jpeg(128, 128, quarters(128, 128), { segments }),
        });
        for (const size of ['48x48', '120x120']) {
            const seen = corners(decode(await bytesOf(owner, `photos/${size}/$value`)));
            wanted.forEach((colour, i) => assertColour(seen[i], colour, `${size}, corner ${i}`));
        }
    });
}

test('a rotated directory photo has its upright dimensions (docs/http.md)', async () => {
    const picture = jpeg(300, 200, quarters(300, 200), { segments: [exif({ orientation: 6 })] });
    const owner = await makeUser(server, { photoStorage: 'directory', picture });
    const seen = corners(assertWhole(await bytesOf(owner), 200, 300));
    turned[6].forEach((colour, i) => assertColour(seen[i], colour, `corner ${i}`));
});

test('a directory photo is not cropped (docs/http.md)', async () => {
    const picture = jpeg(160, 90, quarters(160, 90));
    const owner = await makeUser(server, { photoStorage: 'directory', picture });
    const seen = corners(assertWhole(await bytesOf(owner), 160, 90));
    turned[1].forEach((colour, i) => assertColour(seen[i], colour, `corner ${i}`));
});

test('the next read returns a new photo, on every path and size (docs/http.md; read-your-writes)', async () => {
    const owner = await makeUser(server, { picture: jpeg(100, 100, red) });
    for (const colour of [blue, green, red, white]) {
        await givePhoto(server, owner, jpeg(100, 100, colour));
        for (const path of ['photo/$value', 'photos/48x48/$value', 'photos/96x96/$value']) {
            assertColour(colourAt(decode(await bytesOf(owner, path)), 0.5, 0.5), colour, path);
        }
    }
});
