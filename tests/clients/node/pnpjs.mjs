// @pnp/graph (PnPjs), over the fetch of Node. It writes photos with PATCH and has no call that removes one.
import { GraphBrowser, graphfi } from '@pnp/graph';
import '@pnp/graph/batching.js';
import '@pnp/graph/contacts/index.js';
import '@pnp/graph/groups/index.js';
import '@pnp/graph/photos/index.js';
import '@pnp/graph/teams/index.js';
import '@pnp/graph/users/index.js';
import { InjectHeaders } from '@pnp/queryable';
import assert from 'node:assert/strict';
import { assertSquare, check, failure, sizes, tellVersion, world } from './program.mjs';

const connect = (baseUrl, token) =>
    graphfi().using(GraphBrowser({ baseUrl }), InjectHeaders({ Authorization: `Bearer ${token}` }));
const graph = connect(world.url, world.token);
const user = (key, by = graph) => by.users.getById(encodeURIComponent(key));
const other = user(world.user);

const writeAndRead = (photo) => async () => {
    await photo.setContent(world.picture);
    assertSquare(await photo.getBuffer(), 648);
    assert.equal((await photo()).id, '648x648');
};
/** The code that the server gave with the error. */
const codeOf = async (error) => (await error.response.json()).error.code;

tellVersion('@pnp/graph');

await check('seed-photo', async () => {
    const blob = await graph.me.photo.getBlob();
    assert.equal(blob.type, 'image/jpeg');
    assertSquare(await blob.arrayBuffer(), 648);
});
await check('seed-48', async () => assertSquare(await graph.me.photos.getBySize('48x48').getBuffer(), 48));
await check('seed-metadata', async () => {
    const { id, width, height } = await graph.me.photo();
    assert.deepEqual([id, width, height], ['648x648', 648, 648]);
});
await check('seed-team-metadata', async () =>
    assert.equal((await graph.teams.getById(world.team).photo()).width, 360),
);
await check('seed-team-photo', async () => assertSquare(await graph.teams.getById(world.team).photo.getBuffer(), 360));
await check('sizes', async () => {
    for (const size of sizes) assertSquare(await graph.me.photos.getBySize(`${size}x${size}`).getBuffer(), size);
});
await check('metadata', async () => {
    const { width, height } = await graph.me.photos.getBySize('96x96').select('width', 'height')();
    assert.deepEqual([width, height], [96, 96]);
});
await check('list', async () => {
    const photos = await graph.me.photos();
    assert.deepEqual(photos.map(({ width }) => width), sizes);
});
await check('upload', writeAndRead(other.photo));
await check('delete', () => 'it has no call that removes a photo');
await check('not-found', async () => {
    const error = await failure(user(world.guest).photos.getBySize('648x648')());
    assert.deepEqual([error.status, await codeOf(error)], [404, 'ImageNotFound']);
});
await check('unauthorized', async () => {
    const error = await failure(connect(world.url, 'no.token').me.photo());
    assert.deepEqual([error.status, await codeOf(error)], [401, 'InvalidAuthenticationToken']);
});
await check('throttled', async () => {
    const throttled = connect(world.throttledUrl, world.token);
    await user(world.user, throttled).photo.setContent(world.picture);
    assertSquare(await throttled.me.photo.getBuffer(), 648);
});
await check('group', writeAndRead(graph.groups.getById(world.group).photo));
await check('team', writeAndRead(graph.teams.getById(world.team).photo));
await check('contact', () => 'it has no photos of contacts');
await check('folder-contact', () => 'it has no photos of contacts');
await check('encoded-ids', async () => assertSquare(await user(world.guest).photo.getBuffer(), 240));
await check('batch', async () => {
    const [batched, execute] = graph.batched();
    const asked = [
        batched.me.photos.getBySize('48x48')(),
        batched.users.getById(encodeURIComponent(world.guest))(),
        failure(batched.me.photos.getBySize('47x47')()), // well-formed; there is none
    ];
    await execute();
    const [metadata, guest, missing] = await Promise.all(asked);
    assert.deepEqual([metadata.id, guest.userPrincipalName, missing.status], ['48x48', world.guest, 404]);
});
