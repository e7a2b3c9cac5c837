// The tables of docs/clients.md, from the results of results.mjs. A client without a result has no column.
import { checks, programChecks } from './checks.mjs';
import { npmClients, otherClients, programs } from './clients.mjs';
import { examples } from './examples.mjs';

const sdks = [...npmClients, ...otherClients];
const present = (results, clients) => clients.map(({ file }) => results.get(file)).filter(Boolean);
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');

const joined = (...texts) => texts.filter(Boolean).join('\n');

/** [name of the part, its text] for each part that the page has markers for. */
export function parts(results) {
    const [ofSdks, ofPrograms] = [sdks, programs].map((clients) => present(results, clients));
    return [
        ['results', joined(checkTable(ofSdks, checks), habitTable(ofSdks), others(results))],
        ['programs', joined(checkTable(ofPrograms, programChecks), versions(ofPrograms))],
    ];
}

/** `page` with each part between its markers replaced. */
export function written(page, results) {
    return parts(results).reduce((page, [part, text]) => {
        const begin = `<!-- ${part}: written by ./dev test clients -->\n`;
        const end = `<!-- end of ${part} -->`;
        const [before, after] = [page.indexOf(begin), page.indexOf(end)];
        if (before < 0 || after < before) throw new Error(`the page has no place for ${part}`);
        return page.slice(0, before) + begin + text + page.slice(after);
    }, page);
}

/** A row for each check that one of the columns has; what a program has no call for is empty. */
function checkTable(columns, checks) {
    if (columns.length === 0) return '';
    const notes = [];
    const marked = (text, note) => {
        if (!note) return text;
        if (!notes.includes(note)) notes.push(note);
        return `${text} [${notes.indexOf(note) + 1}]`;
    };
    const cell = (result = '') => (result.startsWith('n/a ') ? marked('n/a', result.slice('n/a '.length)) : result);
    const head = ['check', ...columns.map(({ name, note }) => marked(name, note))];
    const rows = checks
        .filter(([check]) => columns.some(({ results }) => check in results))
        .map(([check, what]) => [`${check}: ${what}`, ...columns.map(({ results }) => cell(results[check]))]);
    const listed = notes.map((note, at) => `[${at + 1}] ${note}  \n`).join('');
    return `${table(head, [['run on', ...columns.map(({ date }) => date)], ...rows])}${listed && `\n${listed}`}`;
}

function habitTable(columns) {
    if (columns.length === 0) return '';
    const fields = ['Content-Type', 'Transfer-Encoding', 'Content-Encoding', 'Accept-Encoding', 'Cache-Control', 'SdkVersion', 'User-Agent'];
    const rows = columns.map(({ name, version, upload }) => [
        name,
        version.replaceAll('@microsoft/', ''),
        ...fields.map((field) => upload[field.toLowerCase()] ?? ''),
    ]);
    return table(['client', 'versions', `upload: ${fields[0]}`, ...fields.slice(1)], rows);
}

function versions(columns) {
    return columns.length === 0 ? '' : `Versions: ${columns.map(({ name, version }) => `${name}: ${version}`).join('; ')}.\n`;
}

function others(results) {
    const lines = [];
    const ran = present(results, Object.keys(examples).sort().map((name) => ({ file: `example-${name}` })));
    const ofEach = ran.map(({ name, result, date, note }) => `${name} ${result} (${[date, note].filter(Boolean).join('; ')})`);
    if (ofEach.length > 0) lines.push(`Examples: ${ofEach.join(', ')}.  \n`);
    const tested = results.get('schemathesis');
    if (tested) lines.push(schemathesis(tested));
    return lines.join('');
}

function schemathesis({ version, requests, operations, result, date }) {
    if (result !== 'ok') return `Schemathesis: ${result} (${date}).\n`;
    const count = requests.toLocaleString('en');
    return `Schemathesis ${version}: ${count} requests to the ${operations} operations of docs/openapi.yaml, each answer as documented: ok (${date}).\n`;
}
