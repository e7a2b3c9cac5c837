// A day of a program that keeps another system equal to the directory, as plugins of learning platforms do: it reads people by
// pages, their changes and their photos, makes groups and teams, and changes who is in them. It keeps its own model of the
// directory and compares the whole with it at the end. Written for the behaviour of such programs, not for that of Cameo.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

// A plugin selects names of other parts of Graph too, and expects each of them in the context.
const selected = [
    'id', 'userPrincipalName', 'displayName', 'givenName', 'surname', 'mail', 'mailNickname', 'department', 'companyName', 'jobTitle',
    'employeeId', 'city', 'country', 'state', 'streetAddress', 'postalCode', 'usageLocation', 'preferredLanguage', 'officeLocation',
    'mobilePhone', 'faxNumber', 'accountEnabled', 'userType', 'businessPhones', 'manager', 'teams', 'roles', 'groups',
];

const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** As PHP's urlencode: a space is a plus, and every other character but letters, digits, `-`, `_` and `.` is escaped. */
const urlencode = (text) =>
    encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%20', '+');

export class Synchronization {
    #origin;
    #token;
    people = new Map(); // id -> { upn, name, department, photo: hash or null }
    groups = new Map(); // id -> { name, members: Set, owners: Set, team }

    constructor(origin, token) {
        this.#origin = origin;
        this.#token = token;
    }

