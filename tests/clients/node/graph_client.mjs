// @microsoft/microsoft-graph-client 3, as its README shows it.
import { BatchRequestContent, Client, ResponseType } from '@microsoft/microsoft-graph-client';
import assert from 'node:assert/strict';
import { assertSquare, check, failure, sizes, tellVersion, world } from './program.mjs';

const connect = (url, token) =>
    Client.initWithMiddleware({
        baseUrl: url.replace(/v1\.0$/, ''),
        customHosts: new Set(['localhost']),
        authProvider: { getAccessToken: async () => token },
    });
const client = connect(world.url, world.token);
const id = encodeURIComponent;
const bytes = (path, by = client) => by.api(path).responseType(ResponseType.ARRAYBUFFER).get();

const writeAndRead = (owner) => async () => {
    await client.api(`${owner}/photo/$value`).put(world.picture);
    assertSquare(await bytes(`${owner}/photo/$value`), 648);
    assert.equal((await client.api(`${owner}/photo`).get()).id, '648x648');
};

tellVersion('@microsoft/microsoft-graph-client');

await check('seed-photo', async () => {
    const blob = await client.api('/me/photo/$value').get();
    assert.equal(blob.type, 'image/jpeg');
    assertSquare(await blob.arrayBuffer(), 648);
});
await check('seed-48', async () => assertSquare(await bytes('/me/photos/48x48/$value'), 48));
await check('seed-metadata', async () => {
    const { id, width, height } = await client.api('/me/photo').get();
    assert.deepEqual([id, width, height], ['648x648', 648, 648]);
});
await check('seed-team-metadata', async () =>
    assert.equal((await client.api(`/teams/${world.team}/photo`).get()).width, 360),
);
await check('seed-team-photo', async () =>
    assertSquare(await bytes(`/teams/${world.team}/photo/$value`), 360),
);
await check('sizes', async () => {
    for (const size of sizes) assertSquare(await bytes(`/me/photos/${size}x${size}/$value`), size);
});
await check('metadata', async () => {
    const { width, height } = await client.api('/me/photos/96x96').select(['width', 'height']).get();
    assert.deepEqual([width, height], [96, 96]);
});
await check('list', async () => {
    const { value } = await client.api('/me/photos').get();
    assert.deepEqual(value.map(({ width }) => width), sizes);
});
await check('upload', writeAndRead(`/users/${id(world.user)}`));
await check('delete', async () => {
    await client.api(`/users/${id(world.user)}/photo/$value`).delete();
    assert.equal((await failure(bytes(`/users/${id(world.user)}/photo/$value`))).statusCode, 404);
});
await check('not-found', async () => {
    const error = await failure(client.api(`/users/${id(world.user)}/photo`).get());
    assert.deepEqual([error.statusCode, error.code], [404, 'ImageNotFound']);
    assert.ok(error.requestId);
});
await check('unauthorized', async () => {
    const error = await failure(connect(world.url, 'no.token').api('/me/photo').get());
    assert.deepEqual([error.statusCode, error.code], [401, 'InvalidAuthenticationToken']);
});
await check('throttled', async () => {
    const throttled = connect(world.throttledUrl, world.token);
    await throttled.api(`/groups/${world.group}/photo/$value`).put(world.picture);
    assertSquare(await bytes('/me/photo/$value', throttled), 648);
});
await check('group', writeAndRead(`/groups/${world.group}`));
await check('team', writeAndRead(`/teams/${world.team}`));
await check('contact', writeAndRead(`/me/contacts/${id(world.contact)}`));
await check(
    'folder-contact',
    writeAndRead(`/me/contactFolders/${id(world.folder)}/contacts/${id(world.filedContact)}`),
);
await check('encoded-ids', async () =>
    assertSquare(await bytes(`/users/${id(world.guest)}/photo/$value`), 240),
);
await check('batch', async () => {
    const step = (id, path) => ({ id, request: new Request(`https://localhost${path}`) });
    const content = new BatchRequestContent([
        step('1', '/me/photo/$value'),
        step('2', '/me/photos/48x48'),
        step('3', `/users/${id(world.user)}/photo/$value`),
    ]);
    const { responses } = await client.api('/$batch').post(await content.getContent());
    const [photo, metadata, missing] = responses;
    assertSquare(Buffer.from(photo.body, 'base64'), 648);
    assert.equal(photo.headers['Content-Type'], 'image/jpeg');
    assert.equal(metadata.body.id, '48x48');
    assert.deepEqual([missing.status, missing.body.error.code], [404, 'ImageNotFound']);
});
