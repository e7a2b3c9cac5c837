// Repeated kill -9 during uploads, removals, imports, backups, restores and repairs, on one data folder: nothing confirmed
// is lost, and every photo is whole.
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { beginIn, command, fill } from '../api/lib/command.mjs';
import { ask, none, pictures } from './lib/ledger.mjs';
import { Place } from './lib/place.mjs';
import { explained, isLong, randomFrom, seed } from './lib/run.mjs';

const cycles = Number(process.env.CAMEO_FAULTS_CYCLES ?? (isLong ? 1_000 : 10));
let place;
after(() => place?.stop('SIGKILL'));

/** Writes to one owner until the server is killed; counts the confirmed writes. */
async function write(owner, random, counts) {
    const { server, ledger } = place;
    for (;;) {
        const removes = !owner.isContact && random.chance(0.25);
        const answer = removes
            ? await ledger.remove(server, owner)
            : await ledger.put(server, owner, random.below(pictures.length));
        if (answer === undefined) return;
        ++counts[removes ? 'removals' : 'uploads'];
    }
}

/** Removes a person and a contact, both with a photo. They exist before, so that the kill can hit the removal. */
async function cascade({ person, contact }, random, counts) {
    await sleep(random.below(200));
    const { server, ledger } = place;
    ledger.drop(person);
    ledger.drop(contact);
    const answer = await ask(server, 'DELETE', person.path);
    place.removed = { person, contact, isDone: answer?.status === 204 };
    if (answer === undefined) return;
    assert.equal(answer.status, 204);
    ++counts.cascades;
}

async function makePersonWithContact(random) {
    const { server, ledger } = place;
    const person = await ledger.addUser(server, random.below(pictures.length));
    return { person, contact: await ledger.addContact(server, person, random.below(pictures.length)) };
}

/** Asserts that the person and the contact are both there, whole, or both removed. */
async function verifyCascade() {
    if (!place.removed) return;
    const { person, contact, isDone } = place.removed;
    place.removed = undefined;
    const { status } = await ask(place.server, 'GET', person.path);
    if (isDone) assert.equal(status, 404);
    if (status === 200) return place.ledger.verify(place.server, [person, contact]);
    for (const { photo } of [person, contact]) assert.equal((await ask(place.server, 'GET', photo)).status, 404);
}

// What runs beside the uploads: each starts a command, and returns what must hold after its kill.
const beside = {
    nothing: () => undefined,
    import(random) {
        const folder = join(place.root, 'import');
        rmSync(folder, { recursive: true, force: true });
        const chosen = place.imported.map(() => random.below(pictures.length));
        fill(folder, Object.fromEntries(place.imported.map(({ upn }, i) => [`${upn}.jpg`, pictures[chosen[i]]])));
        for (const [i, owner] of place.imported.entries()) place.ledger.allow(owner, chosen[i]);
        return { running: place.begin('import', folder) };
    },
    'backup to a folder': () => backup('backup'),
    'backup to a tar': () => backup('backup.tar'),
    restore() {
        const data = join(place.root, 'restored');
        rmSync(data, { recursive: true, force: true });
        const running = beginIn({}, 'restore', join(place.root, 'first.tar'), '--data', data);
        return { running, check: () => checkRestored(join(place.root, 'first.tar'), data) };
    },
    repair: () => ({ running: place.begin('fsck', '--repair') }),
};

function backup(name) {
    const target = join(place.root, name);
    const running = place.begin('backup', target);
    return { running, check: () => checkRestored(target, join(place.root, 'restored'), true) };
}

// A folder with a catalog must be whole; one without is restored again.
async function checkRestored(backup, data, anew = false) {
    if (anew) rmSync(data, { recursive: true, force: true });
    if (!existsSync(join(data, 'catalog.db'))) {
        const done = await command('restore', backup, '--data', data);
        assert.equal(done.status, 0, done.stdout + done.stderr);
    }
    const checked = await command('fsck', '--data', data);
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
}

const confirmed = ({ uploads, removals, cascades }) => uploads + removals + cascades;

async function runCycle(random, counts) {
    const { server, ledger } = place;
    const name = random.pick(Object.keys(beside));
    const doomed = await makePersonWithContact(random);
    const working = place.written.map((owner) => write(owner, random, counts));
    working.push(cascade(doomed, random, counts));
    const { running, check } = beside[name](random) ?? {};
    // Half of the kills come once writes are seen to be answered, the others whenever they come.
    const enough = confirmed(counts) + (random.chance(0.5) ? 1 + random.below(4) : 0);
    for (let looks = 0; confirmed(counts) < enough && looks < 1_000; ++looks) await sleep(5);
    await sleep(random.below(120));
    if (running && random.chance(0.5)) running.child.kill('SIGKILL');
    await place.stop('SIGKILL');
    if (running && random.chance(0.5)) running.child.kill('SIGKILL');
    await Promise.all(working);
    await running?.ended;
    ++counts[name];
    await server.start();
    await ledger.verify(server);
    await verifyCascade();
    await check?.();
}

test(`${cycles} times kill -9 in the middle of writes, imports, backups, restores and repairs`, async (t) => {
    place = await Place.make();
    const { server, ledger } = place;
    place.written = [];
    for (const picture of [0, 1, none]) place.written.push(await ledger.addUser(server, picture));
    place.written.push(await ledger.addGroup(server, 2), await ledger.addContact(server, place.written[0], 3));
    place.imported = [await ledger.addUser(server, 4), await ledger.addUser(server, 5)];
    await ledger.addUser(server, 6); // never touched
    for (const name of ['first.tar', 'backup', 'backup.tar'])
        assert.equal((await place.command('backup', join(place.root, name))).status, 0);
    const counts = { uploads: 0, removals: 0, cascades: 0 };
    for (const name of Object.keys(beside)) counts[name] = 0;
    const random = randomFrom(seed);
    for (let cycle = 1; cycle <= cycles; ++cycle) {
        try {
            await runCycle(random, counts);
            if (cycle % 10 === 0) await place.assertSound();
        } catch (error) {
            throw explained(error, `cycle ${cycle} of: ./dev test faults --seed ${seed} kill\n${server.stderr.slice(-2_000)}`);
        }
        if (isLong && cycle % 50 === 0) console.log(`${cycle} cycles: ${JSON.stringify(counts)}`);
    }
    t.diagnostic(`${cycles} kills: ${JSON.stringify(counts)}`);
});
