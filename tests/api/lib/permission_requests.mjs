// Every operation on one organisation, for rights_walk.test.mjs: its owners and directory objects, and a request
// for each operation on them.
import { jpeg } from './pictures.mjs';
import { makeContact, makeFolder, makeGroup, makeTeam, makeUser, setManager, unknownId } from './world.mjs';

const picture = jpeg(48, 48);

/** Owners of every kind with a photo, and one of each kind without a photo, whose removal changes nothing. */
export async function makeWorld(tenant) {
    // In tenants without user photos none can be uploaded.
    const ofUser = tenant.name === 'b2c' ? {} : { picture };
    const [self, other] = [await makeUser(tenant, ofUser), await makeUser(tenant, ofUser)];
    const [bareSelf, bareOther] = [await makeUser(tenant), await makeUser(tenant)];
    for (const user of [self, other]) await setManager(tenant, user, bareOther);
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

// Requests: { subject, method, send: [HTTP method, path, body], good: statuses of an allowed caller }. `own` names the
// owner; `caller` is the signed-in user where that is not `self`. No request changes a later one's result: photos are replaced
// by the same bytes, objects by the same values, a creation lacks its required members, a removal names a missing object.
const json = (object) => JSON.stringify(object);

function photoRequests(subject, path, { own, isTeam, sized = true, put = 200, patch = 200 }) {
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
        ask('PATCH', 'PATCH', '/photo/$value', patch, picture),
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

function userPhotoRequests({ self, other, bareSelf, bareOther }) {
    return [
        ...photoRequests('user_photo', '/me', { own: true }),
        ...photoRequests('user_photo', `/users/${self.id}`, { own: true }),
        ...photoRequests('user_photo', `/users/${self.upn}`, { own: true }),
        ...photoRequests('user_photo', `/users/${other.id}`, { own: false }),
        ...photoRequests('user_photo', `/users/${other.upn}`, { own: false }),
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

function groupPhotoRequests({ group, bareGroup, othersGroup, bareOthersGroup, team, othersTeam }) {
    return [
        ...photoRequests('group_photo', `/groups/${group.id}`, { own: true }),
        ...photoRequests('group_photo', `/groups/${othersGroup.id}`, { own: false }),
        ...photoRequests('group_photo', `/groups/${team.id}`, { own: true, isTeam: true }),
        ...photoRequests('group_photo', `/groups/${othersTeam.id}`, { own: false, isTeam: true }),
        ...removals('group_photo', `/groups/${bareGroup.id}`, { own: true }),
        ...removals('group_photo', `/groups/${bareOthersGroup.id}`, { own: false }),
    ];
}

function teamPhotoRequests({ team, othersTeam, other }) {
    const names = ({ id }) => [
        `/teams/${id}`,
        `/team/${id}`,
        `/groups/${id}/team`,
        `/me/joinedTeams/${id}`,
        `/users/${other.id}/joinedTeams/${id}`,
    ];
    const requests = (one, own) =>
        names(one).flatMap((path) =>
            photoRequests('team_photo', path, { own, isTeam: true, sized: false, put: 204, patch: 204 }),
        );
    return [...requests(team, true), ...requests(othersTeam, false)];
}

const inFolder = ({ folder, nested }) => [
    '',
    `/contactFolders/${encodeURIComponent(folder.id)}`,
    `/contactFolders/${encodeURIComponent(folder.id)}/childFolders/${encodeURIComponent(nested.id)}`,
];

/** [path of the mailbox, whether it is the caller's own, its contents] */
const mailboxes = ({ boxes }) => [
    ['/me', true, boxes.own],
    [`/users/${boxes.own.user.id}`, true, boxes.own],
    [`/users/${boxes.other.user.id}`, false, boxes.other],
];

const contactPhotoRequests = (world) =>
    mailboxes(world).flatMap(([mailbox, own, box]) =>
        inFolder(box).flatMap((folder, i) =>
            photoRequests(
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
const listsWithCasts = (subject, path, own = false) =>
    ['', '/graph.user', '/microsoft.graph.group'].flatMap((cast) => lists(subject, path + cast, own));

const userRequests = ({ self, other }) => [
    entry('user', 'GET', '/me', 200, { own: true }),
    entry('user', 'GET', `/users/${self.upn}`, 200, { own: true }),
    entry('user', 'GET', `/users/${other.id}`, 200),
    ...lists('user', '/users'),
    { ...entry('user', 'GET', '/users/delta', 200), whole: true },
    ...lists('user', '/directory/deletedItems/microsoft.graph.user'),
    entry('user', 'POST', '/users', 400, { body: {} }),
    entry('user', 'PATCH', '/me', 204, { own: true, body: { jobTitle: 'Clerk' } }),
    entry('user', 'PATCH', `/users/${other.id}`, 204, { body: { jobTitle: 'Clerk' } }),
    entry('user', 'DELETE', `/users/${unknownId}`, 404),
];

const groupRequests = ({ group, othersGroup, othersTeam }) => [
    entry('group', 'GET', `/groups/${group.id}`, 200),
    ...lists('group', '/groups'),
    entry('group', 'GET', '/groups/delta', 200),
    ...lists('group', '/directory/deletedItems/graph.group'),
    entry('group', 'POST', '/groups', 400, { body: {} }),
    entry('group', 'PATCH', `/groups/${group.id}`, 204, { own: true, body: { description: 'x' } }),
    entry('group', 'PATCH', `/groups/${othersGroup.id}`, 204, { body: { description: 'x' } }),
    entry('group', 'PATCH', `/groups/${othersTeam.id}`, 204, { isTeam: true, body: { description: 'x' } }),
    entry('group', 'DELETE', `/groups/${unknownId}`, 404, { own: true }),
];

/** Members or owners: the added user is unknown, and the removed user is not in the list. */
const peopleRequests = (subject, path, more) => [
    ...listsWithCasts(subject, path),
    entry(subject, 'POST', `${path}/$ref`, 400, { ...more, body: {} }),
    entry(subject, 'DELETE', `${path}/${unknownId}/$ref`, 404, more),
];
const peopleOfGroupsRequests = (subject, tail) => ({ group, othersGroup, team, othersTeam }) => [
    ...peopleRequests(subject, `/groups/${group.id}/${tail}`, { own: true }),
    ...peopleRequests(subject, `/groups/${othersGroup.id}/${tail}`, {}),
    ...peopleRequests(subject, `/groups/${team.id}/${tail}`, { own: true, isTeam: true }),
    ...peopleRequests(subject, `/groups/${othersTeam.id}/${tail}`, { isTeam: true }),
];

const memberRequests = (world) => [
    ...peopleOfGroupsRequests('member', 'members')(world),
    ...listsWithCasts('member', `/groups/${world.group.id}/transitiveMembers`),
    ...listsWithCasts('member', `/groups/${world.othersGroup.id}/transitiveMembers`),
];

/** [path of the user, whether it is the caller] */
const usersOf = ({ self, other }) => [
    ['/me', true],
    [`/users/${self.id}`, true],
    [`/users/${other.id}`, false],
];
const linksOfUsers = (subject, tail) => (world) =>
    usersOf(world).flatMap(([user, own]) => listsWithCasts(subject, `${user}/${tail}`, own));

const managerRequests = (world) => [
    ...usersOf(world).flatMap(([user, own]) => [
        entry('manager', 'GET', `${user}/manager`, 200, { own }),
        entry('manager', 'GET', `${user}/manager/$ref`, 200, { own }),
        entry('manager', 'PUT', `${user}/manager/$ref`, 400, { own, body: {} }),
    ]),
    // These two have no manager.
    { ...entry('manager', 'DELETE', '/me/manager/$ref', 404, { own: true }), caller: world.bareSelf },
    entry('manager', 'DELETE', `/users/${world.bareOther.id}/manager/$ref`, 404),
];

const peopleOfUserRequests = (world) =>
    usersOf(world).map(([user, own]) => entry('people', 'GET', `${user}/people`, 200, { own }));

const directoryObjectRequests = ({ self, group }) => [
    ...[self, group].map(({ id }) => entry('directory_object', 'GET', `/directoryObjects/${id}`, 200)),
    ...['/directoryObjects', '/users', '/groups'].map((set) =>
        entry('directory_object', 'POST', `${set}/getByIds`, 200, { body: { ids: [self.id, group.id] } }),
    ),
];

/** The two actions of a kind (`Groups`, `Objects`) on every object that has them. */
const memberActions = (subject, kind) => (world) =>
    [
        ...usersOf(world),
        [`/directoryObjects/${world.self.id}`, subject === 'member_objects'],
        [`/directoryObjects/${world.other.id}`, false],
    ].flatMap(([path, own]) => [
        entry(subject, 'POST', `${path}/getMember${kind}`, 200, { own, body: { securityEnabledOnly: false } }),
        entry(subject, 'POST', `${path}/checkMember${kind}`, 200, { own, body: { [kind === 'Groups' ? 'groupIds' : 'ids']: [world.group.id] } }),
    ]);
const memberGroupRequests = (world) => [
    ...memberActions('member_groups', 'Groups')(world),
    ...[world.group, world.othersGroup].flatMap(({ id }) =>
        ['Groups', 'Objects'].flatMap((kind) => [
            entry('member_groups', 'POST', `/groups/${id}/getMember${kind}`, 200, { body: { securityEnabledOnly: false } }),
            entry('member_groups', 'POST', `/groups/${id}/checkMember${kind}`, 200, { body: { [kind === 'Groups' ? 'groupIds' : 'ids']: [] } }),
        ]),
    ),
];

const domainRequests = () => [
    entry('domain', 'GET', '/domains', 200),
    entry('domain', 'GET', '/domains/unknown.example', 404),
];

const deletedItemRequests = () => [
    entry('deleted_item', 'GET', `/directory/deletedItems/${unknownId}`, 404),
    entry('deleted_item', 'POST', `/directory/deletedItems/${unknownId}/restore`, 404),
];

const teamRequests = ({ group, othersGroup, team, othersTeam, other }) => [
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
    // A group that is a team already, one without an owner, none: no group becomes a team.
    ...[
        [team, true],
        [othersTeam, false],
    ].map(([{ id }, own]) => ({
        ...entry('team', 'POST', '/teams', 409, { own, isTeam: true, body: { 'group@odata.bind': `https://x/groups/${id}` } }),
        method: 'BIND',
    })),
    {
        ...entry('team', 'POST', '/teams', 404, { own: true, body: { 'group@odata.bind': `https://x/groups/${unknownId}` } }),
        method: 'BIND',
    },
    // A group that is a team cannot become one.
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

const contactRequests = (world) =>
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
                entry('contact', 'DELETE', `${path}/unknown=`, 404, { own }),
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
                entry('contact', 'DELETE', `${mailbox}${folder}/childFolders/unknown=`, 404, { own }),
            ]),
        ...lists('contact', `${mailbox}/contactFolders`, own),
        entry('contact', 'POST', `${mailbox}/contactFolders`, 400, { own, body: {} }),
        entry('contact', 'DELETE', `${mailbox}/contactFolders/unknown=`, 404, { own }),
    ]);

// `own`: User.Read is about the caller's own organisation.
const organizationRequests = ({ tenant }) => [
    entry('organization', 'GET', '/organization', 200, { own: true }),
    entry('organization', 'GET', `/organization/${tenant.id}`, 200, { own: true }),
];

const photoSettings = '/admin/people/photoUpdateSettings';
const photoSettingsRequests = () => [
    entry('photo_settings', 'GET', photoSettings, 200),
    // Nobody may.
    entry('photo_settings', 'PATCH', photoSettings, 403, { body: { source: 'cloud' } }),
];

/** [path of a team, whether the caller owns it] */
const pathsOfTeams = ({ team, othersTeam, other }) =>
    [
        [team, true],
        [othersTeam, false],
    ].flatMap(([{ id }, own]) =>
        [`/teams/${id}`, `/team/${id}`, `/groups/${id}/team`, `/me/joinedTeams/${id}`, `/users/${other.id}/joinedTeams/${id}`].map(
            (path) => [path, own],
        ),
    );

const teamArchiveRequests = (world) =>
    pathsOfTeams(world).flatMap(([path, own]) =>
        ['archive', 'unarchive'].map((tail) => entry('team_archive', 'POST', `${path}/${tail}`, 202, { own, isTeam: true, body: {} })),
    );

// A membership of nobody, and the caller's own in the caller's team and another's: with the roles as they are.
const membershipOf = ({ id }, user) => Buffer.from(`1##${id}##${user}`).toString('base64url');
const teamMemberRequests = (world) => [
    ...pathsOfTeams(world).flatMap(([path, own]) => {
        const one = own ? world.team : world.othersTeam;
        const more = { own, isTeam: true };
        const member = `${path}/members/${membershipOf(one, own ? world.other.id : world.self.id)}`;
        return [
            ...lists('team_member', `${path}/members`),
            entry('team_member', 'GET', member, 200),
            entry('team_member', 'POST', `${path}/members`, 400, { ...more, body: {} }),
            entry('team_member', 'POST', `${path}/members/add`, 400, { ...more, body: {} }),
            entry('team_member', 'PATCH', member, 200, { ...more, body: {} }),
            entry('team_member', 'PATCH', member, 200, { ...more, body: { roles: [] } }),
            entry('team_member', 'DELETE', `${path}/members/${membershipOf(one, unknownId)}`, 404, more),
        ];
    }),
];

/** What takes the permission for the role of an owner: adding an owner who is one, and removing nobody. */
const teamOwnerRoleRequests = (world) =>
    pathsOfTeams(world).flatMap(([path, own]) => {
        const more = { own, isTeam: true };
        const owner = own ? world.self : world.other;
        const body = { roles: ['owner'], 'user@odata.bind': `https://x/users/${owner.id}` };
        return [
            entry('team_owner_role', 'POST', `${path}/members/remove`, 400, { ...more, body: {} }),
            entry('team_owner_role', 'POST', `${path}/members`, 400, { ...more, body }),
            entry('team_owner_role', 'POST', `${path}/members/add`, 207, { ...more, body: { values: [body] } }),
        ];
    });

/** By subject: a function from a world to the list of requests on it. */
export const requestsOf = {
    user_photo: userPhotoRequests,
    group_photo: groupPhotoRequests,
    team_photo: teamPhotoRequests,
    contact_photo: contactPhotoRequests,
    user: userRequests,
    group: groupRequests,
    member: memberRequests,
    owner: peopleOfGroupsRequests('owner', 'owners'),
    team: teamRequests,
    team_archive: teamArchiveRequests,
    team_member: teamMemberRequests,
    team_owner_role: teamOwnerRoleRequests,
    contact: contactRequests,
    member_of: linksOfUsers('member_of', 'memberOf'),
    transitive_member_of: linksOfUsers('transitive_member_of', 'transitiveMemberOf'),
    manager: managerRequests,
    direct_reports: linksOfUsers('direct_reports', 'directReports'),
    people: peopleOfUserRequests,
    directory_object: directoryObjectRequests,
    member_groups: memberGroupRequests,
    member_objects: memberActions('member_objects', 'Objects'),
    organization: organizationRequests,
    domain: domainRequests,
    deleted_item: deletedItemRequests,
    photo_settings: photoSettingsRequests,
};
