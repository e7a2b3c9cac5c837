// Lists and objects of the directory: options, and the order of lists (docs/directory.md, "Reads").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, head, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertSameHead,
    makeContact,
    makeFolder,
    makeGroup,
    makeTeam,
    makeUser,
    missingCode,
    missingOwner,
    unknownId,
} from './lib/world.mjs';

let server, me, mine, group, team, folder, contact;
const people = [];
before(async () => {
    server = await Server.start();
    me = await makeUser(server, { displayName: 'Anna Zeiss', mail: 'anna@mail.example' });
    people.push(me);
    for (const name of ['bert Young', 'Bert Old', 'Česká Žofie', 'Émile 1', 'émile 2', 'zoe'])
        people.push(await makeUser(server, { displayName: name }));
    group = await makeGroup(server, { displayName: 'Plain group', members: [me] });
    team = await makeTeam(server, { displayName: 'A team', description: 'Plays', members: [me] });
    folder = await makeFolder(server, me, { displayName: 'Customers' });
    await makeFolder(server, folder, { displayName: 'Old ones' });
    contact = await makeContact(server, me, { displayName: 'Carl', surname: 'Cox' });
    await makeContact(server, me, { displayName: 'berta' });
    await makeContact(server, folder, { displayName: 'Anton' });
    mine = server.userToken(
        me.id,
        'User.Read.All Group.Read.All Team.ReadBasic.All Contacts.ReadWrite',
    );
});
after(() => server.stop());

const ask = async (path, token = mine) => {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json();
};
const names = async (path) => (await ask(path)).value.map(({ displayName }) => displayName);
const refused = (path, ...words) => refusedAs('BadRequest', path, ...words);
const refusedAs = async (code, path, ...words) => {
    const answer = await get(server, path, mine);
    assertError(answer, 400, code);
    for (const word of words) assert.ok(answer.text.includes(word), `${path}: ${answer.text}`);
};
const context = (tail, base = 'v1.0') => `${server.origin}/${base}/$metadata#${tail}`;
const item = ({ id }) => encodeURIComponent(id);

/** Every list: its path, the context of the list, and the context of one object of it. */
const lists = () => ({
    users: ['/v1.0/users', 'users', `/v1.0/users/${me.id}`, 'users'],
    groups: ['/v1.0/groups', 'groups', group.path, 'groups'],
    teams: ['/v1.0/teams', 'teams', team.path, 'teams'],
    contacts: [
        '/v1.0/me/contacts',
        `users('${me.id}')/contacts`,
        contact.path,
        `users('${me.id}')/contacts`,
    ],
    contactFolders: [
        '/v1.0/me/contactFolders',
        `users('${me.id}')/contactFolders`,
        folder.path,
        `users('${me.id}')/contactFolders`,
    ],
    childFolders: [
        `${folder.path}/childFolders`,
        `users('${me.id}')/contactFolders('${item(folder)}')/childFolders`,
    ],
    filed: [
        `${folder.path}/contacts`,
        `users('${me.id}')/contactFolders('${item(folder)}')/contacts`,
    ],
});
const kinds = ['users', 'groups', 'teams', 'contacts', 'contactFolders', 'childFolders', 'filed'];

// Of the lists: a property of the type that is no order, whether Graph's type is open, and its name.
const types = {
    users: ['jobTitle', true, 'user'],
    groups: ['description', true, 'group'],
    teams: ['description', true, 'team'],
    contacts: ['emailAddresses', true, 'contact'],
    filed: ['jobTitle', true, 'contact'],
    contactFolders: ['parentFolderId', false, 'contactFolder'],
    childFolders: ['id', false, 'contactFolder'],
};

