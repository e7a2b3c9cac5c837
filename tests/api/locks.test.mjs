// A locked photo: its own person cannot change it, an administrator can (docs/cameo-api.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { erase, formerPhotos, locked, ownPath, record, restore, setLock, shown } from './lib/history.mjs';
import { call, post, put, remove } from './lib/http.mjs';
import { blue, green, jpeg, red } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, givePhoto, makeGroup, makeUser, missingOwner, unknownId } from './lib/world.mjs';

let server, person, token;
before(async () => {
    server = await Server.start();
    person = await makeUser(server, { picture: jpeg(64, 64, red) });
    await givePhoto(server, person, jpeg(64, 64, blue));
    token = server.userToken(person.upn, 'User.ReadWrite');
    assert.equal((await setLock(server, person, true)).status, 204);
});
after(() => server.stop());

const photo = '/v1.0/me/photo/$value';
const denied = (answer) => assertError(answer, 403, 'ErrorAccessDenied', locked);

test('a person cannot put, patch, delete, restore or erase their locked photo', async () => {
    const before = await shown(server, person);
    const [{ id }] = await formerPhotos(server, person);
    denied(await put(server, photo, token, jpeg(64, 64, green)));
    denied(await put(server, photo, token, jpeg(64, 64, blue)));
    denied(await put(server, photo, token, 'no picture'));
    denied(await put(server, photo, token, jpeg(64, 64, green), { 'If-Match': '"A"' }));
    denied(await call(server, 'PATCH', photo, { token, body: jpeg(64, 64, green) }));
    denied(await remove(server, photo, token));
    denied(await remove(server, '/v1.0/me/photo', token));
    denied(await restore(server, { path: '/v1.0/me' }, id, token));
    denied(await erase(server, { path: '/v1.0/me' }, token));
    assert.deepEqual(await shown(server, person), before);
    assert.equal((await formerPhotos(server, person)).length, 1);
    assert.equal((await record(server, person, token)).locked, true);
});

test('neither by their id nor their name, nor through $batch', async () => {
    for (const key of [person.id, person.upn])
        denied(await put(server, `/v1.0/users/${key}/photo/$value`, token, jpeg(64, 64, green)));
    const batch = await post(server, '/v1.0/$batch', token, {
        requests: [
            {
                id: '1', method: 'PUT', url: '/me/photo/$value', headers: { 'Content-Type': 'image/jpeg' },
                body: jpeg(64, 64, green).toString('base64'),
            },
            { id: '2', method: 'DELETE', url: '/me/photo/$value' },
        ],
    });
    for (const { status, body } of batch.json().responses) {
        assert.equal(status, 403);
        assert.equal(body.error.message, locked);
    }
});

test('an app and a person with a directory role can, though not with their own photo', async () => {
    const administrator = await makeUser(server, { picture: jpeg(64, 64, red) });
    const byRole = server.userToken(administrator.upn, 'ProfilePhoto.ReadWrite.All', 'User Administrator');
    for (const [who, picture] of [[server.admin, jpeg(64, 64, green)], [byRole, jpeg(64, 64, red)]])
        assert.equal((await put(server, person.photo, who, picture)).status, 200);
    const [{ id }] = await formerPhotos(server, person);
    assert.equal((await restore(server, person, id, byRole)).status, 204);
    assert.equal((await setLock(server, administrator, true, byRole)).status, 204);
    denied(await put(server, photo, byRole, jpeg(64, 64, blue)));
    assert.equal((await setLock(server, administrator, false, byRole)).status, 204);
    assert.equal((await put(server, photo, byRole, jpeg(64, 64, blue))).status, 200);
});

test('only who may write the photos of others locks and unlocks', async () => {
    for (const path of ['/v1.0/me', person.path]) {
        assertError(await setLock(server, { path }, false, token), 403, 'ErrorAccessDenied');
        const wide = server.userToken(person.upn, 'User.ReadWrite ProfilePhoto.ReadWrite.All');
        assertError(await setLock(server, { path }, false, wide), 403, 'ErrorAccessDenied');
    }
    assertError(await setLock(server, person, false, server.appToken('User.Read.All')), 403, 'ErrorAccessDenied');
    assert.equal((await record(server, person)).locked, true);
    assertError(await setLock(server, { path: `/v1.0/users/${unknownId}` }, true), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
});

test('the body is {"locked": true or false}', async () => {
    const send = (body) =>
        call(server, 'PATCH', `${ownPath(person)}/photo`, { token: server.admin, body, headers: { 'Content-Type': 'application/json' } });
    for (const body of ['', 'x', '[]', '{}', '{"locked": 1}', '{"locked": "true"}', '{"locked": null}', '{"locked": true, "x": 1}'])
        assertError(await send(body), 400, 'BadRequest');
    assert.equal((await record(server, person)).locked, true);
});

test('a lock without a photo holds, outlives the photo and a restart, and ends with its owner', async () => {
    const someone = await makeUser(server);
    const own = () => server.userToken(someone.upn, 'User.ReadWrite');
    assert.equal((await setLock(server, someone, true)).status, 204);
    denied(await put(server, photo, own(), jpeg(64, 64)));
    await givePhoto(server, someone, jpeg(64, 64));
    assert.equal((await remove(server, someone.photo, server.admin)).status, 200);
    await server.stop();
    await server.start();
    denied(await put(server, photo, own(), jpeg(64, 64)));
    assert.equal((await setLock(server, someone, false)).status, 204);
    assert.equal((await put(server, photo, own(), jpeg(64, 64))).status, 200);
    assert.equal((await setLock(server, someone, true)).status, 204);
    assert.equal((await remove(server, someone.path, server.admin)).status, 204);
    const again = await post(server, '/v1.0/users', server.admin, {
        id: someone.id, accountEnabled: true, displayName: 'Again', mailNickname: 'again', userPrincipalName: 'again@contoso.example',
        passwordProfile: { password: 'x', forceChangePasswordNextSignIn: false },
    });
    assert.equal(again.status, 201, again.text);
    assert.equal((await record(server, someone)).locked, false);
});

test('the owners of a group cannot change its locked photo, an administrator can', async () => {
    const group = await makeGroup(server, { owners: [person], picture: jpeg(64, 64, red) });
    const owner = server.userToken(person.upn, 'Group.ReadWrite.All');
    assert.equal((await put(server, group.photo, owner, jpeg(64, 64, green))).status, 200);
    assertError(await setLock(server, group, true, owner), 403, 'ErrorAccessDenied');
    assert.equal((await setLock(server, group, true)).status, 204);
    denied(await put(server, group.photo, owner, jpeg(64, 64, blue)));
    denied(await erase(server, group, owner));
    assert.equal((await put(server, group.photo, server.admin, jpeg(64, 64, blue))).status, 200);
});

test('a person may remove a former photo of a locked photo', async () => {
    const [{ id }] = await formerPhotos(server, person);
    assert.equal((await remove(server, `/cameo/v1/me/formerPhotos/${id}`, token)).status, 204);
});
