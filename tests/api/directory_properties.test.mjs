// Which properties of other people are visible: a permission for the basic set shows, filters, sorts and searches only by that set;
// a permission for memberships shows only ids (docs/access.md, "Visible properties of users").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, post } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { document, resolve } from './lib/openapi.mjs';
import { PublishedPermissions, seenProperties } from './lib/published_permissions.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeGroup, makeUser } from './lib/world.mjs';

// The kept properties, each with a value of its type.
const sample = (schema) => {
    const { type, anyOf, items, pattern } = resolve(schema);
    if (anyOf) return sample(anyOf[0]);
    const kind = [type].flat()[0];
    if (kind === 'array') return [sample(items)];
    return { string: pattern ? '2020-02-02T00:00:00Z' : 'kept', boolean: true, integer: 7, object: {} }[kind];
};
const stored = ['id', 'accountEnabled', 'mailNickname', 'userPrincipalName', 'passwordProfile', 'photoStorage'];
const kept = Object.fromEntries(
    Object.entries(document.components.schemas.WritableUser.properties)
        .filter(([name]) => !stored.includes(name))
        .map(([name, schema]) => [name, sample(schema)]),
);

// Every settable property has a value, so that a visible property cannot be mistaken for a hidden one.
const full = (name) => ({
    ...kept,
    displayName: `${name} Vance`,
    givenName: name,
    surname: 'Vance',
    mail: `${name}@mail.example`,
    jobTitle: `Zoologist ${name}`,
    mobilePhone: '+1 555 0100',
    businessPhones: ['+1 555 0101'],
    officeLocation: 'Tower 9',
    preferredLanguage: 'sv-SE',
    userType: 'Guest',
    photoStorage: 'directory',
    department: `Mammals ${name}`,
    companyName: `Zoo ${name}`,
    proxyAddresses: [`SMTP:${name}@mail.example`],
    otherMails: [`${name}@home.example`],
});
const { every, absent, extents, of } = seenProperties(new PublishedPermissions());
const { basic, id: idOnly } = extents;

let server, self, other, group;
before(async () => {
    server = await Server.start();
    self = await makeUser(server, { ...full('selma'), picture: jpeg(64, 64) });
    other = await makeUser(server, { ...full('otto'), picture: jpeg(64, 64) });
    group = await makeGroup(server, { members: [self, other], owners: [self, other] });
});
after(() => server.stop());

const isNothing = (value) => value === null || (Array.isArray(value) && value.length === 0);

/** The object has the properties of `seen` and no others. */
function assertShows(entry, seen, what) {
    assert.deepEqual(Object.keys(entry).filter((name) => !name.startsWith('@')).sort(), [...every].sort(), what);
    for (const name of every) {
        assert.equal(isNothing(entry[name]), absent.includes(name) || !seen.includes(name), `${what}: ${name} is ${JSON.stringify(entry[name])}`);
    }
}

const select = `$select=${every.join(',')}`;
async function entriesOf(path, token) {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    const body = answer.json();
    return body.value ?? [body];
}
const find = (entries, { id }) => entries.find((entry) => entry.id === id);

/** Every resource that shows people. */
const lists = () => ['/v1.0/users', `${group.path}/members`, `${group.path}/owners`];

for (const [permission, { user, lists: where, members }] of Object.entries(of)) {
    test(`${permission} shows of others ${user ?? 'no entry'}, in lists ${where}`, async () => {
        for (const kind of ['user', 'app']) {
            const token = kind === 'app' ? server.appToken(permission) : server.userToken(self.id, permission);
            if (user) {
                const [entry] = await entriesOf(`${other.path}?${select}`, token);
                assertShows(entry, extents[user], `${kind}, ${other.path}`);
                const shown = (await entriesOf(other.path, token))[0];
                for (const [name, value] of Object.entries(shown))
                    if (!name.startsWith('@') && !extents[user].includes(name)) assert.ok(isNothing(value), name);
            }
            for (const list of lists()) {
                const answer = await get(server, `${list}?${select}`, token);
                const allowed = list === '/v1.0/users' ? user !== null : members;
                assert.equal(answer.status, allowed ? 200 : 403, `${list} ${answer.text}`);
                if (!allowed) continue;
                assertShows(find(answer.json().value, other), extents[where], `${kind}, ${list}`);
            }
        }
    });
}

test("User.ReadBasic.All shows one's own object whole, on every path", async () => {
    const token = server.userToken(self.id, 'User.ReadBasic.All GroupMember.Read.All');
    for (const path of ['/v1.0/me', self.path, `/v1.0/users/${self.upn}`, ...lists()])
        assertShows(find(await entriesOf(`${path}?${select}`, token), self), every, path);
    for (const list of lists()) assertShows(find(await entriesOf(`${list}?${select}`, token), other), basic, list);
});

test("with User.Read a member's own object is whole, the others are ids", async () => {
    const token = server.userToken(self.id, 'User.Read GroupMember.Read.All');
    const members = await entriesOf(`${group.path}/members?${select}`, token);
    assertShows(find(members, self), every, 'own');
    assertShows(find(members, other), idOnly, "another's");
    const alone = server.userToken(self.id, 'GroupMember.Read.All');
    assertShows(find(await entriesOf(`${group.path}/members?${select}`, alone), self), idOnly, 'without User.Read');
});

