// An OpenID provider on loopback: discovery, keys, and the two flows by which apps get tokens (authorization code with
// PKCE, client credentials). Its keys can be changed, and it can be stopped and started again at the same address.
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';

// It prints a warning that it is not configured for production.
const { warn, info } = console;
const quietly = async (work) => {
    Object.assign(console, { warn() {}, info() {} });
    const made = await work();
    Object.assign(console, { warn, info });
    return made;
};

const { Provider } = await quietly(() => import('oidc-provider'));

export const audience = 'https://photos.example';
const redirect = 'https://app.example/signed-in';

const makers = {
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};

export class OpenIdProvider {
    #server = http.createServer((request, response) => this.#answer(request, response));
    #callback;
    #keys = [];
    #cookieKey = randomBytes(16).toString('hex');
    /** Requests by path, so that a test can count the fetches of keys. */
    requests = [];
    /** Claims of a person's token, by subject. */
    people = new Map();
    /** Application permissions, by client. */
    roles = new Map();

    /** `redirects`: where its app may also be sent after a sign-in. */
    static async start({ algorithm = 'RS256', redirects = [] } = {}) {
        const provider = new OpenIdProvider();
        provider.algorithm = algorithm;
        provider.redirects = [redirect, ...redirects];
        await provider.open(0);
        provider.port = provider.#server.address().port;
        provider.issuer = `http://127.0.0.1:${provider.port}`;
        provider.discovery = `${provider.issuer}/.well-known/openid-configuration`;
        await provider.rotate();
        return provider;
    }

    open(port = this.port) {
        return new Promise((done, fail) => {
            this.#server.once('error', fail);
            this.#server.listen(port, '127.0.0.1', done);
        });
    }

    /** Stops listening; open() starts it again. */
    close() {
        return new Promise((done) => {
            this.#server.close(done);
            this.#server.closeAllConnections();
        });
    }

    /** Its app may also be sent to `redirect` after a sign-in. */
    async allow(redirect) {
        this.redirects.push(redirect);
        await this.rotate({ keep: true });
    }

    /** Signs with a new key from now on; the older keys stay published where `keep` says so. */
    async rotate({ keep = false } = {}) {
        const key = makers[this.algorithm]().privateKey.export({ format: 'jwk' });
        const fresh = { ...key, kid: randomUUID(), use: 'sig', alg: this.algorithm };
        this.#keys = [fresh, ...(keep ? this.#keys : [])];
        const provider = await quietly(() => new Provider(this.issuer, this.#configuration()));
        provider.on('server_error', (_, error) => console.error(error));
        this.provider = provider;
        this.#callback = provider.callback();
    }

    #configuration() {
        const client = (client_id, more) => ({
            client_id,
            id_token_signed_response_alg: this.algorithm,
            ...more,
        });
        return {
            jwks: { keys: this.#keys },
            cookies: { keys: [this.#cookieKey] },
            clients: [
                client('photo-app', {
                    token_endpoint_auth_method: 'none',
                    redirect_uris: this.redirects,
                    post_logout_redirect_uris: this.redirects,
                    grant_types: ['authorization_code', 'refresh_token'],
                }),
                client('photo-sync', {
                    client_secret: 'sync-secret',
                    grant_types: ['client_credentials'],
                    response_types: [],
                    redirect_uris: [],
                }),
            ],
            findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
            extraTokenClaims: (_, token) =>
                token.kind === 'ClientCredentials'
                    ? { roles: this.roles.get(token.clientId) }
                    : this.people.get(token.accountId),
            issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
            clientBasedCORS: () => true, // its app is a page of another origin
            interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
            loadExistingGrant: async (ctx) => {
                const grant = new ctx.oidc.provider.Grant({
                    clientId: ctx.oidc.client.clientId,
                    accountId: ctx.oidc.session.accountId,
                });
                grant.addOIDCScope('openid');
                grant.addResourceScope(audience, 'User.Read User.ReadWrite');
                await grant.save();
                return grant;
            },
            ttl: { AccessToken: 3600, IdToken: 60, ClientCredentials: 3600, Grant: 60, Interaction: 60, Session: 60 },
            features: {
                clientCredentials: { enabled: true },
                devInteractions: { enabled: false },
                resourceIndicators: {
                    enabled: true,
                    defaultResource: () => audience,
                    useGrantedResource: () => true,
                    getResourceServerInfo: () => ({
                        scope: 'User.Read User.ReadWrite',
                        audience,
                        accessTokenFormat: 'jwt',
                        jwt: { sign: { alg: this.algorithm } },
                    }),
                },
            },
        };
    }

    async #answer(request, response) {
        this.requests.push(request.url);
        if (!request.url.startsWith('/interaction/')) return this.#callback(request, response);
        const login = { accountId: this.signingIn };
        await this.provider.interactionFinished(request, response, { login });
    }

    /** A person signs in with a browser, and the app gets a token for them. */
    async userToken(subject, scope = 'openid User.Read User.ReadWrite') {
        this.signingIn = subject;
        const verifier = randomBytes(32).toString('base64url');
        const code = await this.#follow('/auth', {
            client_id: 'photo-app',
            response_type: 'code',
            redirect_uri: redirect,
            scope,
            resource: audience,
            code_challenge: createHash('sha256').update(verifier).digest('base64url'),
            code_challenge_method: 'S256',
        });
        return this.#token({
            grant_type: 'authorization_code',
            client_id: 'photo-app',
            code,
            redirect_uri: redirect,
            code_verifier: verifier,
        });
    }

    appToken() {
        const basic = Buffer.from('photo-sync:sync-secret').toString('base64');
        return this.#token(
            { grant_type: 'client_credentials', resource: audience },
            { Authorization: `Basic ${basic}` },
        );
    }

    // The steps of a browser from the app's link to the app's redirect, which has the code.
    async #follow(path, query) {
        let url = new URL(`${path}?${new URLSearchParams(query)}`, this.issuer);
        const cookies = new Map();
        for (let i = 0; i < 10 && !url.href.startsWith(redirect); i++) {
            const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
            const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
            for (const line of answer.headers.getSetCookie()) {
                const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
                cookies.set(name, value);
            }
            const location = answer.headers.get('location');
            if (!location) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
            url = new URL(location, url);
        }
        return url.searchParams.get('code') ?? Promise.reject(new Error(url.href));
    }

    async #token(form, headers = {}) {
        const answer = await fetch(`${this.issuer}/token`, {
            method: 'POST',
            headers,
            body: new URLSearchParams(form),
        });
        const body = await answer.json();
        if (!body.access_token) throw new Error(JSON.stringify(body));
        return body.access_token;
    }
}
