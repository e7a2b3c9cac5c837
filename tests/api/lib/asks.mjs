// Everything that can be asked of one organisation, for the walk through the rights: its owners and entries, and a request
// for each thing that may be done to them.
import { jpeg } from './pictures.mjs';
import { makeContact, makeFolder, makeGroup, makeTeam, makeUser, unknownId } from './world.mjs';

const picture = jpeg(48, 48);

/** Owners of every kind with a photo, and one of each kind without, whose removal changes nothing. */
export async function makeWorld(tenant) {
    // Where users have no photos none can be given to them.
    const ofUser = tenant.name === 'b2c' ? {} : { picture };
    const [self, other] = [await makeUser(tenant, ofUser), await makeUser(tenant, ofUser)];
    const [bareSelf, bareOther] = [await makeUser(tenant), await makeUser(tenant)];
    const group = await makeGroup(tenant, { picture });
    const bareGroup = await makeGroup(tenant);
    const team = await makeTeam(tenant, { picture, members: [self, other] });
    const boxes = {};
    for (const [whose, user] of Object.entries({ own: self, other })) {
        const folder = await makeFolder(tenant, user);
        const nested = await makeFolder(tenant, folder);
        const contacts = [];
        for (const where of [user, folder, nested])
            contacts.push(await makeContact(tenant, where, { picture }));
        boxes[whose] = { user, folder, nested, contacts };
    }
    return { tenant, self, other, bareSelf, bareOther, group, bareGroup, team, boxes };
}

// What can be asked: { subject, method, send: [HTTP method, path, body], good: statuses of one who may }. `own` is whose it
// is; `caller` who signs in, where that is not `self`. Nothing here changes what a later one meets: photos are replaced by
// the same bytes, entries by what they are, what would be made lacks its members, what would be removed is not there.
const json = (object) => JSON.stringify(object);

function photoAsks(subject, path, { own, sized = true, put = 200, patch = 200 }) {
    const ask = (method, http, tail, good, body) => ({
        subject,
        own,
        method,
        send: [http, path + tail, body],
        good,
    });
    const sizes = sized
        ? [
              ask('BYTES', 'GET', '/photos/48x48/$value', 200),
              ask('GET', 'GET', '/photos', 200),
              ask('GET', 'GET', '/photos/48x48', 200),
          ]
        : [];
    return [
        ask('BYTES', 'GET', '/photo/$value', 200),
        ask('BYTES', 'HEAD', '/photo/$value', 200),
        ask('GET', 'GET', '/photo', 200),
        ...sizes,
        ask('PUT', 'PUT', '/photo/$value', put, picture),
        ...(patch ? [ask('PATCH', 'PATCH', '/photo/$value', patch, picture)] : []),
    ];
}

function removals(subject, path, more) {
    return ['/photo', '/photo/$value'].map((tail) => ({
        subject,
        method: 'DELETE',
        send: ['DELETE', path + tail],
        good: 404, // ImageNotFound: there is none to remove
        ...more,
    }));
}

function userPhotoAsks({ self, other, bareSelf, bareOther }) {
    return [
        ...photoAsks('user_photo', '/me', { own: true }),
        ...photoAsks('user_photo', `/users/${self.id}`, { own: true }),
        ...photoAsks('user_photo', `/users/${self.upn}`, { own: true }),
        ...photoAsks('user_photo', `/users/${other.id}`, { own: false }),
        ...photoAsks('user_photo', `/users/${other.upn}`, { own: false }),
        {
            subject: 'user_photo',
            own: true,
            method: 'BYTES',
            send: ['GET', '/me/photo/48x48/$value'],
            good: 200,
        },
        ...removals('user_photo', '/me', { own: true, caller: bareSelf }),
        ...removals('user_photo', `/users/${bareSelf.id}`, { own: true, caller: bareSelf }),
        ...removals('user_photo', `/users/${bareOther.id}`, { own: false }),
    ];
}

function groupPhotoAsks({ group, bareGroup }) {
    return [
        ...photoAsks('group_photo', `/groups/${group.id}`, {}),
        ...removals('group_photo', `/groups/${bareGroup.id}`, {}),
    ];
}

function teamPhotoAsks({ team, other }) {
    const names = [
        `/teams/${team.id}`,
        `/team/${team.id}`,
        `/groups/${team.id}/team`,
        `/me/joinedTeams/${team.id}`,
        `/users/${other.id}/joinedTeams/${team.id}`,
    ];
    const as = { sized: false, put: 204, patch: false };
    return names.flatMap((path) => photoAsks('team_photo', path, as));
}

const inFolder = ({ folder, nested }) => [
    '',
    `/contactFolders/${encodeURIComponent(folder.id)}`,
    `/contactFolders/${encodeURIComponent(folder.id)}/childFolders/${encodeURIComponent(nested.id)}`,
];

/** [path of the mailbox, whether it is one's own, what is in it] */
const mailboxes = ({ boxes }) => [
    ['/me', true, boxes.own],
    [`/users/${boxes.own.user.id}`, true, boxes.own],
    [`/users/${boxes.other.user.id}`, false, boxes.other],
];

