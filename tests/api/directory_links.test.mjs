// Groups, managers, direct reports and people of users, and objects by id (docs/directory.md, "Links").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from './earlier/folder.mjs';
import { get, post, putJson, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, linkTo, makeContact, makeGroup, makeTeam, makeUser, setManager, unknownId } from './lib/world.mjs';

const denied = 'Authorization_RequestDenied';
const missing = 'Request_ResourceNotFound';
const everything = 'Directory.Read.All People.Read.All';

let server, app, ada, bob, cleo, outsider, group, team, hidden;
before(async () => {
    server = await Server.start();
    app = server.appToken(everything);
    ada = await makeUser(server, { displayName: 'Ada', mail: 'ada.first@contoso.example', jobTitle: 'Engineer', businessPhones: ['+1 555 1'] });
    bob = await makeUser(server, {
        displayName: 'bob', givenName: 'Robert', surname: 'Bauer', mail: 'bob@contoso.example', department: 'Sales', companyName: 'Contoso',
        jobTitle: 'Clerk', officeLocation: 'B2', mobilePhone: '+1 555 2', businessPhones: ['+1 555 3', '+1 555 4'],
    });
    cleo = await makeUser(server, { displayName: 'Cleo' });
    outsider = await makeUser(server, { displayName: 'Outsider' });
    group = await makeGroup(server, { displayName: 'Alpha', members: [ada, bob], owners: [ada] });
    team = await makeTeam(server, { displayName: 'Beta', members: [ada] });
    hidden = await makeGroup(server, { displayName: 'Gamma', visibility: 'HiddenMembership', members: [ada, cleo] });
});
after(() => server.stop());

const ids = (answer) => answer.json().value.map(({ id }) => id);
const idsOf = (...objects) => objects.map(({ id }) => id);
async function read(path, token = app) {
    const answer = await get(server, `/v1.0${encodeURI(path)}`, token);
    assert.equal(answer.status, 200, answer.text);
    return answer;
}
const refused = async (status, code, path, token = app) => assertError(await get(server, `/v1.0${encodeURI(path)}`, token), status, code);
const of = ({ id }) => `/users/${id}`;

