// One owner of every kind, and every form of its path (docs/http.md, Paths and Metadata).
import { jpeg } from './pictures.mjs';
import { makeContact, makeFolder, makeGroup, makeTeam, makeUser } from './world.mjs';

/** [path, its form in a context]; `{name}` is replaced by what `makeOwners` made. */
export const spellings = {
    user: [
        ['/me', "users('{user}')"],
        ['/users/{user}', "users('{user}')"],
        ['/users/{upn}', "users('{upn}')"],
    ],
    group: [['/groups/{group}', "groups('{group}')"]],
    team: [
        ['/teams/{team}', "teams('{team}')"],
        ['/team/{team}', "teams('{team}')"],
        ['/groups/{team}/team', "teams('{team}')"],
        ['/me/joinedTeams/{team}', "teams('{team}')"],
        ['/users/{upn}/joinedTeams/{team}', "teams('{team}')"],
    ],
    contact: [
        ['/me/contacts/{contact}', "users('{user}')/contacts('{contact}')"],
        ['/users/{user}/contacts/{contact}', "users('{user}')/contacts('{contact}')"],
        [
            '/me/contactFolders/{folder}/contacts/{filed}',
            "users('{user}')/contactFolders('{folder}')/contacts('{filed}')",
        ],
        [
            '/users/{user}/contactFolders/{folder}/contacts/{filed}',
            "users('{user}')/contactFolders('{folder}')/contacts('{filed}')",
        ],
        [
            '/me/contactFolders/{folder}/childFolders/{child}/contacts/{nested}',
            "users('{user}')/contactFolders('{folder}')/childFolders('{child}')/contacts('{nested}')",
        ],
        [
            '/users/{user}/contactFolders/{folder}/childFolders/{child}/contacts/{nested}',
            "users('{user}')/contactFolders('{folder}')/childFolders('{child}')/contacts('{nested}')",
        ],
    ],
};

const keyed = 'users|groups|teams?|joinedTeams|contacts|contactFolders|childFolders|photos';

/** Different forms of the same path. */
export const writings = {
    'as documented': (path) => path,
    'in small letters': (path) => path.toLowerCase(),
    'in capitals': (path) => path.toUpperCase(),
    'with %24value': (path) => path.replace('$', '%24'),
    'in key form': (path) =>
        path.replace(new RegExp(`/(${keyed})/(\\{\\w+\\}|\\d+x\\d+)`, 'g'), "/$1('$2')"),
};

/** Replaces each `{name}` by its id, encoded as a client encodes it (`=` as %3D). */
export const fill = (text, ids) =>
    text.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name.toLowerCase()]));

/**
 * One owner of every kind, each with the photo `picture`, and a token of a user who may read and write them all:
 * { ids, token, user, group, team, folder, child, contacts }.
 */
export async function makeOwners(server, picture = jpeg(64, 64)) {
    const user = await makeUser(server, { picture });
    const group = await makeGroup(server, { picture, owners: [user] });
    const team = await makeTeam(server, { picture, members: [user], owners: [user] });
    const folder = await makeFolder(server, user);
    const child = await makeFolder(server, folder);
    const contacts = [];
    for (const where of [user, folder, child])
        contacts.push(await makeContact(server, where, { picture }));
    const [contact, filed, nested] = contacts;
    const named = { user, group, team, folder, child, contact, filed, nested };
    const ids = Object.fromEntries(Object.entries(named).map(([name, { id }]) => [name, id]));
    const token = server.userToken(
        user.id,
        'User.ReadWrite Group.ReadWrite.All TeamSettings.ReadWrite.All Contacts.ReadWrite',
    );
    return { ids: { ...ids, upn: user.upn }, token, contacts, ...named };
}
