// A Keycloak of its own: started in development mode on a free loopback port with its database in memory, filled by its
// admin API, ended by its own process group.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';

const admin = { username: 'admin', password: randomBytes(16).toString('hex') };

export class Keycloak {
    static async start(home) {
        const keycloak = new Keycloak();
        keycloak.output = '';
        const flags = ['--http-host=127.0.0.1', '--http-port=0', '--db=dev-mem'];
        keycloak.child = spawn(join(home, 'bin/kc.sh'), ['start-dev', ...flags], {
            detached: true,
            stdio: ['ignore', 'pipe', 'pipe'],
            env: {
                ...process.env,
                KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
                KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
                JAVA_OPTS_APPEND: '-Xmx512m',
            },
        });
        process.once('exit', () => keycloak.#kill('SIGKILL'));
        keycloak.origin = await keycloak.#listening();
        await keycloak.#signIn();
        return keycloak;
    }

    #listening() {
        return new Promise((done, fail) => {
            const failed = () => fail(new Error(`Keycloak did not start:\n${this.output}`));
            const late = setTimeout(failed, 180_000);
            const read = (text) => {
                this.output += text;
                const line = /Listening on: (http:\/\/127\.0\.0\.1:\d+)/.exec(this.output);
                if (!line) return;
                clearTimeout(late);
                done(line[1]);
            };
            this.child.stdout.setEncoding('utf8').on('data', read);
            this.child.stderr.setEncoding('utf8').on('data', read);
            this.child.on('close', failed);
        });
    }

    #kill(signal) {
        try {
            process.kill(-this.child.pid, signal);
        } catch {
            // It has ended already.
        }
    }

    stop() {
        const ended = new Promise((done) => this.child.on('close', done));
        this.#kill('SIGTERM');
        const late = setTimeout(() => this.#kill('SIGKILL'), 20_000);
        return ended.then(() => clearTimeout(late));
    }

    async #signIn() {
        const answer = await this.tokens('master', {
            grant_type: 'password',
            client_id: 'admin-cli',
            ...admin,
        });
        this.#admin = answer.access_token;
    }
    #admin;

    /** The admin REST API; a string answer is the id of what was made. */
    async call(method, path, body) {
        const answer = await fetch(`${this.origin}/admin/realms${path}`, {
            method,
            headers: {
                Authorization: `Bearer ${this.#admin}`,
                'Content-Type': 'application/json',
            },
            body: body && JSON.stringify(body),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text) : answer.headers.get('location')?.split('/').at(-1);
    }

    async tokens(realm, form) {
        const answer = await fetch(
            `${this.origin}/realms/${realm}/protocol/openid-connect/token`,
            { method: 'POST', body: new URLSearchParams(form) },
        );
        const body = await answer.json();
        if (!answer.ok) throw new Error(JSON.stringify(body));
        return body;
    }

    /** A person signs in on Keycloak's own page, and the app gets a token in their name. */
    async browserToken({ realm, client, redirect, scope, username, password }) {
        const verifier = randomBytes(32).toString('base64url');
        const query = new URLSearchParams({
            client_id: client,
            response_type: 'code',
            redirect_uri: redirect,
            scope,
            code_challenge: createHash('sha256').update(verifier).digest('base64url'),
            code_challenge_method: 'S256',
        });
        const page = await fetch(
            `${this.origin}/realms/${realm}/protocol/openid-connect/auth?${query}`,
        );
        const cookie = page.headers
            .getSetCookie()
            .map((line) => line.split(';')[0])
            .join('; ');
        const [, action] = /<form[^>]*action="([^"]+)"/.exec(await page.text());
        const signedIn = await fetch(action.replaceAll('&amp;', '&'), {
            method: 'POST',
            redirect: 'manual',
            headers: { cookie },
            body: new URLSearchParams({ username, password }),
        });
        const location = signedIn.headers.get('location');
        if (!location?.startsWith(redirect)) throw new Error(`${signedIn.status} ${location}`);
        const answer = await this.tokens(realm, {
            grant_type: 'authorization_code',
            client_id: client,
            redirect_uri: redirect,
            code: new URL(location).searchParams.get('code'),
            code_verifier: verifier,
        });
        return answer.access_token;
    }
}
