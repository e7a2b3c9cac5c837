// The list of people with the state of their photos, and coverage: docs/cameo-api.md, People.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, head, patch, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { Tenant, tenantTables } from './lib/tenants.mjs';
import { assertError, givePhoto, makeGroup, makeUser, unknownId } from './lib/world.mjs';

const path = '/cameo/v1/people';
let server, tenant, people, group, hidden, reader;
before(async () => {
    server = await Server.start({
        config: `[limits]\nrequests_per_second = 0\n${tenantTables([{ name: 'one' }, { name: 'two' }, { name: 'b2c', kind: 'b2c' }])}`,
    });
    tenant = new Tenant(server, 'one');
    await makeUser(new Tenant(server, 'two'), { displayName: 'Ada of another tenant', picture: jpeg(648, 648) });
    people = {
        ada: await makeUser(tenant, { displayName: 'Ada Lovelace', department: 'Research', officeLocation: '18/1', mail: 'ada@contoso.example', jobTitle: 'Engineer', picture: jpeg(700, 700) }),
        bob: await makeUser(tenant, { displayName: 'bob', department: 'Sales', accountEnabled: false, picture: jpeg(100, 100) }),
        carol: await makeUser(tenant, { displayName: 'Carol Ada', department: 'Sales' }),
        dave: await makeUser(tenant, { displayName: 'Dave', officeLocation: '18/1' }),
    };
    group = await makeGroup(tenant, { members: [people.ada, people.carol] });
    hidden = await makeGroup(tenant, { visibility: 'HiddenMembership', members: [people.dave] });
    reader = tenant.mintApp('User.Read.All GroupMember.Read.All');
});
after(() => server.stop());