    async #send(method, path, body, type = 'application/json') {
        const url = path.startsWith('http') ? path : `${this.#origin}${path}`;
        const answer = await fetch(url, {
            method,
            headers: { Authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'Content-Type': type }) },
            body: body === undefined ? undefined : type === 'application/json' ? JSON.stringify(body) : body,
        });
        const bytes = Buffer.from(await answer.arrayBuffer());
        const json = answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(bytes.toString()) : undefined;
        return { status: answer.status, headers: answer.headers, bytes, json };
    }

    async #expect(status, method, path, body, type) {
        const answer = await this.#send(method, path, body, type);
        assert.equal(answer.status, status, `${method} ${path}: ${answer.bytes.toString().slice(0, 500)}`);
        return answer;
    }

    async #batch(version, requests) {
        const answers = [];
        for (let i = 0; i < requests.length; i += 20) {
            const part = requests.slice(i, i + 20).map((request, at) => ({
                id: String(i + at),
                ...request,
                ...(request.body && { headers: { 'Content-Type': 'application/json' } }),
            }));
            const { json } = await this.#expect(200, 'POST', `/${version}/$batch`, { requests: part });
            answers.push(...json.responses.sort((a, b) => Number(a.id) - Number(b.id)));
        }
        return answers;
    }

    /** Every entry of a list; the token of each next link is taken out of it and sent by hand. */
    async #pages(path, top) {
        const entries = [];
        let context;
        for (let token = ''; ; ) {
            const separator = path.includes('?') ? '&' : '?';
            const { json } = await this.#expect(200, 'GET', `${path}${separator}$top=${top}${token && `&$skiptoken=${token}`}`);
            context ??= json['@odata.context'];
            entries.push(...json.value);
            const next = json['@odata.nextLink'];
            if (!next) return { entries, context };
            token = /[?&]\$skiptoken=([^&]+)/.exec(next)[1];
        }
    }

    async addPeople(count, picture) {
        const names = ["o'neil", 'plus+sign', 'r&d', 'guest_fabrikam.example#EXT#'];
        const bodies = Array.from({ length: count }, (_, i) => ({
            accountEnabled: true,
            displayName: `Person ${i}`,
            mailNickname: `person${i}`,
            userPrincipalName: `${names[i] ?? `person${i}`}@contoso.example`,
            department: `Department ${i % 7}`,
            employeeId: `E${i}`,
            city: i % 2 ? 'Utrecht' : 'Lyon',
            passwordProfile: { password: 'not kept 1!', forceChangePasswordNextSignIn: true },
        }));
        const made = await this.#batch('v1.0', bodies.map((body) => ({ method: 'POST', url: '/users', body })));
        for (const [i, { status, body }] of made.entries()) {
            assert.equal(status, 201, JSON.stringify(body));
            this.people.set(body.id, { upn: bodies[i].userPrincipalName, name: bodies[i].displayName, department: bodies[i].department, employeeId: `E${i}`, photo: null });
        }
        for (const [i, [id, person]] of [...this.people].entries()) {
            if (i % 3 === 2) continue;
            await this.#expect(200, 'PUT', `/v1.0/users/${id}/photo/$value`, picture, 'image/jpeg');
            const { bytes } = await this.#expect(200, 'GET', `/v1.0/users/${id}/photos/48x48/$value`);
            person.photo = sha(bytes);
        }
    }

    async readPeople(top) {
        const { entries, context } = await this.#pages(`/v1.0/users?$select=${selected.join(',')}`, top);
        assert.equal(context.split('#')[1], `users(${selected.join(',')})`);
        assert.deepEqual(new Set(entries.map(({ id }) => id)), new Set(this.people.keys()));
        assert.equal(entries.length, this.people.size, 'each once');
        for (const entry of entries) {
            const person = this.people.get(entry.id);
            assert.equal(entry.userPrincipalName, person.upn);
            assert.equal(entry.displayName, person.name);
            assert.equal(entry.department, person.department);
            assert.equal(entry.employeeId, person.employeeId);
            assert.ok(!('teams' in entry), 'a name of another part of Graph has no value');
        }
    }

    /** Photos by $batch under /beta, with the names as PHP encodes them. */
    async readPhotos() {
        const people = [...this.people.values()];
        const answers = await this.#batch('beta', people.map(({ upn }) => ({ method: 'GET', url: `users/${urlencode(upn)}/photos/48x48/$value` })));
        for (const [i, { status, body }] of answers.entries()) {
            const { photo, upn } = people[i];
            assert.equal(status, photo ? 200 : 404, upn);
            if (photo) assert.equal(sha(Buffer.from(body, 'base64')), photo, upn);
        }
    }

    async beginChanges() {
        this.deltaLink = '/v1.0/users/delta?$select=id,displayName,department';
        const seen = await this.readChanges();
        assert.deepEqual(new Set(seen.map(({ id }) => id)), new Set(this.people.keys()));
    }

    /** Every page since the last delta link. */
    async readChanges() {
        const entries = [];
        for (let link = this.deltaLink; link; ) {
            const { json } = await this.#expect(200, 'GET', link);
            entries.push(...json.value);
            link = json['@odata.nextLink'];
            this.deltaLink = json['@odata.deltaLink'];
        }
        return entries;
    }

    async changePeople() {
        const ids = [...this.people.keys()];
        const changed = ids.filter((_, i) => i % 9 === 0);
        const answers = await this.#batch('v1.0', changed.map((id) => ({ method: 'PATCH', url: `/users/${id}`, body: { department: 'Moved' } })));
        for (const { status } of answers) assert.equal(status, 204);
        for (const id of changed) this.people.get(id).department = 'Moved';
        const gone = ids.at(-1);
        await this.#expect(204, 'DELETE', `/v1.0/users/${gone}`);
        this.people.delete(gone);
        const told = await this.readChanges();
        assert.deepEqual(new Set(told.filter((entry) => !entry['@removed']).map(({ id }) => id)), new Set(changed.filter((id) => id !== gone)));
        assert.deepEqual(told.filter((entry) => entry['@removed']).map(({ id }) => id), [gone]);
        await this.#expect(404, 'GET', `/v1.0/directory/deletedItems/${gone}`);
    }

    async makeGroups(count) {
        const ids = [...this.people.keys()];
        for (let i = 0; i < count; i++) {
            const owner = ids[i % ids.length];
            const body = { displayName: `Course ${i}`, mailNickname: `course${i}`, groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false, 'owners@odata.bind': [`${this.#origin}/v1.0/users/${owner}`] };
            const { json } = await this.#expect(201, 'POST', '/v1.0/groups', body);
            assert.equal(json.visibility, 'Public');
            assert.ok(json.mail.startsWith(`course${i}@`), json.mail);
            const taken = await this.#expect(400, 'POST', '/v1.0/groups', body);
            assert.match(taken.json.error.message, /same value for property mailNickname already exists/);
            this.groups.set(json.id, { name: body.displayName, members: new Set(), owners: new Set([owner]), team: false });
            await this.#bindMembers(json.id, ids.filter((_, at) => (at + i) % 5 === 0).slice(0, 60));
        }
    }

    async #bindMembers(group, people) {
        for (let i = 0; i < people.length; i += 20) {
            const part = people.slice(i, i + 20);
            await this.#expect(204, 'PATCH', `/v1.0/groups/${group}`, { 'members@odata.bind': part.map((id) => `${this.#origin}/v1.0/directoryObjects/${id}`) });
            for (const id of part) this.groups.get(group).members.add(id);
        }
    }

    async makeTeams() {
        for (const [id, group] of [...this.groups].filter((_, i) => i % 2 === 0)) {
            const body = { 'template@odata.bind': `https://graph.microsoft.com/v1.0/teamsTemplates('standard')`, 'group@odata.bind': `https://graph.microsoft.com/v1.0/groups('${id}')` };
            const { headers } = await this.#expect(202, 'POST', '/v1.0/teams', body);
            const { json } = await this.#expect(200, 'GET', `/v1.0${headers.get('location')}`);
            assert.equal(json.status, 'succeeded');
            const again = await this.#expect(409, 'POST', '/v1.0/teams', body);
            assert.match(again.json.error.message, /already provisioned/);
            group.team = true;
            await this.#expect(200, 'GET', `/v1.0/teams/${id}`);
        }
    }

    /** Memberships of a team, found as a plugin does: by the ids of people, in double quotes. */
    async changeTeamMembers() {
        for (const [id, group] of [...this.groups].filter(([, { team }]) => team)) {
            const some = [...group.members].slice(0, 3);
            const filter = `microsoft.graph.aadUserConversationMember/userId in (${some.map((one) => `"${one}"`).join(',')})`;
            const { json } = await this.#expect(200, 'GET', `/v1.0/teams/${id}/members?$filter=${encodeURIComponent(filter)}`);
            assert.deepEqual(new Set(json.value.map(({ userId }) => userId)), new Set(some));
            const [first] = json.value.filter(({ userId }) => !group.owners.has(userId));
            await this.#expect(200, 'PATCH', `/v1.0/teams/${id}/members/${first.id}`, { '@odata.type': '#microsoft.graph.aadUserConversationMember', roles: ['owner'] });
            group.owners.add(first.userId);
            const leaving = json.value.find(({ userId }) => userId !== first.userId && !group.owners.has(userId));
            await this.#expect(204, 'DELETE', `/v1.0/teams/${id}/members/${leaving.id}`);
            group.members.delete(leaving.userId);
        }
    }

    async changeGroups() {
        const [gone, ...rest] = this.groups.keys();
        await this.#expect(204, 'DELETE', `/v1.0/groups/${gone}`);
        this.groups.delete(gone);
        const missing = await this.#expect(404, 'GET', `/v1.0/groups/${gone}`);
        assert.equal(missing.json.error.code, 'Request_ResourceNotFound');
        for (const id of rest) {
            const group = this.groups.get(id);
            const [leaving] = [...group.members].filter((one) => !group.owners.has(one));
            await this.#expect(204, 'DELETE', `/v1.0/groups/${id}/members/${leaving}/$ref`);
            group.members.delete(leaving);
            const joining = [...this.people.keys()].find((one) => !group.owners.has(one));
            await this.#expect(204, 'POST', `/v1.0/groups/${id}/owners/$ref`, { '@odata.id': `${this.#origin}/v1.0/users/${joining}` });
            group.owners.add(joining);
        }
    }

    async #peopleOf(path) {
        const { entries } = await this.#pages(`${path}?$select=id`, 999);
        return new Set(entries.map(({ id }) => id));
    }

    /** The whole directory equals the model. */
    async compare(top) {
        await this.readPeople(top);
        await this.readPhotos();
        const { entries } = await this.#pages('/v1.0/groups?$select=id,displayName,resourceProvisioningOptions', 999);
        assert.deepEqual(new Set(entries.map(({ id }) => id)), new Set(this.groups.keys()));
        for (const { id, displayName, resourceProvisioningOptions: options } of entries) {
            const group = this.groups.get(id);
            assert.equal(displayName, group.name);
            assert.deepEqual(options, group.team ? ['Team'] : []);
            assert.deepEqual(await this.#peopleOf(`/v1.0/groups/${id}/members`), group.members);
            assert.deepEqual(await this.#peopleOf(`/v1.0/groups/${id}/owners`), group.owners);
        }
        for (const id of [...this.people.keys()].slice(0, 25)) {
            const mine = [...this.groups].filter(([, { members }]) => members.has(id)).map(([group]) => group);
            const { json } = await this.#expect(200, 'POST', `/v1.0/users/${id}/getMemberGroups`, { securityEnabledOnly: false });
            assert.deepEqual(new Set(json.value), new Set(mine));
        }
        const ids = [...this.people.keys(), ...this.groups.keys()].slice(0, 1000);
        const { json } = await this.#expect(200, 'POST', '/v1.0/directoryObjects/getByIds', { ids });
        assert.deepEqual(json.value.map(({ id }) => id), ids);
    }
}

export async function day(origin, token, { people, groups, top, picture }) {
    const program = new Synchronization(origin, token);
    await program.addPeople(people, picture);
    await program.readPeople(top);
    await program.readPhotos();
    await program.beginChanges();
    await program.changePeople();
    await program.makeGroups(groups);
    await program.makeTeams();
    await program.changeTeamMembers();
    await program.changeGroups();
    await program.compare(top);
}