const contactPhotoAsks = (world) =>
    mailboxes(world).flatMap(([mailbox, own, box]) =>
        inFolder(box).flatMap((folder, i) =>
            photoAsks(
                'contact_photo',
                `${mailbox}${folder}/contacts/${encodeURIComponent(box.contacts[i].id)}`,
                { own, sized: false },
            ),
        ),
    );

const entry = (subject, method, path, good, { own = false, body } = {}) => ({
    subject,
    own,
    method,
    send: [method, path, body && json(body)],
    good,
});
const lists = (subject, path, own = false) => [
    entry(subject, 'GET', path, 200, { own }),
    entry(subject, 'GET', `${path}/$count`, 200, { own }),
];

const userAsks = ({ self, other }) => [
    entry('user', 'GET', '/me', 200, { own: true }),
    entry('user', 'GET', `/users/${self.upn}`, 200, { own: true }),
    entry('user', 'GET', `/users/${other.id}`, 200),
    ...lists('user', '/users'),
    entry('user', 'POST', '/users', 400, { body: {} }),
    entry('user', 'PATCH', '/me', 204, { own: true, body: { jobTitle: 'Clerk' } }),
    entry('user', 'PATCH', `/users/${other.id}`, 204, { body: { jobTitle: 'Clerk' } }),
    entry('user', 'DELETE', `/users/${unknownId}`, 404),
];

const groupAsks = ({ group, self }) => [
    entry('group', 'GET', `/groups/${group.id}`, 200),
    ...lists('group', '/groups'),
    ...lists('group', `/groups/${group.id}/members`),
    entry('group', 'POST', '/groups', 400, { body: {} }),
    entry('group', 'PATCH', `/groups/${group.id}`, 204, { body: { description: 'x' } }),
    entry('group', 'DELETE', `/groups/${unknownId}`, 404),
    // Who is a member is a change of the group.
    {
        ...entry('group', 'POST', `/groups/${group.id}/members/$ref`, 400, { body: {} }),
        method: 'PATCH',
    },
    {
        ...entry('group', 'DELETE', `/groups/${group.id}/members/${self.id}/$ref`, 404),
        method: 'PATCH',
    },
];

const teamAsks = ({ team, other }) => [
    ...[`/teams/${team.id}`, `/team/${team.id}`, `/groups/${team.id}/team`].map((path) =>
        entry('team', 'GET', path, 200),
    ),
    entry('team', 'GET', `/me/joinedTeams/${team.id}`, 200),
    entry('team', 'GET', `/teams/${team.id}/operations/${unknownId}`, 200),
    ...lists('team', '/teams'),
    ...lists('team', '/me/joinedTeams'),
    ...lists('team', `/users/${other.id}/joinedTeams`),
    entry('team', 'POST', '/teams', 400, { body: {} }),
    entry('team', 'PUT', `/groups/${unknownId}/team`, 404, { body: {} }),
    entry('team', 'PATCH', `/teams/${team.id}`, 204, { body: { description: 'x' } }),
    entry('team', 'DELETE', `/teams/${unknownId}`, 404),
    entry('team', 'DELETE', `/groups/${unknownId}/team`, 404),
];

const contactAsks = (world) =>
    mailboxes(world).flatMap(([mailbox, own, box]) => [
        ...inFolder(box).flatMap((folder, i) => {
            const path = `${mailbox}${folder}/contacts`;
            const one = `${path}/${encodeURIComponent(box.contacts[i].id)}`;
            const body = { jobTitle: 'Clerk' };
            return [
                ...lists('contact', path, own),
                entry('contact', 'POST', path, 400, { own, body: {} }),
                entry('contact', 'GET', one, 200, { own }),
                entry('contact', 'PATCH', one, 200, { own, body }),
                entry('contact', 'DELETE', `${path}/nobody=`, 404, { own }),
            ];
        }),
        ...inFolder(box)
            .slice(1)
            .flatMap((folder) => [
                entry('contact', 'GET', mailbox + folder, 200, { own }),
                ...lists('contact', `${mailbox}${folder}/childFolders`, own),
                entry('contact', 'POST', `${mailbox}${folder}/childFolders`, 400, {
                    own,
                    body: {},
                }),
                entry('contact', 'PATCH', mailbox + folder, 200, { own, body: {} }),
            ]),
        ...lists('contact', `${mailbox}/contactFolders`, own),
        entry('contact', 'POST', `${mailbox}/contactFolders`, 400, { own, body: {} }),
        entry('contact', 'DELETE', `${mailbox}/contactFolders/nobody=`, 404, { own }),
    ]);

/** By subject: from a world to the list of what can be asked about it. */
export const asks = {
    user_photo: userPhotoAsks,
    group_photo: groupPhotoAsks,
    team_photo: teamPhotoAsks,
    contact_photo: contactPhotoAsks,
    user: userAsks,
    group: groupAsks,
    team: teamAsks,
    contact: contactAsks,
};
