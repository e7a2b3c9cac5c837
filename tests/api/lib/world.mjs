// Fixtures: users, groups, teams and contacts made over HTTP, and common assertions about their photos.
import assert from 'node:assert/strict';
import { get, lastingHeaders, post, put, putJson } from './http.mjs';

export const hdSizes = [48, 64, 96, 120, 240, 360, 432, 504, 648];
export const strongEtag = /^"[0-9A-F]{32}"$/;
export const unknownId = '00000000-1111-2222-3333-444444444444';

let made = 0;

/** The members that Graph requires of a new user, plus those of the test. */
export function userBody(more = {}) {
    const name = `person${++made}`;
    return {
        accountEnabled: true,
        displayName: `Person ${made}`,
        mailNickname: name,
        userPrincipalName: `${name}@contoso.example`,
        passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
        ...more,
    };
}

/** The members that Graph requires of a new group. */
export function groupBody(more = {}) {
    const name = `group${++made}`;
    return {
        displayName: `Group ${made}`,
        groupTypes: ['Unified'],
        mailEnabled: true,
        mailNickname: name,
        securityEnabled: false,
        ...more,
    };
}

async function make(server, collection, body) {
    const answer = await post(server, collection, server.admin, body);
    assert.equal(answer.status, 201, answer.text);
    return answer.json();
}

async function owner(server, path, more, picture) {
    const made = { ...more, path, photo: `${path}/photo/$value` };
    if (picture) await givePhoto(server, made, picture);
    return made;
}

/** Creates a user: { id, upn, path, photo }; with `picture` also gives them that photo. */
export async function makeUser(server, { picture, ...more } = {}) {
    const body = userBody(more);
    const { id } = await make(server, '/v1.0/users', body);
    return owner(server, `/v1.0/users/${id}`, { id, upn: body.userPrincipalName }, picture);
}

/** Creates a group with these members and owners ({ id }…): { id, path, photo }. */
export async function makeGroup(server, { picture, members = [], owners = [], ...more } = {}) {
    const body = groupBody(more);
    if (owners.length > 0)
        body['owners@odata.bind'] = owners.map((owner) => linkTo(server, owner));
    if (members.length > 0)
        body['members@odata.bind'] = members.map((member) => linkTo(server, member));
    const { id } = await make(server, '/v1.0/groups', body);
    return owner(server, `/v1.0/groups/${id}`, { id }, picture);
}

/** Creates a group that is a team: { id, path, photo, group }, where `group` is the path of the group. */
export async function makeTeam(server, { picture, ...more } = {}) {
    const { id, path: group } = await makeGroup(server, more);
    const answer = await putJson(server, `${group}/team`, server.admin, {});
    assert.equal(answer.status, 201, answer.text);
    return owner(server, `/v1.0/teams/${id}`, { id, group }, picture);
}

/** Creates a contact in a user's default folder, or in a folder: { id, path, photo }. */
export async function makeContact(server, where, { picture, ...more } = {}) {
    const body = { givenName: `Contact ${++made}`, displayName: `Contact ${made}`, ...more };
    const { id } = await make(server, `${where.path}/contacts`, body);
    return owner(server, `${where.path}/contacts/${encodeURIComponent(id)}`, { id }, picture);
}

/** Creates a contact folder in a user's default folder, or in another folder: { id, path, isFolder }. */
export async function makeFolder(server, where, more = {}) {
    const collection = `${where.path}/${where.isFolder ? 'childFolders' : 'contactFolders'}`;
    const { id } = await make(server, collection, { displayName: `Folder ${++made}`, ...more });
    return { id, path: `${collection}/${encodeURIComponent(id)}`, isFolder: true };
}

/** A user as `@odata.id` and `members@odata.bind` name them. */
export const linkTo = (server, { id }) => `${server.origin}/v1.0/users/${id}`;

export async function setManager(server, user, manager) {
    const answer = await putJson(server, `${user.path}/manager/$ref`, server.admin, { '@odata.id': linkTo(server, manager) });
    assert.equal(answer.status, 204, answer.text);
}

export async function givePhoto(server, user, picture) {
    const answer = await put(server, user.photo, server.admin, picture);
    assert.ok([200, 204].includes(answer.status), answer.text);
}

export function assertError(answer, status, code, message) {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.json().error.code, code, answer.text);
    if (message !== undefined) assert.equal(answer.json().error.message, message);
}

export const missingOwner = (key) =>
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`;

/** A number may be written 1000000, 1,000,000 or 1 000 000. */
/** The object at a path, as the administrator sees it, without its context. */
export async function readEntry(server, path) {
    const answer = await get(server, path, server.admin);
    assert.equal(answer.status, 200, answer.text);
    const { '@odata.context': _, ...entry } = answer.json();
    return entry;
}

const isMailbox = (path) => /\/(contacts|contactFolders)\b/i.test(path) && !/\/photos?\b/i.test(path);

/** The code of a 404 for an object, and of a 403, at that path (docs/http.md, Errors). */
export const missingCode = (path) => (isMailbox(path) ? 'ErrorItemNotFound' : 'Request_ResourceNotFound');
export const deniedCode = (path) =>
    isMailbox(path) || /\/photos?\b/i.test(path) ? 'ErrorAccessDenied' : 'Authorization_RequestDenied';

/** Asserts that the path has no object of that id. */
export async function assertGone(server, path, id) {
    const answer = await get(server, path, server.admin);
    assertError(answer, 404, missingCode(path), missingOwner(id));
}

export function assertMentions(answer, ...numbers) {
    const message = answer.json().error.message.replace(/(?<=\d)[,_ ](?=\d{3})/g, '');
    for (const number of numbers) {
        assert.match(
            message,
            new RegExp(`(?<!\\d)${number}(?!\\d)`),
            `the message holds ${number}: ${message}`,
        );
    }
}

/** HEAD is GET without the body. */
export function assertSameHead(fromGet, fromHead) {
    assert.equal(fromHead.status, fromGet.status);
    assert.equal(fromHead.body.length, 0);
    assert.deepEqual(lastingHeaders(fromHead), lastingHeaders(fromGet));
}
