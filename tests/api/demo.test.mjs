// `cameo serve --demo`: a demo organisation, and curl lines that work when pasted.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { get, post, put, remove } from './lib/http.mjs';
import { assertWhole, dimensions } from './lib/jpeg_inspection.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server, binary, temporaryFolder } from './lib/server.mjs';
import { open } from './lib/tokens.mjs';

let server, lines, token;
before(async () => {
    server = await Server.start({ args: ['--demo'] });
    lines = await printed(server);
    token = /^token='([\w.-]+)'$/.exec(lines[0])?.[1];
});
after(() => server.stop());

/** The lines after "Try it", without empty lines; they come in one piece, but perhaps after the port. */
async function printed(one) {
    for (let i = 0; i < 100 && !/nested\.jpg.*\n/.test(one.stdout); i++)
        await new Promise((done) => setTimeout(done, 50));
    const [, behind] = one.stdout.split('Try it from another terminal:');
    return behind.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
}

const ask = async (path) => {
    const answer = await get(server, path, token);
    assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
    return answer;
};

// Each printed line: its remark, the file it makes, and the size of the picture in it.
const outcomes = [
    ['# my photo: Eileen Marlow', 'me.jpg', 648],
    ['# Amara Diallo at 48x48, by userPrincipalName', 'person.jpg', 48],
    ['# the metadata of my photo'],
    ['# a group: Mission Control', 'group.jpg', 648],
    ['# a team: Orbital Design', 'team.jpg', 648],
    ['# a contact: Priya Nair', 'contact.jpg', 648],
    ['# a contact in a folder of a folder: Oskar Lund', 'nested.jpg', 648],
];

test('first of all it prints a link that signs a browser in as an administrator, once', async () => {
    const [first] = server.stdout.split('\n');
    const [, code, again] =
        /^Open http:\/\/127\.0\.0\.1:\d+\/#code=([\w-]{22}) \(valid once, for 10 minutes; another: (.+)\)$/.exec(first);
    assert.equal(again, `${binary} token --web --user eileen@contoso.example --directory-role "User Administrator" --data ${server.data}`);
    const { accessToken } = (await post(server, '/cameo/v1/sign-in', undefined, { code })).json();
    const people = (await get(server, '/v1.0/users?$select=displayName,department', accessToken)).json().value;
    assert.equal(people.length, 14);
    const picture = (await ask('/v1.0/users/amara@contoso.example/photo/$value')).body;
    const path = '/v1.0/users/amara@contoso.example/photo/$value';
    assert.equal((await put(server, path, accessToken, picture)).status, 200);
    const another = await promisify(execFile)('bash', ['-ec', again]);
    assert.match(another.stdout, /^http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]{22}\n$/);
});

test('it prints the token once, then a remark and a curl line for each example', () => {
    assert.ok(token, lines[0]);
    assert.equal(server.stdout.split(token).length, 2, 'the token is printed once');
    assert.deepEqual(
        lines.slice(1).filter((line) => line.startsWith('#')),
        outcomes.map(([remark]) => remark),
    );
    const curls = lines.slice(1).filter((line) => !line.startsWith('#'));
    assert.equal(curls.length, outcomes.length);
    for (const line of curls) {
        assert.match(line, /^curl -sS -H "Authorization: Bearer \$token" /);
        assert.ok(line.length < 240, `short enough to read: ${line.length}`);
    }
});

for (const [i, [remark, file, side]] of outcomes.entries()) {
    test(`pasted into a shell: ${remark}`, async () => {
        const folder = temporaryFolder();
        const pasted = `${lines[0]}\n${remark}\n${lines[2 * i + 2]}\n`;
        assert.equal(lines[2 * i + 1], remark);
        const done = await promisify(execFile)('bash', ['-ec', pasted], { cwd: folder });
        assert.equal(done.stderr, '');
        if (!file) {
            const { id, width, height } = JSON.parse(done.stdout);
            assert.deepEqual([id, width, height], ['648x648', 648, 648]);
            return;
        }
        assert.equal(done.stdout, '');
        assertWhole(readFileSync(join(folder, file)), side);
    });
}

test('all lines pasted at once make all pictures', async () => {
    const folder = temporaryFolder();
    await promisify(execFile)('bash', ['-ec', lines.join('\n')], { cwd: folder });
    for (const [, file] of outcomes) if (file) assert.ok(existsSync(join(folder, file)), file);
});

test('the token is of a person and lasts a day', () => {
    const { claims } = open(token);
    assert.equal(claims.exp - claims.iat, 86_400);
    assert.ok(claims.scp.split(' ').includes('User.ReadWrite'));
    assert.equal(claims.roles, undefined);
});

test('14 people, of whom 12 have a photo and one is kept in the directory only', async () => {
    const { value } = (
        await get(server, '/v1.0/users?$select=id,photoStorage', server.admin)
    ).json();
    assert.equal(value.length, 14);
    assert.equal(value.filter((one) => one.photoStorage === 'directory').length, 1);
    let pictured = 0;
    for (const { id } of value)
        if ((await get(server, `/v1.0/users/${id}/photo`, token)).status === 200) pictured++;
    assert.equal(pictured, 12);
});

test('three groups and two teams, each with members and a photo; one group has it at its own dimensions', async () => {
    const groups = (await ask('/v1.0/groups?$select=id,photoStorage')).json().value;
    const teams = (await ask('/v1.0/teams')).json().value;
    assert.deepEqual([groups.length, teams.length], [5, 2]);
    const sizes = [];
    for (const { id } of groups) {
        assert.ok((await ask(`/v1.0/groups/${id}/members`)).json().value.length > 1);
        sizes.push(dimensions((await ask(`/v1.0/groups/${id}/photo/$value`)).body));
    }
    const shapes = sizes.map(({ width, height }) => `${width}x${height}`).sort();
    assert.deepEqual(shapes, ['1024x576', '648x648', '648x648', '648x648', '648x648']);
    const directory = groups.filter((one) => one.photoStorage === 'directory');
    assert.equal(directory.length, 1);
});

