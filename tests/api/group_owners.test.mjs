// Owners of groups: a person with a delegated permission may write a group only as its owner or with a directory
// role (docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from './earlier/folder.mjs';
import { call, get, patch, post, put, putJson, remove } from './lib/http.mjs';
import { blue, jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, assertGone, groupBody, linkTo, makeGroup, makeTeam, makeUser, missingOwner, unknownId } from './lib/world.mjs';

let server, owner, member, outsider, group;
before(async () => {
    server = await Server.start();
    [owner, member, outsider] = [await makeUser(server), await makeUser(server), await makeUser(server)];
    group = await makeGroup(server, { owners: [owner], members: [member], picture: jpeg(64, 64) });
});
after(() => server.stop());

const rights = 'Group.ReadWrite.All Directory.ReadWrite.All TeamSettings.ReadWrite.All ProfilePhoto.ReadWrite.All GroupMember.ReadWrite.All';
const ref = (user) => ({ '@odata.id': linkTo(server, user) });
const idsOf = async (path) => {
    const answer = await get(server, path, server.admin);
    assert.equal(answer.status, 200, answer.text);
    return answer.json().value.map(({ id }) => id);
};
const ownersOf = ({ id }) => idsOf(`/v1.0/groups/${id}/owners`);
const membersOf = ({ id }) => idsOf(`/v1.0/groups/${id}/members`);

/** Every write of an existing group or team: [what, how]; each leaves it unchanged, or to be removed. */
const writes = [
    ['PATCH', (path, token) => patch(server, path, token, { description: 'x' })],
    ['POST members/$ref', (path, token) => post(server, `${path}/members/$ref`, token, ref(outsider))],
    ['DELETE members/$ref', (path, token) => remove(server, `${path}/members/${outsider.id}/$ref`, token)],
    ['POST owners/$ref', (path, token) => post(server, `${path}/owners/$ref`, token, ref(member))],
    ['DELETE owners/$ref', (path, token) => remove(server, `${path}/owners/${member.id}/$ref`, token)],
    ['PUT photo', (path, token) => put(server, `${path}/photo/$value`, token, jpeg(64, 64, blue))],
    ['PATCH photo', (path, token) => call(server, 'PATCH', `${path}/photo/$value`, { token, body: jpeg(64, 64) })],
    ['DELETE photo', (path, token) => remove(server, `${path}/photo`, token)],
    ['PUT team', (path, token) => putJson(server, `${path}/team`, token, {})],
    ['PATCH team', (path, token) => patch(server, path.replace('groups', 'teams'), token, { description: 'y' })],
    ['PUT team photo', (path, token) => put(server, `${path.replace('groups', 'teams')}/photo/$value`, token, jpeg(64, 64))],
    ['DELETE', (path, token) => remove(server, path, token)],
];

async function walk(who, token, may) {
    const own = await makeGroup(server, { owners: [owner], members: [member], picture: jpeg(64, 64) });
    for (const [what, write] of writes) {
        // Requests for teams are sent to a team.
        if (!may && what === 'PATCH team') await putJson(server, `${own.path}/team`, server.admin, {});
        const answer = await write(own.path, token);
        if (may) assert.ok([200, 201, 204].includes(answer.status), `${who}, ${what}: ${answer.status} ${answer.text}`);
        else assertError(answer, 403, what.includes('photo') ? 'ErrorAccessDenied' : 'Authorization_RequestDenied');
    }
    if (may) await assertGone(server, own.path, own.id);
    else {
        assert.deepEqual(await ownersOf(own), [owner.id]);
        assert.deepEqual(await membersOf(own), [member.id]);
        assert.equal((await get(server, own.path, server.admin)).json().description, null);
    }
}