for (const list of ['memberOf', 'transitiveMemberOf']) {
    test(`${list} has the groups of the user, as directory objects, with the options of lists (docs/directory.md)`, async () => {
        const path = `${of(ada)}/${list}`;
        const answer = await read(path);
        const { '@odata.context': context, value } = answer.json();
        assert.equal(context, `${server.origin}/v1.0/$metadata#directoryObjects`);
        assert.deepEqual(value.map((one) => [one['@odata.type'], one.displayName]), [
            ['#microsoft.graph.group', 'Alpha'],
            ['#microsoft.graph.group', 'Beta'],
        ]);
        assert.deepEqual(ids(await read(`${path}?$orderby=displayName desc`)), idsOf(team, group));
        assert.deepEqual(ids(await read(`${path}?$filter=startsWith(displayName,'Be')&$count=true`)), idsOf(team));
        assert.deepEqual(ids(await read(`${path}?$search="displayName:alpha"`)), idsOf(group));
        const first = (await read(`${path}?$top=1&$select=id&$count=true`)).json();
        assert.equal(first['@odata.count'], 2);
        const next = await get(server, first['@odata.nextLink'].slice(server.origin.length), app);
        assert.deepEqual([first.value[0].id, ...ids(next)], idsOf(group, team));
        assert.equal((await read(`${path}/$count`)).text, '2');
        assert.deepEqual(ids(await read(`${of(outsider)}/${list}`)), []);
        await refused(404, missing, `/users/${unknownId}/${list}`);
    });

    test(`${list} with a type: groups for group, nothing for other types, 400 for unknown ones (docs/directory.md)`, async () => {
        const path = `${of(ada)}/${list}`;
        for (const type of ['microsoft.graph.group', 'graph.group', 'Microsoft.Graph.Group']) {
            assert.deepEqual(ids(await read(`${path}/${type}`)), idsOf(group, team));
            assert.equal((await read(`${path}/${type}/$count`)).text, '2');
            assert.deepEqual(ids(await read(`${path}/${type}?$filter=displayName eq 'beta'`)), idsOf(team));
        }
        for (const type of ['user', 'device', 'orgContact', 'servicePrincipal', 'application', 'directoryRole', 'administrativeUnit']) {
            assert.deepEqual((await read(`${path}/microsoft.graph.${type}?$count=true`)).json().value, []);
            assert.equal((await read(`${path}/graph.${type}/$count`)).text, '0');
        }
        for (const tail of ['graph.nothing', 'group', 'microsoft.graph', 'graph.', 'graph.group/graph.group', 'graph.group/x'])
            await refused(400, 'BadRequest', `${path}/${tail}`);
    });

    test(`${list}: with User.Read alone, one's own groups as ids (docs/access.md)`, async () => {
        const token = server.userToken(ada.id, 'User.Read');
        const { value } = (await read(`/me/${list}`, token)).json();
        assert.deepEqual(value.map(({ id }) => id).sort(), idsOf(group, team, hidden).sort());
        for (const one of value) {
            const { '@odata.type': type, id, ...rest } = one;
            assert.equal(type, '#microsoft.graph.group');
            for (const [name, shown] of Object.entries(rest)) assert.ok(shown === null || shown.length === 0, `${id} ${name}`);
        }
        assert.equal((await read(`/me/${list}/$count`, token)).text, '3');
        const sorted = value.map(({ id }) => id);
        assert.deepEqual(sorted, sorted.toSorted(), 'by id, not by name');
        for (const query of ["$filter=displayName eq 'Alpha'", '$orderby=displayName', '$search="alpha"', '$search="displayName:alpha"'])
            await refused(403, denied, `/me/${list}?${query}`, token);
        await refused(403, denied, `${of(bob)}/${list}`, token);
        await refused(403, denied, `/users/${unknownId}/${list}`, token);
        await refused(403, denied, `/me/${list}`, server.userToken(ada.id, 'Group.ReadWrite.All User.ReadWrite'));
        assertError(await get(server, `/v1.0/me/${list}`), 401, 'InvalidAuthenticationToken');
        await refused(400, 'BadRequest', `/me/${list}`, app);
    });

    test(`${list} leaves out hidden memberships, unless the caller is a member or has Member.Read.Hidden (docs/access.md)`, async () => {
        const seen = async (token) => {
            const found = ids(await read(`${of(cleo)}/${list}?$count=true`, token));
            assert.equal((await read(`${of(cleo)}/${list}/$count`, token)).text, `${found.length}`);
            return found;
        };
        const rights = 'Directory.Read.All';
        assert.deepEqual(await seen(server.userToken(cleo.id, rights)), idsOf(hidden));
        assert.deepEqual(await seen(server.userToken(ada.id, rights)), idsOf(hidden), 'another member');
        for (const token of [server.userToken(outsider.id, `${rights} Member.Read.Hidden`), server.appToken(`${rights} Member.Read.Hidden`)])
            assert.deepEqual(await seen(token), idsOf(hidden));
        for (const token of [server.userToken(outsider.id, rights, 'Global Administrator'), server.userToken(bob.id, rights), server.appToken(rights)])
            assert.deepEqual(await seen(token), []);
    });
}

test('memberOf takes fewer permissions than transitiveMemberOf (docs/access.md)', async () => {
    for (const [permission, direct, transitive] of [['GroupMember.Read.All', 200, 200], ['Group.Read.All', 403, 200], ['User.Read.All', 403, 200]])
        for (const [list, status] of [['memberOf', direct], ['transitiveMemberOf', transitive]]) {
            const answer = await get(server, `/v1.0${of(bob)}/${list}`, server.userToken(ada.id, permission));
            assert.equal(answer.status, status, `${permission} ${list}`);
            if (status === 200) assert.equal(answer.json().value[0].displayName, permission === 'User.Read.All' ? null : 'Alpha');
        }
});

