// $filter and $search: valid conditions, and the objects that they find (docs/directory.md, "Reads").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, patch, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeContact, makeFolder, makeGroup, makeUser } from './lib/world.mjs';

let server, token, admin;
const people = [
    {
        displayName: 'Ada Lovelace',
        surname: 'Lovelace',
        jobTitle: 'Countess',
        mail: 'ada@a.example',
    },
    { displayName: "Conan O'Brien", surname: "O'Brien", mail: 'conan@b.example' },
    { displayName: 'Grace Hopper', surname: 'Hopper', jobTitle: 'Rear Admiral' },
    { displayName: 'Mary-Ann ada-smith', accountEnabled: false, userType: 'Guest' },
    { displayName: 'Zoë Čapek 山田', surname: 'Čapek', photoStorage: 'directory' },
    { displayName: '100% "sure" (or not) *', jobTitle: 'AND OR NOT NEAR' },
];
before(async () => {
    server = await Server.start();
    admin = server.admin;
    const made = [];
    for (const [i, one] of people.entries())
        made.push(await makeUser(server, { userPrincipalName: `p${i}@contoso.example`, ...one }));
    token = server.userToken(made[0].id, 'User.Read.All Group.Read.All Contacts.Read');
    await makeGroup(server, { displayName: 'Engineering', description: 'Those who build' });
    await makeGroup(server, { displayName: 'Sales', visibility: 'Private', securityEnabled: true });
    await makeContact(server, made[0], { displayName: 'Ada Contact', companyName: 'Contoso' });
    await makeContact(server, made[0], { displayName: 'Bob', givenName: 'Bob' });
    await makeFolder(server, made[0], { displayName: 'Customers' });
});
after(() => server.stop());

const asked = (list, option, text) => `${list}?${option}=${encodeURIComponent(text)}`;
async function found(list, option, text) {
    const answer = await get(server, asked(list, option, text), token);
    assert.equal(answer.status, 200, `${text}: ${answer.text}`);
    return answer.json().value.map(({ displayName }) => displayName.split(' ')[0]);
}

const users = '/v1.0/users';
const all = ['100%', 'Ada', 'Conan', 'Grace', 'Mary-Ann', 'Zoë'];
const except = (...some) => all.filter((one) => !some.includes(one));

// The condition, and the people that it finds, in the order of displayName.
const filters = [
    ["displayName eq 'Ada Lovelace'", ['Ada']],
    ["displayName eq 'ADA lovelace'", ['Ada']],
    ["displayName eq 'Ada'", []],
    ["displayName ne 'Ada Lovelace'", except('Ada')],
    ["startsWith(displayName,'ada')", ['Ada']],
    ["startsWith(displayName, 'ADA L')", ['Ada']],
    ["startswith(displayName,'Ada')", ['Ada']],
    ["startsWith(displayName,'')", all],
    ["startsWith(userPrincipalName,'p2@')", ['Grace']],
    ["startsWith(mail,'conan@')", ['Conan']],
    ["mail eq 'ADA@a.example'", ['Ada']],
    ["displayName in ('Grace Hopper','ada lovelace','unknown')", ['Ada', 'Grace']],
    ["surname eq 'O''Brien'", ['Conan']],
    ["displayName eq 'Conan O''Brien'", ['Conan']],
    ['displayName eq \'100% "sure" (or not) *\'', ['100%']],
    ["startsWith(displayName,'100%')", ['100%']],
    ["startsWith(displayName,'%')", []],
    ["startsWith(displayName,'_')", []],
    ["startsWith(displayName,'zoë č')", []],
    ["startsWith(displayName,'zoë Č')", ['Zoë']],
    ["displayName eq 'Zoë Čapek 山田'", ['Zoë']],
    ['surname eq null', ['100%', 'Mary-Ann']],
    ['surname ne null', ['Ada', 'Conan', 'Grace', 'Zoë']],
    ['jobTitle eq null and mail eq null', ['Mary-Ann', 'Zoë']],
    ['accountEnabled eq false', ['Mary-Ann']],
    ['accountEnabled eq true', except('Mary-Ann')],
    ['accountEnabled ne true', ['Mary-Ann']],
    ["not startsWith(displayName,'Ada')", except('Ada')],
    ["not (displayName eq 'Ada Lovelace' or surname eq 'Hopper')", except('Ada', 'Grace')],
    ["surname eq 'Hopper' or surname eq 'Lovelace' and jobTitle eq 'x'", ['Grace']],
    ["(surname eq 'Hopper' or surname eq 'Lovelace') and jobTitle eq 'countess'", ['Ada']],
    ["((surname eq 'Hopper'))", ['Grace']],
    ["userType eq 'guest' and accountEnabled eq false", ['Mary-Ann']],
    ["  surname   eq   'Hopper'  ", ['Grace']],
    ["jobTitle eq 'AND OR NOT NEAR'", ['100%']],
    ["displayname eq 'Ada Lovelace'", ['Ada']],
    ["DISPLAYNAME EQ 'Ada Lovelace' OR MailNickName eq 'x'", ['Ada']],
    ["displayName gt 'Grace Hopper'", ['Mary-Ann', 'Zoë']],
    ["displayName ge 'grace hopper'", ['Grace', 'Mary-Ann', 'Zoë']],
    ["displayName lt 'ADA LOVELACE'", ['100%']],
    ["displayName le 'ada lovelace'", ['100%', 'Ada']],
    ["jobTitle lt 'b'", ['100%']],
    ["jobTitle le 'countess'", ['100%', 'Ada']],
    ["endsWith(mail,'x')", []],
    ["endsWith(mail,'@A.example')", ['Ada']],
    ["endswith(displayName,'山田')", ['Zoë']],
    ["endsWith(displayName,'%')", []],
    ["endsWith(displayName,'not) *')", ['100%']],
    ["endsWith(displayName,'')", all],
    ["startsWith(displayName,'Ada') eq true", ['Ada']],
    ["startsWith(displayName,'Ada') eq false", except('Ada')],
    ["endsWith(mail,'@b.example') eq true and accountEnabled eq true", ['Conan']],
    ["not endsWith(userPrincipalName,'contoso.example') eq true", []],
];
for (const [filter, wanted] of filters) {
    test(`$filter=${filter}`, async () => {
        assert.deepEqual(await found(users, '$filter', filter), wanted);
        const count = await get(server, `${asked(`${users}/$count`, '$filter', filter)}`, token);
        assert.equal(count.text, String(wanted.length), 'the count agrees');
    });
}