for (const kind of kinds) {
    test(`the list of ${kind}: its context, then value (docs/directory.md)`, async () => {
        const [path, tail] = lists()[kind];
        for (const base of ['v1.0', 'beta']) {
            const body = await ask(path.replace('v1.0', base));
            assert.deepEqual(Object.keys(body), ['@odata.context', 'value']);
            assert.equal(body['@odata.context'], context(tail, base));
            assert.ok(body.value.length > 0);
            for (const entry of body.value) {
                const annotated = Object.keys(entry).filter((name) => name.startsWith('@'));
                assert.ok(!annotated.includes('@odata.context'), 'a list has it once');
            }
        }
    });

    test(`the list of ${kind} supports $select, and names it in the context`, async () => {
        const [path, tail] = lists()[kind];
        for (const query of ['?$select=id,displayName', '?%24select=id%2CdisplayName']) {
            const body = await ask(path + query);
            assert.equal(body['@odata.context'], context(`${tail}(id,displayName)`));
            for (const entry of body.value)
                assert.deepEqual(Object.keys(entry).sort(), ['displayName', 'id']);
        }
        const [, isOpen, type] = types[kind];
        if (isOpen) {
            const body = await ask(`${path}?$select=id,shoeSize,displayName`);
            assert.equal(body['@odata.context'], context(`${tail}(id,shoeSize,displayName)`));
            for (const entry of body.value) assert.deepEqual(Object.keys(entry), ['id', 'displayName']);
        } else {
            await refused(`${path}?$select=shoeSize`, `Could not find a property named 'shoeSize' on type 'microsoft.graph.${type}'.`);
        }
        for (const name of ['shoe size', '9lives', 'id/x', "x'", '%C3%BC', 'x'.repeat(129)])
            await refused(`${path}?$select=id,${name.replace(' ', '%20')}`, 'Could not find a property');
    });

    test(`the list of ${kind} is counted: $count=true before value, and /$count as text`, async () => {
        const [path] = lists()[kind];
        const body = await ask(`${path}?$count=true&$top=1`);
        assert.deepEqual(Object.keys(body).slice(0, 2), ['@odata.context', '@odata.count']);
        const { value } = await ask(`${path}?$top=999`);
        assert.equal(body['@odata.count'], value.length);
        const count = await get(server, `${path}/$count`, mine);
        assert.equal(count.status, 200, count.text);
        assert.match(count.headers['content-type'], /^text\/plain\b/);
        assert.equal(count.text, String(value.length));
        const small = await get(server, `${path}/%24COUNT`, mine);
        assert.equal(small.text, count.text);
        assert.equal('@odata.count' in (await ask(`${path}?$count=false`)), false);
        await refused(`${path}?$count=maybe`, '$count');
    });

    test(`the list of ${kind} is ordered by displayName case-insensitively, then by id, in both directions`, async () => {
        const [path] = lists()[kind];
        const fold = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        const key = ({ displayName, id }) => Buffer.from(`${fold(displayName)}\0${id}`);
        const up = (await ask(`${path}?$top=999`)).value;
        const sorted = [...up].sort((one, two) => Buffer.compare(key(one), key(two)));
        assert.deepEqual(up, sorted);
        for (const order of ['displayName', 'displayName%20asc'])
            assert.deepEqual((await ask(`${path}?$orderby=${order}`)).value, up);
        const down = (await ask(`${path}?$orderby=displayName%20desc`)).value;
        assert.deepEqual(down, [...up].reverse());
        for (const order of ['', '%20', '+'])
            assert.deepEqual((await ask(`${path}?$orderby=${order}`)).value, up, 'as absent');
        for (const order of ['shoeSize', 'displayName%20up', 'displayName,id', 'displayName%20asc%20desc'])
            await refused(`${path}?$orderby=${order}`, '$orderby');
        const [unordered] = types[kind];
        for (const order of [unordered, unordered.toUpperCase(), `${unordered}%20desc`])
            await refusedAs('Request_UnsupportedQuery', `${path}?$orderby=${order}`, '$orderby', unordered, 'displayName');
    });

    test(`the list of ${kind} accepts only $top from 1 to 999`, async () => {
        const [path] = lists()[kind];
        for (const top of ['1', '999']) {
            const { value } = await ask(`${path}?$top=${top}`);
            assert.ok(value.length >= 1 && value.length <= Number(top));
        }
        for (const top of ['0', '1000', '-1', 'x', '1.5', '1e2', '99999999999999999999'])
            await refused(`${path}?$top=${top}`, '$top');
        assert.deepEqual((await ask(`${path}?$top=`)).value, (await ask(path)).value, 'as absent');
    });

    test(`the list of ${kind} refuses an invalid $skiptoken and unknown options`, async () => {
        const [path] = lists()[kind];
        for (const junk of ['x', '%00', '%zz', 'AAAA', '!!!', '='.repeat(300), "'"])
            await refused(`${path}?$skiptoken=${junk}`);
        assert.deepEqual(await ask(`${path}?$skiptoken=`), await ask(path), 'as absent');
        for (const option of ['$apply=x', '$compute=x', '$nonsense=1', '%24nonsense=1'])
            await refused(`${path}?${option}`, 'supported');
        await refused(`${path}?$expand=photo`, '$expand');
        await refused(`${path}?$top=1&$top=2`);
        assert.ok((await ask(`${path}?nonsense=1&_=2`)).value.length > 0);
    });

    test(`HEAD of the list of ${kind} has the headers of GET`, async () => {
        const [path] = lists()[kind];
        for (const tail of ['', '/$count'])
            assertSameHead(
                await get(server, path + tail, mine),
                await head(server, path + tail, mine),
            );
    });
}

