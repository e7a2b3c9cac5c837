// Properties of the built programs, from their ELF headers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { binary } from './server.mjs';

export function readelf(program, ...options) {
    const done = spawnSync('readelf', ['-W', ...options, program], {
        encoding: 'utf8',
        maxBuffer: 64 << 20,
    });
    assert.equal(done.status, 0, `readelf: ${done.error ?? done.stderr}`);
    return done.stdout;
}

/** Whether the binary was built with a sanitizer: its allocator keeps more memory. */
export const sanitized = /__[at]san_/.test(readelf(binary, '--dyn-syms'));