// The condition, and a word that the message must contain.
const wrongFilters = [
    ["shoeSize eq '1'", 'shoeSize'],
    ["passwordProfile eq 'x'", 'passwordProfile'],
    ["tenant eq 'x'", 'tenant'],
    ['displayName eq x', 'x'],
    ['displayName eq 7', '7'],
    ['displayName eq true', 'displayName'],
    ["accountEnabled eq 'true'", 'accountEnabled'],
    ['accountEnabled eq maybe', 'maybe'],
    ["displayName eq 'x", ''],
    ["displayName eq 'x''", ''],
    ["displayName eq 'x' and", ''],
    ["displayName eq 'x' xor displayName eq 'y'", 'xor'],
    ["(displayName eq 'x'", ''],
    ["displayName eq 'x')", ''],
    ["startsWith(displayName 'x')", ''],
    ["startsWith(accountEnabled,'x')", 'accountEnabled'],
    ["isTeam eq true", 'isTeam'],
    ["startsWith(displayName,'x') eq 'true'", 'true'],
    ["endsWith(mail 'x')", ''],
    ["endsWith(accountEnabled,'x')", 'accountEnabled'],
    ["createdDateTime ge '2026-11-30T10:00:00Z'", 'createdDateTime'],
    ['createdDateTime ge 2026-13-30T10:00:00Z', 'createdDateTime'],
    ['createdDateTime ge yesterday', 'createdDateTime'],
    ["startsWith(createdDateTime,'2026')", 'createdDateTime'],
    ['accountEnabled gt true', "'eq'"],
    ["otherMails/some(m:m eq 'x')", 'any'],
    ["otherMails/any m:m eq 'x'", "'('"],
    ["otherMails/any(m m eq 'x')", "':'"],
    ["otherMails/any(m:n eq 'x')", "'m'"],
    ["otherMails/any(m:m eq 'x'", "')'"],
    ["startsWith(otherMails,'x')", 'otherMails'],
    ["contains(displayName,'x')", 'contains'],
    ["members/any(m:m eq 'x')", ''],
    ['displayName in ()', ''],
    ["displayName in 'x'", ''],
];
for (const [filter, word] of wrongFilters) {
    test(`$filter=${filter.slice(0, 60)} is 400 with a message that helps`, async () => {
        const answer = await get(server, asked(users, '$filter', filter), token);
        assertError(answer, 400, 'BadRequest');
        const { message } = answer.json().error;
        assert.ok(message.includes(word), message);
        assert.match(message, /\$filter|property|filter/i, message);
        assert.ok(message.length < 500, 'no full echo of the request');
    });
}

