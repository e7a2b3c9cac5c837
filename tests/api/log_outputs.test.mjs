// The destinations of the access log and the audit log, and what happens when a destination accepts nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { get, post, put, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { RawConnection } from './lib/raw.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const lines = (text) =>
    text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
const linesOf = (file) => lines(readFileSync(file, 'utf8'));

async function until(holds) {
    const end = Date.now() + 30_000;
    while (!holds()) {
        assert.ok(Date.now() < end, 'in time');
        await new Promise((done) => setTimeout(done, 20));
    }
}

const metric = async (server, name) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await get(server, '/metrics')).body)?.[1]);

/** A FIFO that is open for reading and not read; `drain` returns its current content. */
function unreadFifo() {
    const file = join(temporaryFolder(), 'audit');
    assert.equal(spawnSync('mkfifo', [file]).status, 0);
    const reader = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
    const drain = () => {
        const piece = Buffer.alloc(65_536);
        let text = '';
        for (;;) {
            try {
                text += piece.toString('latin1', 0, readSync(reader, piece));
            } catch (error) {
                if (error.code === 'EAGAIN') return text;
                throw error;
            }
        }
    };
    return { file, drain, close: () => closeSync(reader) };
}

test('an audit file that is not read stops neither /healthz nor reads nor writes, and drops are counted', async () => {
    const fifo = unreadFifo();
    const server = await Server.start({
        config: `[log]\naccess = "off"\naudit_file = "${fifo.file}"\n[limits]\nrefusals_per_second = 0\n[http]\nthreads = 1\n`,
    });
    const ada = await makeUser(server, { picture: jpeg(64, 64) });
    const token = server.userToken(ada.id, 'User.ReadWrite');
    const refused = 'GET /v1.0/me/photo HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n';
    const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    for (let i = 0; i < 30; i++) {
        const connection = await RawConnection.open(server);
        await connection.write(refused.repeat(999) + last);
        const answered = await connection.closes(20_000);
        connection.close();
        assert.ok(answered, `still answering after ${i * 999} refusals`);
    }
    assert.equal((await get(server, '/healthz')).status, 200);
    assert.equal((await get(server, '/v1.0/me/photo/$value', token)).status, 200);
    assert.equal((await put(server, '/v1.0/me/photo/$value', token, jpeg(65, 65))).status, 200);
    const dropped = await metric(server, 'cameo_log_lines_dropped_total');
    assert.ok(dropped > 0, `${dropped} dropped`);
    let text = '';
    await until(() => (text += fifo.drain()).includes('"log":"dropped"') && text.endsWith('\n'));
    assert.equal((await put(server, '/v1.0/me/photo/$value', token, jpeg(66, 66))).status, 200);
    await server.stop();
    text += fifo.drain();
    fifo.close();
    const audit = lines(text);
    const told = audit.filter((line) => line.log === 'dropped').map((line) => line.lines);
    assert.equal(told.reduce((sum, one) => sum + one, 0), dropped);
    const writes = audit.filter((line) => line.method === 'PUT' && line.outcome === 'done');
    assert.equal(writes.filter((line) => line.user === ada.id).length, 2, 'no write is missing');
    assert.equal(audit.filter((line) => line.status === 401).length, 30 * 999 - dropped);
});

test('an audit file on a full disk: the server keeps serving, reports it once, and loses no line once there is space', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'audit.log');
    assert.equal(spawnSync('ln', ['-s', '/dev/full', file]).status, 0);
    const server = await Server.start({ config: `[log]\naudit_file = "${file}"\n` });
    const ada = await makeUser(server);
    const token = server.userToken(ada.id, 'User.ReadWrite');
    assert.equal((await put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64))).status, 200);
    await until(() => server.stderr.includes('No space left on device'));
    assert.ok((await metric(server, 'cameo_log_write_failures_total')) > 0);
    assert.equal(spawnSync('rm', [file]).status, 0);
    server.child.kill('SIGHUP');
    await until(() => server.stderr.includes('can be written again'));
    assert.equal((await remove(server, '/v1.0/me/photo/$value', token)).status, 200);
    await server.stop();
    assert.equal(server.stderr.split('No space left on device').length - 1, 1, server.stderr);
    const methods = linesOf(file).map((line) => line.method);
    assert.deepEqual(methods, ['POST', 'PUT', 'DELETE']);
});

