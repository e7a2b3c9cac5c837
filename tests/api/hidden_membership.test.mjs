// Groups with hidden membership: only members and callers with Member.Read.Hidden see the members (docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from './earlier/folder.mjs';
import { get, patch, post, putJson, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, groupBody, linkTo, makeGroup, makeTeam, makeUser, unknownId } from './lib/world.mjs';

let server, member, owner, outsider, group, team;
before(async () => {
    server = await Server.start();
    [member, owner, outsider] = [await makeUser(server), await makeUser(server), await makeUser(server)];
    const hidden = { visibility: 'HiddenMembership', members: [member], owners: [owner], picture: jpeg(64, 64) };
    group = await makeGroup(server, hidden);
    team = await makeTeam(server, hidden);
});
after(() => server.stop());

const everything = 'Group.ReadWrite.All Directory.ReadWrite.All User.Read.All';

async function seenBy(token, path) {
    const seen = [];
    for (const query of ['', '?$count=true', '?$select=id', `?$filter=id eq '${member.id}'`, '?$search="person"', '?$top=1&$count=true']) {
        const answer = await get(server, path + encodeURI(query), token);
        assert.equal(answer.status, 200, answer.text);
        const { value, '@odata.count': count } = answer.json();
        if (query.includes('$count')) assert.equal(count, value.length, query);
        else assert.equal(count, undefined);
        seen.push(value.length);
    }
    seen.push(Number((await get(server, `${path}/$count`, token)).text));
    assert.equal(new Set(seen).size, 1, `${seen}`);
    return seen[0];
}

test('members are shown only to members and to callers with Member.Read.Hidden', async () => {
    for (const path of [`${group.path}/members`, `${team.group}/members`]) {
        const sees = {
            'a member': server.userToken(member.id, everything),
            'a person with Member.Read.Hidden': server.userToken(outsider.id, `${everything} Member.Read.Hidden`),
            'an app with Member.Read.Hidden': server.appToken(`${everything} Member.Read.Hidden`),
        };
        const doesNot = {
            'an outsider': server.userToken(outsider.id, everything),
            'an owner who is no member': server.userToken(owner.id, everything),
            'an administrator': server.userToken(outsider.id, everything, 'Global Administrator'),
            'an app': server.appToken(everything),
        };
        for (const [who, token] of Object.entries(sees)) assert.equal(await seenBy(token, path), 1, who);
        for (const [who, token] of Object.entries(doesNot)) assert.equal(await seenBy(token, path), 0, who);
    }
});

test('Member.Read.Hidden alone gives no list, and none of other groups', async () => {
    const open = await makeGroup(server, { members: [member] });
    for (const { path } of [group, open])
        for (const token of [server.userToken(member.id, 'Member.Read.Hidden'), server.appToken('Member.Read.Hidden')])
            assertError(await get(server, `${path}/members`, token), 403, 'Authorization_RequestDenied');
});

test('owners and the group itself are shown to all', async () => {
    const token = server.userToken(outsider.id, everything);
    assert.deepEqual((await get(server, `${group.path}/owners`, token)).json().value.map(({ id }) => id), [owner.id]);
    assert.equal((await get(server, group.path, token)).json().visibility, 'HiddenMembership');
    assert.equal((await get(server, `/v1.0/teams/${team.id}`, token)).json().visibility, 'hiddenMembership');
});

test('adding and removing members reveals nothing to a caller who may not see the members', async () => {
    const own = await makeGroup(server, { visibility: 'HiddenMembership', members: [member], owners: [owner] });
    const add = (token, user) => post(server, `${own.path}/members/$ref`, token, { '@odata.id': linkTo(server, user) });
    const take = (token, user) => remove(server, `${own.path}/members/${user.id}/$ref`, token);
    const sees = server.appToken(`${everything} Member.Read.Hidden`);
    const blind = [server.userToken(owner.id, everything), server.appToken(everything)];
    for (const token of blind) {
        for (const user of [member, outsider]) assert.equal((await add(token, user)).status, 204);
        assertError(await add(token, { id: unknownId }), 404, 'Request_ResourceNotFound');
        assert.equal((await get(server, `${own.path}/members/$count`, sees)).text, '2', 'both are members');
        assertError(await add(sees, member), 400, 'Request_BadRequest');
        for (let i = 0; i < 2; i++) assert.equal((await take(token, outsider)).status, 204);
        assert.equal((await get(server, `${own.path}/members/$count`, sees)).text, '1');
    }
    for (const token of [sees, server.userToken(member.id, everything, 'Groups Administrator')]) {
        assertError(await add(token, member), 400, 'Request_BadRequest');
        assertError(await take(token, outsider), 404, 'Request_ResourceNotFound');
    }
    const twice = await post(server, `${own.path}/owners/$ref`, blind[0], { '@odata.id': linkTo(server, owner) });
    const last = await remove(server, `${own.path}/owners/${owner.id}/$ref`, blind[0]);
    for (const answer of [twice, last]) assertError(answer, 400, 'Request_BadRequest');
});