test('transitiveMembers equals members, and both take a type behind them; so do owners (docs/directory.md)', async () => {
    for (const [list, people] of [['members', [ada, bob]], ['transitiveMembers', [ada, bob]], ['owners', [ada]]]) {
        const path = `/groups/${group.id}/${list}`;
        for (const tail of ['', '/microsoft.graph.user', '/graph.user', '/GRAPH.USER']) {
            assert.deepEqual(ids(await read(path + tail)), idsOf(...people));
            assert.equal((await read(`${path}${tail}/$count`)).text, `${people.length}`);
            assert.deepEqual(ids(await read(`${path}${tail}?$filter=displayName eq 'ADA'`)), idsOf(ada));
        }
        for (const type of ['group', 'device', 'orgContact', 'servicePrincipal']) {
            assert.deepEqual((await read(`${path}/graph.${type}`)).json().value, []);
            assert.equal((await read(`${path}/graph.${type}/$count`)).text, '0');
        }
        for (const tail of ['graph.person', 'graph.user/graph.user']) await refused(400, 'BadRequest', `${path}/${tail}`);
        await refused(404, missing, `/groups/${unknownId}/${list}/graph.user`);
        await refused(403, denied, `${path}/graph.user`, server.userToken(ada.id, 'User.Read.All'));
    }
    for (const list of ['members', 'transitiveMembers'])
        for (const tail of ['', '/graph.user']) assert.deepEqual((await read(`/groups/${hidden.id}/${list}${tail}`)).json().value, []);
    const own = server.userToken(cleo.id, 'Directory.Read.All');
    assert.deepEqual(ids(await read(`/groups/${hidden.id}/transitiveMembers`, own)), idsOf(ada, cleo));
});

test('a type is allowed behind these lists only (docs/directory.md)', async () => {
    for (const path of ['/groups/graph.group/graph.group', '/teams/x/graph.user', `${of(ada)}/people/graph.person`, `${of(ada)}/manager/graph.user`, `${of(ada)}/joinedTeams/x/graph.group`, `${of(ada)}/graph.user`])
        await refused(400, 'BadRequest', path);
});

test('directoryObjects has a user or a group by id (docs/directory.md)', async () => {
    const user = (await read(`/directoryObjects/${bob.id.toUpperCase()}`)).json();
    assert.deepEqual([user['@odata.context'], user['@odata.type'], user.displayName, user.mobilePhone], [`${server.origin}/v1.0/$metadata#directoryObjects/$entity`, '#microsoft.graph.user', 'bob', '+1 555 2']);
    const found = (await read(`/directoryObjects('${team.id}')?$select=displayName`)).json();
    assert.deepEqual(found, { '@odata.context': `${server.origin}/v1.0/$metadata#directoryObjects(displayName)/$entity`, '@odata.type': '#microsoft.graph.group', displayName: 'Beta' });
    for (const key of [unknownId, bob.upn, 'x']) await refused(404, missing, `/directoryObjects/${key}`);
    await refused(400, 'BadRequest', '/directoryObjects');
    for (const token of [server.userToken(bob.id, 'User.Read.All Group.Read.All'), server.appToken('User.ReadWrite.All')])
        for (const key of [bob.id, unknownId]) await refused(403, denied, `/directoryObjects/${key}`, token);
    await read(`/directoryObjects/${bob.id}`, server.userToken(bob.id, 'Directory.Read.All'));
});

const reference = (user) => ({ '@odata.id': linkTo(server, user) });
const writer = () => server.appToken('User.ReadWrite.All');

