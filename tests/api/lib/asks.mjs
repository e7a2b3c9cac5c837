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
    const group = await makeGroup(tenant, { picture, owners: [self] });
    const bareGroup = await makeGroup(tenant, { owners: [self] });
    const othersGroup = await makeGroup(tenant, { picture, owners: [other] });
    const bareOthersGroup = await makeGroup(tenant, { owners: [other] });
    const team = await makeTeam(tenant, { picture, members: [self, other], owners: [self] });
    const othersTeam = await makeTeam(tenant, { picture, members: [self, other], owners: [other] });
    const boxes = {};
    for (const [whose, user] of Object.entries({ own: self, other })) {
        const folder = await makeFolder(tenant, user);
        const nested = await makeFolder(tenant, folder);
        const contacts = [];
        for (const where of [user, folder, nested])
            contacts.push(await makeContact(tenant, where, { picture }));
        boxes[whose] = { user, folder, nested, contacts };
    }
    const groups = { group, bareGroup, othersGroup, bareOthersGroup, team, othersTeam };
    return { tenant, self, other, bareSelf, bareOther, ...groups, boxes };
}

// What can be asked: { subject, method, send: [HTTP method, path, body], good: statuses of one who may }. `own` is whose it
// is; `caller` who signs in, where that is not `self`. Nothing here changes what a later one meets: photos are replaced by
// the same bytes, entries by what they are, what would be made lacks its members, what would be removed is not there.
const json = (object) => JSON.stringify(object);

function photoAsks(subject, path, { own, isTeam, sized = true, put = 200, patch = 200 }) {
    const ask = (method, http, tail, good, body) => ({
        subject,
        own,
        isTeam,
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

function groupPhotoAsks({ group, bareGroup, othersGroup, bareOthersGroup, team, othersTeam }) {
    return [
        ...photoAsks('group_photo', `/groups/${group.id}`, { own: true }),
        ...photoAsks('group_photo', `/groups/${othersGroup.id}`, { own: false }),
        ...photoAsks('group_photo', `/groups/${team.id}`, { own: true, isTeam: true }),
        ...photoAsks('group_photo', `/groups/${othersTeam.id}`, { own: false, isTeam: true }),
        ...removals('group_photo', `/groups/${bareGroup.id}`, { own: true }),
        ...removals('group_photo', `/groups/${bareOthersGroup.id}`, { own: false }),
    ];
}

function teamPhotoAsks({ team, othersTeam, other }) {
    const names = ({ id }) => [
        `/teams/${id}`,
        `/team/${id}`,
        `/groups/${id}/team`,
        `/me/joinedTeams/${id}`,
        `/users/${other.id}/joinedTeams/${id}`,
    ];
    const asks = (one, own) =>
        names(one).flatMap((path) =>
            photoAsks('team_photo', path, { own, isTeam: true, sized: false, put: 204, patch: false }),
        );
    return [...asks(team, true), ...asks(othersTeam, false)];
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

const entry = (subject, method, path, good, { own = false, isTeam = false, body } = {}) => ({
    subject,
    own,
    isTeam,
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

const groupAsks = ({ group, othersGroup, othersTeam }) => [
    entry('group', 'GET', `/groups/${group.id}`, 200),
    ...lists('group', '/groups'),
    entry('group', 'POST', '/groups', 400, { body: {} }),
    entry('group', 'PATCH', `/groups/${group.id}`, 204, { own: true, body: { description: 'x' } }),
    entry('group', 'PATCH', `/groups/${othersGroup.id}`, 204, { body: { description: 'x' } }),
    entry('group', 'PATCH', `/groups/${othersTeam.id}`, 204, { isTeam: true, body: { description: 'x' } }),
    entry('group', 'DELETE', `/groups/${unknownId}`, 404, { own: true }),
];

/** Members or owners, where nobody is added and who is removed is none. */
const peopleAsks = (subject, path, more) => [
    ...lists(subject, path),
    entry(subject, 'POST', `${path}/$ref`, 400, { ...more, body: {} }),
    entry(subject, 'DELETE', `${path}/${unknownId}/$ref`, 404, more),
];
const peopleOfGroupsAsks = (subject, tail) => ({ group, othersGroup, team, othersTeam }) => [
    ...peopleAsks(subject, `/groups/${group.id}/${tail}`, { own: true }),
    ...peopleAsks(subject, `/groups/${othersGroup.id}/${tail}`, {}),
    ...peopleAsks(subject, `/groups/${team.id}/${tail}`, { own: true, isTeam: true }),
    ...peopleAsks(subject, `/groups/${othersTeam.id}/${tail}`, { isTeam: true }),
];

const teamAsks = ({ group, othersGroup, team, othersTeam, other }) => [
    ...[
        `/teams/${team.id}`,
        `/team/${team.id}`,
        `/groups/${team.id}/team`,
        `/me/joinedTeams/${team.id}`,
        `/users/${other.id}/joinedTeams/${team.id}`,
    ].flatMap((path) => [
        entry('team', 'GET', path, 200),
        entry('team', 'GET', `${path}/operations/${unknownId}`, 200),
    ]),
    ...lists('team', '/teams'),
    ...lists('team', '/me/joinedTeams'),
    ...lists('team', `/users/${other.id}/joinedTeams`),
    entry('team', 'POST', '/teams', 400, { body: {} }),
    // What is a team already cannot become one.
    entry('team', 'PUT', `/groups/${team.id}/team`, 400, { own: true, isTeam: true, body: {} }),
    entry('team', 'PUT', `/groups/${othersTeam.id}/team`, 400, { isTeam: true, body: {} }),
    entry('team', 'PUT', `/groups/${unknownId}/team`, 404, { own: true, body: {} }),
    ...[
        [team, true],
        [othersTeam, false],
    ].flatMap(([{ id }, own]) =>
        [`/teams/${id}`, `/team/${id}`, `/groups/${id}/team`].map((path) =>
            entry('team', 'PATCH', path, 204, { own, isTeam: true, body: { description: 'x' } }),
        ),
    ),
    ...[unknownId, group.id, othersGroup.id].flatMap((id) =>
        [`/teams/${id}`, `/team/${id}`, `/groups/${id}/team`].map((path) =>
            entry('team', 'DELETE', path, 404, { own: true }),
        ),
    ),
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
                entry('contact', 'DELETE', `${mailbox}${folder}/childFolders/nobody=`, 404, { own }),
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
    member: peopleOfGroupsAsks('member', 'members'),
    owner: peopleOfGroupsAsks('owner', 'owners'),
    team: teamAsks,
    contact: contactAsks,
};