test('the basic set comes with the photo, and a batch shows no more than its items alone', async () => {
    const token = server.userToken(self.id, 'User.ReadBasic.All');
    assert.equal((await get(server, other.photo, token)).status, 200);
    const requests = [
        { id: '1', method: 'GET', url: `/users/${other.id}?${select}` },
        { id: '2', method: 'GET', url: `/users?${select}` },
        { id: '3', method: 'GET', url: "/users?$filter=jobTitle eq 'Zoologist otto'" },
    ];
    const { responses } = (await post(server, '/v1.0/$batch', token, { requests })).json();
    assertShows(responses[0].body, basic, 'one');
    assertShows(find(responses[1].body.value, other), basic, 'list');
    assert.equal(responses[2].status, 403);
});

const hidden = [
    "$filter=jobTitle eq 'Zoologist otto'",
    "$filter=startsWith(jobTitle,'Z')",
    "$filter=not (officeLocation eq 'Tower 9')",
    "$filter=displayName eq 'x' or (surname eq 'Vance' and mobilePhone ne null)",
    "$filter=userType in ('Guest')",
    '$filter=accountEnabled eq true',
    "$filter=mailNickname eq 'x'",
    '$orderby=jobTitle',
    '$orderby=officeLocation desc',
    '$orderby=department',
    '$orderby=JOBTITLE',
    '$orderby=createdDateTime desc',
    "$filter=endsWith(jobTitle,'otto')",
    "$filter=department ge 'M'",
    "$filter=companyName eq 'Zoo otto'",
    '$filter=createdDateTime ge 2020-01-01T00:00:00Z',
    "$filter=proxyAddresses/any(p:p eq 'smtp:otto@mail.example')",
    "$filter=not otherMails/any(m:endsWith(m,'@home.example'))",
    "$filter=businessPhones/any(p:startsWith(p,'+1'))",
    "filter=JobTitle eq 'Zoologist otto'",
    '$search="jobTitle:zoologist"',
    '$search="mailNickname:person"',
    '$search="ada" OR "jobTitle:zoologist"',
];
for (const query of hidden) {
    test(`by the basic set alone, ${query} is 403, and with User.Read.All it is not`, async () => {
        const weak = server.userToken(self.id, 'User.ReadBasic.All GroupMember.Read.All');
        const strong = server.userToken(self.id, 'User.Read.All GroupMember.Read.All');
        for (const list of lists()) {
            for (const path of [list, `${list}/$count`]) {
                const asked = `${path}?${encodeURI(query)}`;
                assertError(await get(server, asked, weak), 403, 'Authorization_RequestDenied');
                assertError(await get(server, `${path}?$count=true&${encodeURI(query)}`, weak), 403, 'Authorization_RequestDenied');
                assert.notEqual((await get(server, asked, strong)).status, 403, asked);
            }
        }
    });
}

test('a search without a property name searches the basic set only', async () => {
    const count = async (words, permission) => {
        const token = server.userToken(self.id, permission);
        const answer = await get(server, `/v1.0/users/$count?$search=${encodeURIComponent(words)}`, token);
        assert.equal(answer.status, 200, answer.text);
        return Number(answer.text);
    };
    for (const [words, whole, seen] of [
        ['"zoologist"', 2, 0],
        ['zoologist', 2, 0],
        ['"zoologist vance"', 0, 0],
        ['"zoologist" AND "vance"', 2, 0],
        ['"zoologist" OR "otto"', 2, 1],
        ['"vance"', 2, 2],
        ['"otto vance"', 1, 1],
        ['"mail:otto"', 1, 1],
    ]) {
        assert.equal(await count(words, 'User.Read.All'), whole, words);
        assert.equal(await count(words, 'User.ReadBasic.All'), seen, words);
    }
});

test('a caller who sees members by id only cannot filter or sort them, and their order reveals nothing', async () => {
    const token = server.userToken(self.id, 'GroupMember.Read.All');
    const crowd = [];
    for (const name of ['zeta', 'alpha', 'mid']) crowd.push(await makeUser(server, full(name)));
    const own = await makeGroup(server, { members: crowd, owners: crowd });
    for (const list of [`${own.path}/members`, `${own.path}/owners`]) {
        for (const query of [
            "$filter=displayName eq 'zeta Vance'",
            "$filter=startsWith(mail,'zeta')",
            '$orderby=displayName',
            '$orderby=displayName desc',
            '$search="zeta"',
            '$search="displayName:zeta"',
            '$orderby=createdDateTime',
            "$filter=proxyAddresses/any(p:p eq 'SMTP:zeta@mail.example')",
            "$filter=otherMails/any(m:startsWith(m,'zeta'))",
        ])
            for (const path of [list, `${list}/$count`])
                assertError(await get(server, `${path}?${encodeURI(query)}`, token), 403, 'Authorization_RequestDenied');
        const byId = await get(server, `${list}?${encodeURI(`$filter=id eq '${crowd[0].id}'`)}`, token);
        assert.deepEqual(byId.json().value.map(({ id }) => id), [crowd[0].id]);
        const seen = [];
        let path = `${list}?$top=1`;
        while (path) {
            const answer = (await get(server, path, token)).json();
            seen.push(...answer.value.map(({ id }) => id));
            const link = answer['@odata.nextLink'];
            if (link) {
                const held = Buffer.from(new URL(link).searchParams.get('$skiptoken'), 'base64url').toString();
                assert.doesNotMatch(held, /vance/i, 'the link has a name');
            }
            path = link?.replace(server.origin, '');
        }
        assert.deepEqual(seen, crowd.map(({ id }) => id).sort(), list);
        // A forged $skiptoken, to learn which user follows a name.
        const guess = Buffer.from(`${'0'.repeat(36)}\nn`).toString('base64url');
        const after = (await get(server, `${list}?$skiptoken=${guess}`, token)).json().value;
        assert.equal(after.length, 3, 'a name in the token is ignored');
        assert.equal((await get(server, `${list}/$count`, token)).text, '3');
    }
});
