// Queries of lists as Graph has them: names, $select, any() and comparisons in $filter, $orderby across pages, $count
// (docs/directory.md, "Reads").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch, post, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, groupBody, makeContact, makeFolder, makeGroup, makeTeam, makeUser, unknownId, userBody } from './lib/world.mjs';

const people = [
    { displayName: 'Ada Lovelace', givenName: 'Ada', surname: 'Lovelace', mail: 'ada@z.example', department: 'Engines', companyName: 'Analytical', proxyAddresses: ['SMTP:ada@z.example', 'smtp:countess@z.example'], otherMails: ['ada@home.example'] },
    { displayName: 'bob Stone', givenName: 'bob', surname: 'stone', mail: 'Bob@a.example', businessPhones: ['+1 555 0100', '+44 20 1'], proxyAddresses: ['SMTP:Bob@a.example'] },
    { displayName: 'Bob stone', givenName: 'Bob', surname: 'Stone', mail: 'bob@b.example', department: 'engines' },
    { displayName: 'Carla', givenName: 'Émile', surname: 'lovelace', otherMails: ['c@one.example', 'C@two.example'] },
    { displayName: 'Dora 100%', surname: "O'Neil", mail: 'dora_x@a.example' },
    { displayName: 'Zoë', mail: 'zoe@a.example', otherMails: ['100%_@odd.example'] },
];
let server, token, me, folder;
const users = [];
const groups = {};
before(async () => {
    server = await Server.start();
    for (const [i, one] of people.entries()) {
        users.push(await makeUser(server, { userPrincipalName: `${'fedcba'[i]}${i}@contoso.example`, ...one }));
        await new Promise((done) => setTimeout(done, 3)); // createdDateTime differs by milliseconds
    }
    [me] = users;
    groups.unified = await makeGroup(server, { displayName: 'All company', proxyAddresses: ['SMTP:all@contoso.example'], mail: 'all@contoso.example', members: [me] });
    groups.security = await makeGroup(server, { displayName: 'Backup operators', groupTypes: [], mailEnabled: false, securityEnabled: true });
    groups.dynamic = await makeGroup(server, { displayName: 'Guests', groupTypes: ['DynamicMembership', 'Unified'], mail: 'Guests@contoso.example' });
    groups.team = await makeTeam(server, { displayName: 'Team one' });
    await makeTeam(server, { displayName: 'team two' });
    folder = await makeFolder(server, me, { displayName: 'Customers' });
    for (const displayName of ['archive', 'Beta', 'alpha']) await makeFolder(server, me, { displayName });
    await makeContact(server, me, { displayName: 'Petra', givenName: 'Petra', surname: 'Young', emailAddresses: [{ name: 'Petra at work', address: 'Petra@fabrikam.example' }, { address: 'p@home.example' }] });
    await makeContact(server, me, { displayName: 'otto', givenName: 'Otto', surname: 'adams', emailAddresses: [{ name: 'Petra', address: 'otto@fabrikam.example' }] });
    await makeContact(server, me, { displayName: 'Nina', surname: 'Adams' });
    await makeContact(server, folder, { displayName: 'Filed', emailAddresses: [{ address: 'petra@fabrikam.example' }] });
    await makeContact(server, users[1], { displayName: 'Of another', emailAddresses: [{ address: 'petra@fabrikam.example' }] });
    token = server.userToken(me.id, 'User.Read.All Group.Read.All Team.ReadBasic.All Contacts.ReadWrite');
});
after(() => server.stop());

