// Many readers while a writer replaces: every answer is one whole photo (docs/http.md, Writes).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { get, post, put, remove } from './lib/http.mjs';
import { assertColour, assertWhole, colourAt, dimensions } from './lib/jpeg_inspection.mjs';
import { blue, green, jpeg, png, red, white } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { givePhoto, makeUser, userBody } from './lib/world.mjs';

let server;
before(async () => {
    server = await Server.start();
});
after(() => server.stop());

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const colours = [red, green, blue, white];

test('every answer to many readers is whole and its ETag belongs to its bytes, while a writer replaces (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(120, 120) });
    const paths = ['photo/$value', 'photos/48x48/$value', 'photos/120x120/$value'];
    const seen = new Map();
    let writing = true;

    const write = async () => {
        for (let i = 0; i < 40; i++) await givePhoto(server, owner, jpeg(120, 120, colours[i % 4]));
        writing = false;
    };
    const read = async (path) => {
        while (writing) {
            const { status, body, headers } = await get(
                server,
                `${owner.path}/${path}`,
                server.admin,
            );
            assert.equal(status, 200);
            assert.equal(body.length, Number(headers['content-length']));
            assert.equal(body.readUInt16BE(body.length - 2), 0xffd9);
            const key = `${headers.etag} ${dimensions(body).width}`;
            assert.equal(seen.get(key) ?? digest(body), digest(body), 'one ETag, one set of bytes');
            seen.set(key, digest(body));
        }
    };
    await Promise.all([write(), ...paths.flatMap((path) => [read(path), read(path), read(path)])]);
    assert.ok(seen.size > 10, `readers saw ${seen.size} renditions`);
});

test('metadata and bytes have the same ETag once writing is over (docs/http.md)', async () => {
    const owner = await makeUser(server);
    await Promise.all(colours.map((colour) => givePhoto(server, owner, jpeg(64, 64, colour))));
    const bytes = await get(server, owner.photo, server.admin);
    const list = (await get(server, `${owner.path}/photos`, server.admin)).json().value;
    for (const photo of list) assert.equal(photo['@odata.mediaEtag'], bytes.headers.etag);
    for (const { id } of list) {
        const one = await get(server, `${owner.path}/photos/${id}/$value`, server.admin);
        assertColour(
            colourAt(assertWhole(one.body, Number(id.split('x')[0])), 0.5, 0.5),
            colourAt(assertWhole(bytes.body, 64), 0.5, 0.5),
            id,
        );
    }
});

test('concurrent PUT and DELETE leave a whole photo or none (docs/http.md)', async () => {
    const owner = await makeUser(server, { picture: jpeg(64, 64) });
    for (let i = 0; i < 5; i++) {
        const answers = await Promise.all([
            put(server, owner.photo, server.admin, jpeg(64, 64, colours[i % 4])),
            remove(server, owner.photo, server.admin),
            get(server, owner.photo, server.admin),
            put(server, owner.photo, server.admin, jpeg(64, 64, colours[(i + 1) % 4])),
            remove(server, owner.photo, server.admin),
        ]);
        for (const { status } of answers) assert.ok([200, 404].includes(status));
        const bytes = await get(server, owner.photo, server.admin);
        const metadata = await get(server, `${owner.path}/photo`, server.admin);
        assert.equal(bytes.status, metadata.status);
        if (bytes.status === 200) assertWhole(bytes.body, 64);
    }
});

test("concurrent uploads of many people: each person keeps their own photo (docs/http.md)", async () => {
    const owners = await Promise.all(Array.from({ length: 12 }, () => makeUser(server)));
    await Promise.all(
        owners.map((owner, i) => givePhoto(server, owner, jpeg(64, 64, colours[i % 4]))),
    );
    for (const [i, owner] of owners.entries()) {
        const { body } = await get(server, owner.photo, server.admin);
        assertColour(colourAt(assertWhole(body, 64), 0.5, 0.5), colours[i % 4], `owner ${i}`);
    }
});

test('a flood of heavy uploads is processed or rejected with Retry-After, and reads are answered meanwhile (docs/http.md)', async () => {
    const owners = await Promise.all(Array.from({ length: 24 }, () => makeUser(server)));
    const reader = await makeUser(server, { picture: jpeg(64, 64) });
    await get(server, reader.photo, server.admin);
    const heavy = png(1500, 1500, blue, { level: 1 });
    const uploads = owners.map((owner) => put(server, owner.photo, server.admin, heavy));
    let reads = 0;
    const reading = (async () => {
        for (const until = Date.now() + 300; Date.now() < until; reads++) {
            assert.equal((await get(server, reader.photo, server.admin)).status, 200);
        }
    })();
    for (const answer of await Promise.all(uploads)) {
        assert.ok([200, 429, 503].includes(answer.status), answer.text);
        if (answer.status === 200) continue;
        assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
        assert.equal(
            answer.json().error.code,
            answer.status === 429 ? 'ApplicationThrottled' : 'ServiceUnavailable',
        );
    }
    await reading;
    assert.ok(reads > 3, `${reads} reads while the uploads ran`);
});

test('of many concurrent creations of the same user one succeeds (docs/directory.md)', async () => {
    const body = userBody();
    const answers = await Promise.all(
        Array.from({ length: 10 }, () => post(server, '/v1.0/users', server.admin, body)),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.ok(answers.every(({ status }) => [201, 400, 409].includes(status)));
});
