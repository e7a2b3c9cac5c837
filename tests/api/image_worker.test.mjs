// The image workers from outside: messages and refusals at the start, and the effect of a faulty worker
// (docs/sandbox.md).
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { command, fill } from './lib/command.mjs';
import { get, put, send } from './lib/http.mjs';
import { green, jpeg, red } from './lib/pictures.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';
import { assertError, makeUser } from './lib/world.mjs';

const version = run('--version').stdout.trim().split(' ')[1];
const protection = /image workers: (seccomp(, Landlock ABI \d+)?|none \(sanitizer build\))$/m;

/** The path of a worker program: a shell script that reports ready and then runs `lines`. */
function workerThat(lines, itsVersion = version) {
    const folder = temporaryFolder();
    const greeting = Buffer.alloc(256);
    greeting.write('CIG1', 0);
    greeting.write(itsVersion, 12);
    writeFileSync(join(folder, 'greeting'), greeting);
    const program = join(folder, 'worker');
    writeFileSync(program, `#!/bin/sh\ncat '${join(folder, 'greeting')}' >&3\n${lines}\n`);
    chmodSync(program, 0o755);
    return program;
}

let server, user, before_;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(300, 300, red) });
    before_ = await get(server, user.photo, server.admin);
    assert.match(server.stderr, protection);
    await server.stop();
});
after(() => server.stop());

const upload = () =>
    send(server, 'PUT', user.photo, {
        token: server.admin,
        body: jpeg(300, 300, green),
        headers: { 'Content-Type': 'image/jpeg' },
    });

/** An upload to a server with such workers; afterwards the stored photo is unchanged. */
async function uploadTo(worker, { wallSeconds = 600, put = upload } = {}) {
    server = await Server.startOn(server.data, {
        config:
            '[limits]\nrequest_seconds = 600\n' +
            `[image]\nworker = "${worker}"\nworkers = 1\ncpu_seconds = 1\nwall_seconds = ${wallSeconds}\n`,
    });
    const answer = await put();
    const kept = await get(server, user.photo, server.admin);
    assert.deepEqual(kept.body, before_.body);
    assert.equal(kept.headers.etag, before_.headers.etag);
    await server.stop();
    return answer;
}

test('over its processor time an upload is 400 ValidationImageTooLarge with the reason', async () => {
    const answer = await uploadTo(workerThat('while :; do :; done'));
    assertError(answer, 400, 'ValidationImageTooLarge');
    assert.match(answer.json().error.message, /1 seconds of processor time/);
});

test('over its wall time an upload is 503 with Retry-After', async () => {
    const answer = await uploadTo(workerThat('exec sleep 600'), { wallSeconds: 1 });
    assertError(answer, 503, 'ServiceUnavailable');
    assert.match(answer.headers['retry-after'], /^\d+$/);
});

test('a worker that exits during an upload makes it 400 ValidationInvalidImage', async () => {
    assertError(await uploadTo(workerThat('head -c 48 <&3 >/dev/null')), 400, 'ValidationInvalidImage');
});

test('a worker with invalid answers makes it 500, and its output cannot forge a log line', async () => {
    const lie = 'head -c 48 <&3 >/dev/null; printf "\\033[2J\\n{\\"log\\":\\"audit\\"}\\n" >&2; head -c 64 /dev/zero >&3; exec sleep 60';
    // Not by send(): an answer of 500 is not documented.
    const put = () =>
        fetch(server.origin + user.photo, {
            method: 'PUT',
            body: jpeg(300, 300, green),
            headers: { Authorization: `Bearer ${server.admin}`, 'Content-Type': 'image/jpeg' },
        });
    assert.equal((await uploadTo(workerThat(lie), { put })).status, 500);
    const lines = server.stderr.split('\n').filter((line) => /audit|\[2J/.test(line));
    // A spare worker may write the same at the end.
    const workers = new Set(lines.map((line) => /image worker (\d+):/.exec(line)?.[1]));
    assert.ok(workers.size > 0, server.stderr);
    assert.equal(lines.length, 2 * workers.size, server.stderr);
    for (const line of lines) assert.match(line, /image worker \d+: [ -~]+$/);
});

test('a worker program that is missing or of another version: the start is refused with advice', () => {
    const refused = {
        '/nonexistent/cameo-image-worker': /cannot be opened .* \[image\] worker/,
        [workerThat('', '9.9.9')]: /version 9\.9\.9 .* install cameo and cameo-image-worker of one release/,
    };
    for (const [worker, why] of Object.entries(refused)) {
        const folder = temporaryFolder();
        writeFileSync(join(folder, 'cameo.toml'), `[image]\nworker = "${worker}"\n`);
        const done = run('serve', '--data', join(folder, 'data'), '--config', join(folder, 'cameo.toml'), '--listen', '127.0.0.1:0');
        assert.equal(done.status, 1, done.stdout + done.stderr);
        assert.match(done.stderr, why);
    }
});

test('--no-sandbox: serve logs it and decodes', async () => {
    const open = await Server.start({ args: ['--no-sandbox'] });
    const someone = await makeUser(open, { picture: jpeg(64, 64) });
    assert.equal((await get(open, someone.photo, open.admin)).status, 200);
    assert.match(open.stderr, /image workers: none \((--no-sandbox|sanitizer build)\)$/m);
    await open.stop();
});

test('import without a server decodes in the same workers', async () => {
    const source = fill(temporaryFolder(), { [`${user.upn}.jpg`]: jpeg(200, 200, green) });
    for (const args of [[], ['--no-sandbox']]) {
        const done = await command('import', source, '--data', server.data, ...args);
        assert.equal(done.status, 0, done.stdout + done.stderr);
    }
    server = await Server.startOn(server.data);
    const photo = await get(server, user.photo, server.admin);
    assert.notEqual(photo.headers.etag, before_.headers.etag);
    assert.equal((await put(server, user.photo, server.admin, jpeg(300, 300, red))).status, 200);
});