const at = (list, options) =>
    `${list}?${Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
async function ask(path, bearer = token) {
    const answer = await get(server, path, bearer);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json();
}
const names = async (path, bearer) => (await ask(path, bearer)).value.map(({ displayName }) => displayName);
const asked = { users: '/v1.0/users', groups: '/v1.0/groups', teams: '/v1.0/teams', contacts: '/v1.0/me/contacts', folders: '/v1.0/me/contactFolders' };
const everyone = ['Ada Lovelace', 'bob Stone', 'Bob stone', 'Carla', 'Dora 100%', 'Zoë'];
/** As sets: two users have the same name but for letter case. */
const assertNames = (seen, wanted, what) => assert.deepEqual([...seen].sort(), [...wanted].sort(), what);

// Names of options.
for (const base of ['/v1.0', '/beta']) {
    test(`options are taken without the dollar sign and in any letter case, under ${base}`, async () => {
        const wanted = await ask(at(`${base}/users`, { $filter: "startsWith(displayName,'bob')", $select: 'id,displayName', $top: 1, $count: 'true', $orderby: 'displayName desc' }));
        assert.equal(wanted['@odata.count'], 2);
        assert.equal(wanted.value.length, 1);
        for (const how of [(name) => name.slice(1), (name) => name.toUpperCase(), (name) => name.slice(1).toUpperCase(), (name) => name.replace('$', '%24')]) {
            const options = Object.entries({ $filter: "startsWith(displayName,'bob')", $select: 'id,displayName', $top: '1', $count: 'true', $orderby: 'displayName desc' });
            const seen = await ask(`${base}/users?${options.map(([name, value]) => `${how(name)}=${encodeURIComponent(value)}`).join('&')}`);
            assert.equal(seen['@odata.context'], wanted['@odata.context']);
            assert.deepEqual([seen['@odata.count'], seen.value], [2, wanted.value]);
            const next = await ask(seen['@odata.nextLink'].slice(server.origin.length));
            assert.equal(next.value.length, 1, 'the link keeps the options');
            assert.notEqual(next.value[0].id, seen.value[0].id);
            assert.deepEqual(Object.keys(next.value[0]), ['id', 'displayName']);
        }
        for (const one of [`${base}/me`, `${base}/users/${me.id}`])
            assert.deepEqual(Object.keys(await ask(`${one}?select=id`)).slice(1), ['id']);
        assertError(await get(server, `${base}/users?expand=photo`, token), 400, 'BadRequest', "The query option '$expand' is not supported for 'photo' of a user.");
        for (const twice of ['$top=1&top=2', '$TOP=1&$top=1', 'select=id&$select=id'])
            assertError(await get(server, `${base}/users?${twice}`, token), 400, 'BadRequest');
        assert.equal((await ask(`${base}/users?filters=x&tops=1`)).value.length, people.length, 'other parameters are ignored');
    });
}

test('the query of the bytes of a photo is ignored, with and without the dollar sign', async () => {
    const path = `${me.path}/photo/$value`;
    const own = server.userToken(me.id, 'User.Read');
    const plain = await get(server, path, own);
    for (const query of ['select=x', '$select=x', 'filter=(', '$expand=x'])
        assertError(await get(server, `${path}?${query}`, own), plain.status, 'ImageNotFound');
});

test('an option without a value is as absent, for every option of every list', async () => {
    for (const list of Object.values(asked)) {
        const wanted = (await ask(list)).value;
        assert.ok(wanted.length > 0);
        for (const name of ['filter', 'select', 'orderby', 'top', 'search', 'count', 'skiptoken', 'format', 'expand']) {
            for (const query of [`$${name}=`, `${name}=`, `$${name}`, `$${name}=%20`])
                assert.deepEqual((await ask(`${list}?${query}`)).value, wanted, `${list}?${query}`);
        }
    }
    assert.deepEqual(await ask(`${me.path}?$select=`), await ask(me.path));
});

// Properties in any letter case: PowerShell's Graph module, CLI for Microsoft 365.
test('Get-MgUser -Property DisplayName,Id,UserPrincipalName: names as typed, own spelling in the answer', async () => {
    const body = await ask(at(asked.users, { $select: 'DisplayName,Id,USERPRINCIPALNAME' }));
    assert.equal(body['@odata.context'], `${server.origin}/v1.0/$metadata#users(displayName,id,userPrincipalName)`);
    for (const one of body.value) assert.deepEqual(Object.keys(one), ['displayName', 'id', 'userPrincipalName']);
    const one = await ask(at(me.path, { $select: 'Id,id,ID,DisplayName' }));
    assert.deepEqual(Object.keys(one).slice(1), ['id', 'displayName'], 'each once');
});

