// Kept properties: what Graph lets clients write beyond the stored properties comes back as it was sent (docs/directory.md,
// "Kept properties").
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { command, fill } from './lib/command.mjs';
import { call, get, patch, post } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { assertError, givePhoto, groupBody, makeContact, makeFolder, makeGroup, makeTeam, makeUser, setManager, userBody } from './lib/world.mjs';

const address = { street: '1 Main St', city: 'Liège', state: 'W', countryOrRegion: 'Belgium', postalCode: '4000' };
const time = '2024-02-29T08:00:00.5+01:00';

// Every kept property with a value of its type.
const values = {
    user: {
        aboutMe: 'Line one\nLine two "quoted" \u{1F600}', ageGroup: 'Adult', assignedLicenses: [{ skuId: 'e43b5b99-8dfb-405f-9987-dc307f34bcbd', disabledPlans: ['x'] }],
        authorizationInfo: { certificateUserIds: ['X509:<PN>a@b'] }, birthday: '0001-01-01T00:00:00Z', city: 'Oslo', consentProvidedForMinor: 'Granted',
        country: 'NO', customSecurityAttributes: { Engineering: { '@odata.type': '#microsoft.graph.customSecurityAttributeValue', Level: ['a', 'b'], Cost: 4.5 } },
        deviceEnrollmentLimit: 5, employeeHireDate: time, employeeId: 'E-1001', employeeLeaveDateTime: time, employeeOrgData: { division: 'R&D', costCenter: '42' },
        employeeType: 'Contractor', externalUserState: 'Accepted', externalUserStateChangeDateTime: time, faxNumber: '+47 1', hireDate: time,
        identities: [{ signInType: 'emailAddress', issuer: 'contoso.example', issuerAssignedId: 'a@b.example' }], imAddresses: ['sip:a@b'], interests: ['chess'],
        isResourceAccount: false, lastPasswordChangeDateTime: time, mailboxSettings: { timeZone: 'UTC', workingHours: { daysOfWeek: ['monday'], timeZone: { name: 'UTC' } } },
        mySite: 'https://a.example/', onPremisesDistinguishedName: 'CN=a', onPremisesDomainName: 'a.example', onPremisesExtensionAttributes: { extensionAttribute1: 'one', extensionAttribute15: 'last' },
        onPremisesImmutableId: 'abc==', onPremisesLastSyncDateTime: time, onPremisesProvisioningErrors: [{ category: 'c', occurredDateTime: time, propertyCausingError: 'p', value: 'v' }],
        onPremisesSamAccountName: 'sam', onPremisesSecurityIdentifier: 'S-1', onPremisesSyncEnabled: true, onPremisesUserPrincipalName: 'a@b', passwordPolicies: 'DisableStrongPassword',
        pastProjects: ['p'], postalCode: '0150', preferredDataLocation: 'EUR', preferredName: 'Al', print: { recentPrinterShares: [] }, responsibilities: ['r'], schools: ['s'],
        serviceProvisioningErrors: [{ createdDateTime: time, isResolved: false, serviceInstance: 'i' }], showInAddressList: true, skills: ['C++', 'Go'], state: 'Viken',
        streetAddress: '1 Main St', usageLocation: 'NO',
    },
    group: {
        allowExternalSenders: true, assignedLabels: [{ labelId: 'l', displayName: 'Secret' }], autoSubscribeNewMembers: true, classification: 'low', hasMembersWithLicenseErrors: false,
        hideFromAddressLists: true, hideFromOutlookClients: true, isAssignableToRole: false, isSubscribedByMail: true, membershipRule: 'user.city -eq "x"', membershipRuleProcessingState: 'On',
        onPremisesDomainName: 'a.example', onPremisesLastSyncDateTime: time, onPremisesNetBiosName: 'A', onPremisesProvisioningErrors: [{ category: 'c' }], onPremisesSamAccountName: 's',
        onPremisesSecurityIdentifier: 'S-1', onPremisesSyncEnabled: true, preferredDataLocation: 'EUR', preferredLanguage: 'en-US', resourceBehaviorOptions: ['HideGroupInOutlook'],
        serviceProvisioningErrors: [{ isResolved: true }], theme: 'Teal', unseenCount: 3,
    },
    contact: {
        assistantName: 'Sam', birthday: '1974-07-22', businessAddress: address, businessHomePage: 'https://b.example', categories: ['Blue', 'Friends'], children: ['Eve'],
        createdDateTime: time, department: 'Sales', fileAs: 'Doe, Jo', generation: 'Jr', homeAddress: address, homePhones: ['+1', '+2'], imAddresses: ['sip:x'], initials: 'J.D.',
        lastModifiedDateTime: time, manager: 'Boss', middleName: 'Q', nickName: 'Jojo', officeLocation: '1/2', otherAddress: { city: 'Rome', street: null }, personalNotes: 'a\r\nb',
        profession: 'Tailor', spouseName: 'Al', title: 'Dr', yomiCompanyName: 'y', yomiGivenName: 'y', yomiSurname: 'y',
    },
};
const computed = {
    user: { assignedPlans: [], createdDateTime: time, creationType: 'Invitation', deletedDateTime: time, isManagementRestricted: true, legalAgeGroupClassification: 'Adult',
        licenseAssignmentStates: [], provisionedPlans: [], securityIdentifier: 'S-1', signInActivity: {}, signInSessionsValidFromDateTime: time },
    group: { assignedLicenses: [], createdDateTime: time, deletedDateTime: time, expirationDateTime: time, isArchived: true, isManagementRestricted: true, licenseProcessingState: {},
        renewedDateTime: time, securityIdentifier: 'S-1', uniqueName: 'u' },
    contact: { changeKey: 'abc' },
};
const kinds = Object.keys(values);

