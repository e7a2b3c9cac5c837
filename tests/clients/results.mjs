// The last result of each client, of each example and of Schemathesis: results/FILE.json. ./dev test clients rewrites
// those that it ran; tables.mjs writes the tables of docs/clients.md from all of them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = fileURLToPath(new URL('results', import.meta.url));

// The others name a host, carry a token, or belong to one request.
const habits = [
    'content-type',
    'transfer-encoding',
    'content-encoding',
    'accept-encoding',
    'cache-control',
    'sdkversion',
    'user-agent',
];

/** The results of the folder, by file name without `.json`. */
export function readResults(folder) {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return new Map(files.map((file) => [file.slice(0, -'.json'.length), JSON.parse(readFileSync(join(folder, file), 'utf8'))]));
}

/** Writes these; the results of clients that did not run stay as they are. */
export function writeResults(folder, ran) {
    for (const [file, result] of ran) writeFileSync(join(folder, `${file}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** What is kept of conformance.mjs' run: without the reason of a FAIL, which may name a host or a path of the machine. */
export function ofClient({ name, version, upload = {}, results }, date) {
    const sent = habits.filter((field) => field in upload).map((field) => [field, upload[field]]);
    const checked = [...results].map(([check, { verdict, reason }]) => [check, verdict === 'n/a' ? `n/a ${reason}` : verdict]);
    return { name, note: '', date, version, upload: Object.fromEntries(sent), results: Object.fromEntries(checked) };
}

/** The same of an example, with what runExample() gave. */
export function ofExample(name, said, date) {
    return { name, note: '', date, result: said === 'ok' ? 'ok' : 'FAIL' };
}

/** The same of Schemathesis, with what runSchemathesis() gave. */
export function ofSchemathesis({ said, version, requests, operations }, date) {
    return { name: 'Schemathesis', note: '', date, version, requests, operations, result: said === 'ok' ? 'ok' : 'FAIL' };
}

/** Whether the command line asks for this name: without names for all, otherwise for those that contain one. */
export function isAsked(names, name) {
    return names.length === 0 || names.some((part) => name.toLowerCase().includes(part.toLowerCase()));
}

/** Why it cannot run here: the sentence that tools/clients.sh left beside `made`. Nothing where it can. */
export function whyNotMade(made) {
    if (!made || existsSync(made)) return undefined;
    const why = join(dirname(made), '.skipped');
    return existsSync(why) ? readFileSync(why, 'utf8').trim() : 'not made';
}
