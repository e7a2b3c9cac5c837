// Compares the server with the reference model (lib/model.mjs): random requests, one by one and several at once, with
// restarts and kills in between. A seed gives one sequence; a failure prints the seed and the last requests.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { send } from '../api/lib/http.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { resign } from '../api/lib/tokens.mjs';
import { makeContact, makeGroup, makeTeam, makeUser } from '../api/lib/world.mjs';
import { inSomeOrder, junk, places, principals } from './lib/model.mjs';
import { Place } from './lib/place.mjs';
import { explained, isLong, randomFrom, seed } from './lib/run.mjs';

const isOneSeed = process.env.CAMEO_FAULTS_SEED !== undefined;
const count = isOneSeed ? 1 : Number(process.env.CAMEO_FAULTS_SEQUENCES ?? (isLong ? 1_000 : 3));
const calls = 300;

const sides = [64, 100, 130, 70, 250];
const pictures = sides.map((side, i) => jpeg(side, side, [50 * i, 250 - 40 * i, 120]));
const digest = (bytes) => createHash('sha256').update(bytes).digest('base64');
const whole = new Map(); // digest → { picture, size }

let place;
after(() => place?.stop('SIGKILL'));

async function learn(server) {
    const user = await makeUser(server);
    for (const [picture, bytes] of pictures.entries()) {
        await send(server, 'PUT', user.photo, { token: server.admin, body: bytes });
        const list = await send(server, 'GET', `${user.path}/photos`, { token: server.admin });
        for (const { id: size } of list.json().value) {
            const { body } = await send(server, 'GET', `${user.path}/photos/${size}/$value`, { token: server.admin });
            whole.set(digest(body), { picture, size });
        }
    }
}

/** Owners of all four kinds, each with its paths, and the tokens of every principal. */
async function makeWorld(server) {
    const [self, other] = [await makeUser(server), await makeUser(server)];
    const group = await makeGroup(server);
    const team = await makeTeam(server);
    const contact = await makeContact(server, self);
    const owners = [
        { own: true, paths: { user: self.path, me: '/v1.0/me' } },
        { paths: { user: other.path } },
        { paths: { group: group.path } },
        { paths: { team: team.path, group: team.group } },
        { own: true, paths: { contact: contact.path } },
    ];
    const person = (id, scopes) => {
        server.firstPerson ??= id; // one run of `cameo token` for all sequences
        return resign(server, server.userToken(server.firstPerson, scopes), { claims: { oid: id } });
    };
    const tokens = {
        anonymous: undefined,
        admin: server.admin,
        reader: server.appToken('User.Read.All ProfilePhoto.Read.All'),
        self: person(self.id, 'User.ReadWrite Contacts.ReadWrite'),
        colleague: person(other.id, 'User.ReadBasic.All Group.Read.All'),
    };
    for (const owner of owners) owner.states = [null];
    return { owners, tokens };
}

/** A random request; `owner.seen` are the ETags that the owner has or had. */
function makeRequest(random, owner) {
    const name = random.pick(Object.keys(owner.paths));
    const hasSizes = name !== 'contact' && name !== 'team';
    const method = random.pick(['GET', 'GET', 'GET', 'PUT', 'PUT', 'DELETE']);
    const as = name === 'me' ? 'self' : random.chance(0.6) ? 'admin' : random.pick(principals);
    const request = { name, method, as, owner, place: 'photo/$value' };
    if (as === 'colleague' && owner.own === undefined && name === 'user') request.as = 'admin'; // the person itself
    if (method === 'GET') request.place = random.pick(hasSizes ? places : places.slice(0, 2));
    if (request.place.includes('size')) request.size = random.pick(['48x48', '64x64', '96x96', '120x120', '240x240']);
    if (method === 'PUT') request.picture = random.chance(0.05) ? junk : random.below(pictures.length);
    const seen = [...owner.seen, '"00000000000000000000000000000000"', '*'];
    if (method !== 'GET' && random.chance(0.25)) request.ifMatch = random.pick(seen);
    else if (method === 'PUT' && random.chance(0.1)) request.ifNoneMatch = '*';
    else if (method === 'GET' && random.chance(0.3)) request.ifNoneMatch = random.pick(seen);
    return request;
}

