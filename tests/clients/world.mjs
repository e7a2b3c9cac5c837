// A server with HTTPS, one owner of every kind, and a second door that answers the first GET of each path with
// 429. A client program learns all of it from `environment`.
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server, temporaryFolder } from '../api/lib/server.mjs';
import { makeContact, makeFolder, makeGroup, makeTeam, makeUser } from '../api/lib/world.mjs';

const scopes =
    'ProfilePhoto.ReadWrite.All User.ReadWrite.All Group.ReadWrite.All TeamSettings.ReadWrite.All Contacts.ReadWrite';

export class World {
    static async start({ config } = {}) {
        const world = new World();
        world.server = await Server.start({ secure: true, config });
        world.origin = `https://localhost:${world.server.port}`;
        const made = (name) => join(world.server.data, 'dev-ca', name);
        world.ca = made('ca.pem');
        world.throttle = await Throttle.start(world.server, made('server.pem'), made('server-key.pem'));
        await world.#fill();
        return world;
    }

    async #fill() {
        const { server } = this;
        const picture = jpeg(648, 648);
        const me = await makeUser(server, { picture });
        const other = await makeUser(server);
        const guest = await makeUser(server, {
            userPrincipalName: 'ada_fabrikam.example#EXT#@contoso.example',
            picture: jpeg(240, 240),
        });
        const group = await makeGroup(server);
        const team = await makeTeam(server, { picture: jpeg(360, 360), members: [me] });
        const contact = await makeContact(server, me);
        const folder = await makeFolder(server, me);
        const filed = await makeContact(server, folder);
        this.token = server.userToken(me.id, scopes, 'User Administrator');
        this.people = { me, other, guest };
        const file = join(temporaryFolder(), 'face.jpg');
        writeFileSync(file, picture);
        this.environment = {
            CAMEO_URL: `${this.origin}/v1.0`,
            CAMEO_THROTTLED_URL: `${this.throttle.origin}/v1.0`,
            CAMEO_TOKEN: this.token,
            CAMEO_CA: this.ca,
            CAMEO_PICTURE: file, // 648x648
            CAMEO_USER: other.upn, // has no photo
            CAMEO_GUEST: guest.upn, // 240x240
            CAMEO_GROUP: group.id, // no photo
            CAMEO_TEAM: team.id, // 360x360
            CAMEO_CONTACT: contact.id, // no photo; ends in '='
            CAMEO_FOLDER: folder.id,
            CAMEO_FILED_CONTACT: filed.id, // lies in CAMEO_FOLDER; no photo
        };
    }

    async stop() {
        await this.throttle.stop();
        await this.server.stop();
    }
}

/** Passes everything on, but the first GET of a path is answered 429; remembers the heads of uploads. */
class Throttle {
    refused = [];
    uploads = [];

    static async start(server, certificate, key) {
        const throttle = new Throttle();
        const files = { cert: readFileSync(certificate), key: readFileSync(key) };
        throttle.listener = https.createServer(files, (request, response) =>
            throttle.#answer(server, request, response),
        );
        await new Promise((done) => throttle.listener.listen(0, '127.0.0.1', done));
        throttle.origin = `https://localhost:${throttle.listener.address().port}`;
        return throttle;
    }

    #answer(server, request, response) {
        const { method, url, headers } = request;
        if (method === 'GET' && !this.refused.includes(url)) {
            this.refused.push(url);
            response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': '1' });
            response.end('{"error":{"code":"ApplicationThrottled","message":"Too many requests."}}');
            return;
        }
        if (method === 'PUT') this.uploads.push(headers);
        const options = { method, headers, agent: server.agent };
        const onwards = https.request(server.origin + url, options, (answered) => {
            response.writeHead(answered.statusCode, answered.rawHeaders);
            answered.pipe(response);
        });
        onwards.on('error', () => response.destroy());
        request.pipe(onwards);
    }

    stop() {
        this.listener.closeAllConnections();
        return new Promise((done) => this.listener.close(done));
    }
}
