import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { withDuplicates } = await load('bulk_match.ts');
const { baseName, readChosen } = await load('bulk_files.ts');
const { isPicture } = await load('bulk_check.ts');

const owner = (id) => ({ id, displayName: id, userPrincipalName: `${id}@example.org`, hasPhoto: false });
const matched = (id) => ({ state: 'matched', owner: owner(id) });

test('two files for one person are duplicates, also where two calls saw them', () => {
    const unmatched = { state: 'unmatched', owner: null };
    const states = withDuplicates([matched('ada'), matched('bob'), unmatched, matched('ada'), unmatched]).map(({ state }) => state);
    assert.deepEqual(states, ['duplicate', 'matched', 'unmatched', 'duplicate', 'unmatched']);
});

const file = (path) => ({ name: baseName(path), webkitRelativePath: path.includes('/') ? path : '' });

test('pictures by their endings; hidden and other files are counted', () => {
    const { name, files, ignored } = readChosen(['faces/a.JPG', 'faces/b/c.heic', 'faces/.d.jpg', 'faces/notes.txt', 'faces/e'].map(file));
    assert.equal(name, 'faces');
    assert.deepEqual(files.map(({ path }) => path), ['faces/a.JPG', 'faces/b/c.heic']);
    assert.equal(ignored, 3);
});

test('files of several folders, or of none, have no common name', () => {
    assert.equal(readChosen(['a/x.png', 'b/y.png'].map(file)).name, '');
    assert.equal(readChosen(['x.png', 'y.png'].map(file)).name, '');
});

test('formats by the first bytes', () => {
    const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const pictures = ['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'GIF89a', 'GIF87a', 'RIFF\0\0\n\0WEBPVP8 ', '\0\0\0\x18ftypheic', '\0\0\0\x18ftypavif', '\0\0\0\x18ftypmif1'];
    for (const text of pictures) assert.equal(isPicture(bytes(text)), true, text);
    for (const text of ['', 'II*\0', '%PDF-1.7', 'RIFF\0\0\0\0WAVEfmt ', '\0\0\0\x18ftypmp42', '<svg', 'hello']) assert.equal(isPicture(bytes(text)), false, text);
});
