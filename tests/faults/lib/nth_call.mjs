// Repeats a write path with the 1st, 2nd, 3rd … call failing, until a run ends without a fault; the short run takes a few
// random calls. After each: nothing confirmed is lost, and every photo is whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults } from './injection.mjs';
import { explained, isLong, randomFrom, seed } from './run.mjs';

// There are too many allocations to test all: every one of the first hundred, then some.
const stride = (fault, at) => (fault === faults['no memory in SQLite'] && at > 100 ? 1 + (at >> 5) : 1);

/**
 * A write path: `prepare(place)`, then `act(place)` under the fault, then `check(place, outcome)` on a
 * server without faults. `of`: 'server' or 'command', whose calls fail.
 */
async function runPoint(place, path, fault, at, pointSeed) {
    await path.prepare?.(place);
    const injection = path.of === 'command' ? place.commandFaults : place.serverFaults;
    injection.arm(fault, at, pointSeed);
    const outcome = await path.act(place);
    const done = injection.disarm();
    const told = `${path.name}, call ${at} of ${done.counted}: ${done.what}`;
    try {
        if (done.failed === 0) assertDone(outcome);
        const isDead = fault.ends && done.failed > 0 && path.of === 'server';
        if (isDead) await place.ended();
        if (path.of === 'server' && !path.isStart && !isDead) assert.ok(place.isServing, 'the server goes on');
        // Of a copy: a commit whose sync failed is undone now, and may reappear from the log after a restart.
        if (place.isServing && !path.isStart) await place.ledger.copy().verify(place.server);
        // A server that survives is checked as it is, and restarted now and then and at the end.
        const isAnew = path.isStart || !place.isServing || at % 8 === 0 || (path.of === 'server' && done.failed === 0);
        if (isAnew) await place.restart(at % 2 ? 'SIGKILL' : 'SIGTERM');
        await path.check?.(place, outcome);
        if (!isAnew) return done;
        await place.ledger.verify(place.server);
        await place.assertSound();
    } catch (error) {
        throw explained(error, `${told}\n${place.server.stderr.slice(-2_000)}`);
    }
    return done;
}

// An HTTP answer or the end of a command; a start has neither.
function assertDone(outcome) {
    if (outcome?.status === undefined) return;
    const isDone = outcome.status === 0 || (outcome.status >= 200 && outcome.status < 300);
    assert.ok(isDone, `without a fault it succeeds: ${outcome.status} ${outcome.text ?? outcome.stdout + outcome.stderr}`);
}

async function runAll(place, path, fault) {
    let points = 0;
    for (let at = 1; ; at += stride(fault, at)) {
        const { failed } = await runPoint(place, path, fault, at, at);
        if (failed === 0) return points;
        ++points;
    }
}

// The lease of a command that could not end it (a full disk, a kill) holds for a minute.
const isLeased = (outcome) => /under way; try again after it/.test(`${outcome?.stdout}${outcome?.stderr}`);

/** Runs `attempt` again until no lease of an ended command stops it. */
export async function afterLease(attempt) {
    for (const until = Date.now() + 75_000; ; ) {
        const outcome = await attempt();
        if (!isLeased(outcome) || Date.now() > until) return outcome;
        await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
}

async function runWithoutFault(place, path, fault, injection) {
    await path.prepare?.(place);
    let counted = 0;
    const outcome = await afterLease(async () => {
        injection.count(fault);
        const done = await path.act(place);
        ({ counted } = injection.disarm());
        return done;
    });
    return { outcome, counted };
}

async function runSample(place, path, fault, random) {
    const injection = path.of === 'command' ? place.commandFaults : place.serverFaults;
    const { outcome, counted } = await runWithoutFault(place, path, fault, injection);
    assertDone(outcome);
    await place.restart();
    await path.check?.(place, outcome);
    if (counted === 0) return 0;
    const { failed } = await runPoint(place, path, fault, 1 + random.below(counted), random.below(1e9));
    return failed > 0 ? 1 : 0;
}

const names = Object.keys(faults);

/** One test for each path; `makePlace` makes the place that they share. */
export function testEachCall(makePlace, paths) {
    let place;
    for (const [i, path] of paths.entries()) {
        test(`${path.name}: the n-th call fails`, async (t) => {
            place ??= await makePlace();
            const random = randomFrom(seed + i);
            const chosen = isLong ? names : sample(path, random);
            let sum = 0;
            for (const name of chosen) {
                const fault = faults[name];
                const run = isLong ? runAll(place, path, fault) : runSample(place, path, fault, random);
                const points = await run.catch((error) => {
                    throw explained(error, `${name}; CAMEO_FAULTS_SEED=${seed} is the same sample`);
                });
                sum += points;
                if (isLong) console.log(`${path.name}: ${name}: ${points} points`);
            }
            t.diagnostic(`points: ${sum}`);
        });
    }
    return () => place?.stop('SIGKILL');
}

// For the server, one fault that ends the process and one that does not; for a command, which takes longer, one.
function sample({ of }, random) {
    if (of === 'command') return [random.pick(names)];
    return [true, false].map((ends) => random.pick(names.filter((name) => Boolean(faults[name].ends) === ends)));
}