test('access_file receives the access log; SIGHUP reopens both files', async () => {
    const folder = temporaryFolder();
    const access = join(folder, 'access.log');
    const audit = join(folder, 'audit.log');
    const server = await Server.start({
        config: `[log]\naccess_file = "${access}"\naudit_file = "${audit}"\n`,
    });
    await makeUser(server);
    const first = await get(server, '/v1.0/nothing');
    await until(() => readFileSync(access, 'utf8').includes(first.headers['request-id']));
    await until(() => linesOf(audit).length === 1);
    for (const file of [access, audit]) renameSync(file, `${file}.1`);
    server.child.kill('SIGHUP');
    await until(() => server.stderr.includes('reopening'));
    await makeUser(server);
    await server.stop();
    assert.deepEqual(lines(server.stdout), []);
    for (const name of [audit, `${audit}.1`])
        assert.deepEqual(linesOf(name).map((line) => line.method), ['POST']);
    assert.deepEqual(linesOf(`${access}.1`).map((line) => line.method), ['POST', 'GET']);
    assert.deepEqual(linesOf(access).map((line) => line.method), ['POST']);
});

test('a batch of long paths makes short lines', async () => {
    const server = await Server.start();
    const long = 'x'.repeat(7_000);
    const requests = Array.from({ length: 20 }, (_, i) => ({
        id: `${i}`,
        method: 'DELETE',
        url: `/users/${long}/photo/$value`,
    }));
    const answer = await post(server, '/v1.0/$batch', server.admin, { requests });
    assert.equal(answer.status, 200);
    await server.stop();
    const audit = server.stdout.split('\n').filter((line) => line.includes('"log":"audit"'));
    assert.equal(audit.length, 20);
    for (const line of audit) {
        assert.ok(line.length < 3_000, `${line.length} bytes`);
        assert.match(JSON.parse(line).path, /\[cut\]$/);
    }
});

test('a refused token over the limit is not audited', async () => {
    const server = await Server.start({
        config: '[limits]\nrefusals_per_second = 1\nrefusals_burst = 2\n',
    });
    const statuses = [];
    for (let i = 0; i < 20; i++) statuses.push((await get(server, '/v1.0/me', 'x')).status);
    assert.ok(statuses.includes(429));
    await server.stop();
    const audit = lines(server.stdout).filter((line) => line.log === 'audit');
    assert.equal(audit.length, statuses.filter((status) => status === 401).length);
    assert.ok(audit.every((line) => line.status === 401));
});

test('work that hangs during shutdown does not lose a line', async () => {
    const file = join(temporaryFolder(), 'audit.log');
    const server = await Server.start({ config: `[log]\naudit_file = "${file}"\n[image]\nworkers = 1\n` });
    const ada = await makeUser(server);
    const token = server.userToken(ada.id, 'User.ReadWrite');
    const children = readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, 'utf8');
    const workers = children.trim().split(/\s+/).map(Number);
    for (const worker of workers) process.kill(worker, 'SIGSTOP');
    const hanging = put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64)).catch(() => {});
    const requests = Array.from({ length: 20 }, () => remove(server, '/v1.0/me/photo/$value', token));
    await Promise.all(requests);
    const { code } = await server.stop();
    await hanging;
    for (const worker of workers)
        try {
            process.kill(worker, 'SIGKILL');
        } catch {
            // it has ended
        }
    assert.equal(code, 0);
    assert.equal(linesOf(file).filter((line) => line.method === 'DELETE').length, 20);
});
