// `$metadata`: valid CSDL of what is served, consistent with Microsoft's own (docs/http.md, docs/directory.md).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import odata from 'odata-csdl';
import xmllint from 'xmllint-wasm';
import { call, get, head, put } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertSameHead,
    makeContact,
    makeFolder,
    makeGroup,
    makeTeam,
    makeUser,
} from './lib/world.mjs';

let server, xml, document, types;
before(async () => {
    server = await Server.start();
    xml = (await get(server, '/v1.0/$metadata')).text;
    document = odata.xml2json(xml, { strict: true });
    types = document['microsoft.graph'];
});
after(() => server.stop());

test('GET /$metadata needs no token, under both bases and any spelling, and HEAD has its headers', async () => {
    for (const path of [
        '/v1.0/$metadata',
        '/beta/$metadata',
        '/v1.0/%24METADATA',
        '/v1.0/$metadata/',
    ]) {
        for (const token of [undefined, 'garbage', server.admin]) {
            const answer = await get(server, path, token);
            assert.equal(answer.status, 200, path);
            assert.match(answer.headers['content-type'], /^application\/xml\b/);
            assert.match(answer.headers['cache-control'], /^public, max-age=\d+$/);
            assert.equal(answer.text, xml);
            assertSameHead(answer, await head(server, path, token));
        }
    }
});

test('every other method is 405 with Allow: GET, HEAD, OPTIONS', async () => {
    for (const method of ['PUT', 'PATCH', 'POST', 'DELETE']) {
        const answer = await call(server, method, '/v1.0/$metadata', {});
        assertError(answer, 405, 'Request_BadRequest');
        assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
    }
});

test("well-formed, and valid by OASIS's XML schemas (xmllint)", async () => {
    const edmx = createRequire(import.meta.url).resolve('odata-csdl/schemas/edmx.xsd');
    const schema = (name) => readFileSync(edmx.replace('edmx.xsd', name), 'utf8');
    const validate = (contents) =>
        xmllint.validateXML({
            xml: [{ fileName: 'metadata.xml', contents }],
            schema: [schema('edmx.xsd')],
            preload: [{ fileName: 'edm.xsd', contents: schema('edm.xsd') }],
        });
    const result = await validate(xml);
    assert.deepEqual([result.valid, result.errors], [true, []]);
    const broken = await validate(xml.replace('EntityType Name', 'EntityTipe Name'));
    assert.equal(broken.valid, false, 'the validator rejects an invalid document');
});

test("valid by the committee's own converter in strict mode, version 4.01", () => {
    assert.equal(document.$Version, '4.01');
    assert.equal(document.$EntityContainer, 'microsoft.graph.GraphService');
    assert.equal(types.$Alias, 'graph');
});

test('the container has the sets and the singletons', () => {
    const { $Kind, ...sets } = types.GraphService;
    assert.equal($Kind, 'EntityContainer');
    assert.deepEqual(Object.keys(sets), ['directoryObjects', 'domains', 'users', 'groups', 'teams', 'organization', 'me', 'admin', 'directory']);
    assert.deepEqual(
        Object.values(sets).map(({ $Type }) => $Type),
        ['graph.directoryObject', 'graph.domain', 'graph.user', 'graph.group', 'graph.team', 'graph.organization', 'graph.user', 'graph.admin', 'graph.directory'],
    );
    assert.ok(sets.users.$Collection && sets.groups.$Collection && sets.teams.$Collection);
    assert.ok(sets.organization.$Collection);
    assert.equal(sets.me.$Collection, undefined);
    assert.equal(sets.admin.$Collection, undefined);
});

/** The member names of a type and of its bases. */
function declared(name) {
    const type = types[name];
    const base = type.$BaseType ? declared(type.$BaseType.replace('graph.', '')) : {};
    return {
        ...base,
        ...Object.fromEntries(Object.entries(type).filter(([key]) => key[0] !== '$')),
    };
}

test('every referenced type is declared', () => {
    const named = [...xml.matchAll(/(?:Type|BaseType)="(?:Collection\()?graph\.(\w+)\)?"/g)];
    assert.ok(named.length > 20);
    for (const [, name] of named) assert.ok(types[name], name);
});