for (const kind of ['users', 'groups', 'teams', 'contacts', 'contactFolders']) {
    test(`one of ${kind}: $select, its context, and no $expand or list option`, async () => {
        const [, , path, tail] = lists()[kind];
        const body = await ask(path);
        assert.equal(Object.keys(body)[0], '@odata.context');
        assert.equal(body['@odata.context'], context(`${tail}/$entity`));
        const some = await ask(`${path}?%24select=id%2CdisplayName`);
        assert.equal(some['@odata.context'], context(`${tail}(id,displayName)/$entity`));
        assert.deepEqual(Object.keys(some).slice(1).sort(), ['displayName', 'id']);
        const [, isOpen, type] = types[kind];
        if (isOpen) {
            const left = await ask(`${path}?$select=shoeSize,id`);
            assert.equal(left['@odata.context'], context(`${tail}(shoeSize,id)/$entity`));
            assert.deepEqual(Object.keys(left).slice(1), ['id']);
        } else {
            await refused(`${path}?$select=shoeSize`, 'shoeSize', `microsoft.graph.${type}`);
        }
        for (const query of ['$expand=photo', '$nonsense=1', '$top=1', '$filter=id%20eq%20null', '$orderby=id', '$count=true'])
            await refused(`${path}?${query}`, 'supported');
        assertSameHead(await get(server, path, mine), await head(server, path, mine));
    });
}

// The properties without $select, in this order.
const shown = {
    users: [
        'businessPhones',
        'displayName',
        'givenName',
        'jobTitle',
        'mail',
        'mobilePhone',
        'officeLocation',
        'preferredLanguage',
        'surname',
        'userPrincipalName',
        'id',
    ],
    groups: [
        'id',
        'description',
        'displayName',
        'groupTypes',
        'mail',
        'mailEnabled',
        'mailNickname',
        'securityEnabled',
        'visibility',
    ],
    teams: ['id', 'displayName', 'description'],
    contacts: [
        'id',
        'parentFolderId',
        'displayName',
        'givenName',
        'surname',
        'jobTitle',
        'companyName',
        'mobilePhone',
        'businessPhones',
        'emailAddresses',
    ],
    contactFolders: ['id', 'parentFolderId', 'displayName'],
};
for (const [kind, properties] of Object.entries(shown)) {
    test(`${kind} show these properties by default, one or listed: ${properties}`, async () => {
        const [path, , one] = lists()[kind];
        for (const entry of [await ask(one), (await ask(path)).value[0]]) {
            const order = Object.keys(entry).filter((name) => properties.includes(name));
            assert.deepEqual(order, properties);
            assert.equal('photoStorage' in entry, false);
            assert.equal('tenant' in entry || 'isTeam' in entry || 'mailbox' in entry, false);
        }
    });
}

