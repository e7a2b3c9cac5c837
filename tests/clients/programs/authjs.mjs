// Auth.js with its provider for Microsoft Entra ID: a person signs in at an OpenID provider, and the session's picture is
// their photo of 48 pixels. Its own server trusts that provider; the base URL is fixed, so a fetch leads it there.
import { Auth } from '@auth/core';
import MicrosoftEntraID from '@auth/core/providers/microsoft-entra-id';
import assert from 'node:assert/strict';
import { jpeg } from '../../api/lib/pictures.mjs';
import { audience, OpenIdProvider } from '../../api/lib/provider.mjs';
import { Server } from '../../api/lib/server.mjs';
import { makeUser } from '../../api/lib/world.mjs';
import { assertSquare, check, tellVersion } from '../node/program.mjs';

const site = 'https://app.example';
const provider = await OpenIdProvider.start({ redirects: [`${site}/auth/callback/microsoft-entra-id`] });
const server = await Server.start({
    config: `[[issuer]]\ndiscovery = "${provider.discovery}"\naudience = ["${audience}"]\ntenant = "default"\nmatch_by_name = true\n`,
});
const graph = 'https://graph.microsoft.com';
const plainFetch = globalThis.fetch;
globalThis.fetch = (url, options) => plainFetch(String(url).startsWith(graph) ? server.origin + url.slice(graph.length) : url, options);

const config = {
    basePath: '/auth',
    secret: 'a secret of this test, of 32 bytes',
    trustHost: true,
    logger: { error() {}, warn() {}, debug() {} },
    providers: [
        MicrosoftEntraID({
            clientId: 'photo-app',
            issuer: provider.issuer,
            client: { token_endpoint_auth_method: 'none' },
            authorization: { params: { scope: 'openid User.Read', resource: audience } },
        }),
    ],
};

/** A browser at the site and at the provider: follows redirects and keeps cookies by host. */
class Browser {
    #jars = new Map();

    async request(url, form) {
        const { host, origin } = new URL(url);
        const jar = this.#jars.get(host) ?? new Map();
        this.#jars.set(host, jar);
        const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), origin };
        const request = new Request(url, { method: form ? 'POST' : 'GET', headers, body: form && new URLSearchParams(form), redirect: 'manual' });
        const answer = origin === site ? await Auth(request, config) : await plainFetch(request);
        for (const line of answer.headers.getSetCookie()) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
            jar.set(name, value);
        }
        return answer;
    }

    /** The last answer of a chain of redirects. */
    async follow(answer, from) {
        for (let url = from, steps = 0; steps < 10; steps++) {
            const location = answer.headers.get('location');
            if (!location) return answer;
            url = new URL(location, url).href;
            if (url === `${site}/`) return answer;
            answer = await this.request(url);
        }
        throw new Error('too many redirects');
    }

    /** Signs in, and returns the session. */
    async signIn() {
        const { csrfToken } = await (await this.request(`${site}/auth/csrf`)).json();
        const url = `${site}/auth/signin/microsoft-entra-id`;
        await this.follow(await this.request(url, { csrfToken, callbackUrl: `${site}/` }), url);
        return (await this.request(`${site}/auth/session`)).json();
    }
}

async function sessionOf(picture) {
    const user = await makeUser(server, { picture });
    provider.signingIn = user.id;
    provider.people.set(user.id, { preferred_username: user.upn });
    return new Browser().signIn();
}

tellVersion('@auth/core');

await check('seed-48', async () => {
    const { user } = await sessionOf(jpeg(648, 648));
    assertSquare(Buffer.from(user.image.replace('data:image/jpeg;base64, ', ''), 'base64'), 48);
});
await check('not-found', async () => {
    const { user } = await sessionOf();
    assert.equal(user.image ?? null, null);
});

await server.stop();
await provider.close();