// Facts of Microsoft Graph v1.0: repository msgraph-metadata, clean_v10_metadata/cleanMetadata.xml, commit f54f11b6.
// Each type: its base and attributes; then `name: type`, where ! is not nullable and > is a contained navigation.
const microsoft = {
    entity: ['abstract', 'id: Edm.String!'],
    profilePhoto: ['is entity, has stream', 'height: Edm.Int32', 'width: Edm.Int32'],
    organization: [
        'is directoryObject, open',
        'businessPhones: Edm.String*!',
        'createdDateTime: Edm.DateTimeOffset',
        'displayName: Edm.String',
        'onPremisesSyncEnabled: Edm.Boolean',
        'tenantType: Edm.String',
        'verifiedDomains: verifiedDomain*!',
    ],
    contactFolder: [
        'is entity',
        'displayName: Edm.String',
        'parentFolderId: Edm.String',
        'childFolders> contactFolder*',
        'contacts> contact*',
    ],
    user: [
        'is directoryObject, open',
        'displayName: Edm.String',
        'givenName: Edm.String',
        'jobTitle: Edm.String',
        'mail: Edm.String',
        'mailNickname: Edm.String',
        'mobilePhone: Edm.String',
        'officeLocation: Edm.String',
        'preferredLanguage: Edm.String',
        'surname: Edm.String',
        'userPrincipalName: Edm.String',
        'accountEnabled: Edm.Boolean',
        'businessPhones: Edm.String*!',
        'userType: Edm.String',
        'contactFolders> contactFolder*',
        'contacts> contact*',
        'joinedTeams> team*',
        'photo> profilePhoto',
        'photos> profilePhoto*',
    ],
    group: [
        'is directoryObject, open',
        'displayName: Edm.String',
        'description: Edm.String',
        'groupTypes: Edm.String*!',
        'mail: Edm.String',
        'mailEnabled: Edm.Boolean',
        'mailNickname: Edm.String',
        'securityEnabled: Edm.Boolean',
        'photo> profilePhoto',
        'photos> profilePhoto*',
        'team> team',
    ],
    team: [
        'is entity, open',
        'displayName: Edm.String',
        'description: Edm.String',
        'internalId: Edm.String',
        'isArchived: Edm.Boolean',
        'tenantId: Edm.String',
        'webUrl: Edm.String',
        'members> conversationMember*',
        'photo> profilePhoto',
        // Not served, and so not declared: group.
    ],
    conversationMember: [
        'abstract, is entity',
        'displayName: Edm.String',
        'roles: Edm.String*',
        'visibleHistoryStartDateTime: Edm.DateTimeOffset',
    ],
    aadUserConversationMember: ['is conversationMember', 'email: Edm.String', 'tenantId: Edm.String', 'userId: Edm.String'],
    contact: [
        'is outlookItem, open',
        'displayName: Edm.String',
        'givenName: Edm.String',
        'surname: Edm.String',
        'emailAddresses: emailAddress*',
        'businessPhones: Edm.String*',
        'companyName: Edm.String',
        'jobTitle: Edm.String',
        'parentFolderId: Edm.String',
        'photo> profilePhoto',
    ],
};

/** A member of this document in the notation of the table above. */
function worded(name, { $Kind, $Type = 'Edm.String', $Collection, $Nullable, $ContainsTarget }) {
    const type = $Type.replace('graph.', '') + ($Collection ? '*' : '');
    if ($Kind === 'NavigationProperty') return `${name}${$ContainsTarget ? '>' : ' ->'} ${type}`;
    return `${name}: ${type}${$Nullable ? '' : '!'}`;
}

function attributes({ $Abstract, $BaseType, $HasStream, $OpenType }) {
    const words = [
        $Abstract && 'abstract',
        $BaseType && `is ${$BaseType.replace('graph.', '')}`,
        $HasStream && 'has stream',
        $OpenType && 'open',
    ];
    return words.filter(Boolean).join(', ');
}

for (const [name, [what, ...members]] of Object.entries(microsoft)) {
    test(`${name} is as Microsoft declares it: ${what}`, () => {
        const type = types[name];
        assert.equal(type.$Kind, 'EntityType');
        assert.equal(attributes(type), what);
        for (const member of members) {
            const property = /^\w+/.exec(member)[0];
            assert.ok(type[property], `${name} has ${property}`);
            assert.equal(worded(property, type[property]), member);
        }
    });
}

// Members that Microsoft's excerpt lacks.
const more = {
    directoryObject: ['is entity, open'],
    outlookItem: ['abstract, is entity, open'],
    user: ['is directoryObject, open', 'photoStorage: Edm.String'],
    group: [
        'is directoryObject, open',
        'photoStorage: Edm.String',
        'visibility: Edm.String',
        'members -> directoryObject*',
    ],
    contact: ['is outlookItem, open', 'mobilePhone: Edm.String'],
};
for (const [name, [what, ...members]] of Object.entries(more)) {
    test(`${name} also has: ${members.join(', ') || 'nothing'}`, () => {
        assert.equal(attributes(types[name]), what);
        for (const member of members) {
            const property = /^\w+/.exec(member)[0];
            assert.equal(worded(property, types[name][property]), member);
        }
    });
}

test('emailAddress is a complex type of name and address', () => {
    assert.equal(types.emailAddress.$Kind, 'ComplexType');
    assert.deepEqual(Object.keys(declared('emailAddress')).sort(), ['address', 'name']);
});

test('the key of every entity is id', () => assert.deepEqual(types.entity.$Key, ['id']));