test('photoStorage is shown on $select, of users and groups', async () => {
    for (const path of [me.path, group.path])
        assert.equal((await ask(`${path}?$select=photoStorage`)).photoStorage, 'mailbox');
});

test('absent properties are null, absent lists empty', async () => {
    const made = await ask(group.path);
    assert.deepEqual(
        [made.description, made.groupTypes, made.mailEnabled],
        [null, ['Unified'], true],
    );
    const plain = await makeGroup(server, { groupTypes: [], mailEnabled: false, securityEnabled: true });
    const { mail, visibility, groupTypes } = await ask(plain.path);
    assert.deepEqual([mail, visibility, groupTypes], [null, null, []]);
    assert.equal((await remove(server, plain.path, server.admin)).status, 204);
    const bare = await ask(contact.path);
    assert.deepEqual([bare.jobTitle, bare.businessPhones, bare.emailAddresses], [null, [], []]);
});

test('a team is a group too; a group without a team is not listed among teams', async () => {
    assert.deepEqual(await names('/v1.0/teams'), ['A team']);
    assert.deepEqual(await names('/v1.0/groups'), ['A team', 'Plain group']);
    assert.deepEqual(await names('/v1.0/me/joinedTeams'), ['A team']);
});

test('U/contacts lists the default folder, as in Graph; a folder lists its own', async () => {
    for (const path of ['/v1.0/me/contacts', '/v1.0/me/contactFolders/contacts/contacts'])
        assert.deepEqual(await names(path), ['berta', 'Carl']);
    assert.deepEqual(await names(`${folder.path}/contacts`), ['Anton']);
});

test('folders list their direct contents', async () => {
    assert.deepEqual(await names('/v1.0/me/contactFolders'), ['Customers']);
    assert.deepEqual(await names(`${folder.path}/childFolders`), ['Old ones']);
});

test('members of a group: its users', async () => {
    for (const one of [group, { path: team.group }]) {
        const body = await ask(`${one.path}/members`);
        assert.deepEqual(
            body.value.map(({ id }) => id),
            [me.id],
        );
        assert.equal((await get(server, `${one.path}/members/$count`, mine)).text, '1');
    }
});

test('$skip is 400 on users, groups and teams, and works on contacts and folders', async () => {
    for (const path of ['/v1.0/users', '/v1.0/groups', '/v1.0/teams'])
        await refused(`${path}?$skip=1`, '$skip');
    for (const path of ['/v1.0/me/contacts', '/v1.0/me/contactFolders']) {
        const all = (await ask(path)).value;
        assert.deepEqual((await ask(`${path}?$skip=1`)).value, all.slice(1));
        assert.deepEqual((await ask(`${path}?$skip=0&$top=1`)).value, all.slice(0, 1));
        assert.deepEqual((await ask(`${path}?$skip=500`)).value, []);
        assert.deepEqual((await ask(`${path}?$skip=`)).value, all);
        for (const skip of ['-1', 'x', '1.5']) await refused(`${path}?$skip=${skip}`, '$skip');
    }
});

test('the nextLink after $skip continues behind the skipped part', async () => {
    const all = (await ask('/v1.0/me/contacts')).value.map(({ id }) => id);
    const seen = [];
    let next = '/v1.0/me/contacts?$skip=1&$top=1';
    for (let i = 0; next && i < 10; i++) {
        const body = await ask(next);
        seen.push(...body.value.map(({ id }) => id));
        next = body['@odata.nextLink']?.slice(server.origin.length);
    }
    assert.deepEqual(seen, all.slice(1));
});

