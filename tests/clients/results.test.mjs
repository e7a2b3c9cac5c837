// The kept results and the tables that are written from them; and that docs/clients.md is what tests/clients/results gives.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../api/lib/server.mjs';
import { programChecks } from './checks.mjs';
import { npmClients, otherClients, programs } from './clients.mjs';
import { examples } from './examples.mjs';
import { folder, isAsked, ofClient, ofExample, ofSchemathesis, readResults, whyNotMade, writeResults } from './results.mjs';
import { parts, written } from './tables.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const clients = [...npmClients, ...otherClients, ...programs];
const page = here('../../docs/clients.md');

const ok = { verdict: 'ok', reason: '' };
const run = (results, more = {}) => ({ name: 'msgraph-sdk-go', version: '1', results: new Map(Object.entries(results)), ...more });
const kept = (name, date, results, more = {}) => ({ name, note: '', date, version: '1', upload: {}, results, ...more });

/** The cells of the row that begins with this text, in the first table of the part. */
const row = (results, part, begin) => {
    const text = new Map(parts(new Map(Object.entries(results)))).get(part);
    const line = text.split('\n').find((line) => line.startsWith(`| ${begin}`));
    return line?.slice(2, -2).split(' | ');
};

describe('what is kept of a run', () => {
    test('each check, with the reason of n/a; the date, the version', () => {
        const result = ofClient(run({ list: ok, batch: { verdict: 'n/a', reason: 'no batches' } }), '2026-11-30');
        assert.deepEqual(result.results, { list: 'ok', batch: 'n/a no batches' });
        assert.deepEqual([result.name, result.date, result.version, result.note], ['msgraph-sdk-go', '2026-11-30', '1', '']);
    });

    test('of a FAIL no reason: it may name a host or a path', () => {
        const failed = { verdict: 'FAIL', reason: 'connect ECONNREFUSED 127.0.0.1:4711' };
        assert.deepEqual(ofClient(run({ list: failed }), '').results, { list: 'FAIL' });
        assert.equal(ofExample('go', 'cannot open /home/x/photo.jpg', '').result, 'FAIL');
        assert.equal(ofSchemathesis({ said: 'http://127.0.0.1:4711/ failed' }, '').result, 'FAIL');
    });

    test('of the upload the fields that the page names: no host, no token', () => {
        const upload = { host: 'localhost:4711', authorization: 'Bearer x', 'content-type': 'image/jpeg', 'user-agent': 'a' };
        assert.deepEqual(ofClient(run({}, { upload }), '').upload, { 'content-type': 'image/jpeg', 'user-agent': 'a' });
    });

    test('a client that uploads nothing has no fields', () => assert.deepEqual(ofClient(run({}), '').upload, {}));
});

test('a client that ran has its new result; one that did not keeps its last', () => {
    const folder = temporaryFolder();
    const last = kept('Microsoft.Graph 6 (NuGet)', '2026-11-29', { list: 'ok' });
    const go = kept('msgraph-sdk-go', '2026-11-25', { list: 'FAIL' });
    writeResults(folder, new Map([['csharp-6', last], ['go-msgraph-sdk', go]]));
    writeResults(folder, new Map([['go-msgraph-sdk', ofClient(run({ list: ok }), '2026-11-30')]]));
    const results = readResults(folder);
    assert.deepEqual(results.get('csharp-6'), last);
    assert.deepEqual([results.get('go-msgraph-sdk').date, results.get('go-msgraph-sdk').results], ['2026-11-30', { list: 'ok' }]);
    assert.equal(results.size, 2);
});