test("m365 entra user list: startswith(DisplayName,'…') finds the users, with the count and the order", async () => {
    assertNames(await names(at(asked.users, { $filter: "startswith(DisplayName,'BOB')", $select: 'Id,DisplayName,Mail,UserPrincipalName', $top: 100 })), ['bob Stone', 'Bob stone']);
    assert.deepEqual(await names(at(asked.users, { $filter: "UserPrincipalName eq 'F0@contoso.example'", $orderby: 'DisplayName', $count: 'true' })), ['Ada Lovelace']);
    assert.deepEqual(await names(at(asked.users, { $search: '"DISPLAYNAME:carla"' })), ['Carla']);
    assert.deepEqual(await names(at(asked.contacts, { $filter: "SURNAME eq 'young'", $select: 'DisplayName', $orderby: 'GivenName' })), ['Petra']);
    assert.deepEqual(await names(at(asked.folders, { $filter: "DISPLAYNAME eq 'customers'" })), ['Customers']);
});

// $select of what is not held.
test('$select of names that Graph knows and that are not held: null, or an empty list', async () => {
    const rows = [
        [me.path, ['identities', 'assignedLicenses', 'skills'], ['employeeId', 'city', 'signInActivity', 'passwordProfile', 'onPremisesExtensionAttributes']],
        [groups.unified.path, ['assignedLabels', 'resourceBehaviorOptions', 'onPremisesProvisioningErrors'], ['allowExternalSenders', 'classification', 'membershipRule']],
        [groups.team.path, [], ['webUrl', 'classification', 'specialization', 'memberSettings']],
        [asked.contacts, ['categories', 'imAddresses', 'homePhones', 'children'], ['birthday', 'nickName', 'createdDateTime', 'personalNotes']],
    ];
    for (const [path, lists, nulls] of rows) {
        const asksFor = [...nulls, ...lists];
        for (const typed of [asksFor, asksFor.map((name) => name.toUpperCase())]) {
            const body = await ask(`${path}?$select=${typed}`);
            assert.ok(body['@odata.context'].includes(`(${asksFor})`), body['@odata.context']);
            for (const { '@odata.context': _, ...one } of body.value ?? [body]) {
                assert.deepEqual(Object.keys(one), asksFor);
                for (const name of nulls) assert.equal(one[name], null, name);
                for (const name of lists) assert.deepEqual(one[name], [], name);
            }
        }
    }
});

test('$select of a name that an open type lacks: only the context has it, in the order sent; closed types refuse it', async () => {
    const { value } = await ask(asked.contacts);
    for (const [path, tail] of [
        [me.path, 'users(%)/$entity'],
        ['/v1.0/me', 'users(%)/$entity'],
        [asked.users, 'users(%)'],
        [groups.unified.path, 'groups(%)/$entity'],
        [groups.team.path, 'teams(%)/$entity'],
        [asked.contacts, `users('${me.id}')/contacts(%)`],
        [`${asked.contacts}/${encodeURIComponent(value[0].id)}`, `users('${me.id}')/contacts(%)/$entity`],
    ]) {
        const body = await ask(`${path}?$select=ext_a.b1,Id,shoeSize,DISPLAYNAME,_x`);
        assert.equal(body['@odata.context'], `${server.origin}/v1.0/$metadata#${tail.replace('%', 'ext_a.b1,id,shoeSize,displayName,_x')}`);
        for (const { '@odata.context': _, ...one } of body.value ?? [body]) assert.deepEqual(Object.keys(one), ['id', 'displayName']);
        for (const bad of ['a-b', 'a b', '1a', 'a/b', 'a(b)', "a'", 'é', 'a'.repeat(129)])
            assertError(await get(server, `${path}?$select=id,${encodeURIComponent(bad)}`, token), 400, 'BadRequest');
    }
    for (const path of [folder.path, asked.folders, `${me.path}/photo`]) {
        const answer = await get(server, `${path}?$select=shoeSize`, server.userToken(me.id, 'User.Read Contacts.Read'));
        assertError(answer, 400, 'BadRequest');
        assert.match(answer.json().error.message, /shoeSize/);
    }
});