let server, owner, lists;
before(async () => {
    server = await Server.start();
    owner = await makeUser(server);
    lists = { user: '/v1.0/users', group: '/v1.0/groups', contact: `${owner.path}/contacts` };
});
after(() => server.stop());

const bodyOf = { user: userBody, group: groupBody, contact: (more) => ({ givenName: 'Jo', ...more }) };
const makers = { user: makeUser, group: makeGroup, contact: (own, more) => makeContact(own, owner, more) };
const unset = (value) => (Array.isArray(value) ? [] : null);
const withoutValues = (kind) => Object.fromEntries(Object.entries(values[kind]).map(([name, value]) => [name, unset(value)]));

async function ask(path, token = server.admin) {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json();
}
/** The kept properties of the object at the path. */
async function keptOf(path, names, token) {
    const body = await ask(`${path}?$select=${names}`, token);
    return Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith('@')));
}
async function change(path, body) {
    const answer = await patch(server, path, server.admin, body);
    assert.ok([200, 204].includes(answer.status), answer.text);
    return answer;
}

for (const kind of kinds) {
    const names = Object.keys(values[kind]);

    test(`${kind}: every kept property that a POST sends is given back as it was sent, and only by $select`, async () => {
        const body = bodyOf[kind](values[kind]);
        const made = await post(server, `${lists[kind]}?$select=id,${names}`, server.admin, body);
        assert.equal(made.status, 201, made.text);
        const { '@odata.context': _, id, ...shown } = made.json();
        assert.deepEqual(shown, values[kind], 'the answer of POST');
        const path = `${lists[kind]}/${encodeURIComponent(id)}`;
        assert.deepEqual(await keptOf(path, names), values[kind]);
        assert.deepEqual(await keptOf(path, names.map((name) => name.toUpperCase())), values[kind], 'in any letter case');
        for (const name of names) assert.ok(!(name in (await ask(path))), name);
        const listed = (await ask(`${lists[kind]}?$select=id,${names}&$top=999`)).value.find((one) => one.id === id);
        assert.deepEqual(listed, { id, ...values[kind] }, 'in the list');
        for (const one of (await ask(`${lists[kind]}?$top=999`)).value) for (const name of names) assert.ok(!(name in one), name);
    });

    test(`${kind}: unset is null, or [] for a list; PATCH sets, keeps what it does not send, and null removes`, async () => {
        const { path } = await makers[kind](server, {});
        assert.deepEqual(await keptOf(path, names), withoutValues(kind));
        let expected = withoutValues(kind);
        for (const [name, value] of Object.entries(values[kind])) {
            const answer = await change(path, { [name]: value });
            if (answer.status === 200) assert.equal(name in answer.json(), false, 'without $select not in the answer either');
            expected = { ...expected, [name]: value };
        }
        assert.deepEqual(await keptOf(path, names), expected);
        await change(path, { displayName: 'Renamed' });
        assert.deepEqual(await keptOf(path, names), expected, 'another change keeps them');
        const [first, ...others] = names;
        await change(path, { [first]: null });
        assert.deepEqual(await keptOf(path, names), { ...expected, [first]: unset(values[kind][first]) });
        await change(path, Object.fromEntries(others.map((name) => [name, null])));
        assert.deepEqual(await keptOf(path, names), withoutValues(kind));
    });

    test(`${kind}: a value of another JSON type is 400 with the name, and changes nothing`, async () => {
        const { path } = await makers[kind](server, values[kind]);
        for (const [name, value] of Object.entries(values[kind])) {
            const wrong = typeof value === 'string' ? [5, true, [value], {}] : typeof value === 'boolean' ? ['true', 1, []] : typeof value === 'number' ? ['5', 1.5, 3e9, []] : Array.isArray(value) ? ['x', {}, [5], [[]]] : ['x', 5, []];
            for (const sent of wrong) {
                const answer = await patch(server, path, server.admin, { [name]: sent });
                assertError(answer, 400, 'BadRequest');
                assert.ok(answer.json().error.message.includes(`'${name}`), answer.text);
            }
            assertError(await post(server, lists[kind], server.admin, bodyOf[kind]({ [name]: wrong[0] })), 400, 'BadRequest');
        }
        assert.deepEqual(await keptOf(path, names), values[kind]);
    });

    test(`${kind}: what Graph computes cannot be written: 400 with the name; null is as absent`, async () => {
        const { path } = await makers[kind](server, {});
        for (const [name, value] of Object.entries(computed[kind])) {
            for (const answer of [await patch(server, path, server.admin, { [name]: value }), await post(server, lists[kind], server.admin, bodyOf[kind]({ [name]: value }))]) {
                assertError(answer, 400, 'BadRequest', `The property '${name}' is read-only.`);
            }
            await change(path, { [name]: null });
            const shown = (await keptOf(path, name))[name];
            if (name !== 'createdDateTime') assert.deepEqual(shown, name.endsWith('s') && Array.isArray(value) ? [] : null, name);
        }
    });

    test(`${kind}: names that Graph does not know are accepted and dropped`, async () => {
        const strange = { extension_18e31482d3fb4a8ea958aa96b662f508_shoeSize: '10', shoeSize: 10, 'theme@odata.type': '#String', '@odata.type': `#microsoft.graph.${kind}` };
        const first = names.find((name) => typeof values[kind][name] === 'string');
        const { path } = await makers[kind](server, { ...strange, [first]: values[kind][first] });
        await change(path, strange);
        const body = await ask(`${path}?$select=shoeSize,${first}`);
        assert.deepEqual([body[first], 'shoeSize' in body], [values[kind][first], false]);
    });
}