test('manager/$ref sets, replaces and removes the manager; directReports lists the reports (docs/directory.md)', async () => {
    const [chief, deputy, worker] = [await makeUser(server, { displayName: 'Chief' }), await makeUser(server), await makeUser(server, { displayName: 'Worker' })];
    const path = `/v1.0${of(worker)}/manager`;
    for (const tail of ['', '/$ref']) assertError(await get(server, path + tail, app), 404, missing);
    assertError(await remove(server, `${path}/$ref`, writer()), 404, missing);
    for (const manager of [deputy, chief, chief]) {
        const done = await putJson(server, `${path}/$ref`, writer(), reference(manager));
        assert.deepEqual([done.status, done.text], [204, '']);
        const link = (await get(server, `${path}/$ref`, app)).json();
        assert.deepEqual(link, { '@odata.context': `${server.origin}/v1.0/$metadata#$ref`, '@odata.id': linkTo(server, manager) });
    }
    const seen = (await get(server, `${path}?$select=displayName`, app)).json();
    assert.deepEqual(seen, { '@odata.context': `${server.origin}/v1.0/$metadata#directoryObjects(displayName)/$entity`, '@odata.type': '#microsoft.graph.user', displayName: 'Chief' });
    assert.deepEqual(ids(await read(`${of(chief)}/directReports`)), idsOf(worker));
    assert.deepEqual(ids(await read(`${of(deputy)}/directReports`)), []);
    for (const tail of ['', '/graph.user']) assert.equal((await read(`${of(chief)}/directReports${tail}/$count`)).text, '1');
    assert.deepEqual((await read(`${of(chief)}/directReports/graph.orgContact`)).json().value, []);
    assert.equal((await read(`${of(chief)}/directReports`)).json().value[0]['@odata.type'], '#microsoft.graph.user');
    assert.deepEqual(ids(await read(`${of(chief)}/directReports?$filter=displayName eq 'worker'`)), idsOf(worker));
    assert.equal((await remove(server, `${path}/$ref`, writer())).status, 204);
    assertError(await get(server, path, app), 404, missing);
    assert.deepEqual(ids(await read(`${of(chief)}/directReports`)), []);
});

test('an invalid manager is refused, and the manager stays (docs/directory.md)', async () => {
    const [chief, worker] = [await makeUser(server), await makeUser(server)];
    await setManager(server, worker, chief);
    const path = `/v1.0${of(worker)}/manager/$ref`;
    assertError(await putJson(server, path, writer(), reference(worker)), 400, 'Request_BadRequest');
    assertError(await putJson(server, path, writer(), reference({ id: unknownId })), 404, missing);
    assertError(await putJson(server, path, writer(), reference(group)), 404, missing);
    for (const body of [{}, { '@odata.id': 7 }, { '@odata.id': '' }, { '@odata.id': null }, [], 'x']) assertError(await putJson(server, path, writer(), body), 400, 'BadRequest');
    assertError(await putJson(server, `/v1.0/users/${unknownId}/manager/$ref`, writer(), reference(chief)), 404, missing);
    assertError(await post(server, path, writer(), reference(chief)), 405, 'Request_BadRequest');
    assertError(await putJson(server, `/v1.0${of(worker)}/manager`, writer(), reference(chief)), 405, 'Request_BadRequest');
    assert.equal((await get(server, path, app)).json()['@odata.id'], linkTo(server, chief));
});

test('the removal of a user removes the links to and from the user (docs/directory.md)', async () => {
    const [chief, middle, worker] = [await makeUser(server), await makeUser(server), await makeUser(server)];
    await setManager(server, middle, chief);
    await setManager(server, worker, middle);
    assert.equal((await remove(server, middle.path, server.admin)).status, 204);
    await refused(404, missing, `${of(worker)}/manager`);
    assert.deepEqual(ids(await read(`${of(chief)}/directReports`)), []);
    const again = await makeUser(server, { id: middle.id });
    await refused(404, missing, `${of(again)}/manager`);
    assert.deepEqual(ids(await read(`${of(again)}/directReports`)), []);
});

