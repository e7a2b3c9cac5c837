// The rules of Microsoft's own page about profilePhoto, in its words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, lastingError, put, remove } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { makeOwners } from './lib/owners.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, givePhoto, hdSizes, makeTeam, makeUser } from './lib/world.mjs';

let server, user, token, owners;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(504, 504) });
    token = server.userToken(user.id, 'User.Read');
    owners = await makeOwners(server, jpeg(504, 504));
});
after(() => server.stop());

/** Every path that a line of the page means: with the id and with the userPrincipalName, at every size. */
function pathsOf(line) {
    const { ids } = owners;
    const contact = line.includes('contactfolders') ? ids.filed : ids.contact;
    const path = line
        .replace(/^GET /, '')
        .replace('{contactFolderId}', encodeURIComponent(ids.folder))
        .replace('/contacts/{id}', `/contacts/${encodeURIComponent(contact)}`)
        .replace('/groups/{id}', `/groups/${ids.group}`)
        .replace('/team/{id}', `/team/${ids.team}`);
    const named = path.includes('{id | userPrincipalName}') ? [ids.user, ids.upn] : [''];
    const sizes = path.includes('{size}') ? hdSizes.slice(0, -1) : [0];
    return named.flatMap((key) =>
        sizes.map((size) => [
            path.replace('{id | userPrincipalName}', key).replace('{size}', `${size}x${size}`),
            size,
        ]),
    );
}

async function askEach(line, check) {
    for (const [path, size] of pathsOf(line)) {
        assert.doesNotMatch(path, /[{}]/);
        for (const base of ['/v1.0', '/beta']) {
            const answer = await get(server, base + path, owners.token);
            assert.equal(answer.status, 200, `${base}${path}: ${answer.text.slice(0, 300)}`);
            check(answer, size);
        }
    }
}

// "Get the photo"
for (const line of [
    'GET /me/photo/$value',
    'GET /users/{id | userPrincipalName}/photo/$value',
    'GET /groups/{id}/photo/$value',
    'GET /me/contacts/{id}/photo/$value',
    'GET /users/{id | userPrincipalName}/contacts/{id}/photo/$value',
    'GET /me/contactfolders/{contactFolderId}/contacts/{id}/photo/$value',
    'GET /users/{id | userPrincipalName}/contactfolders/{contactFolderId}/contacts/{id}/photo/$value',
    'GET /team/{id}/photo/$value',
]) {
    test(`Get the photo: ${line}`, () =>
        askEach(line, (answer) => {
            assert.equal(answer.headers['content-type'], 'image/jpeg');
            assertWhole(answer.body, 504);
        }));
}

const assertPhoto = ({ id, width, height }, size) =>
    assert.deepEqual({ id, width, height }, { id: `${size}x${size}`, width: size, height: size });

// "Get the metadata of the photo"
for (const line of [
    'GET /me/photo',
    'GET /me/photos',
    'GET /users/{id | userPrincipalName}/photo',
    'GET /groups/{id}/photo',
    'GET /me/contacts/{id}/photo',
    'GET /users/{id | userPrincipalName}/contacts/{id}/photo',
    'GET /me/contactfolders/{contactFolderId}/contacts/{id}/photo',
    'GET /users/{id | userPrincipalName}/contactfolders/{contactFolderId}/contacts/{id}/photo',
    'GET /team/{id}/photo',
]) {
    test(`Get the metadata of the photo: ${line}`, () =>
        askEach(line, (answer) => {
            const body = answer.json();
            if (!line.endsWith('/photos')) return assertPhoto(body, 504);
            assert.equal(body.value.length, 8);
            for (const [i, one] of body.value.entries()) assertPhoto(one, hdSizes[i]);
        }));
}

// "Get the metadata for a specific photo size"
for (const line of [
    'GET /me/photos/{size}',
    'GET /users/{id | userPrincipalName}/photos/{size}',
    'GET /groups/{id}/photos/{size}',
]) {
    test(`Get the metadata for a specific photo size: ${line}`, () =>
        askEach(line, (answer, size) => assertPhoto(answer.json(), size)));
}

