// Runs a client program against a world of its own and parses its output.
import { spawn } from 'node:child_process';
import { checks } from './checks.mjs';
import { World } from './world.mjs';

const line = /^check (\S+) (ok|n\/a|FAIL) ?(.*)$/;

/** { name, version, upload, results: Map of check to { verdict, reason } }; a check of theirs without a line is a FAIL. */
export async function conform({ name, command, args = [], environment = () => ({}), does = checks.map(([check]) => check) }) {
    const world = await World.start();
    try {
        const output = await run(command, args, {
            ...process.env,
            ...world.environment,
            ...environment(world),
        });
        const results = read(output, does);
        if (results.get('throttled')?.verdict === 'ok' && world.throttled.refused === 0)
            results.set('throttled', { verdict: 'FAIL', reason: 'was never throttled' });
        const version = /^version (.*)$/m.exec(output)?.[1] ?? '?';
        return { name, version, upload: world.throttled.uploads[0], results };
    } finally {
        await world.stop();
    }
}

function run(command, args, env) {
    return new Promise((done, fail) => {
        const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
            stream.setEncoding('utf8').on('data', (text) => (output += text));
        child.on('error', fail);
        child.on('close', () => done(output));
    });
}

function read(output, does) {
    const said = new Map();
    for (const text of output.split('\n')) {
        const match = line.exec(text.trim());
        if (match) said.set(match[1], { verdict: match[2], reason: match[3] });
    }
    const silence = { verdict: 'FAIL', reason: `said nothing; its last words: ${output.trim().split('\n').at(-1)}` };
    return new Map(does.map((name) => [name, said.get(name) ?? silence]));
}
