// report.mjs PAGE RESULTS [NAME...]: runs every client, or those whose names contain a NAME, and prints their tables. Keeps
// their results in the folder RESULTS, and writes the tables of PAGE from all results there. Ends with failure where a check
// failed.
import { readFileSync, writeFileSync } from 'node:fs';
import { npmClients, otherClients, programs } from './clients.mjs';
import { conform } from './conformance.mjs';
import { examples, runExample } from './examples.mjs';
import { isAsked, ofClient, ofExample, ofSchemathesis, readResults, whyNotMade, writeResults } from './results.mjs';
import { made as schemathesisMade, runSchemathesis } from './schemathesis.mjs';
import { parts, written } from './tables.mjs';

const [page, folder, ...names] = process.argv.slice(2);
const today = new Date().toISOString().slice(0, 10);

const ran = new Map(); // file of the result to what is kept
const skipped = [];
const failed = [];
const count = { ok: 0, FAIL: 0, 'n/a': 0 };

/** Whether it is asked for and can run here. */
function runs({ name, made }) {
    if (!isAsked(names, name)) return false;
    const why = whyNotMade(made);
    if (why) skipped.push(`${name}: ${why}`);
    else process.stderr.write(`${name}\n`);
    return !why;
}

/** Of an example or Schemathesis: `said` is 'ok' or the error. */
function keep(file, result, said) {
    count[result.result]++;
    if (said !== 'ok') failed.push(`${file}: ${said}`);
    ran.set(file, result);
}

for (const client of [...npmClients, ...otherClients, ...programs]) {
    if (!runs(client)) continue;
    const run = await conform(client);
    for (const [check, { verdict, reason }] of run.results) {
        count[verdict]++;
        if (verdict === 'FAIL') failed.push(`${client.name}, ${check}: ${reason}`);
    }
    ran.set(client.file, ofClient(run, today));
}
for (const example of Object.keys(examples)) {
    const name = `examples/${example}`;
    if (!runs({ name, made: examples[example].made })) continue;
    const said = await runExample(example);
    keep(`example-${example}`, ofExample(example, said, today), said);
}
if (runs({ name: 'Schemathesis', made: schemathesisMade })) {
    const run = await runSchemathesis();
    keep('schemathesis', ofSchemathesis(run, today), run.said);
}

for (const [, text] of parts(ran).filter(([, text]) => text)) process.stdout.write(`\n${text}`);
for (const wrong of failed) console.log(wrong);
for (const why of skipped) console.log(`skipped: ${why}`);
console.log(`\n${count.ok} passed, ${count.FAIL} failed, ${count['n/a'] + skipped.length} skipped`);

writeResults(folder, ran);
writeFileSync(page, written(readFileSync(page, 'utf8'), readResults(folder)));
process.exit(failed.length > 0 ? 1 : 0);
