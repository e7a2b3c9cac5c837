// Controls the library that makes calls fail in a running process, by its control file (../injection/control.h).
import { closeSync, openSync, readFileSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beginIn, until } from '../../api/lib/command.mjs';
import { temporaryFolder, binary } from '../../api/lib/server.mjs';

const library = join(dirname(binary), 'fault_injection.so');
const size = 504;
const result = 7 * 8; // where the members begin that the process sets

const bits = ['open', 'read', 'write', 'sync', 'rename', 'unlink', 'mkdir', 'truncate', 'stat', 'socket', 'spawn', 'memory'];
const bit = Object.fromEntries(bits.map((name, i) => [name, 1n << BigInt(i)]));
const changing = ['open', 'write', 'sync', 'rename', 'unlink', 'mkdir', 'truncate'];
const effects = ['EIO', 'ENOSPC', 'EINTR', 'short', 'kill', 'torn', 'power cut', 'partial cut', 'stop', 'slow'];

/**
 * Every fault: the calls that it applies to, its effect, and whether every later call fails as well. `ends`: the fault
 * ends the process.
 */
export const faults = {
    EIO: { calls: [...changing, 'read', 'stat'], effect: 'EIO' },
    'EIO for good': { calls: [...changing, 'read'], effect: 'EIO', stays: true },
    ENOSPC: { calls: ['open', 'write', 'sync', 'rename', 'mkdir', 'truncate'], effect: 'ENOSPC' },
    'ENOSPC for good': { calls: ['write', 'mkdir', 'truncate'], effect: 'ENOSPC', stays: true },
    EINTR: { calls: ['open', 'read', 'write', 'sync'], effect: 'EINTR' },
    'short transfer': { calls: ['read', 'write', 'socket'], effect: 'short' },
    'lost worker': { calls: ['socket', 'spawn'], effect: 'EIO' },
    'no memory in SQLite': { calls: ['memory'], effect: 'EIO' },
    kill: { calls: changing, effect: 'kill', ends: true },
    'torn write': { calls: ['write'], effect: 'torn', ends: true },
    'power cut': { calls: changing, effect: 'power cut', ends: true },
    'partial power cut': { calls: changing, effect: 'partial cut', ends: true },
};

export class Injection {
    #folder = temporaryFolder();
    #file = join(this.#folder, 'control');
    #descriptor = openSync(this.#file, 'w+');

    /** Counts calls on files below the folders `under`. */
    constructor(...under) {
        writeSync(this.#descriptor, Buffer.alloc(size));
        this.environment = {
            LD_PRELOAD: library,
            CAMEO_FAULTS: this.#file,
            CAMEO_FAULTS_UNDER: under.join(':'),
        };
    }

    /** The `at`th call from now on fails by this fault. */
    arm({ calls, effect, stays = false }, at, seed = 0) {
        this.#clearStash();
        const page = Buffer.alloc(size);
        page.writeBigUInt64LE(calls.reduce((sum, name) => sum | bit[name], 0n), 8);
        page.writeBigUInt64LE(BigInt(effects.indexOf(effect)), 16);
        page.writeBigUInt64LE(stays ? 1n : 0n, 24);
        page.writeBigUInt64LE(effect.endsWith('cut') ? 1n : 0n, 40);
        page.writeBigUInt64LE(BigInt(seed), 48);
        writeSync(this.#descriptor, page, 0, size, 0);
        this.#writeNumber(0, at);
    }

    /** Counts calls without a fault. */
    count(fault) {
        this.arm(fault, Number.MAX_SAFE_INTEGER);
    }

    /** Ends the injection: { counted, failed, what }. */
    disarm() {
        this.#writeNumber(0, 0);
        const page = Buffer.alloc(size);
        readSync(this.#descriptor, page, 0, size, 0);
        const number = (at) => Number(page.readBigUInt64LE(at));
        const what = page.subarray(result + 16);
        return {
            counted: number(result),
            failed: number(result + 8),
            what: what.subarray(0, what.indexOf(0)).toString(),
        };
    }

    /** How many calls were counted since the injection was armed. */
    counted() {
        const page = Buffer.alloc(8);
        readSync(this.#descriptor, page, 0, 8, result);
        return Number(page.readBigUInt64LE(0));
    }

    /** Moves the time of day of the processes by so many seconds. */
    moveClock(seconds) {
        const page = Buffer.alloc(8);
        page.writeBigInt64LE(BigInt(seconds));
        writeSync(this.#descriptor, page, 0, 8, 32);
    }

    #writeNumber(place, value) {
        const page = Buffer.alloc(8);
        page.writeBigUInt64LE(BigInt(value));
        writeSync(this.#descriptor, page, 0, 8, place);
    }

    // A killed process leaves its undo files behind.
    #clearStash() {
        for (const name of readdirSync(this.#folder))
            if (name.startsWith('control.stash')) rmSync(join(this.#folder, name));
    }

    close() {
        closeSync(this.#descriptor);
    }
}

const isStopped = (pid) => / T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/, ''));

/**
 * Starts a command and stops it (SIGSTOP) at the first write below `folder` at which `isThere` holds, so that the next
 * step happens in the middle on the fastest machine too. Later writes take 20 ms each, so that a signal arrives before
 * the end. Returns what `begin` returns.
 */
export async function beginUntil(isThere, folder, ...args) {
    const everyWrite = { calls: ['write'], effect: 'stop' };
    const injection = new Injection(folder);
    injection.arm(everyWrite, 1);
    const running = beginIn(injection.environment, ...args);
    const { child } = running;
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    for (;;) {
        await until(() => hasEnded() || isStopped(child.pid), 'the next write');
        if (hasEnded()) throw new Error(`it ended before: ${JSON.stringify(await running.ended)}`);
        if (isThere()) break;
        injection.arm(everyWrite, 1);
        child.kill('SIGCONT');
        // Waits until it continues, or it would count as stopped again.
        await until(() => hasEnded() || injection.counted() > 0 || !isStopped(child.pid), 'it goes on');
    }
    injection.arm({ calls: ['write'], effect: 'slow', stays: true }, 1);
    injection.close();
    return running;
}
