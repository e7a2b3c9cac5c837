// Each write path of the server with each of its calls failing in turn (docs/faults.md).
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { command, fill } from '../api/lib/command.mjs';
import { ask, assertRefused, none, pictures } from './lib/ledger.mjs';
import { faults } from './lib/injection.mjs';
import { testEachCall } from './lib/nth_call.mjs';
import { Place } from './lib/place.mjs';
import { sanitized } from '../api/lib/program.mjs';
import { makeFolder } from '../api/lib/world.mjs';

let turn = 0;
const nextPicture = () => ++turn % pictures.length;

async function makePlace() {
    const place = await Place.make();
    const { server, ledger } = place;
    place.user = await ledger.addUser(server, 0);
    place.group = await ledger.addGroup(server, 1);
    place.contact = await ledger.addContact(server, place.user, 2);
    place.imported = [];
    for (let i = 0; i < 3; i++) place.imported.push(await ledger.addUser(server, i));
    await ledger.addUser(server, 3); // never touched
    return place;
}

/** An owner without a photo, and its upload. */
const uploadNew = {
    name: 'upload of a first photo',
    of: 'server',
    async prepare({ server, ledger, group }) {
        if (![...group.may].includes(none)) await ledger.remove(server, group);
    },
    act: ({ server, ledger, group }) => ledger.put(server, group, nextPicture()),
};

const uploadReplace = {
    name: 'upload in place of a photo',
    of: 'server',
    act: ({ server, ledger, contact }) => ledger.put(server, contact, nextPicture()),
};

const remove = {
    name: 'removal of a photo',
    of: 'server',
    async prepare({ server, ledger, user }) {
        if ([...user.may].includes(none)) await ledger.put(server, user, nextPicture());
    },
    act: ({ server, ledger, user }) => ledger.remove(server, user),
};

// The person, two contacts and their photos are removed together or not at all.
const cascade = {
    name: 'removal of a person with a photo, folders and contacts',
    of: 'server',
    async prepare(place) {
        const { server, ledger } = place;
        const person = await ledger.addUser(server, nextPicture());
        const folder = await makeFolder(server, person);
        place.family = [person];
        for (const where of [person, folder])
            place.family.push(await ledger.addContact(server, where, nextPicture()));
    },
    async act(place) {
        // The ledger does not check them until it is known whether they exist.
        place.kept = place.family.map((owner) => ({ ...owner }));
        for (const owner of place.family) place.ledger.drop(owner);
        const answer = await ask(place.server, 'DELETE', place.family[0].path);
        if (answer?.status !== 204) assertRefused(answer);
        return answer;
    },
    async check({ server, ledger, kept }, answer) {
        const [person] = kept;
        const { status } = await ask(server, 'GET', person.path);
        assert.ok([200, 404].includes(status));
        if (answer?.status === 204) assert.equal(status, 404, 'what was confirmed is done');
        if (status === 200) await ledger.verify(server, kept);
        else
            for (const owner of kept)
                assert.equal((await ask(server, 'GET', owner.photo)).status, 404, owner.photo);
        if (status === 200) assert.equal((await ask(server, 'DELETE', person.path)).status, 204);
    },
};

const importBeside = {
    name: 'import beside the server',
    of: 'server',
    prepare(place) {
        place.folder = join(place.root, 'import');
        rmSync(place.folder, { recursive: true, force: true });
        place.chosen = place.imported.map(nextPicture);
        fill(place.folder, Object.fromEntries(place.imported.map(({ upn }, i) => [`${upn}.jpg`, pictures[place.chosen[i]]])));
    },
    async act(place) {
        for (const [i, owner] of place.imported.entries()) place.ledger.allow(owner, place.chosen[i]);
        const done = await command('import', place.folder, '--data', place.data);
        if (done.status === 0)
            for (const [i, owner] of place.imported.entries()) place.ledger.confirm(owner, place.chosen[i]);
        else assert.ok((done.stdout + done.stderr).trim().length > 0, 'the message says what failed');
        return done;
    },
};

// The start may be refused with a message; the next one serves everything.
const start = {
    name: 'start on a full data folder',
    of: 'server',
    isStart: true,
    prepare: (place) => place.stop(),
    act: (place) => place.server.start().catch((error) => assert.match(error.message, /cameo did not start/)),
};

// Without this, every other test would pass with a library that is not loaded or not called.
test('the calls of the program, of SQLite and of the image worker are seen', async () => {
    const place = await Place.make();
    const owner = await place.ledger.addUser(place.server);
    const wanted = [/^open.*blobs\/tmp/, /^write.*blobs\/tmp/, /^fsync.*blobs/, /^rename.*\.blob$/, /^pwrite.*catalog\.db-wal/, /^(fdatasync|fsync).*catalog\.db-wal/, /^(send|sendmsg|write) worker/];
    if (!sanitized) wanted.push(/^malloc/); // a sanitizer has its own allocator
    const seen = new Set();
    const missing = () => wanted.filter((call) => ![...seen].some((what) => call.test(what)));
    // Calls of other threads interleave, so one round may miss a call.
    for (let round = 0; round < 120 && missing().length > 0; ++round) {
        for (const fault of [faults.EIO, faults['lost worker'], faults['no memory in SQLite']]) {
            for (let at = 1, failed = 1; failed > 0 && at < 100; ++at) {
                place.serverFaults.arm(fault, at);
                await place.ledger.put(place.server, owner, nextPicture());
                const { what, counted, ...done } = place.serverFaults.disarm();
                failed = done.failed;
                seen.add(what);
            }
        }
    }
    await place.stop('SIGKILL');
    assert.deepEqual(missing(), [], `seen: ${[...seen].join('\n')}`);
});

const stop = testEachCall(makePlace, [uploadNew, uploadReplace, remove, cascade, importBeside, start]);
after(stop);