describe('the tables', () => {
    const two = {
        'csharp-6': kept('Microsoft.Graph 6 (NuGet)', '2026-11-29', { list: 'ok', batch: 'ok' }),
        'go-msgraph-sdk': kept('msgraph-sdk-go', '2026-11-30', { list: 'FAIL', batch: 'n/a no batches' }),
    };

    test('each column has its date', () => {
        assert.deepEqual(row(two, 'results', 'run on'), ['run on', '2026-11-30', '2026-11-29']);
    });

    test('the columns are in the order of clients.mjs, those without a result are absent', () => {
        assert.deepEqual(row(two, 'results', 'check'), ['check', 'msgraph-sdk-go', 'Microsoft.Graph 6 (NuGet)']);
    });

    test('ok, FAIL, and n/a with its reason below', () => {
        assert.deepEqual(row(two, 'results', 'list').slice(1), ['FAIL', 'ok']);
        assert.deepEqual(row(two, 'results', 'batch').slice(1), ['n/a [1]', 'ok']);
        assert.match(parts(new Map(Object.entries(two)))[0][1], /^\[1\] no batches {2}$/m);
    });

    test('the note of a column is below the table, once', () => {
        const note = 'packages from tags';
        const php = (major) => kept(`microsoft-graph ${major} (PHP)`, '2026-11-29', { list: 'ok' }, { note });
        const both = { 'php-2': php(2), 'php-3': php(3) };
        assert.deepEqual(row(both, 'results', 'check'), ['check', 'microsoft-graph 3 (PHP) [1]', 'microsoft-graph 2 (PHP) [1]']);
        assert.equal(parts(new Map(Object.entries(both)))[0][1].split(note).length, 2);
    });

    test('a program without a call for a check has an empty field; a check that none has is no row', () => {
        const some = {
            'pypi-o365': kept('O365 (PyPI)', '2026-11-30', { people: 'ok' }),
            'npm-authjs': kept('Auth.js (npm)', '2026-11-29', { 'not-found': 'ok' }),
        };
        assert.deepEqual(row(some, 'programs', 'people').slice(1), ['ok', '']);
        assert.equal(row(some, 'programs', 'delta'), undefined);
        assert.deepEqual(row(some, 'programs', 'run on').slice(1), ['2026-11-30', '2026-11-29']);
    });

    test('the examples and Schemathesis have theirs', () => {
        const [[, text]] = parts(new Map(Object.entries({
            'example-go': ofExample('go', 'ok', '2026-11-25'),
            'example-php': { ...ofExample('php', 'an error', '2026-11-29'), note: 'from tags' },
            schemathesis: ofSchemathesis({ said: 'ok', version: '4', requests: 8679, operations: 180 }, '2026-11-30'),
        })));
        assert.match(text, /^Examples: go ok \(2026-11-25\), php FAIL \(2026-11-29; from tags\)\. {2}$/m);
        assert.match(text, /^Schemathesis 4: 8,679 requests to the 180 operations .*: ok \(2026-11-30\)\.$/m);
    });

    test('without results there is no table', () => {
        assert.deepEqual(parts(new Map()), [['results', ''], ['programs', '']]);
    });

    test('only the text between the markers changes', () => {
        const place = (part) => `<!-- ${part}: written by ./dev test clients -->\nold\n<!-- end of ${part} -->\n`;
        const after = written(`before\n${place('results')}between\n${place('programs')}after\n`, new Map(Object.entries(two)));
        assert.match(after, /^before\n<!-- results:[^]*<!-- end of results -->\nbetween\n<!-- programs:[^]*programs -->\nafter\n$/);
        assert.doesNotMatch(after, /old/);
        assert.throws(() => written('no markers', new Map()), /no place for results/);
    });
});

test('names ask for those that contain one, in any case; none ask for all', () => {
    assert.ok(isAsked([], 'O365 (PyPI)'));
    assert.ok(isAsked(['pnpjs', 'o365'], 'O365 (PyPI)'));
    assert.ok(!isAsked(['pnpjs'], 'O365 (PyPI)'));
});

test('a client that was not made has the reason that is beside its stamp', () => {
    const folder = temporaryFolder();
    const made = join(folder, '.made');
    assert.equal(whyNotMade(made), 'not made');
    writeFileSync(join(folder, '.skipped'), 'there is no Go\n');
    assert.equal(whyNotMade(made), 'there is no Go');
    writeFileSync(made, '');
    assert.equal(whyNotMade(made), undefined);
    assert.equal(whyNotMade(undefined), undefined);
});

test('report.mjs with a name: that one is run, the others keep their results, and the page has both', () => {
    const scratch = temporaryFolder();
    const [results, copy] = [join(scratch, 'results'), join(scratch, 'clients.md')];
    cpSync(folder, results, { recursive: true });
    cpSync(page, copy);
    const before = readResults(results);
    writeResults(results, new Map([['example-javascript', ofExample('javascript', 'an error', '2000-01-01')]]));
    const args = [here('report.mjs'), copy, results, 'examples/javascript'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    const after = readResults(results);
    const { date, result } = after.get('example-javascript');
    assert.deepEqual([result, date > '2000-01-01'], ['ok', true]);
    for (const [file, result] of before) if (file !== 'example-javascript') assert.deepEqual(after.get(file), result, file);
    assert.equal(readFileSync(copy, 'utf8'), written(readFileSync(page, 'utf8'), after));
});

describe('tests/clients/results', () => {
    const results = readResults(folder);

    test('each belongs to a client, an example or Schemathesis', () => {
        const known = [...clients.map(({ file }) => file), ...Object.keys(examples).map((name) => `example-${name}`), 'schemathesis'];
        for (const file of results.keys()) assert.ok(known.includes(file), `${file}.json belongs to none`);
        assert.equal(new Set(known).size, known.length, 'two have the same file');
    });

    test('each has the name and the checks of its client, and a date', () => {
        const inOrder = programChecks.map(([check]) => check);
        for (const { file, name, does } of clients.filter(({ file }) => results.has(file))) {
            const result = results.get(file);
            assert.equal(result.name, name);
            assert.match(result.date, /^\d{4}-\d\d-\d\d$/, file);
            for (const check of Object.keys(result.results)) assert.ok(inOrder.includes(check), `${file}: ${check}`);
            if (does) assert.deepEqual(Object.keys(result.results), does, file);
        }
    });

    test('none has an address, a port, a path or a token', () => {
        const ofMachine = /localhost|127\.0\.0\.1|https?:\/\/|[\w.\]]:\d{2,5}\b|\/(home|tmp|root|usr|var)\/|eyJ|bearer/i;
        for (const [file, result] of results) assert.doesNotMatch(JSON.stringify(result), ofMachine, file);
    });

    test('docs/clients.md has their tables', () => {
        const text = readFileSync(page, 'utf8');
        assert.ok(text === written(text, results), 'they differ; ./dev test clients NAME writes them');
    });
});
