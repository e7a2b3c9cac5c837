// Calls of former photos, locks and runs (docs/cameo-api.md).
import assert from 'node:assert/strict';
import { call, get, post } from './http.mjs';

export const locked = 'This photo is locked by an administrator.';

/** The path of the owner ({ path }) below /cameo/v1. */
export const ownPath = ({ path }) => path.replace('/v1.0', '/cameo/v1');

export const formerPhotos = async (server, owner, token = server.admin) => {
    const answer = await get(server, `${ownPath(owner)}/formerPhotos`, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.json().value;
};
export const record = async (server, owner, token = server.admin) => {
    const answer = await get(server, `${ownPath(owner)}/photo`, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
};
export const restore = (server, owner, id, token = server.admin, headers = {}) =>
    call(server, 'POST', `${ownPath(owner)}/formerPhotos/${id}/restore`, { token, headers });
export const erase = (server, owner, token = server.admin) => call(server, 'POST', `${ownPath(owner)}/erase`, { token });
export const setLock = (server, owner, on, token = server.admin) =>
    call(server, 'PATCH', `${ownPath(owner)}/photo`, {
        token,
        body: JSON.stringify({ locked: on }),
        headers: { 'Content-Type': 'application/json' },
    });
export const startRun = async (server, name = 'photos', token = server.admin) => {
    const answer = await post(server, '/cameo/v1/runs', token, { name });
    assert.equal(answer.status, 201, answer.text);
    return answer.json();
};
export const undo = (server, run, token = server.admin) =>
    call(server, 'POST', `/cameo/v1/runs/${run.id}/undo`, { token });

/** { status, etag, bytes } of the photo. */
export async function shown(server, owner) {
    const { status, headers, body } = await get(server, owner.photo, server.admin);
    return { status, etag: headers.etag, bytes: status === 200 ? body.toString('base64') : '' };
}