// What OData has and this server has not: the condition, and words that the message must contain.
for (const [filter, word] of [
    ["businessPhones eq 'x'", 'any()'],
    ["otherMails ne null", 'any()'],
    ["otherMails/all(m:m eq 'x')", 'all()'],
    ['otherMails/any()', 'condition'],
    ["otherMails/any(m:m ne 'x')", 'any()'],
    ["otherMails/any(m:m gt 'x')", 'any()'],
    ["otherMails/any(m:startsWith(m,'a') and endsWith(m,'b'))", "'and'"],
]) {
    test(`$filter=${filter} is 400 Request_UnsupportedQuery`, async () => {
        const answer = await get(server, asked(users, '$filter', filter), token);
        assertError(answer, 400, 'Request_UnsupportedQuery');
        const { message } = answer.json().error;
        assert.match(message, /^The query option \$filter is not supported at position \d+: /);
        assert.ok(message.includes(word), message);
    });
}

test('a $filter of any depth or length is answered or rejected, never 5xx', async () => {
    for (const filter of [
        `${'('.repeat(2000)}accountEnabled eq true${')'.repeat(2000)}`,
        `${'not '.repeat(3000)}accountEnabled eq true`,
        `${'not('.repeat(2000)}accountEnabled eq true${')'.repeat(2000)}`,
        Array(700).fill("mail eq 'x'").join(' or '),
        `displayName in (${Array(2000).fill("'x'").join(',')})`,
        `displayName eq '${'x'.repeat(20_000)}'`,
    ]) {
        const answer = await get(server, asked(users, '$filter', filter), token);
        assert.ok([200, 400].includes(answer.status), `${answer.status}`);
        assert.ok(answer.text.length < 2000, 'no full echo of the request');
    }
});

test('$filter on groups, contacts and folders has their own properties', async () => {
    for (const [list, filter, wanted] of [
        ['/v1.0/groups', 'securityEnabled eq true', ['Sales']],
        ['/v1.0/groups', "startsWith(description,'those')", ['Engineering']],
        ['/v1.0/groups', "visibility eq 'private'", ['Sales']],
        ['/v1.0/me/contacts', "companyName eq 'contoso'", ['Ada']],
        ['/v1.0/me/contacts', "startsWith(givenName,'b')", ['Bob']],
        ['/v1.0/me/contactFolders', "displayName eq 'customers'", ['Customers']],
    ])
        assert.deepEqual(await found(list, '$filter', filter), wanted, filter);
    for (const [list, filter] of [
        ['/v1.0/groups', "userPrincipalName eq 'x'"],
        ['/v1.0/me/contacts', 'accountEnabled eq true'],
    ])
        assertError(await get(server, asked(list, '$filter', filter), token), 400, 'BadRequest');
});

test('$filter works with $select, $orderby, $top, $count and nextLink', async () => {
    const query = [
        `$filter=${encodeURIComponent('accountEnabled eq true')}`,
        '$select=displayName',
        '$orderby=displayName%20desc',
        '$top=2',
        '$count=true',
    ].join('&');
    const seen = [];
    let next = `${users}?${query}`;
    for (let page = 0; next && page < 5; page++) {
        const body = (await get(server, next, token)).json();
        assert.equal(body['@odata.count'], page === 0 ? 5 : undefined, 'on the first page only');
        seen.push(...body.value.map(({ displayName }) => displayName.split(' ')[0]));
        next = body['@odata.nextLink']?.slice(server.origin.length);
    }
    assert.deepEqual(seen, except('Mary-Ann').reverse());
});