test('manager and directReports: permissions and visible properties (docs/access.md)', async () => {
    const [chief, worker] = [await makeUser(server, { displayName: 'Top' }), await makeUser(server, { displayName: 'Low' })];
    await setManager(server, worker, chief);
    const user = (who, scopes, role) => server.userToken(who.id, scopes, role);
    for (const tail of ['', '/$ref']) {
        await refused(403, denied, `/me/manager${tail}`, user(worker, 'User.Read User.ReadBasic.All'));
        await read(`/me/manager${tail}`, user(worker, 'User.Read.All'));
        await read(`${of(worker)}/manager${tail}`, server.appToken('User.Read.All'));
    }
    const mine = (await read('/me/directReports', user(chief, 'User.Read'))).json().value;
    assert.deepEqual(mine.map(({ id, displayName, userPrincipalName }) => [id, displayName, userPrincipalName]), [[worker.id, null, null]]);
    await refused(403, denied, `${of(chief)}/directReports`, user(worker, 'User.Read'));
    assert.equal((await read(`${of(chief)}/directReports`, user(worker, 'User.Read.All'))).json().value[0].displayName, 'Low');
    await refused(403, denied, '/me/directReports', user(chief, 'User.ReadBasic.All'));
    const path = `/v1.0${of(worker)}/manager/$ref`;
    for (const token of [user(worker, 'User.ReadWrite'), user(worker, 'User.ReadWrite.All'), user(chief, 'User.ReadWrite.All'), server.appToken('User.Read.All')]) {
        assertError(await putJson(server, path, token, reference(chief)), 403, denied);
        assertError(await remove(server, path, token), 403, denied);
    }
    assert.equal((await putJson(server, path, user(chief, 'User.ReadWrite.All', 'User Administrator'), reference(chief))).status, 204);
});

const peopleOf = async (path, token) => (await read(path, token)).json().value;
const names = (people) => people.map(({ displayName }) => displayName);

test('people are the users who share a group and the own contacts, by displayName (docs/directory.md)', async () => {
    const reader = await makeUser(server, { displayName: 'Reader' });
    const contact = await makeContact(server, reader, {
        displayName: 'Agnes', givenName: 'Agnes', surname: 'Adler', jobTitle: 'Poet', companyName: 'Verse',
        mobilePhone: '+2 1', businessPhones: ['+2 2'],
        emailAddresses: [{ name: 'A', address: 'agnes@poets.example' }, { name: 'B', address: 'adler@poets.example' }],
    });
    const theirs = await makeGroup(server, { members: [reader, bob, cleo] });
    await makeGroup(server, { members: [reader, bob] });
    const me = server.userToken(reader.id, 'People.Read');
    const people = await peopleOf('/me/people', me);
    assert.deepEqual(names(people), ['Agnes', 'bob', 'Cleo'], 'each once, without the caller');
    assert.deepEqual(people[0], {
        id: contact.id, displayName: 'Agnes', givenName: 'Agnes', surname: 'Adler', jobTitle: 'Poet', companyName: 'Verse',
        department: null, officeLocation: null, userPrincipalName: null, imAddress: null, isFavorite: false,
        scoredEmailAddresses: [{ address: 'agnes@poets.example', relevanceScore: null }, { address: 'adler@poets.example', relevanceScore: null }],
        phones: [{ type: 'mobile', number: '+2 1' }, { type: 'business', number: '+2 2' }],
        personType: { class: 'Person', subclass: 'PersonalContact' },
    });
    const basic = {
        id: bob.id, displayName: 'bob', givenName: 'Robert', surname: 'Bauer', jobTitle: null, companyName: null,
        department: null, officeLocation: null, userPrincipalName: bob.upn, imAddress: null, isFavorite: false,
        scoredEmailAddresses: [{ address: 'bob@contoso.example', relevanceScore: null }], phones: [],
        personType: { class: 'Person', subclass: 'OrganizationUser' },
    };
    assert.deepEqual(people[1], basic);
    const whole = await peopleOf('/me/people', server.userToken(reader.id, 'People.Read User.Read.All'));
    assert.deepEqual(whole[1], {
        ...basic, jobTitle: 'Clerk', companyName: 'Contoso', department: 'Sales', officeLocation: 'B2',
        phones: [{ type: 'mobile', number: '+1 555 2' }, { type: 'business', number: '+1 555 3' }, { type: 'business', number: '+1 555 4' }],
    });
    assert.deepEqual(names(await peopleOf(`${of(reader)}/people`, server.userToken(bob.id, 'People.Read.All'))), ['bob', 'Cleo'], 'contacts are private');
    assert.equal((await remove(server, theirs.path, server.admin)).status, 204);
    assert.deepEqual(names(await peopleOf('/me/people', me)), ['Agnes', 'bob']);
});

