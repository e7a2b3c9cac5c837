// Photos, records, locks and former photos: docs/cameo-api.md.
import { createHash, randomBytes } from 'node:crypto';
import { refuse } from './errors.mjs';
import { asJpeg, decode, hdSizes, renditionOf, rotate } from './pictures.mjs';

const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z');
const missing = () => refuse(404, 'ImageNotFound', 'The photo was not found.');

export class Photos {
    #owners = new Map();

    state(owner) {
        if (!this.#owners.has(owner)) this.#owners.set(owner, { photo: null, former: [], locked: false });
        return this.#owners.get(owner);
    }

    /** Bytes of a size, or of the largest. */
    read(owner, size) {
        const { photo } = this.state(owner);
        if (!photo) throw missing();
        return { etag: `"${photo.etag}"`, bytes: this.#sized(photo, size) };
    }

    #sized(photo, size = photo.sizes.at(-1)) {
        if (!photo.sizes.includes(size)) throw missing();
        photo.renditions[size] ??= renditionOf(photo.picture, photo.square, parseInt(size));
        return photo.renditions[size];
    }

    record(owner) {
        const { photo, locked } = this.state(owner);
        if (photo) return { ...recordOf(photo), locked };
        const none = { etag: null, modifiedDateTime: null, source: null, modifiedBy: null, width: null, height: null };
        return { ...none, sizes: [], crop: null, run: null, locked };
    }

    former(owner) {
        return this.state(owner).former.map((one) => ({
            ...pick(recordOf(one), 'modifiedDateTime', 'source', 'modifiedBy', 'run', 'width', 'height', 'sizes'),
            ...pick(one, 'id', 'replacedDateTime', 'replacedBy'),
        }));
    }

    formerBytes(owner, id, size) {
        return this.#sized(this.#find(owner, id), size === 'largest' ? undefined : size);
    }

    put(owner, bytes, { crop, source = 'api', by, run = null, conditions }) {
        const state = this.state(owner);
        check(state, conditions);
        const identity = createHash('sha256').update(bytes).update(crop ?? '').digest('hex');
        if (state.photo?.identity === identity) return;
        const made = photoOf(bytes, crop);
        this.#retire(owner, by);
        const etag = randomBytes(16).toString('hex').toUpperCase();
        state.photo = { ...made, identity, etag, source, modifiedBy: by, modifiedDateTime: now(), run };
    }

    remove(owner, { by, conditions }) {
        const state = this.state(owner);
        if (!state.photo) throw missing();
        check(state, conditions);
        this.#retire(owner, by);
        state.photo = null;
    }

    restore(owner, id, { by, conditions }) {
        const state = this.state(owner);
        const found = this.#find(owner, id);
        check(state, conditions);
        this.#retire(owner, by);
        state.former = state.former.filter((one) => one !== found);
        state.photo = { ...found, source: 'restored', modifiedBy: by, modifiedDateTime: now() };
    }

    forget(owner, id) {
        const found = this.#find(owner, id);
        const state = this.state(owner);
        state.former = state.former.filter((one) => one !== found);
    }

    erase(owner) {
        Object.assign(this.state(owner), { photo: null, former: [] });
    }

    #find(owner, id) {
        const found = this.state(owner).former.find((one) => one.id === id);
        if (!found) throw missing();
        return found;
    }

    #retire(owner, by) {
        const state = this.state(owner);
        if (!state.photo) return;
        const id = randomBytes(16).toString('hex');
        state.former.unshift({ ...state.photo, id, replacedDateTime: now(), replacedBy: by });
    }
}

const pick = (object, ...names) => Object.fromEntries(names.map((name) => [name, object[name]]));

const recordOf = (photo) =>
    pick(photo, 'etag', 'modifiedDateTime', 'source', 'modifiedBy', 'width', 'height', 'sizes', 'crop', 'run');

function photoOf(bytes, crop) {
    const given = parseCrop(crop);
    const picture = rotate(decode(bytes), given?.rotate ?? 0);
    const { width, height } = picture;
    const shorter = Math.min(width, height);
    if (shorter < 48) throw tooSmall(width, height);
    const square = given ?? { x: (width - shorter) >> 1, y: (height - shorter) >> 1, side: shorter };
    if (square.side < 48 || square.x + square.side > width || square.y + square.side > height) {
        throw refuse(400, 'BadRequest', `The crop is not inside the picture of ${width}x${height} pixels, or its side is under 48.`);
    }
    const sizes = hdSizes.filter((size) => size <= square.side).map((size) => `${size}x${size}`);
    const largest = parseInt(sizes.at(-1));
    return { picture, square, sizes, renditions: {}, width: largest, height: largest, crop: crop ?? null };
}

const tooSmall = (width, height) =>
    width < 48
        ? refuse(400, 'ValidationWidthTooSmall', `The picture is ${width} pixels wide; at least 48 are needed.`)
        : refuse(400, 'ValidationHeightTooSmall', `The picture is ${height} pixels high; at least 48 are needed.`);

function parseCrop(text) {
    if (text === undefined) return undefined;
    const bad = () => refuse(400, 'BadRequest', `Cameo-Crop is malformed: ${text}`);
    const values = { rotate: 0 };
    for (const part of text.split(',')) {
        const [, name, value] = /^\s*(x|y|side|rotate)=(\d+)\s*$/.exec(part) ?? [];
        if (!name || (name in values && name !== 'rotate')) throw bad();
        values[name] = Number(value);
    }
    if (values.x === undefined || values.y === undefined || values.side === undefined || values.rotate % 90) throw bad();
    return values;
}

/** If-Match and If-None-Match of a write. */
function check({ photo }, { ifMatch, ifNoneMatch }) {
    const has = (list) => photo !== null && (list === '*' || list.includes(`"${photo.etag}"`));
    if ((ifMatch && !has(ifMatch)) || (ifNoneMatch && has(ifNoneMatch))) {
        throw refuse(412, 'resourceModified', 'The photo was changed since it was read.');
    }
}

/** Reply of POST /cameo/v1/preview: { bytes, width, height }. */
export function preview(bytes) {
    const picture = decode(bytes);
    return { bytes: asJpeg(picture), width: picture.width, height: picture.height };
}