// $filter: the list, the condition, and the objects that it finds.
const found = [
    ['groups', "groupTypes/any(c:c eq 'Unified')", ['All company', 'Guests', 'Team one', 'team two']],
    ['groups', "GroupTypes/Any(x : x eq 'unified')", ['All company', 'Guests', 'Team one', 'team two']],
    ['groups', "groupTypes/any(c:c eq 'Unified') and mailEnabled eq true", ['All company', 'Guests', 'Team one', 'team two']],
    ['groups', "not groupTypes/any(c:c eq 'Unified')", ['Backup operators']],
    ['groups', "NOT(groupTypes/any(c:c eq 'DynamicMembership')) and groupTypes/any(c:c eq 'Unified')", ['All company', 'Team one', 'team two']],
    ['groups', "groupTypes/any(c:c in ('DynamicMembership','x'))", ['Guests']],
    ['groups', "groupTypes/any(c:startsWith(c,'dyn'))", ['Guests']],
    ['groups', "resourceProvisioningOptions/Any(x:x eq 'Team')", ['Team one', 'team two']],
    ['groups', "resourceProvisioningOptions/any(x:x in ('Team'))", ['Team one', 'team two']],
    ['groups', "resourceProvisioningOptions/any(x:x eq 'Yammer')", []],
    ['groups', "not resourceProvisioningOptions/any(x:x eq 'Team')", ['All company', 'Backup operators', 'Guests']],
    ['groups', "proxyAddresses/any(p:p eq 'smtp:ALL@contoso.example')", ['All company']],
    ['groups', "proxyAddresses/any(p:endsWith(p,'@contoso.example'))", ['All company']],
    ['groups', "endsWith(mail,'@contoso.example')", ['All company', 'Guests']],
    ['teams', "startsWith(displayName,'TEAM')", ['Team one', 'team two']],
    ['users', "proxyAddresses/any(p:p eq 'smtp:ada@z.example')", ['Ada Lovelace']],
    ['users', "proxyAddresses/any(p:startsWith(p,'smtp:bob@'))", ['bob Stone']],
    ['users', "proxyAddresses/any(p:p eq 'smtp:countess@z.example' or p eq 'SMTP:bob@a.example')", ['Ada Lovelace', 'bob Stone']],
    ['users', "proxyAddresses/any(p:p eq 'ada@z.example')", []],
    ['users', "otherMails/any(m:m eq 'c@TWO.example')", ['Carla']],
    ['users', "otherMails/any(m:endsWith(m,'@two.example'))", ['Carla']],
    ['users', "otherMails/any(m:startsWith(m,'100%_'))", ['Zoë']],
    ['users', "otherMails/any(m:startsWith(m,'%'))", []],
    ['users', "otherMails/any(m:m in ('ada@home.example','c@one.example','x'))", ['Ada Lovelace', 'Carla']],
    ['users', "not otherMails/any(m:startsWith(m,''))", ['bob Stone', 'Bob stone', 'Dora 100%']],
    ['users', "otherMails/any(m:m eq 'ada@home.example') or mail eq 'zoe@a.example'", ['Ada Lovelace', 'Zoë']],
    ['users', "businessPhones/any(p:p eq '+44 20 1')", ['bob Stone']],
    ['users', "endsWith(mail,'@a.example')", ['bob Stone', 'Dora 100%', 'Zoë']],
    ['users', "endsWith(mail,'@a.example') and startsWith(displayName,'z')", ['Zoë']],
    ['users', "endsWith(mail,'_x@a.example')", ['Dora 100%']],
    ['users', "endsWith(mail,'%@a.example')", []],
    ['users', "endsWith(mail,'@a.example') eq false", ['Ada Lovelace', 'Bob stone', 'Carla']],
    ['users', "startsWith(displayName,'bob') eq true", ['bob Stone', 'Bob stone']],
    ['users', "startsWith(displayName,'bob') eq FALSE", ['Ada Lovelace', 'Carla', 'Dora 100%', 'Zoë']],
    ['users', "department eq 'engines'", ['Ada Lovelace', 'Bob stone']],
    ['users', "department in ('Engines') and companyName ne null", ['Ada Lovelace']],
    ['users', 'companyName eq null', everyone.slice(1)],
    ['users', "surname ge 'm'", ["bob Stone", 'Bob stone', 'Dora 100%']],
    ['users', "surname gt 'Lovelace'", ['bob Stone', 'Bob stone', 'Dora 100%']],
    ['users', "surname le 'lovelace'", ['Ada Lovelace', 'Carla']],
    ['users', "surname lt 'lovelace'", []],
    ['users', 'createdDateTime ge 2020-01-01T00:00:00Z', everyone],
    ['users', 'createdDateTime gt 2020-01-01T00:00:00.123Z and createdDateTime lt 2100-01-01T00:00:00Z', everyone],
    ['users', 'createdDateTime le 2020-01-01T00:00:00Z', []],
    ['users', 'createdDateTime gt 2020-01-01 and createdDateTime lt 2100-01-01T00:00:00-05:30', everyone],
    ['users', 'createdDateTime eq null', []],
    ['users', 'createdDateTime ne null', everyone],
    ['groups', 'createdDateTime ge 2100-01-01T00:00:00Z', []],
    ['contacts', "emailAddresses/any(a:a/address eq 'petra@FABRIKAM.example')", ['Petra']],
    ['contacts', "emailAddresses/any(a:a/Address eq 'p@home.example')", ['Petra']],
    ['contacts', "emailAddresses/any(a:a/name eq 'petra')", ['otto']],
    ['contacts', "emailAddresses/any(a:startsWith(a/name,'petra'))", ['Petra', 'otto']],
    ['contacts', "emailAddresses/any(a:endsWith(a/address,'@fabrikam.example'))", ['Petra', 'otto']],
    ['contacts', "emailAddresses/any(x:x/address eq 'unknown@x.example' or x/address eq 'otto@fabrikam.example')", ['otto']],
    ['contacts', "not emailAddresses/any(a:endsWith(a/address,'.example'))", ['Nina']],
    ['contacts', "endsWith(surname,'ADAMS')", ['Nina', 'otto']],
];
for (const [list, filter, wanted] of found) {
    test(`${list}?$filter=${filter}`, async () => {
        const path = at(asked[list], { $filter: filter });
        assertNames(await names(path), wanted);
        const count = await get(server, at(`${asked[list]}/$count`, { $filter: filter }), token);
        assert.equal(count.text, String(wanted.length), 'the count agrees');
        const seen = [];
        let next = at(asked[list], { $filter: filter, $top: 1, $count: 'true' });
        for (let page = 0; next; page++) {
            const body = await ask(next);
            assert.equal(body['@odata.count'], page === 0 ? wanted.length : undefined, 'on the first page only');
            seen.push(...body.value.map(({ displayName }) => displayName));
            next = body['@odata.nextLink']?.slice(server.origin.length);
        }
        assertNames(seen, wanted, 'the same by pages of one');
    });
}

