// The server with the page and three accounts: the real binary, or with WEB_STAND_IN=1 the stand-in of web/test.
import { Server } from '../api/lib/server.mjs';
import { get, patch, put } from '../api/lib/http.mjs';
import { audience } from '../api/lib/provider.mjs';
import { makeUser } from '../api/lib/world.mjs';

export const standIn = process.env.WEB_STAND_IN === '1';

/** What `cameo token --web` is given for each account; `admin` may do everything, `reader` may read itself only. */
const accounts = {
    ada: { displayName: 'Ada Lovelace', scopes: 'User.ReadWrite' },
    admin: {
        displayName: 'Grace Hopper',
        scopes: 'User.ReadWrite.All ProfilePhoto.ReadWrite.All Group.Read.All',
        role: 'User Administrator',
    },
    reader: { displayName: 'Alan Turing', scopes: 'User.Read' },
};

const clientId = 'photo-app';
const scopes = ['openid', 'User.Read', 'User.ReadWrite'];

/** The page signs in at `provider`, whose tokens the server takes. */
const issuerConfig = ({ discovery, issuer }) => `
[web]
issuer = "${issuer}"
client_id = "${clientId}"
scopes = ${JSON.stringify(scopes)}

[[issuer]]
discovery = "${discovery}"
audience = ["${audience}"]
tenant = "default"
match_by_name = true
`;

/** `provider`: an OpenIdProvider at which the page signs in. Gives { origin, accounts, link(name), photo(name, size), give(name, bytes), lock(name), stop() } */
export const startSite = (options = {}) => (standIn ? startStandIn(options) : startServer(options));

async function startServer({ config = '', provider } = {}) {
    const server = await Server.start({ config: provider ? `${config}\n${issuerConfig(provider)}` : config });
    const made = {};
    for (const [name, { displayName }] of Object.entries(accounts)) {
        const user = await makeUser(server, { displayName });
        made[name] = { ...user, displayName };
    }
    const path = (name) => `/v1.0/users/${made[name].id}`;
    return {
        server,
        origin: server.origin,
        accounts: made,
        link: (name) => linkOf(server, made[name].upn, accounts[name]),
        photo: async (name, size) => {
            const reply = await get(server, `${path(name)}/${size ? `photos/${size}` : 'photo'}/$value`, server.admin);
            return reply.status === 200 ? { etag: reply.headers.etag, bytes: reply.body } : undefined;
        },
        give: (name, bytes) => put(server, `${path(name)}/photo/$value`, server.admin, bytes),
        lock: (name, locked = true) =>
            patch(server, `/cameo/v1/users/${made[name].id}/photo`, server.admin, { locked }),
        stop: () => server.stop(),
    };
}

/** What `cameo token --web --user UPN` prints. A link serves once. */
function linkOf(server, upn, { scopes, role }) {
    const more = role ? ['--directory-role', role] : [];
    server.forgetTokens();
    const printed = server.token('--web', '--user', upn, '--scopes', scopes, ...more);
    const code = /#code=[\w-]+/.exec(printed)?.[0];
    if (!code) throw new Error(`cameo token --web printed no link: ${printed}`);
    return `${server.origin}/${code}`;
}

async function startStandIn({ people = 0, provider } = {}) {
    const { StandIn } = await import('../../web/test/stand_in/server.mjs');
    const server = await StandIn.start({ people });
    if (provider) Object.assign(server.configuration, { issuer: provider.issuer, clientId, scopes });
    const made = {};
    for (const [name, { displayName }] of Object.entries(accounts)) {
        const upn = `${name}@example.org`;
        made[name] = { id: server.users.get(upn).id, upn, displayName };
    }
    return {
        server,
        origin: server.origin,
        accounts: made,
        link: async (name) => server.link(made[name].upn),
        photo: async (name, size) => {
            try {
                return server.photos.read(made[name].id, size);
            } catch {
                return undefined;
            }
        },
        give: async (name, bytes) => server.photos.put(made[name].id, bytes, { by: made.admin.upn, conditions: {} }),
        lock: async (name, locked = true) => void (server.photos.state(made[name].id).locked = locked),
        stop: () => server.stop(),
    };
}