test('only owners and directory roles may write a group', async () => {
    await walk('the owner', server.userToken(owner.id, rights), true);
    await walk('a member', server.userToken(member.id, rights), false);
    await walk('an outsider', server.userToken(outsider.id, rights), false);
    for (const role of ['Groups Administrator', 'User Administrator', 'Global Administrator'])
        await walk(role, server.userToken(outsider.id, rights, role), true);
    for (const role of ['People Administrator', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'])
        await walk(role, server.userToken(outsider.id, rights, role), false);
    await walk('an app', server.appToken(rights), true);
});

test('a role or ownership gives nothing without the permission', async () => {
    for (const token of [
        server.userToken(owner.id, 'Group.Read.All User.ReadWrite'),
        server.userToken(outsider.id, 'Group.Read.All', 'Groups Administrator'),
    ]) {
        assertError(await patch(server, group.path, token, { description: 'x' }), 403, 'Authorization_RequestDenied');
        assertError(await put(server, group.photo, token, jpeg(64, 64)), 403, 'ErrorAccessDenied');
        assertError(await post(server, `${group.path}/owners/$ref`, token, ref(outsider)), 403, 'Authorization_RequestDenied');
    }
    const members = server.userToken(owner.id, 'GroupMember.ReadWrite.All');
    assertError(await post(server, `${group.path}/owners/$ref`, members, ref(outsider)), 403, 'Authorization_RequestDenied');
});

const plain = { groupTypes: [], mailEnabled: false, securityEnabled: true };

test('a Teams Administrator writes teams, under either path, and no other group', async () => {
    const token = server.userToken(outsider.id, rights, 'Teams Administrator');
    const team = await makeTeam(server, { owners: [owner] });
    const change = { description: 'x' };
    assert.equal((await patch(server, team.path, token, change)).status, 204);
    assert.equal((await patch(server, team.group, token, change)).status, 204);
    assert.equal((await put(server, team.photo, token, jpeg(64, 64))).status, 204);
    assert.equal((await put(server, `${team.group}/photo/$value`, token, jpeg(64, 64))).status, 200);
    assert.equal((await post(server, `${team.group}/members/$ref`, token, ref(member))).status, 204);
    assertError(await patch(server, group.path, token, change), 403, 'Authorization_RequestDenied');
    assertError(await put(server, group.photo, token, jpeg(64, 64)), 403, 'ErrorAccessDenied');
    assert.equal((await putJson(server, `${(await makeGroup(server)).path}/team`, token, {})).status, 201);
});

test('only a Microsoft 365 group becomes a team, for every caller, and a Teams Administrator gets no other group that way', async () => {
    const security = await makeGroup(server, { ...plain, owners: [owner], members: [member] });
    const unified = 'A team is a Microsoft 365 group: its groupTypes must hold Unified.';
    for (const token of [
        server.admin,
        server.userToken(owner.id, rights),
        server.userToken(outsider.id, rights, 'Global Administrator'),
        server.userToken(outsider.id, rights, 'Groups Administrator'),
    ])
        assertError(await putJson(server, `${security.path}/team`, token, {}), 400, 'BadRequest', unified);
    const token = server.userToken(outsider.id, rights, 'Teams Administrator');
    for (const [what, write] of writes) {
        if (what.includes('team photo') || what === 'PATCH team') continue;
        assertError(await write(security.path, token), 403, what.includes('photo') ? 'ErrorAccessDenied' : 'Authorization_RequestDenied');
    }
    assertError(await get(server, security.path.replace('groups', 'teams'), server.admin), 404, 'Request_ResourceNotFound');
    const team = await makeTeam(server);
    for (const groupTypes of [[], null, ['DynamicMembership']])
        assertError(await patch(server, team.group, server.admin, { groupTypes }), 400, 'BadRequest', unified);
});

test('a team of a plain group from an earlier version is served as before, and a Teams Administrator may not write it', async () => {
    const own = await Server.start();
    const person = await makeUser(own);
    const team = await makeTeam(own, { owners: [person], members: [person] });
    await own.stop();
    sql(own.data, `UPDATE groups SET group_types = '[]' WHERE id = '${team.id}';`);
    const again = await Server.startOn(own.data);
    try {
        assert.deepEqual((await get(again, team.group, again.admin)).json().groupTypes, []);
        assert.equal((await get(again, team.path, again.admin)).status, 200);
        const token = again.userToken(person.id, rights);
        for (const path of [team.path, team.group]) {
            assert.equal((await patch(again, path, token, { description: 'x' })).status, 204);
            assertError(await patch(again, path, again.userToken((await makeUser(again)).id, rights, 'Teams Administrator'), { description: 'y' }), 403, 'Authorization_RequestDenied');
        }
        assert.equal((await put(again, team.photo, token, jpeg(64, 64))).status, 204);
        assert.equal((await remove(again, team.path, token)).status, 204);
    } finally {
        await again.stop();
    }
});

test('reading a photo does not need ownership of the group', async () => {
    const token = server.userToken(outsider.id, rights);
    assert.equal((await get(server, group.photo, token)).status, 200);
    assert.equal((await get(server, `${group.path}/photo`, token)).status, 200);
});

test('for a caller who may write some groups, a missing group is 404, another group 403', async () => {
    const token = server.userToken(outsider.id, rights);
    for (const path of [`/v1.0/groups/${unknownId}`, `/v1.0/teams/${unknownId}`, `/v1.0/teams/${group.id}`])
        assertError(await remove(server, path, token), 404, 'Request_ResourceNotFound');
    assertError(await remove(server, group.path, token), 403, 'Authorization_RequestDenied');
});

test('the creator of a group by a delegated permission owns it, and is a member of a Microsoft 365 group', async () => {
    const token = server.userToken(outsider.id, 'Group.ReadWrite.All User.Read');
    const make = async (body) => {
        const answer = await post(server, '/v1.0/groups', token, body);
        assert.equal(answer.status, 201, answer.text);
        return answer.json();
    };
    const unified = await make(groupBody());
    assert.deepEqual([await ownersOf(unified), await membersOf(unified)], [[outsider.id], [outsider.id]]);
    const security = await make(groupBody(plain));
    assert.deepEqual([await ownersOf(security), await membersOf(security)], [[outsider.id], []]);
    const bound = await make(groupBody({
        'owners@odata.bind': [linkTo(server, owner), linkTo(server, outsider)],
        'members@odata.bind': [linkTo(server, member), linkTo(server, outsider)],
    }));
    assert.deepEqual((await ownersOf(bound)).sort(), [owner.id, outsider.id].sort());
    assert.deepEqual((await membersOf(bound)).sort(), [member.id, outsider.id].sort());
    for (const { id } of [unified, security, bound])
        assert.equal((await remove(server, `/v1.0/groups/${id}`, token)).status, 204, 'the creator may remove it');
    const made = await post(server, '/v1.0/teams', token, { displayName: 'Ours' });
    assert.equal(made.status, 202, made.text);
    const id = /teams\('([^']+)'\)/.exec(made.headers['content-location'])[1];
    assert.deepEqual([await ownersOf({ id }), await membersOf({ id })], [[outsider.id], [outsider.id]]);
    assert.equal((await remove(server, `/v1.0/teams/${id}`, token)).status, 204);
});

test('a group made by an app has only the owners that the app names', async () => {
    const alone = await makeGroup(server);
    assert.deepEqual(await ownersOf(alone), []);
    const token = server.userToken(member.id, rights);
    assertError(await patch(server, alone.path, token, { description: 'x' }), 403, 'Authorization_RequestDenied');
    const made = await post(server, '/v1.0/teams', server.admin, {
        displayName: 'Ours',
        members: [
            { '@odata.type': '#microsoft.graph.aadUserConversationMember', roles: ['owner'], 'user@odata.bind': linkTo(server, owner) },
            { '@odata.type': '#microsoft.graph.aadUserConversationMember', roles: [], 'user@odata.bind': linkTo(server, member) },
        ],
    });
    assert.equal(made.status, 202, made.text);
    const id = /teams\('([^']+)'\)/.exec(made.headers['content-location'])[1];
    assert.deepEqual(await ownersOf({ id }), [owner.id]);
    assert.deepEqual((await membersOf({ id })).sort(), [owner.id, member.id].sort());
});