async function page(query = '', token = reader) {
    const answer = await get(server, path + query, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
}
const nameOf = ({ id }) => Object.entries(people).find(([, person]) => person.id === id)?.[0];
const names = ({ value }) => value.map(nameOf).join(' ');

test('everybody of the tenant in the order of names, each with the state of its photo', async () => {
    const { value, count, nextLink } = await page();
    assert.equal(names({ value }), 'ada bob carol dave');
    assert.deepEqual([count, nextLink], [4, null]);
    const [ada, bob, carol] = value;
    const { etag, modifiedDateTime, ...photo } = ada.photo;
    assert.deepEqual({ ...ada, photo }, {
        id: people.ada.id,
        displayName: 'Ada Lovelace',
        userPrincipalName: people.ada.upn,
        mail: 'ada@contoso.example',
        jobTitle: 'Engineer',
        department: 'Research',
        officeLocation: '18/1',
        accountEnabled: true,
        photo: { width: 648, height: 648, source: 'api' },
        locked: false,
    });
    const bytes = await get(server, people.ada.photo, tenant.admin);
    assert.equal(bytes.headers.etag, `"${etag}"`);
    assert.equal(Date.parse(bytes.headers['last-modified']), Date.parse(modifiedDateTime));
    assert.deepEqual([bob.accountEnabled, bob.photo.width], [false, 96]);
    assert.deepEqual([carol.photo, carol.officeLocation, carol.mail], [null, null, null]);
});

for (const [query, expected] of [
    ['photo=none', 'carol dave'],
    ['photo=small', 'bob'],
    ['photo=any', 'ada bob'],
    ['department=Sales', 'bob carol'],
    ['department=sales', ''],
    ['department=', 'dave'],
    ['officeLocation=18%2F1', 'ada dave'],
    ['officeLocation=', 'bob carol'],
    ['search=ada', 'ada carol'],
    ['search=love+ad', 'ada'],
    ['search=%22ada%22%20OR', ''],
    ['search=...', ''],
    ['search=', 'ada bob carol dave'],
    ['photo=none&department=Sales&search=ada', 'carol'],
    ['changedSince=2020-01-01T00:00:00Z', 'ada bob'],
    ['changedSince=2100-01-01T00:00:00Z', ''],
]) {
    test(`?${query}: ${expected || 'nobody'}`, async () => {
        const found = await page(`?${query}`);
        assert.equal(names(found), expected);
        assert.equal(found.count, expected ? expected.split(' ').length : 0);
    });
}

test('pages continue after the last person, and only the first one counts', async () => {
    const first = await page('?top=3&photo=');
    assert.deepEqual([names(first), first.count], ['ada bob carol', 4]);
    const { pathname, search } = new URL(first.nextLink);
    assert.equal(pathname, path);
    const second = await page(search);
    assert.equal(names(second), 'dave');
    assert.equal('count' in second, false);
    assert.equal(second.nextLink, null);
});

test('a link keeps the filters', async () => {
    const first = await page('?top=1&department=Sales&search=');
    const second = await page(new URL(first.nextLink).search);
    assert.equal(names(second), 'carol');
    assert.equal(second.nextLink, null);
});

test('what a write changes is in the next list', async () => {
    const person = await makeUser(tenant, { displayName: 'Zoe', department: 'New' });
    const state = async () => (await page('?department=New')).value.map(({ photo }) => photo?.width ?? 'none').join();
    assert.equal(await state(), 'none');
    await givePhoto(tenant, person, jpeg(64, 64));
    assert.equal(await state(), '64');
    assert.equal((await page('?department=New&photo=small')).count, 1);
    await givePhoto(tenant, person, jpeg(648, 648));
    assert.equal((await page('?department=New&photo=small')).count, 0);
    const before = new Date(Date.now() - 60_000).toISOString();
    assert.equal((await page(`?department=New&changedSince=${before}`)).count, 1);
    assert.equal((await remove(server, person.photo, tenant.admin)).status, 200);
    assert.equal(await state(), 'none');
    assert.equal((await page(`?department=New&changedSince=${before}`)).count, 1);
    assert.equal((await patch(server, person.path, tenant.admin, { department: 'Old' })).status, 204);
    assert.equal((await page('?department=New')).count, 0);
    assert.equal((await remove(server, person.path, tenant.admin)).status, 204);
    assert.equal((await page('?department=Old')).count, 0);
});

test('a group: its members, for those who may read members', async () => {
    assert.equal(names(await page(`?group=${group.id}`)), 'ada carol');
    assert.equal(names(await page(`?group=${group.id.toUpperCase()}&photo=none`)), 'carol');
    const noMembers = await get(server, `${path}?group=${group.id}`, tenant.mintApp('User.Read.All'));
    assertError(noMembers, 403, 'Authorization_RequestDenied');
    assert.match(noMembers.json().error.message, /'group'.*GroupMember\.Read\.All/);
    const unknown = await get(server, `${path}?group=${unknownId}`, tenant.mintApp('User.Read.All'));
    assert.equal(unknown.text.replace(/"innerError".*/, ''), noMembers.text.replace(/"innerError".*/, ''));
    assertError(await get(server, `${path}?group=${unknownId}`, reader), 404, 'Request_ResourceNotFound');
});

test('a hidden membership: nobody, except for its members and with Member.Read.Hidden', async () => {
    const query = `?group=${hidden.id}`;
    assert.deepEqual(await page(query), { value: [], count: 0, nextLink: null });
    const scopes = 'User.Read.All GroupMember.Read.All';
    assert.equal(names(await page(query, tenant.mintUser(people.ada, scopes))), '');
    assert.equal(names(await page(query, tenant.mintUser(people.dave, scopes))), 'dave');
    assert.equal(names(await page(query, tenant.mintApp(`${scopes} Member.Read.Hidden`))), 'dave');
});

for (const [query, told] of [
    ['photo=large', /'photo' is not none, small or any/],
    ['photo=None', /'photo'/],
    ['changedSince=yesterday', /'changedSince' is not a time/],
    ['changedSince=2026-02-30T00:00:00Z', /'changedSince'/],
    ['top=0', /'top' is not a number from 1 to 999/],
    ['top=1000', /'top'/],
    ['top=-1', /'top'/],
    ['top=1e2', /'top'/],
    ['skiptoken=x', /'skiptoken' is not valid/],
    ['skiptoken=%3D', /'skiptoken'/],
    ['sort=name', /'sort' is not supported/],
    ['$top=5', /'\$top' is not supported/],
    ['Photo=none', /'Photo' is not supported/],
    ['photo=none&photo=any', /'photo' is given twice/],
    ['search=a&search=b', /'search' is given twice/],
    ['search=' + 'a+'.repeat(11), /'search' has more than 10 words/],
    ['search=' + 'a'.repeat(129), /'search' has a word of more than 128 bytes/],
    ['search=%zz', /escape/],
    ['search=%00', /escape/],
    ['x', /'x' is not supported/],
]) {
    test(`?${query.slice(0, 40)} is 400 and names the parameter`, async () => {
        const answer = await get(server, `${path}?${query}`, reader);
        assertError(answer, 400, 'BadRequest');
        assert.match(answer.json().error.message, told);
    });
}

test('values of any kind find nobody, and are never an error of the server', async () => {
    for (const odd of ["'", '"', '*', '%25', '(', 'NEAR', '\u{1f642}', 'a'.repeat(5000), ';--', '\u0001']) {
        for (const name of ['department', 'officeLocation', 'search']) {
            const answer = await get(server, `${path}?${name}=${encodeURIComponent(odd)}`, reader);
            assert.ok([200, 400].includes(answer.status), `${name}=${odd}: ${answer.text}`);
            if (answer.status === 200) assert.equal(answer.json().count, 0);
        }
        assertError(await get(server, `${path}?group=${encodeURIComponent(odd)}`, reader), 404, 'Request_ResourceNotFound');
    }
});

const rights = {
    'User.Read.All': 200,
    'User.ReadWrite.All': 200,
    'Directory.Read.All ProfilePhoto.Read.All': 200,
    'Directory.ReadWrite.All User.ReadBasic.All': 200,
    'Directory.Read.All': 403,
    'ProfilePhoto.Read.All': 403,
    'ProfilePhoto.ReadWrite.All': 403,
    'User.ReadBasic.All': 403,
    'User.Read': 403,
    'User.ReadWrite': 403,
    'Group.Read.All': 403,
    'Mail.Read': 403,
};
for (const [scopes, status] of Object.entries(rights)) {
    test(`with ${scopes}: ${status} for a person and an app, whatever the parameters are`, async () => {
        for (const token of [tenant.mintUser(people.ada, scopes), tenant.mintApp(scopes)]) {
            for (const tail of ['', '?top=1', '/coverage', '/coverage?by=officeLocation']) {
                const answer = await get(server, path + tail, token);
                assert.equal(answer.status, status, answer.text);
                if (status === 403) assertError(answer, 403, 'Authorization_RequestDenied');
            }
            const wrong = await get(server, `${path}?photo=large`, token);
            assertError(wrong, status === 403 ? 403 : 400, status === 403 ? 'Authorization_RequestDenied' : 'BadRequest');
        }
    });
}

test('the 403 names a permission that would do', async () => {
    const message = async (scopes) => (await get(server, path, tenant.mintApp(scopes))).json().error.message;
    assert.match(await message('User.ReadBasic.All'), /all users.*User\.Read\.All/);
    assert.match(await message('Directory.Read.All'), /photos of all users.*ProfilePhoto\.Read\.All/);
});

test('without a token 401, in a tenant without user photos 403', async () => {
    assertError(await get(server, path, undefined), 401, 'InvalidAuthenticationToken');
    assertError(await get(server, `${path}?nonsense`, 'garbage'), 401, 'InvalidAuthenticationToken');
    assertError(await get(server, path, new Tenant(server, 'b2c').mintApp('User.Read.All')), 403, 'Authorization_RequestDenied');
});

test('HEAD is GET without the body; other methods are 405; other paths 400', async () => {
    const only = await head(server, path, reader);
    assert.deepEqual([only.status, only.body.length], [200, 0]);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
        assertError(await call(server, method, path, { token: reader }), 405, 'Request_BadRequest');
    for (const other of [`${path}/x`, `${path}/coverage/x`, '/v1.0/people/coverage'])
        assertError(await get(server, other, reader), 400, 'BadRequest');
});

test('the list is no item of a batch', async () => {
    const answer = await call(server, 'POST', '/v1.0/$batch', {
        token: reader,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ requests: [{ id: '1', method: 'GET', url: '/cameo/v1/people' }] }),
    });
    assert.equal(answer.json().responses[0].status, 400);
});

test('coverage by department and by office: the largest first, and all together', async () => {
    const coverage = async (query) => {
        const answer = await get(server, `${path}/coverage${query}`, reader);
        assert.equal(answer.status, 200, answer.text);
        return answer.json();
    };
    const byDepartment = await coverage('');
    assert.deepEqual(byDepartment, await coverage('?by=department'));
    assert.deepEqual(byDepartment, {
        people: 4,
        withPhoto: 2,
        small: 1,
        value: [
            { name: 'Sales', people: 2, withPhoto: 1, small: 1 },
            { name: null, people: 1, withPhoto: 0, small: 0 },
            { name: 'Research', people: 1, withPhoto: 1, small: 0 },
        ],
    });
    assert.deepEqual((await coverage('?by=officeLocation')).value, [
        { name: null, people: 2, withPhoto: 1, small: 1 },
        { name: '18/1', people: 2, withPhoto: 1, small: 0 },
    ]);
    for (const wrong of ['?by=name', '?by=', '?by=department&by=department', '?top=1']) {
        const answer = await get(server, `${path}/coverage${wrong}`, reader);
        assertError(answer, 400, 'BadRequest');
        assert.match(answer.json().error.message, /'(by|top)'/);
    }
});
