// corpus.mjs FOLDER [PAGE]: fetches the sources of Debian's picture libraries into FOLDER, uploads every picture file in
// them to a real server and prints a table, which it writes into PAGE between two markers if every file was judged and
// none failed. Ends with failure if one did.
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Server, temporaryFolder } from '../api/lib/server.mjs';
import { makeUser } from '../api/lib/world.mjs';
import { Unavailable, fetchSources } from './apt_sources.mjs';
import { findPictures, judge } from './judge.mjs';
import { explain } from './known.mjs';
import { Progress } from './progress.mjs';
import { Reference, isInstalled } from './reference.mjs';

const packages = [
    'pillow', 'libjpeg-turbo', 'libpng1.6', 'libwebp', 'giflib', 'libheif', 'libavif', 'vips', 'exiv2', 'libexif', 'exif',
    'gdk-pixbuf', 'libgd2', 'golang-golang-x-image',
];
const begin = '<!-- results: written by ./dev test corpus -->';
const end = '<!-- end of results -->';
const verdicts = ['same', 'unread', 'refused', 'known', 'different', 'readable', 'broken'];
const failing = ['different', 'readable', 'broken'];

/** `limit` of the pictures, spread over all sources. */
function sample(pictures, limit) {
    if (pictures.length <= limit) return pictures;
    return Array.from({ length: limit }, (_, at) => pictures[Math.floor((at * pictures.length) / limit)]);
}

async function judgeAll(pictures, folder) {
    const server = await Server.start();
    const owner = await makeUser(server, { photoStorage: 'directory' });
    const reference = new Reference();
    const scratch = temporaryFolder();
    const progress = new Progress(pictures.length);
    const results = [];
    for (const { source, path } of pictures) {
        const name = relative(folder, path);
        const judged = await judge(server, owner, path, reference, scratch);
        const why = failing.includes(judged.verdict) && explain(name, judged);
        const result = { source, name, ...judged, ...(why && { verdict: 'known', was: judged.verdict, why }) };
        results.push(result);
        if (failing.includes(result.verdict)) progress.note(`${result.verdict}: ${name}: ${result.detail}`);
        progress.step();
    }
    progress.end();
    reference.stop();
    await server.stop();
    return results;
}

const row = (cells) => `| ${cells.join(' | ')} |\n`;
const count = (results, verdict) => results.filter((one) => one.verdict === verdict).length;

function table(sources, results) {
    const lines = sources.map((source) => {
        const own = results.filter((one) => one.source === source);
        return row([`${source.name} ${source.version}`, own.length, ...verdicts.map((verdict) => count(own, verdict))]);
    });
    const all = row(['all', results.length, ...verdicts.map((verdict) => count(results, verdict))]);
    return row(['source', 'pictures', ...verdicts]) + row(Array(verdicts.length + 2).fill('---')) + lines.join('') + all;
}

function codes(results) {
    const refused = results.filter(({ code }) => code).map(({ code }) => code);
    return [...new Set(refused)].sort().map((code) => `${code} ${refused.filter((one) => one === code).length}`).join(', ');
}

function knownOnes(results) {
    const known = results.filter(({ verdict }) => verdict === 'known');
    const reasons = [...new Set(known.map(({ why }) => why))];
    const lines = reasons.map((why) => {
        const of = known.filter((one) => one.why === why);
        const names = of.slice(0, 3).map(({ name }) => `\`${name.split('/').at(-1)}\``).join(', ');
        return row([why, of.length, names + (of.length > 3 ? ', ...' : '')]);
    });
    return lines.length === 0 ? '' : `\n${row(['known', 'pictures', 'as'])}${row(['---', '---', '---'])}${lines.join('')}`;
}

function worst(results) {
    const taken = results.filter(({ error }) => error !== undefined).sort((a, b) => b.error - a.error);
    return taken.slice(0, 10).map(({ name, error, verdict, detail }) => `${error}  ${verdict}  ${name}  (${detail})\n`).join('');
}

async function main(work, page) {
    if (!isInstalled()) throw new Unavailable("Debian's python3-pil and python3-numpy are not installed");
    const sources = fetchSources(packages, resolve(work), (line) => console.log(line));
    const folder = resolve(work, 'sources');
    const seen = new Set();
    const found = sources.flatMap((source) => findPictures(source.folder, seen).map((path) => ({ source, path })));
    const limit = Number(process.env.CAMEO_CORPUS_LIMIT || 10_000);
    const results = await judgeAll(sample(found, limit), folder);
    writeFileSync(resolve(work, 'results.json'), JSON.stringify(results.map((one) => ({ ...one, source: one.source.name })), null, 1));

    const slowest = results.reduce((a, b) => (a.seconds > b.seconds ? a : b));
    const missing = packages.filter((name) => !sources.some((source) => source.name === name));
    const unfetched = missing.length > 0 ? ` Not on the mirror: ${missing.join(', ')}.` : '';
    const repeated = results.filter((one) => one.repeated).length;
    const text = `${table(sources, results)}\nRefused: ${codes(results)}. Sent again after a 503 for more than 15 s: ${repeated}.${unfetched}\n${knownOnes(results)}`;
    console.log(`\n${text}\nslowest upload: ${slowest.seconds.toFixed(1)} s, ${slowest.name}\nlargest errors:\n${worst(results)}`);
    const failed = results.filter(({ verdict }) => failing.includes(verdict)).length;
    if (page && failed === 0 && results.length === found.length) {
        const [before, , after] = readFileSync(page, 'utf8').split(new RegExp(`(${begin}[^]*${end})`));
        writeFileSync(page, `${before}${begin}\nRun on ${new Date().toISOString().slice(0, 10)}.\n\n${text}${end}${after}`);
    }
    console.log(`${results.length - failed} passed, ${failed} failed, ${found.length - results.length} skipped`);
    return failed === 0 ? 0 : 1;
}

try {
    process.exitCode = await main(process.argv[2], process.argv[3]);
} catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`test corpus: skipped: ${error.message}`);
}
