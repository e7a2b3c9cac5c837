// Generated people with generated portraits: the same for the same number.
import { hdSizes, painted, renditionOf } from './pictures.mjs';

const first = 'Ada Aylin Björn Chiara Dmitri Elif Fatima Grace Hedy Ines Jonas Katherine Łukasz Mai Noor Olu Priya Quentin Rosalind Sofia Tomás Ursula Vera Wei Xenia Yusuf Zoë'.split(' ');
const last = 'Abara Bergström Castillo Dąbrowska Eriksen Ferrari Goldberg Haddad Ivanova Jansen Kowalski Lindqvist Müller Nakamura Okafor Petrov Quinn Rossi Silva Tanaka Ünal Vogel Weiß Xu Yılmaz Zimmermann'.split(' ');
const departments = ['Sales', 'Engineering', 'Customer Support', 'Finance', 'Human Resources', 'Legal', 'Marketing', 'Research', 'Logistics', 'Production', 'Quality', 'IT Services', null];
const offices = ['Berlin', 'Kraków', 'Lisboa', 'Nairobi', 'Osaka', 'Toronto', null];
const titles = ['Engineer', 'Account Manager', 'Analyst', 'Team Lead', 'Director', 'Specialist', 'Coordinator'];
const sides = [648, 648, 648, 648, 648, 648, 504, 240, 120];

/** Person `i` of the organisation: { user, side, portrait }; `side` is that of the photo in pixels, 0 without one. */
export function personOf(i) {
    const given = first[i % first.length];
    const surname = last[Math.floor(i / first.length) % last.length];
    const round = Math.floor(i / first.length / last.length); // the names are used up: initials between them
    const middle = round ? `${String.fromCharCode(64 + round)}. ` : '';
    const user = {
        id: `10000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`,
        displayName: `${given} ${middle}${surname}`, givenName: given, surname,
        userPrincipalName: `person${i}@example.org`, mail: `mail${i}@example.org`,
        jobTitle: titles[mixed(i, titles.length)], department: departments[Math.min(mixed(i, 17), mixed(i + 7, 13))],
        officeLocation: offices[mixed(i, offices.length)], accountEnabled: true,
    };
    const side = mixed(i * 3, 10) > mixed(i, 17) % 5 ? sides[mixed(i, sides.length)] : 0;
    return { user, side, portrait: mixed(i, portraits.length) };
}

/** Adds `count` people to the server. */
export function generate(server, count) {
    for (let i = 0; i < count; i++) addPerson(server, personOf(i), i);
}

/** `i` gives the photo's ETag and age. */
export function addPerson(server, { user, side, portrait }, i) {
    server.users.set(user.userPrincipalName, { ...user, rights: [] });
    const state = server.photos.state(user.id);
    if (side) state.photo = photoOf(i, side, portraits[portrait]);
    if (mixed(i, 61) === 5) state.locked = true;
}

/** The bytes of a portrait. */
export const portraitJpeg = (portrait, side) => portraits[portrait].renditions[`${side}x${side}`];

/** A number under `count` that looks random, the same each time. */
const mixed = (i, count) => ((Math.imul(i + 1, 0x9e3779b1) >>> 8) ^ (i >> 3)) % count;

function photoOf(i, side, { picture, renditions }) {
    const sizes = hdSizes.filter((one) => one <= side).map((one) => `${one}x${one}`);
    const day = new Date(Date.UTC(2026, 10, 30) - (i % 400) * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z');
    return {
        get picture() { return picture(); }, square: { x: 0, y: 0, side: 648 }, sizes, renditions, width: side, height: side, crop: null,
        identity: `generated ${i}`, etag: i.toString(16).toUpperCase().padStart(32, '0'), source: 'import', modifiedBy: 'admin@example.org', modifiedDateTime: day, run: null,
    };
}

const lazyRenditions = (picture) =>
    new Proxy({}, {
        get: (there, name) => (there[name] ??= /^\d+x/.test(name) ? renditionOf(picture(), { x: 0, y: 0, side: 648 }, parseInt(name)) : undefined),
    });

/** Made when they are first read, and shared by many people. */
const portraits = Array.from({ length: 24 }, (_, i) => {
    let made;
    return { picture: () => (made ??= portrait(i)), renditions: lazyRenditions(() => (made ??= portrait(i))) };
});

const skins = [[241, 200, 170], [224, 172, 136], [188, 130, 96], [140, 92, 66], [96, 62, 46], [250, 218, 195]];
const hairs = [[44, 32, 28], [92, 58, 36], [164, 110, 58], [214, 176, 110], [120, 120, 124], [70, 30, 30]];
const grounds = [[196, 220, 216], [240, 216, 200], [214, 214, 240], [240, 228, 186], [206, 226, 244], [238, 208, 222]];
const shirts = [[40, 84, 110], [120, 50, 60], [60, 96, 66], [90, 76, 130], [200, 150, 60], [66, 70, 78]];

/** A head with hair and shoulders. */
function portrait(i) {
    const skin = skins[i % 6], hair = hairs[(i * 5 + 1) % 6], ground = grounds[(i + 2) % 6], shirt = shirts[(i * 5 + 3) % 6];
    const inside = (x, y, cx, cy, rx, ry) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
    const fringe = 205 + (i % 4) * 14;
    return painted(648, 648, (x, y) => {
        const eye = inside(x, y, 276, 300, 13, 10) || inside(x, y, 372, 300, 13, 10);
        if (eye) return [50, 40, 36];
        if (inside(x, y, 324, 388, 46, 16) && y > 388) return [170, 80, 76];
        if (inside(x, y, 324, 300, 128, 164)) return y < fringe + Math.abs(x - 324) * 0.25 ? hair : skin;
        if (inside(x, y, 324, 270, 160, 175 + (i % 3) * 40) && (y < 300 || i % 3 > 0)) return hair;
        if (Math.abs(x - 324) < 62 && y > 400 && y < 520) return skin.map((part) => part * 0.9);
        if (inside(x, y, 324, 700, 270, 220)) return shirt;
        return ground.map((part) => part * (1 - y / 5000));
    });
}

const groupNames = ['All employees', 'Board', 'Berlin cyclists', 'First aid', 'Choir', 'Project Aurora', 'Project Borealis', 'Works council'];

/** [{ id, displayName, members: Set of ids }] */
export function groupsOf(server) {
    server.groups ??= groupNames.map((displayName, i) => {
        const ids = [...server.users.values()].map(({ id }) => id);
        return { id: `20000000-0000-4000-8000-00000000000${i}`, displayName, members: new Set(ids.filter((_, at) => at % (i * 3 + 1) === 0)) };
    });
    return server.groups;
}