const searches = [
    ['"displayName:ada"', ['Ada', 'Mary-Ann']],
    ['"displayName:ADA"', ['Ada', 'Mary-Ann']],
    ['"displayName:love"', ['Ada']],
    ['"displayName:ovelace"', []],
    ['"displayName:ada love"', ['Ada']],
    ['"displayName:love ada"', ['Ada']],
    ['"displayName:ada smi"', ['Mary-Ann']],
    ['"displayName:ann"', ['Mary-Ann']],
    ['"ada"', ['Ada', 'Mary-Ann']],
    ['ada', ['Ada', 'Mary-Ann']],
    ['"countess"', ['Ada']],
    ['"jobTitle:rear adm"', ['Grace']],
    ['"userPrincipalName:p2"', ['Grace']],
    ['"mail:conan"', ['Conan']],
    ['"displayName:ada" AND "displayName:lovelace"', ['Ada']],
    ['"displayName:ada" OR "displayName:grace"', ['Ada', 'Grace', 'Mary-Ann']],
    ['"displayName:grace" OR "displayName:ada" AND "displayName:smith"', ['Grace', 'Mary-Ann']],
    ['"displayName:čapek"', ['Zoë']],
    ['"displayName:capek"', ['Zoë']],
    ['"displayName:zoe"', ['Zoë']],
    ['"displayName:山"', ['Zoë']],
    ['"displayName:brien"', ['Conan']],
    ['"displayName:o\'brien"', ['Conan']],
    ['"displayName:100"', ['100%']],
    ['"unknown"', []],
];
for (const [search, wanted] of searches) {
    test(`$search=${search}`, async () => {
        assert.deepEqual(await found(users, '$search', search), wanted);
        const headers = { ConsistencyLevel: 'eventual' };
        const path = `${asked(users, '$search', search)}&$count=true`;
        const answer = await get(server, path, token, headers);
        assert.equal(answer.json()['@odata.count'], wanted.length);
    });
}

// The operators of a full-text engine are plain text here.
for (const text of [
    '"displayName:*"',
    '"displayName:ada*"',
    '"displayName:ada NEAR love"',
    '"displayName:^ada"',
    '"displayName:-ada"',
    '"displayName:{ada} : x"',
    '"displayName:ada) OR (x"',
    '"displayName:ada;--"',
    '"displayName:a\\"b"',
    '"NEAR(ada love, 2)"',
    '"displayName:\'"',
    '"displayName:%_"',
    '"\u0000"',
    '"displayName:ada" NOT "displayName:love"',
    '"AND"',
    '"and or not"',
    '"""',
    '"',
    '""',
    '"displayName:"',
    'AND',
    '"a" AND',
    '"a" "b"',
    '"shoeSize:x"',
    '"businessPhones:x"',
    `"${'a '.repeat(3000)}"`,
    Array(300).fill('"a"').join(' OR '),
]) {
    test(`$search=${JSON.stringify(text.slice(0, 40))} is harmless: found, or a clear 400`, async () => {
        const answer = await get(server, asked(users, '$search', text), token);
        assert.ok([200, 400].includes(answer.status), answer.text);
        if (answer.status === 400) return assertError(answer, 400, 'BadRequest');
        assert.ok(answer.json().value.length < people.length, 'never all people');
    });
}

test('$search names the property that it does not search', async () => {
    for (const name of ['shoeSize', 'accountEnabled', 'businessPhones']) {
        const answer = await get(server, asked(users, '$search', `"${name}:x"`), token);
        assertError(answer, 400, 'BadRequest');
        assert.ok(answer.text.includes(name), answer.text);
    }
});

test('$search and $filter together: both must hold', async () => {
    const path = `${asked(users, '$search', '"ada"')}&$filter=accountEnabled%20eq%20true`;
    const names = (await get(server, path, token))
        .json()
        .value.map(({ displayName }) => displayName);
    assert.deepEqual(names, ['Ada Lovelace']);
});

test('$search on groups and contacts', async () => {
    assert.deepEqual(await found('/v1.0/groups', '$search', '"description:build"'), [
        'Engineering',
    ]);
    assert.deepEqual(await found('/v1.0/groups', '$search', '"displayName:sal"'), ['Sales']);
    assert.deepEqual(await found('/v1.0/me/contacts', '$search', '"cont"'), ['Ada']);
    assert.deepEqual(await found('/v1.0/me/contacts', '$search', '"companyName:con"'), ['Ada']);
});

test('a changed name is found by its new words and not by its old ones, a removed person not at all', async () => {
    const { path } = await makeUser(server, { displayName: 'Quentin Before' });
    assert.deepEqual(await found(users, '$search', '"before"'), ['Quentin']);
    const renamed = await patch(server, path, admin, { displayName: 'Quentin Afterwards' });
    assert.equal(renamed.status, 204, renamed.text);
    assert.deepEqual(await found(users, '$search', '"before"'), []);
    assert.deepEqual(await found(users, '$search', '"after"'), ['Quentin']);
    assert.equal((await remove(server, path, admin)).status, 204);
    assert.deepEqual(await found(users, '$search', '"after"'), []);
});