test('each group has an owner, and Eileen may change only her own groups', async () => {
    const { value } = (await ask('/v1.0/groups')).json();
    const mine = [];
    for (const { id, displayName } of value) {
        const owners = (await ask(`/v1.0/groups/${id}/owners`)).json().value;
        assert.equal(owners.length, 1, displayName);
        const own = owners[0].displayName === 'Eileen Marlow';
        if (own) mine.push(displayName);
        const picture = (await ask(`/v1.0/groups/${id}/photo/$value`)).body;
        const wrote = await put(server, `/v1.0/groups/${id}/photo/$value`, token, picture);
        assert.equal(wrote.status, own ? 200 : 403, wrote.text);
    }
    assert.deepEqual(mine, ['Flight Operations', 'Mission Control', 'Orbital Design']);
});

test('Eileen is in both teams', async () => {
    const teams = (await ask('/v1.0/teams')).json().value.map(({ id }) => id);
    const joined = (await ask('/v1.0/me/joinedTeams')).json().value.map(({ id }) => id);
    assert.deepEqual(joined, teams);
});

test('her contacts: in the default folder, in a folder, and in a folder of that', async () => {
    const names = async (path) =>
        (await ask(path)).json().value.map(({ displayName }) => displayName);
    const [folder] = (await ask('/v1.0/me/contactFolders')).json().value;
    const below = `/v1.0/me/contactFolders/${encodeURIComponent(folder.id)}`;
    const [child] = (await ask(`${below}/childFolders`)).json().value;
    const deepest = `${below}/childFolders/${encodeURIComponent(child.id)}`;
    assert.deepEqual(await names('/v1.0/me/contactFolders/contacts/contacts'), [
        'Priya Nair',
        'Walter Jensen',
    ]);
    assert.deepEqual(await names(`${below}/contacts`), ['Lena Fischer']);
    assert.deepEqual(await names(`${deepest}/contacts`), ['Oskar Lund']);
});

test('no two photos of people, groups and contacts are equal', async () => {
    const [folder] = (await ask('/v1.0/me/contactFolders')).json().value;
    const below = `me/contactFolders/${encodeURIComponent(folder.id)}`;
    const [child] = (await ask(`/v1.0/${below}/childFolders`)).json().value;
    const deepest = `${below}/childFolders/${encodeURIComponent(child.id)}`;
    const lists = ['users', 'groups', 'me/contacts', `${below}/contacts`, `${deepest}/contacts`];
    const paths = [];
    for (const list of lists)
        for (const { id } of (await ask(`/v1.0/${list}`)).json().value)
            paths.push(`/v1.0/${list}/${encodeURIComponent(id)}/photo/$value`);
    const seen = new Set();
    let photos = 0;
    for (const path of paths) {
        const answer = await get(server, path, token);
        if (answer.status !== 200) continue;
        photos++;
        seen.add(answer.body.toString('base64'));
    }
    assert.equal(photos, 12 + 5 + 3);
    assert.equal(seen.size, photos);
});

test('a second start changes nothing, and adds what an old demo lacks', async () => {
    const own = await Server.start({ args: ['--demo'] });
    await printed(own);
    const me = 'de300000-0000-4000-8000-000000000001';
    const app = own.appToken('User.ReadWrite.All Group.ReadWrite.All Contacts.ReadWrite');
    const seen = async () => {
        const all = {};
        const lists = [
            'users',
            'groups',
            'teams',
            `users/${me}/contacts`,
            `users/${me}/joinedTeams`,
        ];
        for (const list of lists) all[list] = (await get(own, `/v1.0/${list}`, app)).json().value;
        all.etag = (await get(own, `/v1.0/users/${me}/photo/$value`, app)).headers.etag;
        return all;
    };
    const first = await seen();
    await own.stop();
    await own.start();
    await printed(own);
    assert.match(
        own.stdout,
        /^The demo organisation has 14 people, 5 groups and teams, 4 contacts\.$/m,
    );
    assert.deepEqual(await seen(), first);
    for (const group of first.groups) await remove(own, `/v1.0/groups/${group.id}`, app);
    const [contact] = first[`users/${me}/contacts`];
    await remove(own, `/v1.0/users/${me}/contacts/${encodeURIComponent(contact.id)}`, app);
    await own.stop();
    await own.start();
    await printed(own);
    assert.match(own.stdout, /4 contacts; 6 of them are new, with drawn portraits\.$/m);
    assert.deepEqual(await seen(), first);
    await own.stop();
});

test('--demo-photos: photographs of that folder come first, by name; drawings where they run out', async () => {
    const folder = join(temporaryFolder(), 'photos');
    mkdirSync(folder);
    writeFileSync(join(folder, 'b.jpg'), jpeg(500, 500));
    writeFileSync(join(folder, 'a.jpeg'), jpeg(100, 100));
    writeFileSync(join(folder, 'notes.txt'), 'no picture');
    const own = await Server.start({ args: ['--demo', '--demo-photos', folder] });
    const app = own.appToken('User.Read.All');
    const sides = [];
    for (const name of ['eileen', 'amara', 'bruno']) {
        const path = `/v1.0/users/${name}@contoso.example/photo`;
        sides.push((await get(own, path, app)).json().width);
    }
    assert.deepEqual(sides, [96, 432, 648]);
    await own.stop();
    rmSync(folder, { recursive: true });
});