// The least privileged permission first; then what is higher. The tables that the page shows, by resource type.
const leastPrivileged = {
    user: ['ProfilePhoto.Read.All', 'User.Read'],
    group: ['ProfilePhoto.Read.All', 'Group.Read.All'],
    team: ['Team.ReadBasic.All', 'TeamSettings.Read.All'],
    contact: ['Contacts.Read', 'Contacts.ReadWrite'],
};
for (const [kind, permissions] of Object.entries(leastPrivileged)) {
    test(`The following tables show the least privileged permission or permissions required to call this API on each supported resource type: ${kind}`, async () => {
        const path = { ...owners, user: { path: '/v1.0/me' } }[kind].path;
        for (const tail of ['/photo', '/photo/$value']) {
            for (const permission of permissions) {
                const may = server.userToken(owners.user.id, permission);
                assert.equal((await get(server, path + tail, may)).status, 200, permission);
            }
            const mayNot = server.userToken(owners.user.id, 'openid');
            assertError(await get(server, path + tail, mayNot), 403, 'ErrorAccessDenied');
        }
    });
}

test("Retrieving a user's photo using the Microsoft Graph API is currently not supported in Azure AD B2C tenants", async () => {
    const own = await Server.start({ config: '[[tenant]]\nname = "default"\nkind = "b2c"\n' });
    const app = own.appToken('User.ReadWrite.All ProfilePhoto.ReadWrite.All Group.ReadWrite.All');
    const one = await makeUser(own);
    const seen = [];
    for (const tail of ['photo', 'photo/$value', 'photos', 'photos/48x48', 'photos/48x48/$value'])
        seen.push(lastingError(await get(own, `${one.path}/${tail}`, app)));
    for (const { status, code } of seen) assert.deepEqual([status, code], [404, 'ImageNotFound']);
    assertError(await put(own, one.photo, app, jpeg(64, 64)), 403, 'ErrorAccessDenied');
    assertError(await remove(own, one.photo, app), 403, 'ErrorAccessDenied');
    await own.stop();
});

for (const line of [
    'GET https://graph.microsoft.com/v1.0/teams/172b0cce-e65d-44ce-9a49-91d9f2e8491e/photo',
    'GET https://graph.microsoft.com/v1.0/teams/172b0cce-e65d-44ce-9a49-91d9f2e8491e/photo/$value',
]) {
    test(`The example of a team: ${line}`, async () => {
        const { pathname } = new URL(line.replace('GET ', ''));
        const [, id] = /teams\/([^/]+)/.exec(pathname);
        if ((await get(server, `/v1.0/teams/${id}`, server.admin)).status === 404)
            await makeTeam(server, { id, picture: jpeg(504, 504) });
        const reader = server.userToken(user.id, 'Team.ReadBasic.All');
        const answer = await get(server, pathname, reader);
        assert.equal(answer.status, 200, answer.text);
        if (pathname.endsWith('$value')) assertWhole(answer.body, 504);
        else assertPhoto(answer.json(), 504);
    });
}

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

test('If successful, this method returns a 200 OK response code and binary data of the requested photo', async () => {
    const answer = await get(server, '/v1.0/me/photo/$value', token);
    assert.equal(answer.status, 200);
    assertWhole(answer.body, 504);
});

test('If successful, this method returns a 200 OK response code and profilePhoto object in the response body', async () => {
    const answer = await get(server, '/v1.0/me/photo', token, {
        Accept: 'application/json;odata.metadata=full',
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.json()['@odata.type'], '#microsoft.graph.profilePhoto');
});

test('Example 1: Get the photo for the signed-in user in the largest available size', async () => {
    const answer = await get(server, '/v1.0/me/photo/$value', token);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'image/jpeg');
    assertWhole(answer.body, 504);
});

test('GET https://graph.microsoft.com/v1.0/me/photos/48x48/$value, Content-Type: image/jpg: Contains the binary data of the requested 48x48 photo. The HTTP response code is 200', async () => {
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

test('To ensure a fixed size for the output photo, use the dedicated endpoint for photos (/photos) with fixed sizes instead of relying on the default photo endpoint (/photo), which provides the largest available photo', async () => {
    const largest = await get(server, `${user.path}/photo/$value`, server.admin);
    const fixed = await get(server, `${user.path}/photos/504x504/$value`, server.admin);
    assert.deepEqual(largest.body, fixed.body);
    await givePhoto(server, user, jpeg(130, 130));
    assertWhole((await get(server, `${user.path}/photo/$value`, server.admin)).body, 120);
    await givePhoto(server, user, jpeg(504, 504));
});