test('passwordProfile is accepted, and neither stored nor shown', async () => {
    const { path } = await makeUser(server, { passwordProfile: { password: 'secret-4711' }, city: 'Oslo' });
    await change(path, { passwordProfile: { password: 'secret-4712' } });
    assert.deepEqual(await keptOf(path, 'passwordProfile,city'), { passwordProfile: null, city: 'Oslo' });
});

test('a change of an object changes the members that it has; members that its type lacks are dropped', async () => {
    const { path } = await makeUser(server, { onPremisesExtensionAttributes: { extensionAttribute1: 'a', extensionAttribute2: 'b' } });
    await change(path, { onPremisesExtensionAttributes: { '@odata.type': '#microsoft.graph.onPremisesExtensionAttributes', extensionAttribute2: null, extensionAttribute3: 'c', more: 1 } });
    assert.deepEqual((await keptOf(path, 'onPremisesExtensionAttributes')).onPremisesExtensionAttributes, { extensionAttribute1: 'a', extensionAttribute2: null, extensionAttribute3: 'c' });
    assertError(await patch(server, path, server.admin, { employeeOrgData: { division: 5 } }), 400, 'BadRequest', "The property 'employeeOrgData/division' is not a string.");
    assertError(await patch(server, path, server.admin, { employeeHireDate: 'yesterday' }), 400, 'BadRequest', "The property 'employeeHireDate' is not a time such as 2026-11-30T10:00:00Z.");
});