test('a missing object is 404 with the key in the message, for every kind', async () => {
    for (const path of [
        `/v1.0/groups/${unknownId}`,
        `/v1.0/groups/${unknownId}/members`,
        `/v1.0/teams/${unknownId}`,
        `/v1.0/me/joinedTeams/${unknownId}`,
    ])
        assertError(
            await get(server, path, mine),
            404,
            'Request_ResourceNotFound',
            missingOwner(unknownId),
        );
    for (const path of ['/v1.0/me/contacts/x', '/v1.0/me/contactFolders/x'])
        assertError(await get(server, path, mine), 404, 'ErrorItemNotFound', missingOwner('x'));
    for (const list of ['contacts', 'contactFolders', 'contacts/$count']) {
        const path = `/v1.0/users/${unknownId}/${list}`;
        assert.equal(missingCode(path), 'ErrorItemNotFound');
        assertError(await get(server, path, server.admin), 404, missingCode(path), missingOwner(unknownId));
    }
});

test('odata.metadata=none omits every @odata member; full adds the type of each object', async () => {
    const none = await get(server, '/v1.0/users?$count=true&$top=1', mine, {
        Accept: 'application/json;odata.metadata=none',
    });
    assert.deepEqual(
        Object.keys(none.json()).filter((name) => name.includes('context')),
        [],
    );
    const full = await get(server, '/v1.0/groups', mine, {
        Accept: 'application/json;odata.metadata=full',
    });
    for (const entry of full.json().value)
        assert.equal(entry['@odata.type'], '#microsoft.graph.group');
});

test('lists are never stored by a cache, and vary by the token and Accept', async () => {
    for (const path of ['/v1.0/users', '/v1.0/me/contacts']) {
        const { headers } = await get(server, path, mine);
        assert.equal(headers['cache-control'], 'no-store');
        assert.equal(headers.vary, 'Accept, Authorization, Origin');
    }
});

test('following nextLink repeats and skips no object that stayed, while others are added and removed (250 users)', async () => {
    const own = await Server.start();
    const make = async (from, to) => {
        const made = [];
        for (let i = from; i < to; i += 10)
            made.push(
                ...(await Promise.all(
                    Array.from({ length: 10 }, (_, j) =>
                        makeUser(own, {
                            displayName: `Walker ${String(((i + j) * 7919) % 1000).padStart(3, '0')}`,
                        }),
                    ),
                )),
            );
        return made;
    };
    const stays = await make(0, 200);
    const goes = await make(200, 250);
    const seen = [];
    let next = '/v1.0/users?$top=40&$select=id,displayName&x=%20y';
    for (let page = 0; next; page++) {
        assert.ok(page < 20, 'the walk ends');
        const body = (await get(own, next, own.admin)).json();
        assert.deepEqual(Object.keys(body.value[0]).sort(), ['displayName', 'id']);
        seen.push(...body.value);
        next = body['@odata.nextLink'];
        if (next) assert.ok(next.startsWith(`${own.origin}/v1.0/users?`), next);
        next = next?.slice(own.origin.length);
        if (page > 3) continue;
        await make(300 + 10 * page, 310 + 10 * page);
        for (const one of goes.splice(0, 10)) await remove(own, one.path, own.admin);
    }
    const ids = seen.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, 'nothing twice');
    for (const { id } of stays) assert.ok(ids.includes(id), 'nothing left out');
    const shownNames = seen.map(({ displayName }) => displayName);
    assert.deepEqual(shownNames, [...shownNames].sort());
    const whole = (await get(own, '/v1.0/users?$top=999', own.admin)).json();
    assert.equal('@odata.nextLink' in whole, false, 'the last page has no link');
    const first = (await get(own, '/v1.0/users', own.admin)).json();
    assert.equal(first.value.length, 100, 'a page has 100 by default');
    await own.stop();
});

test('/users/$count is the number of people', async () => {
    assert.equal((await get(server, '/v1.0/users/$count', mine)).text, String(people.length));
});
