// More than the server can do: ended under load, and asked for twice as many uploads as it can decode.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jpeg } from '../api/lib/pictures.mjs';
import { ask, pictures } from './lib/ledger.mjs';
import { Place } from './lib/place.mjs';
import { isLong, randomFrom, seed } from './lib/run.mjs';

let place;
const owners = [];
before(async () => {
    place = await Place.make('[storage]\nqueue = 16\n[cache]\nrenditions_mb = 16\n');
    for (let i = 0; i < 8; ++i) owners.push(await place.ledger.addUser(place.server, i));
});
after(() => place.stop('SIGKILL'));

test('SIGTERM under load: every answered write is there, and the server ends with exit 0', async () => {
    const { server, ledger } = place;
    const random = randomFrom(seed);
    for (let round = 0; round < (isLong ? 30 : 3); ++round) {
        let answered = 0;
        const writing = owners.map(async (owner) => {
            for (;;) {
                const answer = random.chance(0.2)
                    ? await ledger.remove(server, owner)
                    : await ledger.put(server, owner, random.below(pictures.length));
                if (answer === undefined) return;
                if (answer.status < 300) ++answered;
            }
        });
        while (answered < 10) await sleep(2);
        await sleep(random.below(50));
        assert.deepEqual(await server.stop(), { code: 0, signal: null });
        await Promise.all(writing);
        await server.start();
        await ledger.verify(server);
    }
    await place.assertSound();
});

// Noise does not compress, and every upload differs, so each is decoded.
const noise = (x, y) => [(x * 7919 + y * 104_729) % 256, (x * y) % 256, (x * 31 + y * 17) % 256];
const base = jpeg(900, 900, noise);
let sent = 0;
const another = () => Buffer.concat([base, Buffer.from(`${++sent}`)]);

const put = (owner) => ask(place.server, 'PUT', owner.photo, { body: another(), headers: { 'Content-Type': 'image/jpeg' } });

/** How many uploads a second four clients complete. */
async function capacity(milliseconds) {
    let done = 0;
    const until = Date.now() + milliseconds;
    const client = async (owner) => {
        for (; Date.now() < until; ++done) assert.equal((await put(owner)).status, 200);
    };
    await Promise.all(owners.slice(0, 4).map(client));
    return (done * 1_000) / milliseconds;
}

/** The milliseconds of successive reads until `isOver`, sorted. */
async function readTimes(isOver) {
    const reader = owners.at(-1);
    const times = [];
    while (!isOver()) {
        const began = performance.now();
        assert.equal((await ask(place.server, 'GET', reader.photo)).status, 200, 'reads are served');
        times.push(performance.now() - began);
        await sleep(5);
    }
    return times.sort((a, b) => a - b);
}

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${place.server.child.pid}/status`, 'utf8'))[1]) / 1024;

test('twice the upload capacity: reads are served, excess uploads get Retry-After, memory is bounded, and it recovers', async (t) => {
    assert.equal((await put(owners.at(-1))).status, 200, 'the photo that is read'); // an earlier test may have deleted it
    const rate = await capacity(isLong ? 5_000 : 1_500);
    let over = false;
    const idleEnd = Date.now() + 1_000;
    const idle = await readTimes(() => Date.now() > idleEnd);
    const start = memory();
    let most = 0;
    const reading = readTimes(() => over);
    const asked = [];
    const seconds = isLong ? 15 : 3;
    for (const began = performance.now(); performance.now() - began < seconds * 1_000; ) {
        // By the clock, not by the timer: late requests are sent at once.
        const due = ((performance.now() - began) / 1_000) * 2 * rate;
        while (asked.length < due) asked.push(put(owners[asked.length % 7]));
        most = Math.max(most, memory());
        await sleep(5);
    }
    const answers = await Promise.all(asked);
    over = true;
    const busy = await reading;
    const done = answers.filter((answer) => answer?.status === 200);
    for (const answer of answers) {
        assert.ok([200, 429, 503].includes(answer?.status), answer?.text ?? 'an answer for each');
        if (answer.status !== 200) assert.match(answer.headers['retry-after'] ?? '', /^[1-9]\d*$/);
    }
    assert.ok(done.length > 0, 'uploads succeed');
    assert.ok(done.length < answers.length, 'it was more than the capacity');
    assert.ok(busy.length > 5, 'reads succeed');
    assert.ok(most - start < 500, `${start} MB grew to ${most} MB`);
    const began = performance.now();
    assert.equal((await put(owners[0])).status, 200, 'it recovers');
    const recovered = performance.now() - began;
    t.diagnostic(`capacity ${rate.toFixed(1)} uploads/s; asked ${answers.length} in ${seconds} s: ${done.length} done, ${answers.length - done.length} refused`);
    t.diagnostic(`reads idle: p50 ${at(idle, 0.5)} ms, p99 ${at(idle, 0.99)} ms; under overload: p50 ${at(busy, 0.5)} ms, p99 ${at(busy, 0.99)} ms`);
    t.diagnostic(`memory ${start.toFixed(0)} MB, at most ${most.toFixed(0)} MB; the next upload took ${recovered.toFixed(0)} ms`);
});
