// PATCH of a group with references: members@odata.bind and owners@odata.bind (docs/directory.md, "Writes").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, linkTo, makeGroup, makeUser, missingOwner, unknownId } from './lib/world.mjs';

let server;
const users = [];
before(async () => {
    server = await Server.start();
    for (let i = 0; i < 6; i++) users.push(await makeUser(server));
});
after(() => server.stop());

async function ask(path, token = server.admin) {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json();
}

const members = 'members@odata.bind';
const owners = 'owners@odata.bind';
const idsOf = async (group, list) => (await ask(`${group.path}/${list}`)).value.map(({ id }) => id).sort();
const sorted = (...some) => some.map(({ id }) => id).sort();

test('PATCH of a group with members@odata.bind and owners@odata.bind adds them, beside other members of the body', async () => {
    const group = await makeGroup(server, { members: [users[1]], owners: [users[1]] });
    const body = { description: 'Bound', [members]: [linkTo(server, users[2]), `https://graph.microsoft.com/v1.0/directoryObjects/${users[3].id}`], [owners]: [linkTo(server, users[4])] };
    const answer = await patch(server, group.path, server.admin, body);
    assert.equal(answer.status, 204, answer.text);
    assert.deepEqual(await idsOf(group, 'members'), sorted(users[1], users[2], users[3]));
    assert.deepEqual(await idsOf(group, 'owners'), sorted(users[1], users[4]));
    assert.equal((await ask(group.path)).description, 'Bound');
    for (const none of [[], null]) assert.equal((await patch(server, group.path, server.admin, { [members]: none, [owners]: none })).status, 204);
    assert.equal((await idsOf(group, 'members')).length, 3);
    const same = linkTo(server, users[5]);
    assert.equal((await patch(server, group.path, server.admin, { [members]: [same, same] })).status, 204, 'each once');
    assert.equal((await idsOf(group, 'members')).length, 4);
});

test('a PATCH of a group with a reference that fails changes nothing: one transaction', async () => {
    const group = await makeGroup(server, { description: 'Before', members: [users[1]], owners: [users[1]] });
    const unchanged = async (what) => {
        assert.deepEqual(await idsOf(group, 'members'), sorted(users[1]), what);
        assert.deepEqual(await idsOf(group, 'owners'), sorted(users[1]), what);
        assert.equal((await ask(group.path)).description, 'Before', what);
    };
    for (const [name, also] of [[members, owners], [owners, members]]) {
        const good = linkTo(server, users[2]);
        const send = (links, more = {}) => patch(server, group.path, server.admin, { description: 'After', [also]: [good], [name]: links, ...more });
        assertError(await send([good, linkTo(server, users[1])]), 400, 'Request_BadRequest');
        await unchanged(`${name}: one is there already`);
        assertError(await send([good, linkTo(server, { id: unknownId })]), 404, 'Request_ResourceNotFound', missingOwner(unknownId));
        await unchanged(`${name}: one does not exist`);
        for (const links of ['x', {}, [7], ['x'], [null]]) assertError(await send(links), 400, 'BadRequest');
        await unchanged(`${name}: no reference`);
        assertError(await send([good], { displayName: 7 }), 400, 'BadRequest');
        await unchanged(`${name}: another member is wrong`);
        const many = Array.from({ length: 21 }, () => good);
        const answer = await send(many);
        assertError(answer, 400, 'BadRequest', `The property '${name}' has more than 20 items.`);
        await unchanged(`${name}: more than 20`);
    }
});

test('twenty at once are added', async () => {
    const crowd = await Promise.all(Array.from({ length: 20 }, () => makeUser(server)));
    const group = await makeGroup(server);
    const links = crowd.map((one) => linkTo(server, one));
    assert.equal((await patch(server, group.path, server.admin, { [members]: links, [owners]: links })).status, 204);
    for (const list of ['members', 'owners']) assert.deepEqual(await idsOf(group, list), sorted(...crowd));
});

test('a member already there is no error where the membership is hidden from the caller: the answer does not reveal it', async () => {
    const [owner, hidden, fresh] = [await makeUser(server), await makeUser(server), await makeUser(server)];
    const group = await makeGroup(server, { visibility: 'HiddenMembership', members: [hidden], owners: [owner] });
    const caller = server.userToken(owner.id, 'Group.ReadWrite.All');
    for (const one of [hidden, fresh]) {
        const answer = await patch(server, group.path, caller, { [members]: [linkTo(server, one)] });
        assert.deepEqual([answer.status, answer.text], [204, '']);
    }
    const all = server.appToken('Member.Read.Hidden Group.Read.All');
    assert.deepEqual((await ask(`${group.path}/members`, all)).value.map(({ id }) => id).sort(), sorted(hidden, fresh));
    assertError(await patch(server, group.path, caller, { [owners]: [linkTo(server, owner)] }), 400, 'Request_BadRequest');
});