test("the Graph Toolkit finds a contact's photo by an address, in one's own mailbox and a folder only", async () => {
    const filter = "emailAddresses/any(a:a/address eq 'petra@fabrikam.example')";
    for (const list of [asked.contacts, `${me.path}/contacts`]) {
        const { value } = await ask(at(list, { $filter: filter, $select: 'id,displayName' }));
        assert.deepEqual(value.map(({ displayName }) => displayName), ['Petra']);
    }
    assert.deepEqual(await names(at(`${folder.path}/contacts`, { $filter: filter })), ['Filed']);
    const other = server.userToken(users[1].id, 'Contacts.Read');
    assert.deepEqual(await names(at(asked.contacts, { $filter: filter }), other), ['Of another']);
});

test('any() follows every change of the addresses', async () => {
    const one = await makeUser(server, { displayName: 'Changing', proxyAddresses: ['smtp:old@x.example'], otherMails: ['both@x.example'] });
    const contact = await makeContact(server, me, { displayName: 'Changing', emailAddresses: [{ address: 'old@x.example' }] });
    const team = await makeGroup(server, { displayName: 'Changing', proxyAddresses: ['smtp:old@x.example'] });
    const seen = async (list, filter) => (await names(at(asked[list], { $filter: filter }))).length;
    const lists = [
        ['users', (text) => `proxyAddresses/any(p:p eq 'smtp:${text}@x.example')`],
        ['groups', (text) => `proxyAddresses/any(p:p eq 'smtp:${text}@x.example')`],
        ['contacts', (text) => `emailAddresses/any(a:a/address eq '${text}@x.example')`],
    ];
    for (const [list, filter] of lists) assert.deepEqual([await seen(list, filter('old')), await seen(list, filter('new'))], [1, 0], list);
    for (const [{ path }, body] of [
        [one, { proxyAddresses: ['smtp:new@x.example', 'SMTP:NEW@x.example'] }],
        [team, { proxyAddresses: ['smtp:new@x.example'] }],
        [contact, { emailAddresses: [{ name: 'x', address: 'NEW@x.example' }] }],
    ])
        assert.ok((await patch(server, path, server.admin, body)).status < 300);
    for (const [list, filter] of lists) assert.deepEqual([await seen(list, filter('old')), await seen(list, filter('new'))], [0, 1], list);
    assert.equal(await seen('users', "otherMails/any(m:m eq 'both@x.example')"), 1, 'unchanged');
    for (const { path } of [one, team, contact]) assert.equal((await remove(server, path, server.admin)).status, 204);
    for (const [list, filter] of lists) assert.equal(await seen(list, filter('new')), 0, list);
});

