// A long-running command of the binary: started, waited for, or interrupted.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary } from './server.mjs';

const alive = new Set();
process.once('exit', () => {
    for (const child of alive) child.kill('SIGKILL');
});

/** { child, ended }: `ended` gives { status, signal, stdout, stderr }. */
export const begin = (...args) => beginIn({}, ...args);

/** The same with these variables in its environment. */
export function beginIn(environment, ...args) {
    const env = { ...process.env, ...environment };
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    alive.add(child);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
        child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
    }
    const ended = new Promise((done) => {
        child.on('close', (status, signal) => {
            alive.delete(child);
            done({ status, signal, ...output });
        });
    });
    return { child, ended };
}

/** Runs it to its end. */
export const command = (...args) => begin(...args).ended;

/** Files by their paths in the folder: { 'a@x.jpg': bytes… }. */
export function fill(folder, files) {
    for (const [name, bytes] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), bytes);
    }
    return folder;
}

/** Every file below the folder: [path below it…], sorted. */
export const filesIn = (folder) =>
    readdirSync(folder, { recursive: true })
        .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile())
        .sort();

/** Path, bytes and mode of every file below the folder. */
export const contentsOf = (folder) =>
    filesIn(folder).map((name) => [
        name,
        readFileSync(join(folder, name)).toString('base64'),
        statSync(join(folder, name)).mode & 0o777,
    ]);

/** Waits until `holds` gives true, at most ten seconds. */
export async function until(holds, what) {
    for (let look = 0; look < 1_000; look++) {
        if (await holds()) return;
        await sleep(10);
    }
    throw new Error(`waited in vain: ${what}`);
}
