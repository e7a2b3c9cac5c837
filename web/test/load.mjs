// Imports a module of src/ in Node.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** The exports of `src/NAME`. */
export async function load(name) {
    const made = await build({
        entryPoints: [fileURLToPath(new URL(`../src/${name}`, import.meta.url))],
        bundle: true,
        format: 'esm',
        target: 'es2022',
        write: false,
    });
    return import(`data:text/javascript;base64,${Buffer.from(made.outputFiles[0].contents).toString('base64')}`);
}
