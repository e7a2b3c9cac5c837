// What programs ask of the directory before they come to a photo: objects by their ids, the ids of groups, domains, deleted
// items, and links to pages (docs/directory.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, post, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import {
    assertError,
    assertGone,
    linkTo,
    makeContact,
    makeFolder,
    makeGroup,
    makeUser,
    readEntry,
    unknownId,
} from './lib/world.mjs';

let server, admin, reader, me, other, group, security, hidden;
before(async () => {
    server = await Server.start();
    ({ admin } = server);
    reader = server.appToken('Directory.Read.All User.ReadWrite.All Contacts.Read');
    me = await makeUser(server);
    other = await makeUser(server);
    const members = [me];
    group = await makeGroup(server, { members });
    security = await makeGroup(server, { members, groupTypes: [], mailEnabled: false, securityEnabled: true });
    hidden = await makeGroup(server, { members: [other], groupTypes: ['Unified'], mailEnabled: true, visibility: 'HiddenMembership' });
});
after(() => server.stop());

const ok = (answer) => {
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
};
const ask = async (path, body, token = reader) => ok(await post(server, path, token, body));
const ids = (value) => value.map(({ id }) => id);

test('casts by the alias of the schema are those by its name, in any letter case', async () => {
    for (const cast of ['microsoft.graph.user', 'graph.user', 'Graph.User', 'MICROSOFT.GRAPH.USER']) {
        const { value } = ok(await get(server, `/v1.0/groups/${group.id}/members/${cast}`, reader));
        assert.deepEqual(ids(value), [me.id], cast);
    }
    const { value } = ok(await get(server, `/v1.0/users/${me.id}/transitiveMemberOf/graph.group`, reader));
    assert.deepEqual(ids(value).sort(), [group.id, security.id].sort());
});

test('getByIds gives users and groups with their types, in the order of the ids', async () => {
    const asked = [group.id, me.id.toUpperCase(), unknownId, me.id];
    for (const path of ['/directoryObjects/getByIds', '/directoryObjects/microsoft.graph.getByIds', '/directoryObjects/graph.getbyids()', '/users/getByIds', '/groups/getByIds']) {
        const { value, '@odata.context': context } = await ask(`/v1.0${path}`, { ids: asked });
        assert.deepEqual(ids(value), [group.id, me.id], path);
        assert.deepEqual(value.map((item) => item['@odata.type']), ['#microsoft.graph.group', '#microsoft.graph.user']);
        assert.equal(context, `${server.origin}/v1.0/$metadata#directoryObjects`);
        assert.equal(value[1].userPrincipalName, me.upn);
    }
});

test('getByIds: types limit the reply; types that are not kept match nothing', async () => {
    const asked = [group.id, me.id];
    for (const [types, wanted] of [
        [['user'], [me.id]],
        [['Group', 'device'], [group.id]],
        [['device'], []],
        [['directoryObject'], asked],
        [[], asked],
        [null, asked],
    ]) {
        const { value } = await ask('/v1.0/directoryObjects/getByIds', { ids: asked, types });
        assert.deepEqual(ids(value), wanted, JSON.stringify(types));
    }
});

test('getByIds: $select is that of each type', async () => {
    const { value } = await ask('/v1.0/directoryObjects/getByIds?$select=id,userPrincipalName,mailNickname', { ids: [me.id, group.id] });
    assert.deepEqual(Object.keys(value[0]), ['@odata.type', 'id', 'userPrincipalName', 'mailNickname']);
    assert.deepEqual(Object.keys(value[1]), ['@odata.type', 'id', 'mailNickname']);
});

