// A real `cameo serve` in a folder of its own: start, stop, kill and restart it, and issue tokens.
// Each test file owns one or a few of these. Processes are ended by their own pid only.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const binary = process.env.CAMEO_BIN ?? resolve(here, '../../../build/release/cameo');

const alive = new Set();
const folders = new Set();
process.once('exit', () => {
    for (const child of alive) child.kill('SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder() {
    const folder = mkdtempSync(join(tmpdir(), 'cameo-api-'));
    folders.add(folder);
    return folder;
}

/** Runs the binary to its end: { status, stdout, stderr }. */
export const run = (...args) => runIn({}, ...args);

/** The same with these variables in its environment. */
export function runIn(environment, ...args) {
    const env = { ...process.env, ...environment };
    const done = spawnSync(binary, args, { encoding: 'utf8', timeout: 30_000, env });
    if (done.error) throw done.error;
    return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

const lines = {
    http: /^listening on http:\/\/127\.0\.0\.1:(\d+)$/m,
    https: /^listening on https:\/\/127\.0\.0\.1:(\d+)$/m,
};

let httpsForAll = false;
/** From now on every server uses HTTPS instead of HTTP, so that a test file can run again over TLS. */
export function useHttps() {
    httpsForAll = true;
}

/** Runs `cameo dev-cert` and returns the CA's certificate. */
export function makeCertificate(data, ...args) {
    const made = run('dev-cert', '--data', data, ...args);
    if (made.status !== 0) throw new Error(`cameo dev-cert: ${made.stderr}`);
    return readFileSync(join(data, 'dev-ca', 'ca.pem'));
}

/** Tests upload more photos than the default limit of a person, unless a test sets the limit. */
function withoutUploadLimit(config) {
    const limit = '[limits]\nuploads_per_second = 0\napp_uploads_per_second = 0\n';
    if (/^(app_)?uploads_per_second/m.test(config)) return config;
    return config.includes('[limits]\n') ? config.replace('[limits]\n', limit) : `${config}\n${limit}`;
}

export class Server {
    #folder;
    #arguments;
    #openFiles;
    #tokens = new Map();

    /**
     * `config` is the text of a TOML file; without it the server runs on its defaults. `secure`: HTTPS alone, with
     * the certificate of `cameo dev-cert`. `environment`: variables of the server and of its `cameo token`.
     * `openFiles`: its limits of open files, `SOFT:HARD`.
     */
    static async start({ config, args = [], secure = httpsForAll, environment = {}, openFiles } = {}) {
        const server = new Server();
        server.secure = secure;
        server.environment = environment;
        server.#openFiles = openFiles;
        server.#folder = temporaryFolder();
        server.data = join(server.#folder, 'data');
        server.#configure(config, args);
        if (secure) server.ca = makeCertificate(server.data);
        await server.start();
        return server;
    }

    /** Serves an existing data folder in place. */
    static async startOn(data, { config, args, environment = {} } = {}) {
        const server = new Server();
        server.data = data;
        server.environment = environment;
        server.#configure(config, args);
        await server.start();
        return server;
    }

    /** Writes the file that the next start reads: `configFile`. */
    #configure(config = '', args = []) {
        this.configFile = join(temporaryFolder(), 'cameo.toml');
        writeFileSync(this.configFile, withoutUploadLimit(config));
        this.#arguments = [...args, '--config', this.configFile];
    }

    async start() {
        this.stdout = '';
        this.stderr = '';
        const { Agent } = this.secure ? https : http;
        this.agent = new Agent({ keepAlive: true, maxSockets: 32, ca: this.ca });
        const listen = this.secure ? '--tls-listen' : '--listen';
        const args = ['serve', '--data', this.data, listen, '127.0.0.1:0', ...this.#arguments];
        // prlimit becomes the server: the same pid.
        const command = this.#openFiles ? ['prlimit', `--nofile=${this.#openFiles}`, binary] : [binary];
        this.child = spawn(command[0], [...command.slice(1), ...args], {
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, ...this.environment },
        });
        alive.add(this.child);
        this.ended = new Promise((done) => {
            this.child.on('close', (code, signal) => {
                alive.delete(this.child);
                this.agent.destroy();
                done({ code, signal });
            });
        });
        this.child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
        this.port = await this.#listening();
        this.#hold(false);
        this.origin = `${this.secure ? 'https' : 'http'}://127.0.0.1:${this.port}`;
    }

    #listening() {
        return new Promise((done, fail) => {
            const failed = () => {
                clearTimeout(late);
                fail(new Error(`cameo did not start:\n${this.stdout}${this.stderr}`));
            };
            const late = setTimeout(failed, 60_000);
            this.child.on('error', fail);
            this.ended.then(failed);
            let listens = false;
            this.child.stdout.setEncoding('utf8').on('data', (text) => {
                this.stdout += text;
                if (listens) return; // otherwise the access log that follows would be searched repeatedly
                const line = lines[this.secure ? 'https' : 'http'].exec(this.stdout);
                if (line) {
                    listens = true;
                    clearTimeout(late);
                    done(Number(line[1]));
                }
            });
        });
    }

    /** Whether this process waits for the server: if it did, a test that failed before its stop() would hang its file. */
    #hold(on) {
        const act = on ? 'ref' : 'unref';
        for (const one of [this.child, this.child.stdout, this.child.stderr]) one[act]();
    }

    /** Sends SIGTERM and returns { code, signal } of the exit. */
    async stop() {
        this.#hold(true);
        this.child.kill('SIGTERM');
        return this.ended;
    }

    /** Sends SIGKILL. */
    async kill() {
        this.#hold(true);
        this.child.kill('SIGKILL');
        return this.ended;
    }

    /** `cameo token` with these arguments; cached, since a test file uses the same few repeatedly. */
    token(...args) {
        const key = JSON.stringify(args);
        if (!this.#tokens.has(key)) {
            const made = runIn(this.environment, 'token', '--data', this.data, ...args);
            if (made.status !== 0) throw new Error(`cameo token ${args.join(' ')}: ${made.stderr}`);
            this.#tokens.set(key, made.stdout.trim());
        }
        return this.#tokens.get(key);
    }

    /** Clears the cached tokens: they are of another time. */
    forgetTokens() {
        this.#tokens.clear();
    }

    userToken(user, scopes, role) {
        return this.token(
            '--user',
            user,
            '--scopes',
            scopes,
            ...(role ? ['--directory-role', role] : []),
        );
    }

    appToken(roles) {
        return this.token('--app', 'api-tests', '--roles', roles);
    }

    /** A token that may write the directory and read and write every photo. */
    get admin() {
        return this.appToken(
            'User.ReadWrite.All ProfilePhoto.ReadWrite.All Group.ReadWrite.All ' +
                'TeamSettings.ReadWrite.All Contacts.ReadWrite',
        );
    }
}
