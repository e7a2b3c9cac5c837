// A site with a generated organisation: the same people on the real server and on the stand-in.
import assert from 'node:assert/strict';
import { post, put } from '../api/lib/http.mjs';
import { makeGroup } from '../api/lib/world.mjs';
import { addPerson, personOf, portraitJpeg } from '../../web/test/stand_in/generated.mjs';
import { standIn, startSite } from './site.mjs';

/** An upload of a person is not to wait for its allowance in a test. */
const config = '[limits]\nuploads_per_second = 0\nrequests_per_second = 0\n';

/**
 * startSite() with `count` people, of whom the first `photos` by name have the photos of personOf(), the others none. `more` are
 * further ones: { user, side }. Adds `people` to the site, in the order in which they are listed, the accounts included.
 */
export async function startOrganisation({ count = 60, photos = count, more = [] } = {}) {
    const site = await startSite({ config });
    const people = Array.from({ length: count }, (_, i) => personOf(i)).sort(byName);
    people.forEach((person, i) => (person.side = i < photos ? person.side : 0));
    people.push(...more.map(({ user, side = 0 }, i) => ({ user: { ...personOf(90_000 + i).user, ...user }, side, portrait: i % 24 })));
    await (standIn ? addToStandIn : addToServer)(site.server, people);
    const accounts = Object.values(site.accounts).map((account) => ({
        user: { id: account.id, displayName: account.displayName, userPrincipalName: account.upn, department: null, officeLocation: null },
        side: 0,
    }));
    return { ...site, people: [...people, ...accounts].sort(byName) };
}

/** The order of the server: names without regard to ASCII case, then ids. */
function byName({ user: one }, { user: other }) {
    const key = ({ displayName, id }) => Buffer.from(`${displayName.replace(/[A-Z]/g, (c) => c.toLowerCase())}\0${id}`);
    return Buffer.compare(key(one), key(other));
}

async function addToStandIn(server, people) {
    people.forEach((person, i) => addPerson(server, person, i));
    for (const { user } of people) server.photos.state(user.id).locked = false;
}

async function addToServer(server, people) {
    for (let at = 0; at < people.length; at += 20) {
        const requests = people.slice(at, at + 20).map(({ user }, i) => ({
            id: String(i), method: 'POST', url: '/users', headers: { 'Content-Type': 'application/json' },
            body: { ...user, mailNickname: user.userPrincipalName.split('@')[0], passwordProfile: { password: 'xWwvJ]6NMw+bWH-d' } },
        }));
        const { responses } = (await post(server, '/v1.0/$batch', server.admin, { requests })).json();
        for (const { status, body } of responses) assert.equal(status, 201, JSON.stringify(body));
    }
    const withPhoto = people.filter(({ side }) => side).values();
    const worker = async () => {
        for (const { user, side, portrait } of withPhoto) {
            const reply = await put(server, `/v1.0/users/${user.id}/photo/$value`, server.admin, portraitJpeg(portrait, side));
            assert.equal(reply.status, 200, reply.text);
        }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
}

/** Adds a group: { id, displayName }. */
export async function addGroup({ server }, displayName, members) {
    if (!standIn) return { displayName, ...(await makeGroup(server, { displayName, members: members.map(({ user }) => user) })) };
    const group = { id: `30000000-0000-4000-8000-${String(members.length).padStart(12, '0')}`, displayName, members: new Set(members.map(({ user }) => user.id)) };
    server.groups = [...(server.groups ?? []), group];
    return group;
}
