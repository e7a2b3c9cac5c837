// Resources that one or many clients can occupy: memory of idle connections and of bodies, time, descriptors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { call, get } from './lib/http.mjs';
import { green, jpeg } from './lib/pictures.mjs';
import { sanitized } from './lib/program.mjs';
import { RawConnection } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

/** Resident memory of a server, in KB. */
const resident = (server) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.child.pid}/status`))[1]);
const openFiles = (server) =>
    /^Max open files\s+(\d+)\s+(\d+)/m.exec(readFileSync(`/proc/${server.child.pid}/limits`)).slice(1);

async function eventually(condition, within = 10_000) {
    for (const end = Date.now() + within; Date.now() < end; ) {
        if (await condition()) return true;
        await new Promise((done) => setTimeout(done, 20));
    }
    return false;
}

const head = (server, user, length) =>
    `PUT ${user.photo} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.admin}\r\n` +
    `Content-Type: image/jpeg\r\nContent-Length: ${length}\r\n\r\n`;

async function kilobytesPerConnection(server, count, exchange) {
    const connections = [];
    const one = async () => {
        const connection = await RawConnection.open(server);
        connections.push(connection);
        await exchange(connection);
    };
    const twenty = () => Promise.all(Array.from({ length: 20 }, one));
    for (let i = 0; i < 60; i += 20) await twenty(); // memory that the first requests, twenty at once, allocate permanently
    const before = resident(server);
    for (let i = 0; i < count; i += 20) await twenty();
    const each = (resident(server) - before) / count;
    for (const connection of connections) connection.close();
    return each;
}

for (const secure of [false, true]) {
    test(`an idle keep-alive connection uses little memory after a large upload${secure ? ', over TLS' : ''}`, { skip: sanitized }, async (t) => {
        const server = await Server.start({ secure, config: '[limits]\nuploads_per_second = 0\n' });
        t.after(() => server.stop());
        const user = await makeUser(server);
        const body = Buffer.alloc(3_900_000, 'x');
        let uploads = 0;
        const each = await kilobytesPerConnection(server, 400, async (connection) => {
            // Many sizes: memory that the allocator keeps of one must not add to the next.
            const length = body.length - 8_000 * ++uploads;
            await connection.write(head(server, user, length));
            await connection.write(body.subarray(0, length));
            assert.equal((await connection.answer()).status, 415);
        });
        t.diagnostic(`${each.toFixed(1)} KB`);
        assert.ok(each <= (secure ? 48 : 12), `${each.toFixed(1)} KB a connection`);
    });
    test(`an idle keep-alive connection uses little memory after a large answer${secure ? ', over TLS' : ''}`, { skip: sanitized }, async (t) => {
        const server = await Server.start({ secure });
        t.after(() => server.stop());
        const user = await makeUser(server);
        await call(server, 'PUT', user.photo, { token: server.admin, body: jpeg(900, 900, green) });
        const each = await kilobytesPerConnection(server, 300, async (connection) => {
            await connection.write(
                `GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n` +
                    `GET ${user.photo} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.admin}\r\n\r\n`,
            );
            assert.equal((await connection.answer()).status, 200);
            assert.equal((await connection.answer()).status, 200);
        });
        t.diagnostic(`${each.toFixed(1)} KB`);
        assert.ok(each <= (secure ? 48 : 12), `${each.toFixed(1)} KB a connection`);
    });
}

test('bodies beyond the byte budget get 503 before they are read, and the budget is freed again', async (t) => {
    const server = await Server.start({ config: '[limits]\nbodies_in_flight_mb = 16\n' });
    t.after(() => server.stop());
    const user = await makeUser(server);
    const connections = [];
    for (let i = 0; i < 8; ++i) {
        const connection = await RawConnection.open(server);
        await connection.write(head(server, user, 3_900_000) + 'x'.repeat(2_200_000)).catch(() => {});
        connections.push(connection);
    }
    const refused = (
        await Promise.all(connections.map((one) => one.answer({ within: 1_000 }).catch(() => null)))
    ).filter((answer) => answer);
    assert.equal(refused.length, 8 - Math.floor((16 * 2 ** 20) / 3_900_000));
    for (const answer of refused) {
        assert.equal(answer.status, 503);
        assert.equal(answer.headers['retry-after'], '1');
        assert.equal(answer.headers.connection, 'close');
    }
    const upload = () => call(server, 'PUT', user.photo, { token: server.admin, body: jpeg(300, 300, green) });
    assert.equal((await get(server, user.path, server.admin)).status, 200); // reads are still answered
    for (const connection of connections) connection.close();
    assert.ok(await eventually(async () => (await upload()).status === 200));
});

test('heads that declare large bodies use little of the budget', async (t) => {
    const server = await Server.start({ config: '[limits]\nbodies_in_flight_mb = 16\n' });
    t.after(() => server.stop());
    const user = await makeUser(server);
    const connections = [];
    for (let i = 0; i < 100; ++i) connections.push(await RawConnection.open(server));
    for (const connection of connections) await connection.write(head(server, user, 3_900_000));
    const picture = Buffer.concat([jpeg(300, 300, green), Buffer.alloc(3_000_000)]);
    const done = await call(server, 'PUT', user.photo, { token: server.admin, body: picture });
    assert.equal(done.status, 200);
    for (const connection of connections) connection.close();
});

test('a chunked body uses the budget as it grows', async (t) => {
    const server = await Server.start({ config: '[limits]\nbodies_in_flight_mb = 4\n' });
    t.after(() => server.stop());
    const user = await makeUser(server);
    const start = head(server, user, 0).replace('Content-Length: 0', 'Transfer-Encoding: chunked');
    const chunk = `${(500_000).toString(16)}\r\n${'x'.repeat(500_000)}\r\n`;
    const connections = await Promise.all([1, 2, 3].map(() => RawConnection.open(server)));
    for (const connection of connections) await connection.write(start);
    for (let i = 0; i < 7; ++i)
        await Promise.all(connections.map((one) => one.closed || one.write(chunk)));
    await Promise.all(connections.map((one) => one.closed || one.write('0\r\n\r\n')));
    const statuses = await Promise.all(connections.map(async (one) => (await one.answer())?.status));
    assert.ok(statuses.includes(503), `${statuses}`);
    assert.ok(statuses.every((status) => status === 503 || status === 415), `${statuses}`);
});

test('a body below the minimum rate gets 408 and the end of the connection, one above it is read', async (t) => {
    const server = await Server.start({
        config: '[http]\nbody_seconds = 2\nbody_bytes_per_second = 4096\n',
    });
    t.after(() => server.stop());
    const user = await makeUser(server);
    const trickle = async (bytes) => {
        const connection = await RawConnection.open(server);
        await connection.write(head(server, user, 20_000));
        for (let sent = 0; sent < 20_000 && !connection.closed && connection.pending.length === 0; sent += bytes) {
            await connection.write('x'.repeat(Math.min(bytes, 20_000 - sent)));
            await new Promise((done) => setTimeout(done, 100));
        }
        return connection.answer();
    };
    const [slow, steady] = await Promise.all([trickle(100), trickle(800)]);
    assert.equal(slow.status, 408);
    assert.equal(slow.headers.connection, 'close');
    assert.equal(steady.status, 415); // read to its end: not a picture
});

test('with 256 descriptors and more connections than that, cold reads, uploads and probes are served', async (t) => {
    const server = await Server.start({
        config: '[cache]\nrenditions_mb = 0\nphotos = 0\n',
        openFiles: '256:256',
    });
    t.after(() => server.stop());
    const user = await makeUser(server);
    const idle = [];
    t.after(() => idle.forEach((one) => one.close()));
    for (let i = 0; i < 400; ++i) idle.push(await RawConnection.open(server));
    const served = [];
    for (const connection of idle) {
        if (served.length === 8 || connection.closed) continue;
        await connection.write(head(server, user, 0).replace('PUT', 'GET').replace('Content-Length: 0\r\n', ''));
        const answer = await connection.answer().catch(() => null);
        if (answer && answer.status !== 503) served.push(connection);
    }
    assert.equal(served.length, 8);
    const picture = jpeg(300, 300, green);
    for (const connection of served) {
        await connection.write(head(server, user, picture.length));
        await connection.write(picture);
        assert.equal((await connection.answer()).status, 200);
        await connection.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
        assert.equal((await connection.answer()).status, 200);
    }
    for (let round = 0; round < 5; ++round) {
        for (const connection of served)
            await connection.write(head(server, user, 0).replace('PUT', 'GET').replace('Content-Length: 0\r\n', ''));
        for (const connection of served) assert.equal((await connection.answer()).status, 200);
    }
    assert.match(server.stderr, /max_connections is \d+ instead of 10000: this process may open 256 files/);
    assert.doesNotMatch(server.stderr, /no connection can be accepted/);
});

test('the soft limit of open files is raised to the hard one at the start', async (t) => {
    const server = await Server.start({ openFiles: '300:3000' });
    t.after(() => server.stop());
    assert.deepEqual(openFiles(server), ['3000', '3000']);
    assert.match(server.stderr, /this process may open 3000 files/);
});
