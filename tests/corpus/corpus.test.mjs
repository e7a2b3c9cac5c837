// The suite of `./dev test corpus` itself, with generated pictures and without a network.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { blue, green, jpeg, red } from '../api/lib/pictures.mjs';
import { Server, temporaryFolder } from '../api/lib/server.mjs';
import { makeUser } from '../api/lib/world.mjs';
import { sourceLines } from './apt_sources.mjs';
import { findPictures, judge } from './judge.mjs';
import { Progress } from './progress.mjs';
import { Reference, isInstalled } from './reference.mjs';

const key = '/usr/share/keyrings/debian-archive-keyring.gpg';

describe('apt sources', () => {
    test('a stanza of deb822 becomes a deb-src line for each suite of the release', () => {
        const text = `# a comment\nTypes: deb\n# another\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: ${key}\n\nTypes: deb\nURIs: https://example.org\nSuites: nodistro\nComponents: main\n`;
        assert.deepEqual(sourceLines([{ name: 'debian.sources', text }], 'bookworm'), [
            `deb-src [signed-by=${key}] http://deb.debian.org/debian bookworm main`,
            `deb-src [signed-by=${key}] http://deb.debian.org/debian bookworm-updates main`,
        ]);
    });

    test('a deb line becomes a deb-src line; other releases and comments do not', () => {
        const text = `# deb http://old.example bookworm main\ndeb [signed-by=${key}] http://deb.debian.org/debian trixie main contrib\ndeb http://example.org cloud-trixie main\ndeb-src [signed-by=${key}] http://deb.debian.org/debian trixie main contrib\n`;
        assert.deepEqual(sourceLines([{ name: 'sources.list', text }], 'trixie'), [
            `deb-src [signed-by=${key}] http://deb.debian.org/debian trixie main contrib`,
        ]);
    });

    test('a disabled stanza is left out', () => {
        const text = 'Types: deb\nEnabled: no\nURIs: http://deb.debian.org/debian\nSuites: trixie\nComponents: main\n';
        assert.deepEqual(sourceLines([{ name: 'debian.sources', text }], 'trixie'), []);
    });
});

test('pictures are found by name or by first bytes, each content once', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'below'));
    const picture = jpeg(60, 50, red);
    writeFileSync(join(folder, 'a.jpg'), picture);
    writeFileSync(join(folder, 'below', 'a_copy.jpg'), picture);
    writeFileSync(join(folder, 'below', 'no_extension'), jpeg(60, 50, green));
    writeFileSync(join(folder, 'b.bmp'), 'BM');
    writeFileSync(join(folder, 'readme.txt'), 'text');
    writeFileSync(join(folder, 'empty.png'), '');
    assert.deepEqual(findPictures(folder).map((path) => basename(path)), ['a.jpg', 'b.bmp', 'no_extension']);
});

test('progress is plain lines where the output is not a terminal', () => {
    const lines = [];
    const progress = new Progress(20, { write: (line) => lines.push(line) });
    for (let at = 0; at < 20; at++) progress.step();
    progress.end();
    assert.equal(lines.length, 10);
    assert.match(lines.at(-1), /^20 of 20 pictures, \d+ s\n$/);
});

describe('judgement', { skip: !isInstalled() && 'python3-pil and python3-numpy are not installed' }, () => {
    const folder = temporaryFolder();
    const scratch = temporaryFolder();
    const reference = new Reference();
    // Not symmetric, so that a rotation, a mirroring or another square differs.
    const halves = jpeg(300, 200, (x, y) => (x < 100 ? red : y < 100 ? green : blue));
    const file = (name, bytes) => {
        writeFileSync(join(folder, name), bytes);
        return join(folder, name);
    };
    let server, owner;
    before(async () => {
        server = await Server.start();
        owner = await makeUser(server, { photoStorage: 'directory' });
    });
    after(async () => {
        reference.stop();
        await server.stop();
    });

    test('a picture is the same as the reference', async () => {
        const judged = await judge(server, owner, file('halves.jpg', halves), reference, scratch);
        assert.equal(judged.verdict, 'same', judged.detail);
        assert.match(judged.detail, /^300x200 [\d.]+, 120x120 [\d.]+$/);
    });

    test('a rendition of another picture is different', async () => {
        const rendition = join(scratch, 'other.jpg');
        writeFileSync(rendition, jpeg(300, 200, (x, y) => (x >= 200 ? red : y < 100 ? green : blue)));
        const { renditions } = await reference.compare(file('halves.jpg', halves), [rendition]);
        assert.ok(renditions[0].error > 20 && renditions[0].coding < 3, JSON.stringify(renditions));
    });

    test('a rendition of another shape has the wrong size', async () => {
        const rendition = join(scratch, 'other.jpg');
        writeFileSync(rendition, jpeg(200, 300, red));
        assert.deepEqual(await reference.compare(file('halves.jpg', halves), [rendition]), { size: '200x300 of 300x200' });
    });

    test('a truncated picture is refused by a rule, and the reference cannot read it', async () => {
        const judged = await judge(server, owner, file('half.jpg', halves.subarray(0, halves.length / 2)), reference, scratch);
        assert.deepEqual([judged.verdict, judged.code], ['refused', 'ValidationInvalidImage'], judged.detail);
    });

    test('an answer that no rule gives to a picture is broken', async () => {
        const nobody = { path: '/v1.0/users/unknown', photo: '/v1.0/users/unknown/photo/$value' };
        const judged = await judge(server, nobody, file('halves.jpg', halves), reference, scratch);
        assert.equal(judged.verdict, 'broken');
        assert.match(judged.detail, /^404 Request_ResourceNotFound/);
    });
});