test('every served property of every kind is declared with the type of its value', async () => {
    const user = await makeUser(server, { picture: jpeg(64, 64), businessPhones: ['1'] });
    const folder = await makeFolder(server, user);
    const emailAddresses = [{ name: 'A', address: 'a@x.example' }];
    const contact = await makeContact(server, folder, { emailAddresses });
    const group = await makeGroup(server);
    const team = await makeTeam(server);
    const reader = server.appToken('Organization.Read.All PeopleSettings.Read.All TeamMember.Read.All');
    const others = ['organization', 'photoUpdateSettings', 'aadUserConversationMember'];
    const tokenOf = (name) => (others.includes(name) ? reader : server.admin);
    const crew = await makeTeam(server, { owners: [user] });
    const [membership] = (await get(server, `${crew.path}/members`, reader)).json().value;
    const served = {
        user: [user.path, `${user.path}?$select=accountEnabled,mailNickname,userType,photoStorage`],
        group: [group.path, `${group.path}?$select=photoStorage`],
        team: [team.path],
        contact: [contact.path],
        contactFolder: [folder.path],
        profilePhoto: [`${user.path}/photo`],
        organization: [`/v1.0/organization/${(await get(server, '/v1.0/organization', reader)).json().value[0].id}`],
        aadUserConversationMember: [`${crew.path}/members/${membership.id}`],
        photoUpdateSettings: ['/beta/admin/people/photoUpdateSettings'],
    };
    for (const [name, paths] of Object.entries(served)) {
        for (const path of paths) {
            const body = (await get(server, path, tokenOf(name))).json();
            for (const [property, value] of Object.entries(body)) {
                if (property.startsWith('@')) continue;
                assertServedAs(`${name}.${property}`, declared(name)[property], value);
            }
        }
    }
});

function assertServedAs(where, property, value) {
    assert.ok(property, `${where} is declared`);
    assert.equal(Array.isArray(value), Boolean(property.$Collection), where);
    const kinds = {
        'Edm.Boolean': 'boolean',
        'Edm.Int32': 'number',
        'graph.emailAddress': 'object',
        'graph.verifiedDomain': 'object',
    };
    for (const one of [value].flat())
        if (one !== null) assert.equal(typeof one, kinds[property.$Type] ?? 'string', where);
    if (value === null) assert.equal(property.$Nullable, true, where);
}

test('every declared property of every type may be selected, and is shown', async () => {
    const team = await makeTeam(server);
    const user = await makeUser(server);
    const folder = await makeFolder(server, user);
    const contact = await makeContact(server, folder);
    for (const [name, path] of [
        ['user', user.path],
        ['group', team.group],
        ['team', team.path],
        ['contact', contact.path],
        ['contactFolder', folder.path],
    ]) {
        const names = Object.entries(declared(name))
            .filter(([, { $Kind }]) => $Kind !== 'NavigationProperty')
            .map(([property]) => property);
        const answer = await get(server, `${path}?$select=${names}`, server.admin);
        assert.equal(answer.status, 200, answer.text);
        const shown = Object.keys(answer.json()).filter((one) => !one.startsWith('@'));
        assert.deepEqual(shown.sort(), names.sort());
    }
});

test('every declared navigation is a served path', async () => {
    const user = await makeUser(server, { picture: jpeg(64, 64) });
    const team = await makeTeam(server, { picture: jpeg(64, 64), members: [user] });
    const folder = await makeFolder(server, user);
    const contact = await makeContact(server, user, { picture: jpeg(64, 64) });
    const places = {
        user: user.path,
        group: team.group,
        team: team.path,
        contact: contact.path,
        contactFolder: folder.path,
    };
    for (const [name, path] of Object.entries(places)) {
        for (const [property, { $Kind, $Type }] of Object.entries(declared(name))) {
            if ($Kind !== 'NavigationProperty') continue;
            const token = $Type === 'graph.conversationMember' ? server.appToken('TeamMember.Read.All') : server.admin;
            const answer = await get(server, `${path}/${property}`, token);
            assert.equal(answer.status, 200, `${name}/${property}: ${answer.text}`);
        }
    }
});

test('the stream of profilePhoto is $value, and writable', async () => {
    const user = await makeUser(server);
    assert.equal(types.profilePhoto.$HasStream, true);
    assert.equal((await put(server, user.photo, server.admin, jpeg(64, 64))).status, 200);
    assert.equal((await get(server, user.photo, server.admin)).status, 200);
});

test('every context points into this document: its set or singleton is declared', async () => {
    const user = await makeUser(server, { picture: jpeg(64, 64) });
    for (const path of [`${user.path}/photo`, `${user.path}/photos`, user.path, '/v1.0/groups', '/v1.0/organization', '/v1.0/admin/people/photoUpdateSettings']) {
        const reader = path.startsWith('/v1.0/organization') || path.startsWith('/v1.0/admin');
        const token = reader ? server.appToken('Organization.Read.All PeopleSettings.Read.All') : server.admin;
        const { '@odata.context': context } = (await get(server, path, token)).json();
        const [where, fragment] = context.split('#');
        assert.equal(where, `${server.origin}/v1.0/$metadata`);
        assert.ok(types.GraphService[/^\w+/.exec(fragment)[0]], context);
    }
});
