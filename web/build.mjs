// Bundles web/src into web/bundle: index.html, and assets whose names hold the hash of their bytes.
// The same sources and packages give the same bytes. `node build.mjs FOLDER` writes into another folder.
import { build } from 'esbuild';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Writes the bundle into `folder`, which it empties first. */
export async function bundle(folder) {
    const made = await build({
        absWorkingDir: here,
        entryPoints: ['src/main.tsx', 'src/icon.svg'],
        outdir: folder,
        outbase: 'src',
        entryNames: 'assets/[name]-[hash]',
        chunkNames: 'assets/[name]-[hash]',
        assetNames: 'assets/[name]-[hash]',
        bundle: true,
        splitting: true,
        format: 'esm',
        target: 'es2022',
        minify: true,
        legalComments: 'none',
        loader: { '.svg': 'copy' },
        jsx: 'automatic',
        jsxImportSource: 'preact',
        metafile: true,
        write: false,
    });
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, 'assets'), { recursive: true });
    for (const file of made.outputFiles) await writeFile(file.path, file.contents);
    await writeFile(join(folder, 'index.html'), await page(made.metafile.outputs));
}

/** index.html with the names of the entry's script, its style and the icon. */
async function page(outputs) {
    const named = (found) => {
        const name = Object.keys(outputs).find(found);
        if (!name) throw new Error('the bundle lacks a file that index.html names');
        return `assets/${basename(name)}`;
    };
    const names = {
        script: named((name) => outputs[name].entryPoint === 'src/main.tsx' && name.endsWith('.js')),
        style: named((name) => name.endsWith('.css')),
        icon: named((name) => name.endsWith('.svg')),
    };
    const text = await readFile(join(here, 'src/index.html'), 'utf8');
    return text.replace(/\{(script|style|icon)\}/g, (_, name) => names[name]);
}

if (resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
    await bundle(resolve(process.argv[2] ?? join(here, 'bundle')));
}
