// A page of faces: the names at once, then every face as soon as it arrives.
import { bulkPhotos } from './bulk_photos.js';

const most = 1000; // photos of one call

/** The directory's first people: [{ id, displayName }]. */
export async function listPeople(url, token) {
    const people = [];
    let next = `${url}/v1.0/users?$top=999&$select=id,displayName`;
    while (next && people.length < most) {
        const answer = await fetch(next, { headers: { Authorization: `Bearer ${token}` } });
        const page = await answer.json();
        if (!answer.ok) throw new Error(`${answer.status} ${page.error.code}`);
        people.push(...page.value);
        next = page['@odata.nextLink'];
    }
    return people.slice(0, most);
}

/** The grid: a card for everybody, which shows initials until there is a face. */
export class Faces {
    #grid;
    #cards = new Map(); // by id
    #etags = {}; // of the faces that are shown, by id

    constructor(grid) {
        this.#grid = grid;
    }

    show(people) {
        this.#cards = new Map(people.map((person) => [person.id, card(person)]));
        this.#etags = {};
        this.#grid.replaceChildren(...this.#cards.values());
    }

    /** Asks for everybody's photo, in one call; the next time, only those that have changed are sent. */
    async load(url, token, size = '96x96') {
        const told = { faces: 0, bytes: 0 };
        const ids = [...this.#cards.keys()];
        for await (const { id, status, etag, type, bytes } of bulkPhotos(url, token, ids, size, this.#etags)) {
            if (status === 200) {
                this.setFace(id, dataUrl(type, bytes));
                this.#etags[id] = etag;
                told.bytes += bytes.length;
            }
            if (status === 404) this.#removeFace(id);
            if (status === 200 || status === 304) told.faces++;
        }
        return told;
    }

    /** Puts a face on its card, and gives the image. */
    setFace(id, source) {
        const image = new Image();
        image.alt = '';
        image.src = source;
        this.#cards.get(id).firstChild.replaceChildren(image);
        return image;
    }

    #removeFace(id) {
        const circle = this.#cards.get(id).firstChild;
        circle.replaceChildren(circle.dataset.initials);
        delete this.#etags[id];
    }
}

// Of a thousand small photos, `blob:` addresses take Chromium three times as long to make and to load.
export const dataUrl = (type, bytes) => `data:${type};base64,${base64(bytes)}`;
const base64 = (bytes) => bytes.toBase64?.() ?? btoa(String.fromCharCode(...bytes)); // the newer browsers have the first

function card({ id, displayName }) {
    const words = displayName.trim().split(/\s+/);
    const circle = document.createElement('span');
    circle.dataset.initials = [words.at(0), words.length > 1 ? words.at(-1) : ''].map((word) => [...word][0]).join('');
    circle.textContent = circle.dataset.initials;
    circle.style.setProperty('--hue', (parseInt(id.slice(-4), 16) * 137) % 360);
    const figure = document.createElement('figure');
    figure.append(circle, Object.assign(document.createElement('figcaption'), { textContent: displayName }));
    return figure;
}
