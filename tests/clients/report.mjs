// report.mjs [PAGE]: runs every client, prints the table of clients and checks, and writes it into PAGE between
// the two markers where all of them ran. Ends with failure where a check failed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checks } from './checks.mjs';
import { npmClients, otherClients } from './clients.mjs';
import { conform } from './conformance.mjs';
import { examples, runExample } from './examples.mjs';
import { made as schemathesisMade, runSchemathesis } from './schemathesis.mjs';

const begin = '<!-- results: written by ./dev clients -->';
const end = '<!-- end of results -->';

const ran = [];
const skipped = [];
function isMade({ name, made }) {
    if (!made || existsSync(made)) return true;
    const why = join(dirname(made), '.skipped');
    skipped.push(`${name}: ${existsSync(why) ? readFileSync(why, 'utf8').trim() : 'not made'}`);
    return false;
}
for (const client of [...npmClients, ...otherClients]) {
    if (!isMade(client)) continue;
    process.stderr.write(`${client.name}\n`);
    ran.push(await conform(client));
}

const table = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
const rule = (cells) => cells.map(() => '---');

function results() {
    const notes = [];
    const cell = ({ verdict, reason }) => {
        if (verdict !== 'n/a') return verdict;
        if (!notes.includes(reason)) notes.push(reason);
        return `n/a [${notes.indexOf(reason) + 1}]`;
    };
    const head = ['check', ...ran.map(({ name }) => name)];
    const rows = checks.map(([name, what]) => [
        `${name}: ${what}`,
        ...ran.map(({ results }) => cell(results.get(name))),
    ]);
    const listed = notes.map((note, at) => `[${at + 1}] ${note}  \n`).join('');
    return `${table([head, rule(head), ...rows])}\n${listed}`;
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
for (const name of Object.keys(examples)) {
    process.stderr.write(`examples/${name}\n`);
    ranExamples[name] = await runExample(name);
}

process.stderr.write('schemathesis\n');
const schemathesis = isMade({ name: 'Schemathesis', made: schemathesisMade }) ? await runSchemathesis() : { said: 'skipped' };

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
    return others.concat(ran.flatMap(({ name, results }) =>
        [...results]
            .filter(([, { verdict }]) => verdict === 'FAIL')
            .map(([check, { reason }]) => `${name}, ${check}: ${reason}\n`),
    ));
}

const failed = failures();
const ofExamples = Object.entries(ranExamples).map(([name, said]) => `${name} ${said === 'ok' || said === 'skipped' ? said : 'FAIL'}`);
const text = `${results()}\n${habits()}\nExamples: ${ofExamples.join(', ')}.  \n${ofSchemathesis()}\n`;
process.stdout.write(`\n${text}\n${failed.join('')}`);
for (const why of skipped) console.log(`skipped: ${why}`);

const page = process.argv[2];
if (page && failed.length === 0 && skipped.length === 0) {
    const [before, , after] = readFileSync(page, 'utf8').split(new RegExp(`(${begin}[^]*${end})`));
    const when = `Run on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}.`;
    writeFileSync(page, `${before}${begin}\n${when}\n\n${text}${end}${after}`);
}
const count = (verdict) => ran.flatMap(({ results }) => [...results.values()]).filter((one) => one.verdict === verdict).length;
console.log(`\n${count('ok')} passed, ${count('FAIL')} failed, ${count('n/a') + skipped.length} skipped`);
process.exit(failed.length > 0 ? 1 : 0);