test('people: $select, $top with 10 by default, $skip and nextLink (docs/directory.md)', async () => {
    const reader = await makeUser(server);
    const wanted = Array.from({ length: 12 }, (_, i) => `Contact ${String.fromCharCode(97 + i)}`);
    for (const displayName of wanted.toReversed()) await makeContact(server, reader, { displayName });
    const token = server.userToken(reader.id, 'People.Read');
    const walk = async (path) => {
        const pages = [];
        for (let next = path; next; ) {
            const page = (await get(server, next, token)).json();
            pages.push(names(page.value));
            next = page['@odata.nextLink']?.slice(server.origin.length);
        }
        return pages;
    };
    assert.deepEqual(await walk('/v1.0/me/people'), [wanted.slice(0, 10), wanted.slice(10)]);
    assert.deepEqual(await walk('/v1.0/me/people?$top=5&$select=displayName'), [wanted.slice(0, 5), wanted.slice(5, 10), wanted.slice(10)]);
    assert.deepEqual(await walk('/v1.0/me/people?$skip=3&$top=12'), [wanted.slice(3)]);
    assert.deepEqual(await walk('/v1.0/me/people?$skip=12'), [[]]);
    const [one] = (await read('/me/people?$top=1&$select=displayName,birthday,isFavorite', token)).json().value;
    assert.deepEqual(one, { displayName: 'Contact a', birthday: null, isFavorite: false });
    for (const query of ['$top=0', '$top=1000', '$skip=-1', '$skip=10001', '$select=nothing', '$search=%22department:x%22', '$expand=x', '$top=1&$top=2'])
        assertError(await get(server, `/v1.0/me/people?${query}`, token), 400, 'BadRequest');
    for (const query of ["$filter=displayName eq 'x'", '$orderby=displayName', '$count=true', '$skiptoken=eA'])
        await refused(400, 'Request_UnsupportedQuery', `/me/people?${query}`, token);
    await refused(400, 'BadRequest', '/me/people/$count', token);
});

test('people: the last page that $skip reaches has no nextLink (docs/directory.md)', async () => {
    const own = await Server.start();
    const reader = await makeUser(own);
    await makeContact(own, reader);
    await own.stop();
    const columns = sql(own.data, "SELECT group_concat(name) FROM pragma_table_info('contacts');").trim();
    const values = columns.replace(/\bnumber\b/, 'number + n').replace(/\bid\b/, 'id || n');
    const numbers = 'WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 10049)';
    sql(own.data, `${numbers} INSERT INTO contacts(${columns}) SELECT ${values} FROM contacts, k;`);
    const many = await Server.startOn(own.data);
    try {
        const token = many.userToken(reader.id, 'People.Read');
        let path = '/v1.0/me/people?$select=id&$skip=9990';
        const sizes = [];
        while (path) {
            const answer = await get(many, path, token);
            assert.equal(answer.status, 200, answer.text);
            sizes.push(answer.json().value.length);
            path = answer.json()['@odata.nextLink']?.slice(many.origin.length);
        }
        assert.deepEqual(sizes, [10, 10]);
    } finally {
        await many.stop();
    }
});

test('people: a list that is not stored is empty, not null (docs/directory.md)', async () => {
    const token = server.userToken(ada.id, 'People.Read');
    for (const person of (await read('/me/people?$select=id,websites,postalAddresses', token)).json().value)
        assert.deepEqual([person.websites, person.postalAddresses], [[], []]);
});