test('getByIds takes 1,000 ids; more, and what is not an id, is 400', async () => {
    const many = Array.from({ length: 1001 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
    assert.deepEqual((await ask('/v1.0/directoryObjects/getByIds', { ids: many.slice(1) })).value, []);
    for (const body of [{ ids: many }, {}, { ids: 'x' }, { ids: ['x'] }, { ids: [7] }, { ids: [me.id], types: 'user' }, { ids: [me.id], types: [1] }])
        assertError(await post(server, '/v1.0/directoryObjects/getByIds', reader, body), 400, 'BadRequest');
});

test('getMemberGroups and getMemberObjects give the ids of groups; securityEnabledOnly those of security groups', async () => {
    const mine = [group.id, security.id].sort();
    const people = server.userToken(me.upn, 'User.Read.All');
    for (const path of [`/users/${me.id}`, `/users/${me.upn}`, `/directoryObjects/${me.id}`])
        for (const action of ['getMemberGroups', 'getMemberObjects', 'microsoft.graph.getMemberGroups', 'graph.getMemberObjects']) {
            const { value, '@odata.context': context } = await ask(`/v1.0${path}/${action}`, { securityEnabledOnly: false });
            assert.deepEqual(value.sort(), mine, `${path}/${action}`);
            assert.equal(context, `${server.origin}/v1.0/$metadata#Collection(Edm.String)`);
        }
    assert.deepEqual((await ask('/v1.0/me/getMemberGroups', {}, people)).value.sort(), mine);
    assert.deepEqual((await ask(`/v1.0/users/${me.id}/getMemberGroups`, { securityEnabledOnly: true })).value, [security.id]);
    assert.deepEqual((await ask(`/v1.0/groups/${group.id}/getMemberGroups`, { securityEnabledOnly: false })).value, []);
    assertError(await post(server, `/v1.0/users/${me.id}/getMemberGroups`, reader, { securityEnabledOnly: 'x' }), 400, 'BadRequest');
    for (const path of [`/directoryObjects/${unknownId}`, '/directoryObjects/x', `/users/${unknownId}`, `/groups/${unknownId}`])
        assertError(await post(server, `/v1.0${path}/getMemberGroups`, reader, {}), 404, 'Request_ResourceNotFound');
});

test('checkMemberGroups and checkMemberObjects give those of the ids that hold', async () => {
    const asked = [security.id.toUpperCase(), hidden.id, unknownId, group.id];
    for (const path of [`/users/${me.id}`, `/directoryObjects/${me.id}`]) {
        const groups = await ask(`/v1.0${path}/checkMemberGroups`, { groupIds: asked });
        assert.deepEqual(groups.value, [security.id, group.id]);
        assert.deepEqual((await ask(`/v1.0${path}/checkMemberObjects`, { ids: asked })).value, groups.value);
    }
    assert.deepEqual((await ask(`/v1.0/groups/${group.id}/checkMemberGroups`, { groupIds: asked })).value, []);
    const many = Array.from({ length: 21 }, () => unknownId);
    for (const body of [{ groupIds: many }, { ids: asked }, { groupIds: 'x' }, { groupIds: ['x'] }])
        assertError(await post(server, `/v1.0/users/${me.id}/checkMemberGroups`, reader, body), 400, 'BadRequest');
});

test('hidden memberships are left out of ids of groups, but for their members', async () => {
    const path = `/v1.0/users/${other.id}/getMemberGroups`;
    const names = 'User.Read.All GroupMember.Read.All';
    assert.deepEqual((await ask(path, {}, server.appToken(names))).value, []);
    assert.deepEqual((await ask(path, {}, server.appToken(`${names} Member.Read.Hidden`))).value, [hidden.id]);
    assert.deepEqual((await ask(path, {}, server.userToken(me.upn, names))).value, []);
    assert.deepEqual((await ask(path, {}, server.userToken(other.upn, names))).value, [hidden.id]);
    const check = `/v1.0/users/${other.id}/checkMemberGroups`;
    assert.deepEqual((await ask(check, { groupIds: [hidden.id] }, server.appToken(names))).value, []);
});

test('User.Read asks for the ids of one\u2019s own objects only', async () => {
    const token = server.userToken(me.upn, 'User.Read');
    for (const path of ['/me', `/users/${me.id}`, `/directoryObjects/${me.id}`])
        assert.equal((await ask(`/v1.0${path}/getMemberObjects`, {}, token)).value.length, 2, path);
    for (const path of [`/users/${other.id}`, `/users/${unknownId}`, `/directoryObjects/${other.id}`, `/directoryObjects/${unknownId}`, `/groups/${group.id}`, `/groups/${unknownId}`])
        assertError(await post(server, `/v1.0${path}/getMemberObjects`, token, {}), 403, 'Authorization_RequestDenied');
    assertError(await post(server, '/v1.0/me/getMemberGroups', token, {}), 403, 'Authorization_RequestDenied');
});

test('without a permission for users, the groups of a user are asked by id alone', async () => {
    const token = server.appToken('GroupMember.Read.All');
    assert.equal((await ask(`/v1.0/users/${me.id}/getMemberGroups`, {}, token)).value.length, 2);
    for (const key of [me.upn, 'unknown@x.example'])
        assertError(await post(server, `/v1.0/users/${key}/getMemberGroups`, token, {}), 404, 'Request_ResourceNotFound');
});

test('/domains are those of the tenant; the first one is default and initial', async () => {
    const own = await Server.start({ config: tenantTables([{ name: 'contoso', domains: ['contoso.example', 'contoso.test'] }, { name: 'bare' }]) });
    try {
        const token = new Tenant(own, 'contoso').appToken('Domain.Read.All');
        const { value, '@odata.context': context } = ok(await get(own, '/v1.0/domains', token));
        assert.equal(context, `${own.origin}/v1.0/$metadata#domains`);
        assert.deepEqual(value.map(({ id, isDefault, isInitial, isVerified, authenticationType }) => [id, isDefault, isInitial, isVerified, authenticationType]), [
            ['contoso.example', true, true, true, 'Managed'],
            ['contoso.test', false, false, true, 'Managed'],
        ]);
        const one = ok(await get(own, '/v1.0/domains/CONTOSO.test?$select=id,isDefault', token));
        assert.deepEqual(one, { '@odata.context': `${own.origin}/v1.0/$metadata#domains(id,isDefault)/$entity`, id: 'contoso.test', isDefault: false });
        assertError(await get(own, '/v1.0/domains/other.example', token), 404, 'Request_ResourceNotFound');
        assertError(await get(own, '/v1.0/domains', new Tenant(own, 'contoso').appToken('User.Read.All')), 403, 'Authorization_RequestDenied');
        const bare = ok(await get(own, '/v1.0/domains', new Tenant(own, 'bare').appToken('Directory.Read.All')));
        assert.deepEqual(ids(bare.value), ['localhost']);
    } finally {
        await own.stop();
    }
});

test('deleted items: empty lists, and 404 for each id: a deleted object is not kept', async () => {
    const gone = await makeUser(server);
    assert.equal((await remove(server, `/v1.0/users/${gone.id}`, reader)).status, 204);
    for (const cast of ['microsoft.graph.user', 'graph.user', 'microsoft.graph.group', 'Graph.Group']) {
        assert.deepEqual(ok(await get(server, `/v1.0/directory/deletedItems/${cast}?$top=5`, reader)).value, [], cast);
        assert.equal((await get(server, `/v1.0/directory/deletedItems/${cast}/$count`, reader)).text, '0');
    }
    const path = `/v1.0/directory/deletedItems/${gone.id}`;
    assertError(await get(server, path, reader), 404, 'Request_ResourceNotFound');
    assertError(await post(server, `${path}/restore`, reader, {}), 404, 'Request_ResourceNotFound');
    assertError(await get(server, '/v1.0/directory/deletedItems', reader), 400, 'BadRequest');
    await assertGone(server, `/v1.0/users/${gone.id}`, gone.id);
});

/** Follows the links of a list; `next` makes the URL of the next page from a link. */
async function follow(first, next = (link) => link.slice(server.origin.length)) {
    const seen = [];
    const links = [];
    for (let path = first; path; ) {
        const page = ok(await get(server, path, reader));
        seen.push(...ids(page.value));
        const link = page['@odata.nextLink'];
        if (link) links.push(link);
        path = link && next(link);
        assert.ok(links.length < 50);
    }
    return { seen, links };
}

test('links to pages of contacts and folders end in $skip, the number of entries so far', async () => {
    const user = await makeUser(server);
    const lists = [`/v1.0/users/${user.id}/contacts`, `/v1.0/users/${user.id}/contactFolders`];
    for (let i = 0; i < 7; ++i) {
        await makeContact(server, user);
        await makeFolder(server, user);
    }
    for (const list of lists) {
        const all = (await follow(`${list}?$top=100`)).seen;
        assert.equal(all.length, 7, list);
        const { seen, links } = await follow(`${list}?$top=2`);
        assert.deepEqual(seen, all, 'following links gives every entry once');
        assert.deepEqual(links.map((link) => link.match(/\$skiptoken=[^&]+&\$skip=(\d+)$/)?.[1]), ['2', '4', '6']);
        // A helper that reads $skip out of the link and sends it alone.
        const bySkip = await follow(`${list}?$top=2`, (link) => `${list}?$top=2&$skip=${link.match(/\$skip=(\d+)$/)[1]}`);
        assert.deepEqual(bySkip.seen, all);
        const from = await follow(`${list}?$top=2&$skip=3`);
        assert.deepEqual(from.seen, all.slice(3));
        assert.match(from.links[0], /&\$skip=5$/);
    }
});

test('links to pages of users have no $skip', async () => {
    const { '@odata.nextLink': link } = ok(await get(server, '/v1.0/users?$top=1', reader));
    assert.ok(!link.includes('$skip='), link);
});

test('context_url changes @odata.context alone', async () => {
    const own = await Server.start({ config: 'context_url = "https://graph.microsoft.com"\n' });
    try {
        await makeUser(own);
        await makeUser(own);
        const page = ok(await get(own, '/v1.0/users?$top=1&$select=id', own.admin));
        assert.equal(page['@odata.context'], 'https://graph.microsoft.com/v1.0/$metadata#users(id)');
        assert.ok(page['@odata.nextLink'].startsWith(`${own.origin}/v1.0/users?`), page['@odata.nextLink']);
        const delta = ok(await get(own, '/v1.0/users/delta', own.admin));
        assert.ok(delta['@odata.deltaLink'].startsWith(`${own.origin}/`));
        assert.ok(delta['@odata.context'].startsWith('https://graph.microsoft.com/'));
    } finally {
        await own.stop();
    }
});

test('a public_url of Microsoft is warned of at the start', async () => {
    for (const [url, warned] of [
        ['https://graph.microsoft.com', true],
        ['https://graph.microsoft.us/x', true],
        ['https://notmicrosoft.com', false],
    ]) {
        const own = await Server.start({ config: `public_url = "${url}"\n` });
        await own.stop();
        assert.equal(own.stderr.includes('every client that follows a link'), warned, `${url}: ${own.stderr}`);
    }
});

test('GroupMember.ReadWrite.All alone reads and changes members', async () => {
    const token = server.appToken('GroupMember.ReadWrite.All');
    const target = await makeGroup(server);
    const members = `/v1.0/groups/${target.id}/members`;
    assert.equal((await post(server, `${members}/$ref`, token, { '@odata.id': `${server.origin}/v1.0/directoryObjects/${me.id}` })).status, 204);
    assert.deepEqual(ids(ok(await get(server, members, token)).value), [me.id]);
    assert.equal((await remove(server, `${members}/${me.id}/$ref`, token)).status, 204);
});
