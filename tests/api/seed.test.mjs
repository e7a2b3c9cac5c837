// The rules of Microsoft's own page about profilePhoto, in its words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, remove } from './lib/http.mjs';
import { assertWhole } from './lib/looking.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, givePhoto, hdSizes, makeUser } from './lib/world.mjs';

let server, user, token;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(504, 504) });
    token = server.userToken(user.id, 'User.Read');
});
after(() => server.stop());

test('The supported sizes of HD photos are 48x48, 64x64, 96x96, 120x120, 240x240, 360x360, 432x432, 504x504, and 648x648', async () => {
    const large = await makeUser(server, { picture: jpeg(700, 700) });
    for (const size of hdSizes) {
        const answer = await get(
            server,
            `${large.path}/photos/${size}x${size}/$value`,
            server.admin,
        );
        assert.equal(answer.status, 200);
        assertWhole(answer.body, size);
    }
});

test("Photos can be any dimension if they're stored in Microsoft Entra ID", async () => {
    const owner = await makeUser(server, { photoStorage: 'directory', picture: jpeg(301, 77) });
    const metadata = (await get(server, `${owner.path}/photo`, server.admin)).json();
    assert.deepEqual([metadata.id, metadata.width, metadata.height], ['301x77', 301, 77]);
    const bytes = await get(server, `${owner.path}/photos/301x77/$value`, server.admin);
    assertWhole(bytes.body, 301, 77);
});

test('You can get the metadata of the largest available photo or specify a size to get the metadata for that photo size', async () => {
    const largest = (await get(server, '/v1.0/me/photo', token)).json();
    assert.equal(largest.id, '504x504');
    const one = (await get(server, '/v1.0/me/photos/64x64', token)).json();
    assert.deepEqual([one.id, one.width, one.height], ['64x64', 64, 64]);
});

test('If the user uploads a photo that is 504x504 pixels, all but the 648x648 size of the photo is available for download', async () => {
    for (const size of hdSizes) {
        const answer = await get(server, `/v1.0/me/photos/${size}x${size}/$value`, token);
        if (size === 648) assertError(answer, 404, 'ImageNotFound');
        else assertWhole(answer.body, size);
    }
    const list = (await get(server, '/v1.0/me/photos', token)).json().value;
    assert.deepEqual(
        list.map(({ id }) => id),
        hdSizes.slice(0, -1).map((size) => `${size}x${size}`),
    );
});

test('If the size you request is unavailable, you can still get a smaller size that the user has uploaded and made available', async () => {
    assertError(await get(server, '/v1.0/me/photos/648x648', token), 404, 'ImageNotFound');
    assert.equal((await get(server, '/v1.0/me/photos/432x432', token)).status, 200);
});

test('If no photo exists, the operation returns 404 Not Found', async () => {
    const bare = await makeUser(server);
    for (const path of ['photo', 'photo/$value', 'photos', 'photos/48x48', 'photos/48x48/$value']) {
        assertError(await get(server, `${bare.path}/${path}`, server.admin), 404, 'ImageNotFound');
    }
});

test('If no photo exists any more, the operation returns 404 Not Found', async () => {
    const once = await makeUser(server, { picture: jpeg(64, 64) });
    assert.equal((await remove(server, once.photo, server.admin)).status, 200);
    assertError(await get(server, once.photo, server.admin), 404, 'ImageNotFound');
});

test('Example 1: Get the photo for the signed-in user in the largest available size', async () => {
    const answer = await get(server, '/v1.0/me/photo/$value', token);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'image/jpeg');
    assertWhole(answer.body, 504);
});

test('Example 2: Get the 48x48 photo for the signed-in user, asked with Content-Type: image/jpg', async () => {
    const answer = await get(server, '/v1.0/me/photos/48x48/$value', token, {
        'Content-Type': 'image/jpg',
    });
    assert.equal(answer.status, 200);
    assertWhole(answer.body, 48);
});

test('Example 3: Get the metadata of the user photo of the signed-in user', async () => {
    const answer = await get(server, '/v1.0/me/photo', token);
    assert.equal(answer.status, 200);
    const { id, width, height } = answer.json();
    assert.deepEqual({ id, width, height }, { id: '504x504', width: 504, height: 504 });
});

test('/photo provides the largest available photo, /photos a fixed size', async () => {
    const largest = await get(server, `${user.path}/photo/$value`, server.admin);
    const fixed = await get(server, `${user.path}/photos/504x504/$value`, server.admin);
    assert.deepEqual(largest.body, fixed.body);
    await givePhoto(server, user, jpeg(130, 130));
    assertWhole((await get(server, `${user.path}/photo/$value`, server.admin)).body, 120);
    await givePhoto(server, user, jpeg(504, 504));
});
