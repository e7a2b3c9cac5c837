// The people of a test: users made over the wire, and what is asserted about their photos again and again.
import assert from 'node:assert/strict';
import { lastingHeaders, post, put } from './http.mjs';

export const hdSizes = [48, 64, 96, 120, 240, 360, 432, 504, 648];
export const strongEtag = /^"[0-9A-F]{32}"$/;
export const unknownId = '00000000-1111-2222-3333-444444444444';

let made = 0;

/** The least that Graph wants of a new user, plus what the test wants. */
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

/** Creates a user: { id, upn, path, photo }; with `picture` also gives them that photo. */
export async function makeUser(server, { picture, ...more } = {}) {
    const body = userBody(more);
    const answer = await post(server, '/v1.0/users', server.admin, body);
    assert.equal(answer.status, 201, answer.text);
    const { id } = answer.json();
    const path = `/v1.0/users/${id}`;
    const user = { id, upn: body.userPrincipalName, path, photo: `${path}/photo/$value` };
    if (picture) await givePhoto(server, user, picture);
    return user;
}

export async function givePhoto(server, user, picture) {
    const answer = await put(server, user.photo, server.admin, picture);
    assert.equal(answer.status, 200, answer.text);
}

export function assertError(answer, status, code, message) {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.json().error.code, code, answer.text);
    if (message !== undefined) assert.equal(answer.json().error.message, message);
}

export const missingOwner = (key) =>
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`;

/** A number may be written 1000000, 1,000,000 or 1 000 000. */
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
