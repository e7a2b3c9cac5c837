// Everybody as CSV: docs/cameo-api.md, People.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { get, head } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeGroup, makeUser } from './lib/world.mjs';

const path = '/cameo/v1/people';
const csv = { Accept: 'text/csv' };
const columns =
    'id,displayName,userPrincipalName,mail,jobTitle,department,officeLocation,accountEnabled,photoEtag,photoWidth,photoHeight,photoModifiedDateTime,photoSource,locked';
let server, token;
before(async () => {
    server = await Server.start({ config: '[limits]\nrequests_per_second = 0\n' });
    token = server.admin;
});
after(() => server.stop());

/** The records of a CSV text (RFC 4180), each a list of cells. */
function records(text) {
    const rows = [[]];
    let cell = '';
    let at = 0;
    const end = () => rows.at(-1).push(cell) && (cell = '');
    while (at < text.length) {
        if (text[at] === '"') {
            for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) cell += text[text[at] === '"' ? at++ : at];
            at++;
        } else if (text[at] === ',') {
            end();
            at++;
        } else if (text.startsWith('\r\n', at)) {
            end();
            rows.push([]);
            at += 2;
        } else cell += text[at++];
    }
    assert.deepEqual(rows.pop(), [], 'the last line ends');
    return rows;
}

async function lines(query = '') {
    const answer = await get(server, path + query, token, csv);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8; header=present');
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="people.csv"');
    assert.equal(answer.headers['transfer-encoding'], 'chunked');
    assert.match(answer.headers.vary, /\bAccept\b/);
    const [first, ...rest] = records(answer.text);
    assert.equal(first.join(), columns);
    return rest.map((cells) => Object.fromEntries(columns.split(',').map((name, i) => [name, cells[i]])));
}

test('a line for each person, with the state of the photo', async () => {
    const person = await makeUser(server, { displayName: 'Ada "the first", Countess', department: 'R&D', mail: 'ada@contoso.example', picture: jpeg(100, 100) });
    const [line] = await lines('?department=R%26D');
    const { headers } = await get(server, person.photo, token);
    const { photoModifiedDateTime, ...rest } = line;
    assert.equal(Date.parse(photoModifiedDateTime), Date.parse(headers['last-modified']));
    assert.deepEqual(rest, {
        id: person.id,
        displayName: 'Ada "the first", Countess',
        userPrincipalName: person.upn,
        mail: 'ada@contoso.example',
        jobTitle: '',
        department: 'R&D',
        officeLocation: '',
        accountEnabled: 'true',
        photoEtag: headers.etag.slice(1, -1),
        photoWidth: '96',
        photoHeight: '96',
        photoSource: 'api',
        locked: 'false',
    });
});

test('no cell is a formula of a spreadsheet', async () => {
    for (const name of ['=HYPERLINK("http://x","y")', '+1', '-1+1', '@SUM(1)', "'=1"])
        await makeUser(server, { displayName: name, jobTitle: name, officeLocation: name, department: 'Formulas' });
    const found = await lines('?department=Formulas');
    assert.equal(found.length, 5);
    for (const { displayName, jobTitle, officeLocation } of found)
        for (const cell of [displayName, jobTitle, officeLocation]) assert.match(cell, /^'/);
    assert.ok(found.some(({ displayName }) => displayName === "'=1"), 'what is safe already stays');
});

test('all people, in the order of the list, over many pages of the store', async () => {
    for (let i = 0; i < 1_203; i += 50)
        await Promise.all(Array.from({ length: Math.min(50, 1_203 - i) }, (_, k) =>
            makeUser(server, { displayName: `Many ${String(i + k).padStart(5, '0')}`, department: 'Many' })));
    const found = await lines('?department=Many');
    assert.deepEqual(found.map(({ displayName }) => displayName), Array.from({ length: 1_203 }, (_, i) => `Many ${String(i).padStart(5, '0')}`));
});

test('filters apply; nobody is the header line alone', async () => {
    assert.deepEqual(await lines('?department=Nowhere'), []);
    assert.equal((await lines('?department=R%26D&photo=small')).length, 1);
    assert.equal((await lines('?department=R%26D&photo=none')).length, 0);
    const hidden = await makeGroup(server, { visibility: 'HiddenMembership', members: [await makeUser(server)] });
    const answer = await get(server, `${path}?group=${hidden.id}`, server.appToken('User.Read.All GroupMember.Read.All'), csv);
    assert.equal(answer.text, `${columns}\r\n`);
});

test('Accept decides: text/csv with a weight over 0, else JSON', async () => {
    for (const [accept, type] of [
        ['text/csv', 'text/csv'],
        ['text/html, TEXT/CSV;q=0.1', 'text/csv'],
        ['text/csv;q=0', 'application/json'],
        ['*/*', 'application/json'],
        ['text/*', 'application/json'],
    ]) {
        const answer = await get(server, `${path}?department=Nowhere`, token, { Accept: accept });
        assert.equal(answer.headers['content-type'].split(';')[0], type, accept);
    }
});

test('a page of the CSV is 400, a bad filter too, before anything is sent', async () => {
    for (const query of ['?top=5', '?skiptoken=YQph'])
        assertError(await get(server, path + query, token, csv), 400, 'BadRequest');
    assertError(await get(server, `${path}?photo=x`, token, csv), 400, 'BadRequest');
    assertError(await get(server, path, server.appToken('User.ReadBasic.All'), csv), 403, 'Authorization_RequestDenied');
});

test('HEAD has no body', async () => {
    const answer = await head(server, path, token, csv);
    assert.deepEqual([answer.status, answer.body.length], [200, 0]);
});

test('a client that leaves in the middle does no harm', async () => {
    const leave = () =>
        new Promise((done, fail) => {
            const headers = { ...csv, Authorization: `Bearer ${token}` };
            const request = http.get({ host: '127.0.0.1', port: server.port, path, headers }, (answer) => {
                answer.once('data', () => request.destroy());
                answer.on('error', () => {});
                answer.once('close', done);
            });
            request.once('error', fail);
        });
    for (let i = 0; i < 5; i++) await leave();
    assert.equal((await get(server, `${path}?top=1`, token)).status, 200);
    assert.ok((await lines()).length > 1_203);
});
