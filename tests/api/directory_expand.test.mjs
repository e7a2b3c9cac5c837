// $expand of manager, members and owners (docs/directory.md, "Reads").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch, post, putJson } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, linkTo, makeGroup, makeUser } from './lib/world.mjs';

let server, me, boss, group, hidden, admin;
before(async () => {
    server = await Server.start();
    admin = server.admin;
    me = await makeUser(server, { displayName: 'Me' });
    boss = await makeUser(server, { displayName: 'Boss', jobTitle: 'Director' });
    group = await makeGroup(server, { displayName: 'Open', members: [me, boss], owners: [boss] });
    hidden = await makeGroup(server, { displayName: 'Secret', visibility: 'HiddenMembership', groupTypes: ['Unified'], members: [boss] });
    const set = await putJson(server, `${me.path}/manager/$ref`, admin, { '@odata.id': linkTo(server, boss) });
    assert.equal(set.status, 204, set.text);
});
after(() => server.stop());

const ask = async (path, token = admin) => {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
};
const context = (tail) => `${server.origin}/v1.0/$metadata#${tail}`;

test('manager of a user: the object with its type, and what $select of it names', async () => {
    const whole = await ask(`${me.path}?$expand=manager&$select=displayName`);
    assert.equal(whole['@odata.context'], context('users(displayName,manager())/$entity'));
    assert.equal(whole.manager['@odata.type'], '#microsoft.graph.user');
    assert.equal(whole.manager.jobTitle, 'Director');
    const some = await ask(`${me.path}?expand=MANAGER($select=Id,displayname)&$select=id`);
    assert.equal(some['@odata.context'], context('users(id,manager(id,displayName))/$entity'));
    assert.deepEqual(some.manager, { '@odata.type': '#microsoft.graph.user', id: boss.id, displayName: 'Boss' });
});

test('an inner $select of * or without names means all, as the outer one', async () => {
    for (const inner of ['*', '', 'id,*'])
        assert.equal((await ask(`${me.path}?$expand=manager($select=${inner})`)).manager.jobTitle, 'Director', inner);
});

test('a user without a manager has no member manager; a list expands each entry', async () => {
    assert.equal('manager' in (await ask(`${boss.path}?$expand=manager`)), false);
    const { value } = await ask('/v1.0/users?$expand=manager($select=id)&$select=id&$top=999');
    const managers = Object.fromEntries(value.map(({ id, manager }) => [id, manager?.id]));
    assert.equal(managers[me.id], boss.id);
    assert.equal(managers[boss.id], undefined);
});

test('members and owners of a group, at most 20, as in Graph', async () => {
    const body = await ask(`${group.path}?$expand=members($select=id)&$select=id`);
    assert.deepEqual(body.members.map(({ id }) => id).sort(), [me.id, boss.id].sort());
    const owners = await ask(`${group.path}?$expand=owners($select=displayName)`);
    assert.deepEqual(owners.owners, [{ '@odata.type': '#microsoft.graph.user', displayName: 'Boss' }]);
    const many = [];
    for (let i = 0; i < 21; i++) many.push(await makeUser(server));
    const large = await makeGroup(server, { members: many });
    assert.equal((await ask(`${large.path}?$expand=members`)).members.length, 20);
});

test('hidden members are an empty list for who may not see them', async () => {
    const reader = server.userToken(me.id, 'Group.Read.All');
    assert.deepEqual((await ask(`${hidden.path}?$expand=members`, reader)).members, []);
    const insider = server.userToken(boss.id, 'Group.Read.All');
    const [one] = (await ask(`${hidden.path}?$expand=members($select=id)`, insider)).members;
    assert.equal(one.id, boss.id);
});

test('what is expanded takes the permission of its own path, and shows no more than it', async () => {
    const self = server.userToken(me.id, 'User.Read');
    assertError(await get(server, '/v1.0/me?$expand=manager', self), 403, 'Authorization_RequestDenied');
    const weak = server.userToken(me.id, 'Group.Read.All');
    const { members } = await ask(`${group.path}?$expand=members`, weak);
    assert.equal(members.find(({ id }) => id === boss.id).displayName, null);
});

test('anything else is 400, and a write with $expand changes nothing', async () => {
    for (const [path, code] of [
        [`${me.path}?$expand=photo`, 'BadRequest'],
        [`${me.path}?$expand=members`, 'BadRequest'],
        [`${group.path}?$expand=members(`, 'BadRequest'],
        [`${group.path}?$expand=members($select=@id)`, 'BadRequest'],
        [`${group.path}?$expand=members,owners`, 'Request_UnsupportedQuery'],
        [`${group.path}?$expand=members($levels=2)`, 'Request_UnsupportedQuery'],
        [`${group.path}?$expand=members($select=id;$top=1)`, 'Request_UnsupportedQuery'],
        [`${me.path}/contacts?$expand=manager`, 'BadRequest'],
        ['/v1.0/users/$count?$expand=manager', 'BadRequest'],
    ])
        assertError(await get(server, encodeURI(path), admin), 400, code);
    const body = { displayName: 'x', mailNickname: 'x', mailEnabled: false, securityEnabled: true };
    const made = await post(server, '/v1.0/groups?$expand=members', admin, body);
    assertError(made, 400, 'BadRequest');
    const { value } = await ask(encodeURI("/v1.0/groups?$filter=displayName eq 'x'"));
    assert.deepEqual(value, []);
    assert.equal((await patch(server, group.path, admin, { displayName: 'Open' })).status, 204);
});