async function perform(server, tokens, request) {
    const { method, owner, name, place: where, as, picture, ifMatch, ifNoneMatch, size } = request;
    const headers = {};
    if (ifMatch) headers['If-Match'] = ifMatch;
    if (ifNoneMatch) headers['If-None-Match'] = ifNoneMatch;
    const body = method !== 'PUT' ? undefined : picture === junk ? Buffer.from('no picture') : pictures[picture];
    const path = `${owner.paths[name]}/${where.replace('size', size)}`;
    try {
        return read(await send(server, method, path, { token: tokens[as], headers, body }), request);
    } catch (error) {
        if (error.code === 'ERR_ASSERTION') throw error;
        return undefined; // the server was killed
    }
}

/** The answer in the model's terms. */
function read({ status, headers, body, json }, { method, place: where }) {
    const answer = { status, etag: headers.etag };
    if (status >= 400) return { status, code: json().error.code };
    if (method !== 'GET' || status === 304) return answer;
    if (where.endsWith('$value')) return { ...answer, ...(whole.get(digest(body)) ?? { picture: 'no whole rendition' }) };
    const entries = where === 'photos' ? json().value : [json()];
    for (const entry of entries) assert.equal(entry['@odata.mediaEtag'], entries[0]['@odata.mediaEtag']);
    const shown = { ...answer, etag: entries[0]['@odata.mediaEtag'] };
    if (where === 'photos') return { ...shown, sizes: entries.map(({ id }) => id) };
    return { ...shown, size: entries[0].id };
}

const describe = ({ request: { owner, ...request }, answer }) => `${owner.paths[request.name]} ${JSON.stringify(request)}: ${JSON.stringify(answer)}`;

function confirm(owner, asked, history) {
    history.push(...asked.map(describe));
    const states = inSomeOrder(owner.states, asked, sides);
    if (states.length === 0)
        assert.fail(`no order fits; possible before: ${JSON.stringify(owner.states)}\n${history.slice(-25).join('\n')}`);
    owner.states = states;
    for (const state of states) if (state?.etag) owner.seen.add(state.etag);
}

async function runSequence(random) {
    const { server } = place;
    const { owners, tokens } = await makeWorld(server);
    const history = [];
    for (const owner of owners) owner.seen = new Set();
    for (let done = 0; done < calls; ) {
        const owner = random.pick(owners);
        const requests = Array.from({ length: random.chance(0.25) ? 2 + random.below(3) : 1 }, () => makeRequest(random, owner));
        const answers = requests.map((request) => perform(server, tokens, request));
        const end = random.next();
        if (end < 0.006) await place.restart('SIGKILL');
        else if (end < 0.01) await place.restart('SIGTERM');
        const answered = await Promise.all(answers);
        confirm(owner, requests.map((request, i) => ({ request, answer: answered[i] })), history);
        done += requests.length;
    }
    for (const owner of owners) {
        const request = { method: 'GET', name: Object.keys(owner.paths)[0], as: 'admin', owner, place: 'photo/$value' };
        confirm(owner, [{ request, answer: await perform(server, tokens, request) }], history);
    }
}

test(`random sequences of ${calls} requests answer as the reference model does`, async (t) => {
    place = await Place.make();
    await learn(place.server);
    for (let i = 0; i < count; ++i) {
        if (isLong && i % 25 === 24) console.log(`${i + 1} sequences`);
        try {
            await runSequence(randomFrom(seed + i));
        } catch (error) {
            throw explained(error, `again: ./dev test faults --seed ${seed + i} model`);
        }
    }
    await place.assertSound();
    t.diagnostic(`${count} sequences from seed ${seed}, ${calls} requests each`);
});