test('people: $search over names and addresses (docs/directory.md)', async () => {
    const reader = await makeUser(server);
    const [one, two, three] = [
        await makeUser(server, { displayName: 'Xenia North', mail: 'x.north@contoso.example' }),
        await makeUser(server, { displayName: 'Yuri', givenName: 'Jurij', surname: 'Northman', mail: 'y@contoso.example' }),
        await makeUser(server, { displayName: 'Zoe', jobTitle: 'Northerner' }),
    ];
    await makeGroup(server, { members: [reader, one, two, three] });
    const poet = await makeContact(server, reader, { displayName: 'Poet', emailAddresses: [{ name: 'P', address: 'north.poet@poets.example' }] });
    const token = server.userToken(reader.id, 'People.Read User.Read.All');
    const found = async (search) => (await peopleOf(`/me/people?$search=${search}`, token)).map(({ id }) => id);
    assert.deepEqual(await found('"north"'), idsOf(poet, one, two), 'of the contact by its address; no jobTitle');
    assert.deepEqual(await found('north'), idsOf(poet, one, two));
    assert.deepEqual(await found('"x.north@contoso.example"'), idsOf(one));
    assert.deepEqual(await found('"jurij"'), idsOf(two));
    assert.deepEqual(await found('"nobody"'), []);
    assert.deepEqual(await found('"north.poet@poets"'), idsOf(poet));
});

test('odata.metadata=full adds @odata.type and @odata.id, none leaves both out (docs/directory.md)', async () => {
    const worker = await makeUser(server);
    await setManager(server, worker, bob);
    const paths = [`${of(bob)}/memberOf`, `${of(bob)}/directReports`, `${of(worker)}/manager`, `/directoryObjects/${bob.id}`];
    for (const path of paths) {
        const items = async (level) => {
            const body = (await read(`${path}?$select=id&$format=application/json;odata.metadata=${level}`)).json();
            return body.value ?? [body];
        };
        for (const one of await items('full')) {
            assert.match(one['@odata.type'], /^#microsoft\.graph\.(user|group)$/, path);
            assert.ok(one['@odata.id']?.includes(one.id), `${path}: ${JSON.stringify(one)}`);
        }
        for (const one of await items('none')) assert.deepEqual(Object.keys(one), ['id'], path);
    }
});

test('people: permissions (docs/access.md)', async () => {
    for (const token of [server.userToken(ada.id, 'User.Read.All Contacts.ReadWrite Directory.Read.All'), server.userToken(ada.id, 'People.ReadBasic')])
        await refused(403, denied, '/me/people', token);
    for (const key of [bob.id, unknownId]) await refused(403, denied, `/users/${key}/people`, server.userToken(ada.id, 'People.Read'));
    await refused(403, denied, `${of(ada)}/people`, server.appToken('People.Read Directory.Read.All'));
    await read(`${of(ada)}/people`, server.userToken(ada.id, 'People.Read'));
    await read(`${of(ada)}/people`, server.appToken('People.Read.All'));
    await refused(404, missing, `/users/${unknownId}/people`);
});

test('people leave out those who share only a hidden group, unless the caller is a member (docs/access.md)', async () => {
    const of = (who, token) => peopleOf(`/users/${who.id}/people`, token).then(names);
    assert.deepEqual(await of(cleo, server.userToken(cleo.id, 'People.Read')).then((all) => all.includes('Ada')), true, 'their own');
    assert.equal((await of(cleo, server.userToken(ada.id, 'People.Read.All'))).includes('Ada'), true, 'of another member');
    assert.equal((await of(cleo, server.appToken('People.Read.All Member.Read.Hidden'))).includes('Ada'), true);
    for (const token of [server.appToken('People.Read.All'), server.userToken(bob.id, 'People.Read.All'), server.userToken(outsider.id, 'People.Read.All', 'Global Administrator')])
        assert.equal((await of(cleo, token)).includes('Ada'), false);
});