test('the limits: 8 KB in all, lists of 250, 4 levels; more is 400 and changes nothing', async () => {
    const { path } = await makeUser(server, { city: 'Oslo' });
    await change(path, { aboutMe: 'x'.repeat(8_100) });
    for (const body of [{ state: 'x'.repeat(100) }, { aboutMe: 'é'.repeat(4_096) }, { aboutMe: 'x'.repeat(9_000) }]) assertError(await patch(server, path, server.admin, body), 400, 'BadRequest');
    assertError(await post(server, '/v1.0/users', server.admin, userBody({ aboutMe: 'x'.repeat(8_192) })), 400, 'BadRequest');
    await change(path, { aboutMe: null, skills: Array(250).fill('x') });
    assertError(await patch(server, path, server.admin, { skills: Array(251).fill('x') }), 400, 'BadRequest', "The property 'skills' has more than 250 items.");
    await change(path, { customSecurityAttributes: { a: { b: { c: { d: 1 } } } } });
    assertError(await patch(server, path, server.admin, { customSecurityAttributes: { a: { b: { c: { d: {} } } } } }), 400, 'BadRequest', "The property 'customSecurityAttributes' has more than 4 levels.");
    assert.deepEqual(await keptOf(path, 'aboutMe,city,state'), { aboutMe: null, city: 'Oslo', state: null });
});

test('a contact of kept properties alone is a contact', async () => {
    const made = await post(server, lists.contact, server.admin, { nickName: 'Jojo' });
    assert.equal(made.status, 201, made.text);
    const answer = await patch(server, `${lists.contact}/${made.json().id}?$select=nickName,title`, server.admin, { title: 'Dr' });
    assert.deepEqual([answer.status, answer.json().nickName, answer.json().title], [200, 'Jojo', 'Dr'], 'the answer of PATCH shows what it selects');
});

test('a team shows none of the kept properties of its group, and takes none', async () => {
    const team = await makeTeam(server, { classification: 'high', theme: 'Teal' });
    assert.deepEqual(await keptOf(team.path, 'classification'), { classification: null });
    await change(team.path, { classification: 'low' });
    assert.deepEqual(await keptOf(team.group, 'classification,theme'), { classification: 'high', theme: 'Teal' });
});

