// A server with HTTPS, one owner of every kind, and a second server with the same data that allows one read a
// second. The variables of `environment` describe both to a client program.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server, temporaryFolder } from '../api/lib/server.mjs';
import { makeContact, makeFolder, makeGroup, makeTeam, makeUser } from '../api/lib/world.mjs';
import { ThrottledServer } from './throttled_server.mjs';

const scopes =
    'User.Read ProfilePhoto.ReadWrite.All User.ReadWrite.All Group.ReadWrite.All TeamSettings.ReadWrite.All Contacts.ReadWrite';

export class World {
    static async start() {
        const world = new World();
        world.server = await Server.start({ secure: true });
        world.origin = `https://localhost:${world.server.port}`;
        world.ca = join(world.server.data, 'dev-ca', 'ca.pem');
        await world.#fill();
        world.throttled = await ThrottledServer.startBeside(world.server);
        world.environment.CAMEO_THROTTLED_URL = `${world.throttled.origin}/v1.0`;
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
        const contactMail = 'grace@fabrikam.example';
        const contact = await makeContact(server, me, { emailAddresses: [{ address: contactMail, name: 'Grace' }] });
        const folder = await makeFolder(server, me);
        const filed = await makeContact(server, folder);
        this.token = server.userToken(me.id, scopes, 'User Administrator');
        this.people = { me, other, guest };
        const file = join(temporaryFolder(), 'face.jpg');
        writeFileSync(file, picture);
        this.environment = {
            CAMEO_URL: `${this.origin}/v1.0`,
            CAMEO_TOKEN: this.token,
            CAMEO_APP_TOKEN: server.appToken('User.Read.All GroupMember.Read.All'),
            CAMEO_CA: this.ca,
            CAMEO_PICTURE: file, // 648x648
            CAMEO_ME: me.upn,
            CAMEO_USER: other.upn, // has no photo
            CAMEO_GUEST: guest.upn, // 240x240
            CAMEO_GROUP: group.id, // no photo
            CAMEO_TEAM: team.id, // 360x360
            CAMEO_CONTACT: contact.id, // no photo; ends in '='
            CAMEO_CONTACT_MAIL: contactMail,
            CAMEO_FOLDER: folder.id,
            CAMEO_FILED_CONTACT: filed.id, // lies in CAMEO_FOLDER; no photo
        };
    }

    async stop() {
        await this.throttled.stop();
        await this.server.stop();
    }
}