test('owners@odata.bind: an unknown user, an invalid reference and a non-list are refused, and no group is made', async () => {
    const before = (await get(server, '/v1.0/groups/$count', server.admin)).text;
    for (const [owners, status] of [
        [[`${server.origin}/v1.0/users/${unknownId}`], 404],
        [['x'], 400],
        ['x', 400],
        [[7], 400],
        [[{ 'user@odata.bind': linkTo(server, owner) }], 400],
        [Array(101).fill(linkTo(server, owner)), 400],
    ]) {
        const answer = await post(server, '/v1.0/groups', server.admin, groupBody({ 'owners@odata.bind': owners }));
        assert.equal(answer.status, status, answer.text);
    }
    assert.equal((await get(server, '/v1.0/groups/$count', server.admin)).text, before);
});

test('owners are added and removed, except the last one', async () => {
    const own = await makeGroup(server);
    const path = `${own.path}/owners`;
    const add = (user) => post(server, `${path}/$ref`, server.admin, ref(user));
    const take = (user) => remove(server, `${path}/${user.id}/$ref`, server.admin);
    assertError(await take(owner), 404, 'Request_ResourceNotFound', missingOwner(owner.id));
    assert.equal((await add(owner)).status, 204);
    assertError(await add(owner), 400, 'Request_BadRequest');
    const last = 'The group must have at least one owner, hence this owner cannot be removed.';
    assertError(await take(owner), 400, 'Request_BadRequest', last);
    assert.equal((await add(member)).status, 204);
    assert.equal((await get(server, `${path}/$count`, server.admin)).text, '2');
    assert.deepEqual(await membersOf(own), [], 'an owner is not a member');
    assert.equal((await take(owner)).status, 204);
    assertError(await take(owner), 404, 'Request_ResourceNotFound');
    assertError(await take(member), 400, 'Request_BadRequest', last);
    for (const body of [{}, { '@odata.id': 'x' }, { '@odata.id': 7 }])
        assertError(await post(server, `${path}/$ref`, server.admin, body), 400, 'BadRequest');
    assertError(await add({ id: unknownId }), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
    assertError(await remove(server, `${path}/${'x'.repeat(100)}/$ref`, server.admin), 404, 'Request_ResourceNotFound');
});

test('members and owners are removed by the key form of their paths too', async () => {
    const own = await makeGroup(server, { owners: [owner, member], members: [owner, member] });
    for (const list of ['owners', 'members']) {
        const answer = await remove(server, `${own.path}/${list}('${member.id}')/$ref`, server.admin);
        assert.equal(answer.status, 204, `${list}: ${answer.text}`);
        assert.deepEqual(await idsOf(`${own.path}/${list}`), [owner.id]);
    }
});

test('a former owner may not write, with a cached token or without', async () => {
    const own = await makeGroup(server, { owners: [owner, outsider] });
    const token = server.userToken(outsider.id, rights);
    assert.equal((await patch(server, own.path, token, { description: 'x' })).status, 204);
    assert.equal((await remove(server, `${own.path}/owners/${outsider.id}/$ref`, token)).status, 204);
    assertError(await patch(server, own.path, token, { description: 'y' }), 403, 'Authorization_RequestDenied');
});

test('a removed owner who concurrently adds themself is not an owner', async () => {
    const token = server.userToken(outsider.id, 'Group.ReadWrite.All');
    for (let round = 0; round < 20; ++round) {
        const own = await makeGroup(server, { owners: [owner, outsider] });
        let removed = false;
        const insist = async () => {
            for (let last = false; !last;) {
                last = removed;
                const { status } = await post(server, `${own.path}/owners/$ref`, token, ref(outsider));
                assert.ok([400, 403].includes(status), `already an owner, or no longer one: ${status}`);
            }
        };
        const insisting = [insist(), insist(), insist()];
        assert.equal((await remove(server, `${own.path}/owners/${outsider.id}/$ref`, server.admin)).status, 204);
        removed = true;
        await Promise.all(insisting);
        assert.deepEqual(await ownersOf(own), [owner.id], `round ${round}`);
    }
});

test('a group or team whose creation is refused does not exist, although a member was removed concurrently', async () => {
    const count = async () => Number((await get(server, '/v1.0/groups/$count', server.admin)).text);
    for (let round = 0; round < 20; ++round) {
        const before = await count();
        const gone = await makeUser(server);
        const members = [member, outsider, gone].map((user) => linkTo(server, user));
        const [made] = await Promise.all([
            round % 2 === 0
                ? post(server, '/v1.0/groups', server.admin, groupBody({ 'members@odata.bind': members }))
                : post(server, '/v1.0/teams', server.admin, { displayName: 'T', members: members.map((link) => ({ 'user@odata.bind': link })) }),
            remove(server, gone.path, server.admin),
        ]);
        assert.ok([201, 202, 404].includes(made.status), made.text);
        assert.equal(await count(), before + (made.status === 404 ? 0 : 1), `round ${round}: ${made.status}`);
    }
});

test('the list of owners supports the options of lists', async () => {
    const people = [];
    for (const displayName of ['Cleo', 'Abel', 'Bert']) people.push(await makeUser(server, { displayName }));
    const own = await makeGroup(server, { owners: people });
    const ask = async (query) => (await get(server, `${own.path}/owners?${encodeURI(query)}`, server.admin)).json();
    const names = async (query) => (await ask(query)).value.map(({ displayName }) => displayName);
    assert.deepEqual(await names(''), ['Abel', 'Bert', 'Cleo']);
    assert.deepEqual(await names('$orderby=displayName desc&$top=2'), ['Cleo', 'Bert']);
    assert.deepEqual(await names("$filter=startsWith(displayName,'b')"), ['Bert']);
    assert.deepEqual(await names('$search="cleo"'), ['Cleo']);
    assert.deepEqual(Object.keys((await ask('$select=displayName')).value[0]), ['@odata.type', 'displayName']);
    const first = await ask('$top=2&$count=true');
    assert.equal(first['@odata.count'], 3);
    const rest = (await get(server, first['@odata.nextLink'].replace(server.origin, ''), server.admin)).json();
    assert.deepEqual(rest.value.map(({ displayName }) => displayName), ['Cleo']);
});

test('a removed user owns no group any more, even as the last owner', async () => {
    const gone = await makeUser(server);
    const own = await makeGroup(server, { owners: [gone] });
    assert.equal((await remove(server, gone.path, server.admin)).status, 204);
    assert.deepEqual(await ownersOf(own), []);
    await makeUser(server, { id: gone.id });
    assert.deepEqual(await ownersOf(own), [], 'another user with that id');
});

test('owners are kept through a restart', async () => {
    const own = await Server.start();
    const person = await makeUser(own);
    const made = await makeGroup(own, { owners: [person] });
    await own.stop();
    const again = await Server.startOn(own.data);
    try {
        const token = again.userToken(person.id, 'Group.ReadWrite.All');
        assert.equal((await patch(again, made.path, token, { description: 'x' })).status, 204);
    } finally {
        await again.stop();
    }
});
