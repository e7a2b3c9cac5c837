// The built programs have the protections of cmake/hardening.cmake; the test reads their headers.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readelf, sanitized } from './lib/program.mjs';
import { binary } from './lib/server.mjs';

const hexOf = (digits) => parseInt(digits, 16);
const has = (text, pattern) => assert.ok(pattern.test(text), `no ${pattern}`); // without printing the whole text
const programs = [binary, join(dirname(binary), 'cameo-image-worker')].filter(existsSync);

for (const program of programs) {
    const name = program.slice(dirname(program).length + 1);

    test(`${name} is position independent, with relocations read-only from the start (full RELRO)`, () => {
        assert.match(readelf(program, '--file-header'), /Type:\s+DYN/);
        const dynamic = readelf(program, '--dynamic');
        assert.match(dynamic, /FLAGS_1.*\bPIE\b/);
        assert.match(dynamic, /\(FLAGS\).*\bBIND_NOW\b/);
        assert.match(dynamic, /FLAGS_1.*\bNOW\b/);
        assert.doesNotMatch(dynamic, /TEXTREL|RPATH|RUNPATH/);
        assert.match(readelf(program, '--segments'), /GNU_RELRO/);
    });

    test(`${name} has a stack that is not executable, and no segment that is writable and executable`, () => {
        const segments = readelf(program, '--segments');
        assert.match(segments, /GNU_STACK(\s+0x[0-9a-f]+){5}\s+RW\s/);
        assert.doesNotMatch(segments, /^\s+LOAD.*\bRWE\b/m);
    });

    test(`${name} checks its stack frames and its calls of the C library`, { skip: sanitized }, () => {
        const symbols = readelf(program, '--dyn-syms');
        has(symbols, /UND __stack_chk_fail@/);
        has(symbols, /UND __\w+_chk@GLIBC/);
    });

    test(`${name} is built for control-flow enforcement`, { skip: process.arch !== 'x64' }, () => {
        has(readelf(program, '--notes'), /x86 feature:.*\bSHSTK\b/);
        // Debian 12's start files lack the mark of indirect branch tracking, so the program has no mark either; its own
        // functions begin with endbr64.
        const main = hexOf(
            /([0-9a-f]{16})\s+\d+ FUNC\s+GLOBAL DEFAULT\s+\d+ main$/m.exec(readelf(program, '--symbols'))[1],
        );
        const loads = readelf(program, '--segments').matchAll(
            /LOAD\s+0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+)/g,
        );
        const code = [...loads]
            .map(([, offset, address, size]) => ({ offset: hexOf(offset), address: hexOf(address), size: hexOf(size) }))
            .find(({ address, size }) => address <= main && main < address + size);
        const begin = code.offset + main - code.address;
        assert.equal(readFileSync(program).toString('hex', begin, begin + 4), 'f30f1efa', 'endbr64');
    });
}
