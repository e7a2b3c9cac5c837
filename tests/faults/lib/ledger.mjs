// The expected state of a server: for each owner the confirmed photo, or the photos that an unanswered write may have left.
// After any fault, every owner has one of them, whole, under the ETag of its bytes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { exchange } from '../../api/lib/http.mjs';
import { validateAnswer } from '../../api/lib/openapi_validator.mjs';
import { jpeg } from '../../api/lib/pictures.mjs';
import { makeContact, makeGroup, makeUser } from '../../api/lib/world.mjs';

const digest = (bytes) => createHash('sha256').update(bytes).digest('base64');

/** Pictures that differ in colour and sizes; small, since decoding is not tested here. */
export const pictures = Array.from({ length: 12 }, (_, i) =>
    jpeg(64 + 16 * (i % 3), 64 + 16 * (i % 3), [20 + 18 * i, 250 - 18 * i, (i * 90) % 256]),
);
export const none = -1;

/** One request; every answer except a 500 is checked against docs/openapi.yaml. */
export async function send(server, method, path, options = {}) {
    const answer = await exchange(server, method, path, { token: server.admin, ...options });
    if (answer.status === 500) assert.equal(answer.json().error.code, 'InternalServerError');
    else validateAnswer(answer, method, path, options);
    return answer;
}

/** The answer, or undefined where the connection ended without one. */
export async function ask(server, method, path, options) {
    try {
        return await send(server, method, path, options);
    } catch (error) {
        if (error.code === 'ERR_ASSERTION') throw error;
        return undefined;
    }
}

export const upload = (server, owner, picture, headers) =>
    ask(server, 'PUT', owner.photo, {
        body: pictures[picture],
        headers: { 'Content-Type': 'image/jpeg', ...headers },
    });

export class Ledger {
    owners = [];
    // Read from a server without faults:
    whole = new Map(); // digest of a rendition → "picture/size"
    sizes = []; // of each picture: [id…]
    etags = new Map(); // etag → picture

    /** Reads each picture's renditions from a server without faults. */
    async learn(server) {
        const user = await makeUser(server);
        for (const [picture] of pictures.entries()) {
            assert.ok((await upload(server, user, picture)).status < 300);
            this.sizes[picture] = [];
            for (const { id, bytes } of await this.#renditions(server, user)) {
                this.sizes[picture].push(id);
                this.whole.set(digest(bytes), `${picture}/${id}`);
            }
        }
        await send(server, 'DELETE', user.path);
    }

    async #renditions(server, owner) {
        const list = await send(server, 'GET', `${owner.path}/photos`);
        assert.equal(list.status, 200, list.text);
        return Promise.all(
            list.json().value.map(async ({ id, '@odata.mediaEtag': etag }) => {
                const path = `${owner.path}/photos/${id}/$value`;
                const { status, headers, body } = await send(server, 'GET', path);
                assert.equal(status, 200, body.toString());
                assert.equal(headers.etag, etag, 'one ETag for all sizes');
                return { id, etag, bytes: body };
            }),
        );
    }

    /** Adds an owner that has this picture. */
    async #add(owner, picture, server) {
        const added = { ...owner, may: new Set([none]) };
        this.owners.push(added);
        if (picture !== none) await this.put(server, added, picture);
        return added;
    }

    async addUser(server, picture = none) {
        return this.#add(await makeUser(server), picture, server);
    }

    async addGroup(server, picture = none) {
        return this.#add(await makeGroup(server), picture, server);
    }

    async addContact(server, where, picture = none) {
        return this.#add({ ...(await makeContact(server, where)), isContact: true }, picture, server);
    }

    /** What a backup made now may hold: the same, without later writes. */
    copy() {
        const copied = Object.assign(new Ledger(), this);
        copied.owners = this.owners.map((owner) => ({ ...owner, may: new Set(owner.may) }));
        return copied;
    }

    drop(owner) {
        this.owners = this.owners.filter((one) => one !== owner);
    }

    /** Adds the result of a write that may have been done or not. */
    allow(owner, picture) {
        owner.may.add(picture);
        owner.etag = undefined;
    }

    confirm(owner, picture) {
        owner.may = new Set([picture]);
        owner.etag = undefined;
    }

    /** Uploads; the answer determines the expected state. */
    async put(server, owner, picture) {
        this.allow(owner, picture);
        const answer = await upload(server, owner, picture);
        if (answer?.status < 300) this.confirm(owner, picture);
        else assertRefused(answer);
        return answer;
    }

    async remove(server, owner) {
        const had = [...owner.may];
        this.allow(owner, none);
        const answer = await ask(server, 'DELETE', owner.photo);
        if (answer?.status < 300 || answer?.status === 404) {
            if (answer.status === 404) assert.ok(had.includes(none), 'a photo is not lost');
            this.confirm(owner, none);
        } else assertRefused(answer);
        return answer;
    }

    /** Checks the server against the expected state; what it has is expected from now on. */
    async verify(server, owners = this.owners) {
        for (const owner of owners) await this.#verifyOwner(server, owner);
    }

    async #verifyOwner(server, owner) {
        const { picture, etag } = await this.#seen(server, owner);
        const told = `${owner.path} has ${picture}, may have ${[...owner.may]}`;
        assert.ok(owner.may.has(picture), told);
        if (owner.etag !== undefined) assert.equal(etag, owner.etag, 'an untouched photo keeps its ETag');
        if (picture !== none) {
            assert.equal(this.etags.get(etag) ?? picture, picture, 'an ETag belongs to its bytes');
            this.etags.set(etag, picture);
        }
        this.confirm(owner, picture);
        owner.etag = etag;
    }

    /** Whether the bytes are a rendition of this picture. */
    isWhole(bytes, picture) {
        return this.whole.get(digest(bytes))?.startsWith(`${picture}/`) ?? false;
    }

    async #seen(server, owner) {
        const largest = await send(server, 'GET', owner.photo);
        const metadata = await send(server, 'GET', `${owner.path}/photo`);
        assert.equal(largest.status, metadata.status, `${largest.text}${metadata.text}`);
        if (largest.status === 404) {
            assert.equal(largest.json().error.code, 'ImageNotFound', largest.text);
            return { picture: none };
        }
        assert.equal(largest.status, 200, largest.text);
        assert.equal(metadata.json()['@odata.mediaEtag'], largest.headers.etag);
        const [picture, id] = this.whole.get(digest(largest.body))?.split('/') ?? [];
        assert.ok(picture !== undefined, `the bytes of ${owner.photo} are no whole photo`);
        assert.equal(metadata.json().id, id);
        if (!owner.isContact) await this.#assertAllSizes(server, owner, picture, largest.headers.etag);
        return { picture: Number(picture), etag: largest.headers.etag };
    }

    async #assertAllSizes(server, owner, picture, etag) {
        const all = await this.#renditions(server, owner);
        assert.deepEqual(all.map(({ id }) => id), this.sizes[picture]);
        for (const one of all) {
            assert.equal(this.whole.get(digest(one.bytes)), `${picture}/${one.id}`);
            assert.equal(one.etag, etag);
        }
    }
}

/** A refusal must be a fault of the server: the request is never at fault. */
export function assertRefused(answer) {
    if (answer === undefined) return;
    assert.ok([500, 503, 507].includes(answer.status), `${answer.status} ${answer.text}`);
}