// The list, the condition, the code, and words of the message.
const refused = [
    ['groups', "groupTypes eq 'Unified'", 'Request_UnsupportedQuery', 'any()'],
    ['groups', "groupTypes/all(c:c eq 'Unified')", 'Request_UnsupportedQuery', 'all()'],
    ['groups', "groupTypes/any(c:c ne 'Unified')", 'Request_UnsupportedQuery', 'any()'],
    ['groups', "groupTypes/any()", 'Request_UnsupportedQuery', 'condition'],
    ['groups', "resourceProvisioningOptions/any(x:startsWith(x,'T'))", 'Request_UnsupportedQuery', "'eq'"],
    ['groups', 'isTeam eq true', 'BadRequest', 'isTeam'],
    ['groups', 'photoStorage eq null', 'BadRequest', 'photoStorage'],
    ['groups', "classification eq 'x'", 'Request_UnsupportedQuery', 'classification'],
    ['groups', "groupTypes/any(c:d eq 'Unified')", 'BadRequest', "'c'"],
    ['groups', "displayName/any(c:c eq 'x')", 'BadRequest', ''],
    ['teams', 'isTeam eq true', 'BadRequest', 'isTeam'],
    ['contacts', "emailAddresses/any(a:a eq 'x')", 'BadRequest', '/address'],
    ['contacts', "emailAddresses/any(a:a/phone eq 'x')", 'BadRequest', 'address'],
    ['contacts', "emailAddresses/any(a:a/address eq 'x' and a/name eq 'y')", 'Request_UnsupportedQuery', "'and'"],
    ['contacts', "emailAddresses/any(a:a/address gt 'x')", 'Request_UnsupportedQuery', 'any()'],
    ['users', 'createdDateTime ge 2026-11', 'BadRequest', 'createdDateTime'],
    ['users', 'createdDateTime ge 2026-02-30T10:00:00Z', 'BadRequest', 'createdDateTime'],
    ['users', 'createdDateTime ge 2026-11-30T10:00:00', 'BadRequest', 'createdDateTime'],
    ['users', "createdDateTime eq '2026-11-30T10:00:00Z'", 'BadRequest', 'createdDateTime'],
    ['users', "endsWith(createdDateTime,'Z')", 'BadRequest', 'createdDateTime'],
    ['users', 'accountEnabled ge true', 'BadRequest', "'eq'"],
    ['users', "startsWith(displayName,'x') eq 1", 'BadRequest', 'true'],
    ['users', "startsWith(displayName,'x') ne true", 'BadRequest', ''],
];
for (const [list, filter, code, word] of refused) {
    test(`${list}?$filter=${filter} is 400 ${code}`, async () => {
        for (const tail of ['', '/$count']) {
            const answer = await get(server, at(asked[list] + tail, { $filter: filter }), token);
            assertError(answer, 400, code);
            assert.ok(answer.json().error.message.includes(word), answer.text);
        }
    });
}

