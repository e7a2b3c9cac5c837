// What the server process links (docs/sandbox.md): its dynamic section, and the dependencies of those libraries.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { binary } from './lib/server.mjs';

const imageLibrary =
    /^lib(vips|jpeg|turbojpeg|png|webp|gif|nsgif|heif|de265|x265|aom|dav1d|svtav1|rav1e|lcms|zimg|tiff|spng|openjp2|jxl|Magick|GraphicsMagick|rsvg|cairo|pango|poppler|exif|imagequant|OpenEXR|cfitsio|matio|hdf5|glib|gobject|gmodule|gdk)/i;

// ELF-64, little-endian: System V ABI, "Program Header" and "Dynamic Section".
const [ptLoad, ptDynamic] = [1, 2];
const [dtNeeded, dtStrtab] = [1n, 5n];

/** The names of DT_NEEDED. */
function needed(file) {
    const elf = readFileSync(file);
    assert.equal(elf.readUInt32BE(0), 0x7f454c46);
    const [at, size, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)];
    const segments = Array.from({ length: count }, (_, i) => {
        const one = elf.subarray(at + i * size);
        return { type: one.readUInt32LE(0), offset: one.readBigUInt64LE(8), address: one.readBigUInt64LE(16), bytes: one.readBigUInt64LE(32) };
    });
    const dynamic = segments.find(({ type }) => type === ptDynamic);
    const entries = [];
    for (let i = Number(dynamic.offset); i < Number(dynamic.offset + dynamic.bytes); i += 16)
        entries.push([elf.readBigUInt64LE(i), elf.readBigUInt64LE(i + 8)]);
    const strings = entries.find(([tag]) => tag === dtStrtab)[1];
    const holder = segments.find(({ type, address, bytes }) => type === ptLoad && address <= strings && strings < address + bytes);
    const text = (offset) => {
        const begin = Number(strings - holder.address + holder.offset + offset);
        return elf.toString('latin1', begin, elf.indexOf(0, begin));
    };
    return entries.filter(([tag]) => tag === dtNeeded).map(([, offset]) => text(offset));
}

/** Every library that the loader maps: the names in ldd's lines, without the kernel's. */
function mapped(file) {
    const { stdout } = spawnSync('ldd', [file], { encoding: 'utf8' });
    return [...stdout.matchAll(/^\s*(?:\S*\/)?(\S+) => /gm)].map(([, name]) => name);
}

test('cameo links at most 30 libraries, and neither they nor their dependencies decode pictures', () => {
    const named = needed(binary);
    assert.ok(named.includes('libc.so.6'), named.join());
    assert.ok(named.length <= 30, named.join());
    const all = new Set([...named, ...mapped(binary)]);
    assert.ok(all.size >= named.length);
    assert.deepEqual([...all].filter((name) => imageLibrary.test(name)), []);
});