test('$metadata declares each with the type of its values, and the members of its objects', async () => {
    const xml = (await get(server, '/v1.0/$metadata')).text;
    const declared = (name) => {
        const type = new RegExp(`<(?:Entity|Complex)Type Name="${name}"([^>]*)>(.*?)</(?:Entity|Complex)Type>`, 's').exec(xml);
        return { open: type[1].includes('OpenType'), types: Object.fromEntries([...type[2].matchAll(/<Property Name="(\w+)" Type="([^"]+)"/g)].map(([, property, of]) => [property, of])) };
    };
    const fits = (where, type, value) => {
        const [, inner] = /^Collection\((.*)\)$/.exec(type ?? '') ?? [];
        assert.equal(Array.isArray(value), inner !== undefined, where);
        for (const one of [value].flat()) {
            const of = inner ?? type;
            if (one === null) continue;
            if (typeof one !== 'object') {
                assert.ok({ string: ['Edm.String', 'Edm.DateTimeOffset'], boolean: ['Edm.Boolean'], number: ['Edm.Int32'] }[typeof one].includes(of), `${where}: ${of}`);
                continue;
            }
            const { open, types } = declared(of.replace('graph.', ''));
            if (!open) for (const [name, member] of Object.entries(one)) fits(`${where}/${name}`, types[name], member);
        }
    };
    for (const kind of kinds) {
        const { types } = declared(kind);
        for (const [name, value] of Object.entries(values[kind])) fits(`${kind}.${name}`, types[name], value);
        for (const name of Object.keys(computed[kind])) if (!['createdDateTime', 'isArchived'].includes(name)) assert.equal(types[name], undefined, name);
    }
});

// Who sees them.
test('the basic set, and what shows type and id only, show no kept property on any path', async () => {
    const [me, other] = [await makeUser(server, values.user), await makeUser(server, values.user)];
    await setManager(server, me, other);
    await setManager(server, other, me);
    const group = await makeGroup(server, { ...values.group, members: [me, other], owners: [me, other] });
    const names = Object.keys(values.user);
    const nothing = withoutValues('user');
    const shows = async (path, token, id, expected) => {
        const body = await ask(`${path}${path.includes('?') ? '&' : '?'}$select=id,${names}`, token);
        const entry = body.value ? body.value.find((one) => one.id === id) : body;
        assert.ok(entry, path);
        const { id: _, ...kept } = Object.fromEntries(Object.entries(entry).filter(([name]) => !name.startsWith('@')));
        assert.deepEqual(kept, expected, path);
    };
    const basic = server.userToken(me.id, 'User.ReadBasic.All GroupMember.Read.All');
    for (const path of [other.path, '/v1.0/users?$top=999', `${group.path}/members`, `${group.path}/transitiveMembers`, `${group.path}/owners`]) await shows(path, basic, other.id, nothing);
    for (const path of ['/v1.0/me', me.path, `${group.path}/members`]) await shows(path, basic, me.id, values.user);
    const idOnly = server.userToken(me.id, 'GroupMember.Read.All User.Read');
    for (const path of [`${group.path}/members`, `${group.path}/owners`, '/v1.0/me/directReports']) await shows(path, idOnly, other.id, nothing);
    const whole = server.userToken(me.id, 'User.Read.All GroupMember.Read.All Directory.Read.All');
    for (const path of [other.path, '/v1.0/users?$top=999', `${group.path}/members`, `${group.path}/owners`, '/v1.0/me/manager', '/v1.0/me/directReports', `/v1.0/directoryObjects/${other.id}`, `/v1.0/users/${other.upn}`])
        await shows(path, whole, other.id, values.user);
    const groups = Object.keys(values.group);
    const hidden = withoutValues('group');
    const seen = async (path, token, expected) => {
        const body = await ask(`${path}?$select=id,${groups}`, token);
        const { id: _, '@odata.type': __, '@odata.context': ___, ...kept } = body.value ? body.value.find((one) => one.id === group.id) : body;
        assert.deepEqual(kept, expected, path);
    };
    await seen('/v1.0/me/memberOf', server.userToken(me.id, 'User.Read'), hidden);
    await seen('/v1.0/me/memberOf', whole, values.group);
    await seen(`/v1.0/directoryObjects/${group.id}`, whole, values.group);
    const expanded = (token) => ask(`${group.path}?$select=id&$expand=members($select=id,${names})`, token);
    const find = ({ members }) => members.find(({ id }) => id === other.id);
    assert.deepEqual(find(await expanded(whole)), { '@odata.type': '#microsoft.graph.user', id: other.id, ...values.user });
    assert.deepEqual(find(await expanded(basic)), { '@odata.type': '#microsoft.graph.user', id: other.id, ...nothing });
    const { manager } = await ask(`${me.path}?$select=id&$expand=manager($select=id,city)`, whole);
    assert.equal(manager.city, 'Oslo');
    for (const query of ["$filter=employeeId eq 'E-1001'", "$filter=employeeId in ('E-1001')"])
        for (const path of ['/v1.0/users', `${group.path}/members`, '/v1.0/users/$count']) {
            assertError(await get(server, `${path}?${encodeURI(query)}`, basic), 403, 'Authorization_RequestDenied');
            assert.equal((await get(server, `${path}?${encodeURI(query)}`, whole)).status, 200);
        }
});

test('a right to read does not write them, and a user writes them of others with a directory role alone', async () => {
    const [me, other] = [await makeUser(server), await makeUser(server, { city: 'Oslo' })];
    for (const token of [server.userToken(me.id, 'User.Read.All'), server.userToken(me.id, 'User.ReadWrite.All'), server.appToken('User.Read.All')])
        assertError(await patch(server, other.path, token, { city: 'Rome' }), 403, 'Authorization_RequestDenied');
    assert.equal((await keptOf(other.path, 'city')).city, 'Oslo');
});

// Queries.
test('employeeId is compared by eq and in, without regard to letter case', async () => {
    const made = [];
    for (const employeeId of ['Q-1', 'q-2', undefined]) made.push(await makeUser(server, { surname: 'Query', employeeId }));
    const found = async (filter) => (await ask(`/v1.0/users?$top=999&$filter=${encodeURIComponent(`surname eq 'Query' and (${filter})`)}`)).value.map(({ id }) => made.findIndex((one) => one.id === id)).sort();
    for (const [filter, expected] of [
        ["employeeId eq 'q-1'", [0]], ["EmployeeID eq 'Q-2'", [1]], ["employeeId in ('Q-1','q-2','x')", [0, 1]], ["employeeId eq 'Q'", []], ['employeeId eq null', [2]],
        ["not (employeeId eq 'Q-1')", [1, 2]], ["employeeId eq 'Q-1' or employeeId eq null", [0, 2]],
    ]) assert.deepEqual(await found(filter), expected, filter);
    await change(made[0].path, { employeeId: 'Q-9' });
    assert.deepEqual([await found("employeeId eq 'Q-1'"), await found("employeeId eq 'Q-9'")], [[], [0]]);
    await change(made[0].path, { employeeId: null });
    assert.deepEqual(await found('employeeId eq null'), [0, 2]);
});

test('every other $filter, $orderby and $search by a kept name is Request_UnsupportedQuery', async () => {
    const queries = { user: ["$filter=city eq 'Oslo'", "$filter=startsWith(city,'O')", "$filter=skills/any(s:s eq 'C')", '$filter=signInActivity eq null', "$filter=employeeId ne 'x'", "$filter=employeeId ge 'x'", "$filter=startsWith(employeeId,'E')", "$filter=displayName eq 'x' and country in ('a')", '$orderby=city', '$orderby=employeeId desc', '$search="city:oslo"', '$search="employeeId:E"', '$search="ada" OR "CITY:x"'],
        group: ["$filter=classification eq 'x'", '$orderby=theme', '$search="theme:teal"'],
        contact: ["$filter=nickName eq 'x'", "$filter=categories/any(c:c eq 'Blue')", '$orderby=fileAs', '$search="nickName:jojo"'] };
    for (const kind of kinds) for (const query of queries[kind]) assertError(await get(server, `${lists[kind]}?${encodeURI(query)}`, server.admin), 400, 'Request_UnsupportedQuery');
});

test('delta gives them where $select names them, in the first round and for a changed user', async () => {
    const user = await makeUser(server, values.user);
    const names = Object.keys(values.user);
    let body = await ask(`/v1.0/users/delta?$top=999&$select=${names}`);
    assert.deepEqual(body.value.find(({ id }) => id === user.id), { id: user.id, ...values.user });
    await change(user.path, { city: 'Rome' });
    body = await ask(body['@odata.deltaLink'].replace(server.origin, ''));
    assert.deepEqual(body.value, [{ id: user.id, ...values.user, city: 'Rome' }]);
    const bare = (await ask('/v1.0/users/delta?$top=999')).value.find(({ id }) => id === user.id);
    for (const name of names) assert.ok(!(name in bare), name);
});

test('a page of a list, of a delta and of expanded members ends at 4 MB, and its link goes on', async () => {
    const own = await Server.start();
    try {
        const aboutMe = 'x'.repeat(8_000);
        const people = [];
        for (let i = 0; i < 560; i += 40) people.push(...(await Promise.all(Array.from({ length: 40 }, () => makeUser(own, { aboutMe })))));
        const ids = people.map(({ id }) => id).sort();
        const walk = async (path) => {
            const sizes = [], found = [];
            for (let link = `${own.origin}${path}`; link; ) {
                const answer = await get(own, link.replace(own.origin, ''), own.admin);
                assert.equal(answer.status, 200, answer.text.slice(0, 500));
                const body = answer.json();
                assert.ok(answer.body.length <= 4 << 20, `${path}: ${answer.body.length}`);
                sizes.push(body.value.length);
                found.push(...body.value.map((one) => one.id));
                link = body['@odata.nextLink'];
                if (body['@odata.deltaLink']) walk.delta = body['@odata.deltaLink'];
            }
            return { sizes, found };
        };
        for (const path of ['/v1.0/users?$top=999&$select=id,aboutMe', '/v1.0/users/delta?$top=999&$select=aboutMe', '/v1.0/users?$top=999&$select=id,aboutMe&$orderby=createdDateTime desc&$count=true']) {
            const { sizes, found } = await walk(encodeURI(path));
            assert.equal(sizes.length, 2, path);
            assert.ok(sizes[0] > 450 && sizes[0] < 560, `${sizes}`);
            assert.deepEqual(found.sort(), ids, path);
        }
        assert.deepEqual((await walk('/v1.0/users?$top=999&$select=id')).sizes, [560], 'other pages end at $top alone');
        for (let i = 0; i < 560; i += 40) await Promise.all(people.slice(i, i + 40).map(({ path }) => patch(own, path, own.admin, { city: 'Oslo' })));
        const { sizes, found } = await walk(walk.delta.replace(own.origin, ''));
        assert.ok(sizes.length > 1 && sizes[0] < 560, `${sizes}`);
        assert.deepEqual([...new Set(found)].sort(), ids);
    } finally {
        await own.stop();
    }
});

// The commands.
test('cameo import --match and cameo export --name take kept texts; a backup has them', async () => {
    const own = await Server.start();
    const folder = temporaryFolder();
    try {
        const user = await makeUser(own, { employeeId: 'M-77', city: 'Oslo' });
        const group = await makeGroup(own, { classification: 'Red' });
        await givePhoto(own, group, jpeg(64, 64));
        fill(folder, { 'M-77.jpg': jpeg(64, 64) });
        const imported = await command('import', folder, '--data', own.data, '--match', '{employeeId}');
        assert.equal(imported.status, 0, imported.stdout + imported.stderr);
        assert.equal((await get(own, user.photo, own.admin)).status, 200, imported.stdout);
        const out = temporaryFolder();
        for (const args of [['--name', '{city}-{employeeId}'], ['--of', 'groups', '--name', '{classification}']]) {
            const exported = await command('export', out, '--data', own.data, ...args);
            assert.equal(exported.status, 0, exported.stdout + exported.stderr);
        }
        const files = spawnSync('ls', [out], { encoding: 'utf8' }).stdout.trim().split('\n').sort();
        assert.deepEqual(files, ['Oslo-M-77.jpg', 'Red.jpg']);
        const wrong = await command('export', out, '--data', own.data, '--name', '{skills}');
        assert.equal(wrong.status, 2, 'a list is no text');
        const saved = join(temporaryFolder(), 'b.tar');
        assert.equal((await command('backup', saved, '--data', own.data)).status, 0);
        const restored = join(temporaryFolder(), 'data');
        assert.equal((await command('restore', saved, '--data', restored)).status, 0);
        const again = await Server.startOn(restored);
        const answer = await call(again, 'GET', `${user.path}?$select=city,employeeId`, { token: again.admin });
        assert.deepEqual([answer.json().city, answer.json().employeeId], ['Oslo', 'M-77']);
        await again.stop();
    } finally {
        await own.stop();
    }
});

test('they survive a restart, and a folder has none', async () => {
    const own = await Server.start();
    const { path } = await makeUser(own, { city: 'Oslo' });
    await own.kill();
    await own.start();
    assert.equal((await get(own, `${path}?$select=city`, own.admin)).json().city, 'Oslo');
    await own.stop();
    const folder = await makeFolder(server, owner);
    assertError(await get(server, `${folder.path}?$select=city`, server.admin), 400, 'BadRequest');
});
