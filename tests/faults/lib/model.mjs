// The reference model: what the photo API must answer (docs/http.md, docs/access.md), in plain code and without storage.
//
// A photo is { picture, etag } or null; `etag` is undefined until an answer shows it. A request is
// { method, place, as, owner, picture, ifMatch, ifNoneMatch, size }; `place` is one of `places`. The possible states are
// a list, since an unanswered write may have been done or not.
export const places = ['photo/$value', 'photo', 'photos', 'photos/size', 'photos/size/$value'];
export const junk = 'junk'; // an upload that is no picture

const writes = (method) => method === 'PUT' || method === 'DELETE';
const kindsOf = { user: 'user', me: 'user', group: 'group', team: 'team', contact: 'contact' };

/** Whether the principal may do this: the table of docs/access.md. */
const rights = {
    anonymous: () => false,
    admin: () => true,
    // Application: User.Read.All ProfilePhoto.Read.All
    reader: (kind, write) => !write && (kind === 'user' || kind === 'group'),
    // Delegated: User.ReadWrite Contacts.ReadWrite, of the person who owns `own`
    self: (kind, write, own) => own && (kind === 'user' || kind === 'contact'),
    // Delegated: User.ReadBasic.All Group.Read.All, of another person
    colleague: (kind, write) => !write && kind !== 'contact',
};
export const principals = Object.keys(rights);

const refused = (status, code) => ({ status, code });

/** Sizes of a picture whose shorter side is `side`. */
export const sizesOf = (side) => [48, 64, 96, 120, 240].filter((size) => size <= side).map((size) => `${size}x${size}`);

const isNamed = (condition, photo) => condition === '*' || (condition !== undefined && condition === photo?.etag);

/** { status, code?, photo (afterwards), shows? (what a 200 holds) } for one photo and one request. */
export function rule(photo, request, sides) {
    const { method, place, as, owner, ifMatch, ifNoneMatch } = request;
    const kind = kindsOf[request.name];
    const write = writes(method);
    if (method === 'DELETE' && (kind === 'team' || kind === 'contact')) return { ...refused(405, 'Request_BadRequest'), photo };
    if (as === 'anonymous') return { ...refused(401, 'InvalidAuthenticationToken'), photo };
    if (!rights[as](kind, write, owner.own)) return { ...refused(403), photo };
    if (method === 'PUT') return put(photo, request, kind);
    if (!photo) return { ...refused(404, 'ImageNotFound'), photo };
    if (method === 'DELETE') {
        if (ifMatch !== undefined && !isNamed(ifMatch, photo)) return { ...refused(412, 'resourceModified'), photo };
        return { status: 200, photo: null };
    }
    const sizes = sizesOf(sides[photo.picture]);
    if (place.startsWith('photos/') && !sizes.includes(request.size)) return { ...refused(404, 'ImageNotFound'), photo };
    if (place.endsWith('$value') && isNamed(ifNoneMatch, photo)) return { status: 304, photo, shows: {} };
    return { status: 200, photo, shows: { picture: photo.picture, size: request.size ?? sizes.at(-1), sizes } };
}

function put(photo, { picture, ifMatch, ifNoneMatch }, kind) {
    const holds = (ifMatch === undefined || (photo && isNamed(ifMatch, photo))) && !(ifNoneMatch === '*' && photo);
    if (!holds) return { ...refused(412, 'resourceModified'), photo };
    if (picture === junk) return { ...refused(415, 'UnsupportedMediaType'), photo };
    const status = kind === 'team' ? 204 : 200;
    return { status, photo: photo?.picture === picture ? photo : { picture, etag: undefined } };
}

/**
 * The states that are possible after the answer ({ status, code, etag, picture, size, sizes } or undefined where there
 * was none), from one state; none where the answer contradicts it.
 */
export function step(photo, request, answer, sides) {
    const wanted = rule(photo, request, sides);
    if (answer === undefined) return wanted.photo === photo ? [photo] : [photo, wanted.photo];
    if (answer.status === 503 || answer.status === 429) return [photo]; // refused for now, so not done
    if (answer.status !== wanted.status || (wanted.code && answer.code !== wanted.code)) return [];
    if (!wanted.shows) return [wanted.photo];
    for (const [name, value] of Object.entries(wanted.shows))
        if (answer[name] !== undefined && String(answer[name]) !== String(value)) return [];
    if (answer.etag === undefined) return [photo];
    if (photo.etag !== undefined && photo.etag !== answer.etag) return [];
    return [{ ...photo, etag: answer.etag }];
}

/** The states after concurrent requests, in each order that fits their answers; none where no order does. */
export function inSomeOrder(photos, asked, sides) {
    if (asked.length === 0) return photos;
    const after = asked.flatMap(({ request, answer }, i) => {
        const next = photos.flatMap((photo) => step(photo, request, answer, sides));
        return next.length === 0 ? [] : inSomeOrder(next, asked.toSpliced(i, 1), sides);
    });
    return [...new Map(after.map((photo) => [JSON.stringify(photo), photo])).values()];
}