test("a hidden team is listed in one's own joined teams, and not in another's", async () => {
    const open = await makeTeam(server, { members: [member] });
    const ask = async (token, who) => {
        const list = (await get(server, `/v1.0/users/${who.id}/joinedTeams?$count=true`, token)).json();
        assert.equal(list['@odata.count'], list.value.length);
        assert.equal((await get(server, `/v1.0/users/${who.id}/joinedTeams/$count`, token)).text, `${list.value.length}`);
        const found = list.value.some(({ id }) => id === team.id);
        for (const tail of ['', '/photo', '/photo/$value']) {
            const one = await get(server, `/v1.0/users/${who.id}/joinedTeams/${team.id}${tail}`, token);
            assert.equal(one.status, found ? 200 : 404, one.text);
        }
        assert.ok(list.value.some(({ id }) => id === open.id), 'the open one');
        return found;
    };
    const rights = 'Team.ReadBasic.All';
    const peer = await makeUser(server);
    const joined = await post(server, `${team.group}/members/$ref`, server.admin, { '@odata.id': `${server.origin}/v1.0/users/${peer.id}` });
    assert.equal(joined.status, 204, joined.text);
    assert.equal(await ask(server.userToken(member.id, rights), member), true, 'their own');
    assert.equal(await ask(server.userToken(peer.id, rights), member), true, 'of another member too');
    assert.equal(await ask(server.userToken(outsider.id, `${rights} Member.Read.Hidden`), member), true);
    assert.equal(await ask(server.appToken(`${rights} Member.Read.Hidden`), member), true);
    for (const token of [server.userToken(outsider.id, rights), server.userToken(owner.id, rights), server.appToken(rights)])
        assert.equal(await ask(token, member), false);
});

test('membership is hidden from the creation of a Microsoft 365 group, or never', async () => {
    const open = await makeGroup(server, { visibility: 'Private' });
    const openTeam = await makeTeam(server);
    const tries = [
        [open.path, 'HiddenMembership'],
        [open.path, 'hiddenmembership'],
        [group.path, 'Public'],
        [group.path, null],
        [`/v1.0/teams/${team.id}`, 'private'],
        [`/v1.0/teams/${openTeam.id}`, 'hiddenMembership'],
    ];
    for (const [path, visibility] of tries) {
        const answer = await patch(server, path, server.admin, { visibility });
        assertError(answer, 400, 'BadRequest');
        assert.match(answer.text, /visibility/);
    }
    assertError(await putJson(server, `${open.path}/team`, server.admin, { visibility: 'hiddenMembership' }), 400, 'BadRequest');
    const security = groupBody({ groupTypes: [], mailEnabled: false, securityEnabled: true, visibility: 'HiddenMembership' });
    assertError(await post(server, '/v1.0/groups', server.admin, security), 400, 'BadRequest');
    for (const groupTypes of [[], null, ['DynamicMembership']])
        assertError(await patch(server, group.path, server.admin, { groupTypes }), 400, 'BadRequest');
    assert.equal((await patch(server, group.path, server.admin, { groupTypes: ['DynamicMembership', 'Unified'] })).status, 204);
    assert.equal((await patch(server, open.path, server.admin, { groupTypes: [] })).status, 204, 'nothing hidden');
    assert.equal((await patch(server, open.path, server.admin, { groupTypes: ['Unified'] })).status, 204);
    assert.equal((await patch(server, group.path, server.admin, { visibility: 'HiddenMembership', description: 'x' })).status, 204);
    assert.equal((await patch(server, open.path, server.admin, { visibility: 'Public' })).status, 204);
    const made = await post(server, '/v1.0/teams', server.admin, { displayName: 'Hidden', visibility: 'hiddenMembership' });
    assert.equal(made.status, 202, made.text);
});

test('a hidden group of an earlier version that is not a Microsoft 365 group can still be changed', async () => {
    const own = await Server.start();
    const made = await makeGroup(own, { visibility: 'HiddenMembership' });
    await own.stop();
    sql(own.data, `UPDATE groups SET group_types = '[]' WHERE id = '${made.id}';`);
    const again = await Server.startOn(own.data);
    try {
        assert.deepEqual((await get(again, made.path, again.admin)).json().groupTypes, []);
        for (const change of [{ description: 'x' }, { groupTypes: ['Unified'] }])
            assert.equal((await patch(again, made.path, again.admin, change)).status, 204);
        assertError(await patch(again, made.path, again.admin, { groupTypes: [] }), 400, 'BadRequest');
    } finally {
        await again.stop();
    }
});
