// Backstage's catalog: what its Microsoft Graph module reads of an organisation, with the permissions that its page asks for.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { assertSquare, check, tellVersion, world } from '../node/program.mjs';

const { MicrosoftGraphClient, readMicrosoftGraphOrg } = createRequire(import.meta.url)(
    '@backstage/plugin-catalog-backend-module-msgraph',
);
const client = new MicrosoftGraphClient(world.url, { getToken: async () => ({ token: world.appToken }) });
const quiet = { info() {}, debug() {}, warn() {}, error() {} };
const tenant = (await client.requestApi('organization')).json().then(({ value: [{ id }] }) => id);
const read = async (options) => readMicrosoftGraphOrg(client, await tenant, { logger: quiet, ...options });
const bytesOf = (picture) => Buffer.from(picture.replace('data:image/jpeg;base64,', ''), 'base64');
const named = (entities, key, id) => entities.find(({ metadata }) => metadata.annotations[`graph.microsoft.com/${key}`] === id);
const idOf = async (upn) => (await (await client.requestApi(`users/${upn}`)).json()).id;

tellVersion('@backstage/plugin-catalog-backend-module-msgraph');

await check('seed-48', async () => assertSquare(bytesOf(await client.getUserPhoto(world.me, '48x48')), 48));
await check('list', async () => assertSquare(bytesOf(await client.getUserPhotoWithSizeLimit(world.me, 120)), 120));
await check('not-found', async () => {
    assert.equal(await client.getUserPhoto(world.user), undefined);
    assert.equal(await client.getUserPhotoWithSizeLimit(world.user, 120), undefined);
});
await check('people', async () => {
    const { users } = await read({ loadUserPhotos: true, userFilter: 'accountEnabled eq true', userSelect: ['Id', 'displayName', 'mail', 'userPrincipalName'] });
    const me = named(users, 'user-id', await idOf(world.me));
    assertSquare(bytesOf(me.spec.profile.picture), 120);
    assert.equal(users.length, 3);
});
await check('members', async () => {
    const { users, groups } = await read({ userGroupMemberFilter: "groupTypes/any(c:c eq 'Unified')", queryMode: 'advanced' });
    const me = named(users, 'user-id', await idOf(world.me));
    const team = named(groups, 'group-id', world.team);
    assert.deepEqual(users.map(({ metadata }) => metadata.name), [me.metadata.name]);
    assert.deepEqual(me.spec.memberOf, [`group:default/${team.metadata.name}`]);
});
await check('organization', async () => {
    const { groups } = await read({ groupSearch: '"displayName:Group"', groupSelect: ['id', 'displayName', 'mailNickname'] });
    const root = named(groups, 'tenant-id', await tenant);
    assert.equal(root.spec.type, 'root');
    assert.equal(root.spec.children.length, 2);
});
