// report.mjs PAGE [NAME...]: runs every client, or those whose names contain a NAME, prints the tables, and writes them
// into PAGE between their markers where all of a table's clients ran. Ends with failure where a check failed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checks, programChecks } from './checks.mjs';
import { npmClients, otherClients, programs } from './clients.mjs';
import { conform } from './conformance.mjs';
import { examples, runExample } from './examples.mjs';
import { made as schemathesisMade, runSchemathesis } from './schemathesis.mjs';

const [page, ...names] = process.argv.slice(2);
const isAsked = (name) => names.length === 0 || names.some((part) => name.toLowerCase().includes(part.toLowerCase()));

const ran = [];
const skipped = [];
function isMade({ name, made }) {
    if (!made || existsSync(made)) return true;
    const why = join(dirname(made), '.skipped');
    skipped.push(`${name}: ${existsSync(why) ? readFileSync(why, 'utf8').trim() : 'not made'}`);
    return false;
}
async function runAll(clients) {
    const results = [];
    for (const client of clients) {
        if (!isAsked(client.name) || !isMade(client)) continue;
        process.stderr.write(`${client.name}\n`);
        results.push(await conform(client));
    }
    return results;
}
ran.push(...(await runAll([...npmClients, ...otherClients])));
const ranPrograms = await runAll(programs);

const table = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
const rule = (cells) => cells.map(() => '---');

/** A row for each check that one of `ran` has; what a program has no call for is empty. */
function resultsOf(ran, checks) {
    const notes = [];
    const cell = (result) => {
        if (!result) return '';
        const { verdict, reason } = result;
        if (verdict !== 'n/a') return verdict;
        if (!notes.includes(reason)) notes.push(reason);
        return `n/a [${notes.indexOf(reason) + 1}]`;
    };
    const head = ['check', ...ran.map(({ name }) => name)];
    const done = checks.filter(([name]) => ran.some(({ results }) => results.has(name)));
    const rows = done.map(([name, what]) => [
        `${name}: ${what}`,
        ...ran.map(({ results }) => cell(results.get(name))),
    ]);
    const listed = notes.map((note, at) => `[${at + 1}] ${note}  \n`).join('');
    return `${table([head, rule(head), ...rows])}${listed && `\n${listed}`}`;
}

function habits() {
    const head = ['client', 'versions', 'upload: Content-Type', 'Content-Encoding', 'SdkVersion', 'User-Agent'];
    const rows = ran.map(({ name, version, upload = {} }) => [
        name,
        version.replaceAll('@microsoft/', ''),
        upload['content-type'] ?? '',
        upload['content-encoding'] ?? '',
        upload.sdkversion ?? '',
        upload['user-agent'] ?? '',
    ]);
    return table([head, rule(head), ...rows]);
}

const ranExamples = {};
for (const name of Object.keys(examples).filter((name) => isAsked(`examples/${name}`))) {
    process.stderr.write(`examples/${name}\n`);
    ranExamples[name] = await runExample(name);
}

process.stderr.write('schemathesis\n');
const schemathesis =
    isAsked('Schemathesis') && isMade({ name: 'Schemathesis', made: schemathesisMade })
        ? await runSchemathesis()
        : { said: 'skipped' };

function ofSchemathesis() {
    const { said, version, requests, operations } = schemathesis;
    if (said !== 'ok') return `Schemathesis: ${said === 'skipped' ? said : 'FAIL'}.`;
    const count = requests.toLocaleString('en');
    return `Schemathesis ${version}: ${count} requests to the ${operations} operations of docs/openapi.yaml, each answer as documented: ok.`;
}

function failures() {
    const wrong = Object.entries(ranExamples).filter(([, said]) => !['ok', 'skipped'].includes(said));
    const others = wrong.map(([name, said]) => `examples/${name}: ${said}\n`);
    if (!['ok', 'skipped'].includes(schemathesis.said)) others.push(`Schemathesis: ${schemathesis.said}\n`);
    return others.concat([...ran, ...ranPrograms].flatMap(({ name, results }) =>
        [...results]
            .filter(([, { verdict }]) => verdict === 'FAIL')
            .map(([check, { reason }]) => `${name}, ${check}: ${reason}\n`),
    ));
}

const failed = failures();
const ofExamples = Object.entries(ranExamples).map(([name, said]) => `${name} ${said === 'ok' || said === 'skipped' ? said : 'FAIL'}`);
const ofClients = `${resultsOf(ran, checks)}\n${habits()}\nExamples: ${ofExamples.join(', ')}.  \n${ofSchemathesis()}\n`;
const versions = ranPrograms.map(({ name, version }) => `${name}: ${version}`).join('; ');
const ofPrograms = `${resultsOf(ranPrograms, programChecks)}\nVersions: ${versions}.\n`;
process.stdout.write(`\n${ofClients}\n${ofPrograms}\n${failed.join('')}`);
for (const why of skipped) console.log(`skipped: ${why}`);

/** Replaces the table between its markers. */
function write(what, text) {
    const begin = `<!-- ${what}: written by ./dev test clients -->`;
    const end = `<!-- end of ${what} -->`;
    const [before, , after] = readFileSync(page, 'utf8').split(new RegExp(`(${begin}[^]*${end})`));
    const when = `Run on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}.`;
    writeFileSync(page, `${before}${begin}\n${when}\n\n${text}${end}${after}`);
}
if (failed.length === 0 && skipped.length === 0) {
    if (names.length === 0) write('results', ofClients);
    if (ranPrograms.length === programs.length) write('programs', ofPrograms);
}
const count = (verdict) =>
    [...ran, ...ranPrograms].flatMap(({ results }) => [...results.values()]).filter((one) => one.verdict === verdict).length;
console.log(`\n${count('ok')} passed, ${count('FAIL')} failed, ${count('n/a') + skipped.length} skipped`);
process.exit(failed.length > 0 ? 1 : 0);
