// The sources of Debian's packages, fetched by apt with configuration, lists and cache of its own in one folder: the
// machine's configuration is read, never changed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why the suite cannot run on this machine. */
export class Unavailable extends Error {}

const ofRelease = (suites, codename) => suites.filter((suite) => suite === codename || suite.startsWith(`${codename}-`));

/** The `deb` lines of one-line format that name the release `codename`, as `deb-src` lines. */
function fromLines(text, codename) {
    const line = /^\s*deb(?:-src)?\s+((?:\[[^\]]*\]\s+)?\S+\s+(\S+)\s.*)$/gm;
    return [...text.matchAll(line)]
        .filter(([, , suite]) => ofRelease([suite], codename).length > 0)
        .map(([, rest]) => `deb-src ${rest.trim()}`);
}

/** The same of deb822 format, one line each URI and suite. */
function fromStanzas(text, codename) {
    const withoutComments = text.replace(/^#.*\n?/gm, '');
    return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
        const field = (name) =>
            new RegExp(`^${name}:((?:.*(?:\\n[ \\t].*)*))`, 'im').exec(stanza)?.[1].trim().split(/\s+/) ?? [];
        if (!field('Types').some((type) => type.startsWith('deb')) || field('Enabled')[0] === 'no') return [];
        const key = field('Signed-By');
        const options = key.length === 1 ? `[signed-by=${key[0]}] ` : '';
        return field('URIs').flatMap((uri) =>
            ofRelease(field('Suites'), codename).map((suite) => `deb-src ${options}${uri} ${suite} ${field('Components').join(' ')}`),
        );
    });
}

/** One deb-src line for each of the machine's sources of the release; `files` are { name, text }. */
export function sourceLines(files, codename) {
    const lines = files.flatMap(({ name, text }) => (name.endsWith('.sources') ? fromStanzas : fromLines)(text, codename));
    return [...new Set(lines)];
}

function readSources(etc) {
    const parts = join(etc, 'sources.list.d');
    const more = existsSync(parts) ? readdirSync(parts).filter((name) => /\.(list|sources)$/.test(name)) : [];
    return [join(etc, 'sources.list'), ...more.map((name) => join(parts, name))]
        .filter((name) => existsSync(name))
        .map((name) => ({ name, text: readFileSync(name, 'utf8') }));
}

/** Runs a program; its output, or undefined if it is missing, fails or takes more than ten minutes. */
function output(command, args, options = {}) {
    try {
        return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 600_000, ...options });
    } catch {
        return undefined;
    }
}

/** An apt whose every folder is in `folder`, with the machine's keys, proxies and credentials. Returns its environment. */
function privateApt(folder, lines) {
    for (const name of ['etc/parts', 'state/lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'etc/sources.list'), `${lines.join('\n')}\n`);
    const fetching = output('apt-config', ['dump']).split('\n').filter((line) => line.startsWith('Acquire::'));
    const settings = {
        'Dir::Etc': join(folder, 'etc'),
        'Dir::Etc::main': '/dev/null',
        'Dir::Etc::parts': join(folder, 'etc/parts'),
        'Dir::Etc::sourceparts': '/dev/null',
        'Dir::Etc::trusted': '/etc/apt/trusted.gpg',
        'Dir::Etc::trustedparts': '/etc/apt/trusted.gpg.d',
        'Dir::Etc::netrc': '/etc/apt/auth.conf',
        'Dir::Etc::netrcparts': '/etc/apt/auth.conf.d',
        'Dir::State': join(folder, 'state'),
        'Dir::State::status': '/dev/null',
        'Dir::Cache': join(folder, 'cache'),
        'APT::Get::Assume-Yes': 'true',
        'APT::Sandbox::User': '', // the user _apt cannot write into a folder of another user
    };
    const own = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
    writeFileSync(join(folder, 'apt.conf'), [...fetching, ...own, ''].join('\n'));
    return { ...process.env, APT_CONFIG: join(folder, 'apt.conf') };
}

/** Fetches and unpacks one package into `folder`; true if it is there, now or from an earlier run. */
function unpack(name, codename, folder, env) {
    const into = join(folder, name);
    if (existsSync(join(into, '.complete'))) return true;
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into, { recursive: true });
    // A mirror may lack a newer version's own files, or all of it: that of the release itself has the same pictures.
    for (const version of [name, `${name}/${codename}`]) {
        if (output('apt-get', ['-qq', 'source', '--download-only', version], { env, cwd: into }) !== undefined) break;
    }
    const archives = readdirSync(into).filter((file) => /\.orig(-[^.]+)?\.tar\.\w+$/.test(file));
    for (const archive of archives) {
        if (output('tar', ['--extract', '--no-same-owner', '--file', archive], { cwd: into }) === undefined) return false;
    }
    if (archives.length === 0) return false;
    const version = /_(.*)\.orig/.exec(archives[0])[1];
    writeFileSync(join(into, '.complete'), version);
    return true;
}

/** Fetches these source packages: { name, folder, version } of each that this release of Debian has. */
export function fetchSources(names, folder, say) {
    if (output('apt-get', ['--version']) === undefined) throw new Unavailable('this machine has no apt');
    const codename = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    const lines = codename ? sourceLines(readSources('/etc/apt'), codename) : [];
    if (lines.length === 0) throw new Unavailable("apt's sources name no archive of this release of the system");
    const env = privateApt(join(folder, 'apt'), lines);
    say('fetching: the list of source packages');
    const into = join(folder, 'sources');
    const isThere = (name) => existsSync(join(into, name, '.complete'));
    const canFetch = names.every(isThere) || output('apt-get', ['-qq', 'update', '--error-on=any'], { env }) !== undefined;
    if (!canFetch && !names.some(isThere)) {
        throw new Unavailable('the list of source packages could not be fetched: no network, or the archive has no deb-src');
    }
    const sources = [];
    for (const name of canFetch ? names : names.filter(isThere)) {
        if (!isThere(name)) say(`fetching: ${name}`);
        if (!unpack(name, codename, into, env)) say(`skipped: ${name}: apt could not fetch it`);
        else sources.push({ name, folder: join(into, name), version: readFileSync(join(into, name, '.complete'), 'utf8') });
    }
    if (sources.length === 0) throw new Unavailable('apt could fetch none of the source packages');
    return sources;
}