// $orderby. The order of a text is without regard to ASCII case, then by id; an absent text comes first.
const orders = {
    users: ['displayName', 'userPrincipalName', 'mail', 'givenName', 'surname', 'createdDateTime'],
    groups: ['displayName', 'mail', 'createdDateTime'],
    teams: ['displayName'],
    contacts: ['displayName', 'givenName', 'surname'],
    folders: ['displayName'],
};
const fold = (text) => (text ?? '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
for (const [list, properties] of Object.entries(orders)) {
    for (const property of properties) {
        test(`${list}?$orderby=${property}: both directions, the same across pages of every size`, async () => {
            const { value } = await ask(at(asked[list], { $select: `id,displayName,${property}` }));
            const key = (one) => Buffer.from(`${fold(one[property])}\0${one.id}`);
            const up = [...value].sort((one, two) => Buffer.compare(key(one), key(two))).map(({ id }) => id);
            // Times are shown by the second; the order is by the millisecond, which is the order of creation.
            const ofTimes = property === 'createdDateTime';
            const wanted = ofTimes && list === 'users' ? users.map(({ id }) => id) : up;
            for (const [order, expected] of [
                [property, wanted],
                [`${property} asc`, wanted],
                [`${property.toUpperCase()} ASC`, wanted],
                [`${property} desc`, [...wanted].reverse()],
            ]) {
                for (const $top of [1, 2, 3, 100]) {
                    const seen = [];
                    let next = at(asked[list], { $orderby: order, $select: 'id', $top, $count: 'true' });
                    for (let page = 0; next; page++) {
                        assert.ok(page < 50, 'the walk ends');
                        const body = await ask(next);
                        assert.equal(body['@odata.count'], page === 0 ? value.length : undefined);
                        seen.push(...body.value.map(({ id }) => id));
                        next = body['@odata.nextLink']?.slice(server.origin.length);
                    }
                    if (ofTimes && list === 'groups') assert.deepEqual([seen.length, new Set(seen).size], [value.length, value.length]);
                    else assert.deepEqual(seen, expected, `${order}, ${$top}`);
                }
            }
        });
    }
    test(`${list}: $orderby by another property is 400`, async () => {
        const known = { users: 'department', groups: 'visibility', teams: 'description', contacts: 'companyName', folders: 'parentFolderId' }[list];
        for (const order of [known, `${known.toUpperCase()} desc`, 'id']) {
            const answer = await get(server, at(asked[list], { $orderby: order }), token);
            assertError(answer, 400, 'Request_UnsupportedQuery');
            for (const property of properties) assert.ok(answer.text.includes(property), answer.text);
        }
        for (const order of ['shoeSize', 'isTeam', 'displayName,surname', 'displayName up', 'displayName desc desc'])
            assertError(await get(server, at(asked[list], { $orderby: order }), token), 400, 'BadRequest');
    });
}

test('$orderby by a time goes on behind a removed object, and together with $filter and $select of other names', async () => {
    const filter = "startsWith(userPrincipalName,'walk')";
    const made = [];
    for (let i = 0; i < 6; i++) made.push(await makeUser(server, { displayName: `Walker ${6 - i}`, userPrincipalName: `walk${i}@contoso.example` }));
    const first = await ask(at(asked.users, { $filter: filter, $orderby: 'createdDateTime desc', $select: 'displayName,shoeSize', $top: 2, $count: 'true' }));
    assert.equal(first['@odata.count'], 6);
    await remove(server, made[4].path, server.admin);
    const seen = [...first.value];
    let next = first['@odata.nextLink'];
    while (next) {
        const body = await ask(next.slice(server.origin.length));
        assert.equal('@odata.count' in body, false);
        assert.equal(body['@odata.context'], `${server.origin}/v1.0/$metadata#users(displayName,shoeSize)`);
        seen.push(...body.value);
        next = body['@odata.nextLink'];
    }
    assert.deepEqual(new Set(seen.map(({ displayName }) => displayName)).size, 6);
    for (const one of [...made.slice(0, 4), made[5]]) await remove(server, one.path, server.admin);
});

test('id eq and id in: users and groups in any letter case, contacts and folders in their own', async () => {
    for (const [list, { id }] of [['users', me], ['groups', groups.unified], ['teams', groups.team]])
        for (const filter of [`id eq '${id}'`, `ID eq '${id.toUpperCase()}'`, `id in ('${unknownId}','${id}')`])
            assert.deepEqual((await ask(at(asked[list], { $filter: filter }))).value.map((one) => one.id), [id], filter);
    for (const list of ['contacts', 'folders']) {
        const [{ id }] = (await ask(asked[list])).value;
        const swapped = id.replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
        assert.notEqual(swapped, id);
        for (const filter of [`id eq '${id}'`, `id in ('x','${id}')`])
            assert.deepEqual((await ask(at(asked[list], { $filter: filter }))).value.map((one) => one.id), [id], filter);
        for (const filter of [`id eq '${swapped}'`, `id in ('${swapped}')`])
            assert.deepEqual((await ask(at(asked[list], { $filter: filter }))).value, [], filter);
        const rest = (await ask(at(asked[list], { $filter: `id ne '${id}'` }))).value;
        assert.equal(rest.length, (await ask(asked[list])).value.length - 1);
    }
});

// Properties that are held.
test('department, companyName, proxyAddresses and otherMails of a user: POST, PATCH, null, and not by default', async () => {
    const sent = { department: 'Optics', companyName: 'Contoso', proxyAddresses: ['SMTP:h@x.example', 'smtp:H2@x.example'], otherMails: ['h@home.example'] };
    const one = await makeUser(server, sent);
    const select = `$select=${Object.keys(sent)}`;
    const read = async () => {
        const { '@odata.context': _, ...body } = await ask(`${one.path}?${select}`);
        return body;
    };
    assert.deepEqual(await read(), sent);
    for (const name of Object.keys(sent)) assert.equal(name in (await ask(one.path)), false, 'not by default');
    assert.equal((await patch(server, one.path, server.admin, { department: 'Sound' })).status, 204);
    assert.deepEqual(await read(), { ...sent, department: 'Sound' });
    const empty = Object.fromEntries(Object.keys(sent).map((name) => [name, null]));
    assert.equal((await patch(server, one.path, server.admin, empty)).status, 204);
    assert.deepEqual(await read(), { department: null, companyName: null, proxyAddresses: [], otherMails: [] });
    assert.equal((await remove(server, one.path, server.admin)).status, 204);
});

test('createdDateTime of users, groups and teams is the time of creation, and is read-only', async () => {
    const from = Math.floor(Date.now() / 1000) * 1000;
    const made = [await makeUser(server), await makeGroup(server), await makeTeam(server)];
    for (const { path } of made) {
        const read = async () => (await ask(`${path}?$select=createdDateTime`, server.admin)).createdDateTime;
        const time = await read();
        assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.ok(Date.parse(time) >= from && Date.parse(time) <= Date.now(), time);
        const answer = await patch(server, path, server.admin, { createdDateTime: '2001-01-01T00:00:00Z' });
        assert.ok([204, 400].includes(answer.status), answer.text);
        assert.equal(await read(), time);
    }
    for (const body of [userBody(), groupBody()]) {
        const list = 'userPrincipalName' in body ? asked.users : asked.groups;
        const answer = await post(server, list, server.admin, { ...body, createdDateTime: '2001-01-01T00:00:00Z' });
        if (answer.status !== 201) {
            assertError(answer, 400, 'BadRequest');
            continue;
        }
        const path = `${list}/${answer.json().id}`;
        assert.ok(Date.parse((await ask(`${path}?$select=createdDateTime`, server.admin)).createdDateTime) >= from);
        assert.equal((await remove(server, path, server.admin)).status, 204);
    }
    for (const { path, group } of made) assert.equal((await remove(server, group ?? path, server.admin)).status, 204);
});

test('members of a group are filtered, ordered and counted as users are', async () => {
    const group = await makeGroup(server, { members: users.slice(0, 4), owners: users.slice(0, 4) });
    for (const list of ['members', 'owners']) {
        const path = `${group.path}/${list}`;
        assert.deepEqual(await names(at(path, { $filter: "otherMails/any(m:endsWith(m,'.example'))", $orderby: 'UserPrincipalName' })), ['Carla', 'Ada Lovelace']);
        const first = await ask(at(path, { $orderby: 'createdDateTime desc', $top: 3, $count: 'true', $select: 'Id' }));
        assert.equal(first['@odata.count'], 4);
        const rest = await ask(first['@odata.nextLink'].slice(server.origin.length));
        assert.equal('@odata.count' in rest, false);
        assert.deepEqual([...first.value, ...rest.value].map(({ id }) => id), users.slice(0, 4).map(({ id }) => id).reverse());
    }
});
