// The measured page: the same people, cards and images; it requests the photos in one of three ways. It reports its start and
// its results to the site, twice: the second time as a page that is shown again.
import { bulkPhotos } from './bulk_photos.js';
import { dataUrl, Faces, listPeople } from './faces.js';

const { way, url, token } = Object.fromEntries(new URLSearchParams(location.search));
const headers = { Authorization: `Bearer ${token}` };
const size = '96x96';

const ways = {
    // As many at once as the browser allows: six connections. Its cache revalidates the photos the second time.
    async single(ids, show) {
        const one = async (id) => {
            const photo = await fetch(`${url}/v1.0/users/${id}/photos/${size}/$value`, { headers });
            show(id, dataUrl('image/jpeg', new Uint8Array(await photo.arrayBuffer())));
        };
        await Promise.all(ids.map(one));
    },
    // Twenty in a request, the maximum of Graph.
    async batch(ids, show) {
        const twenties = Array.from({ length: Math.ceil(ids.length / 20) }, (_, i) => ids.slice(20 * i, 20 * i + 20));
        const one = async (some) => {
            const requests = some.map((id) => ({
                id,
                method: 'GET',
                url: `/users/${id}/photos/${size}/$value`,
                headers: etags[id] ? { 'If-None-Match': etags[id] } : undefined,
            }));
            const answer = await fetch(`${url}/v1.0/$batch`, {
                method: 'POST',
                headers: { ...headers, 'Content-Type': 'application/json' },
                body: JSON.stringify({ requests }),
            });
            for (const { id, status, headers: fields, body } of (await answer.json()).responses) {
                if (status === 304) continue;
                show(id, `data:image/jpeg;base64,${body}`);
                etags[id] = fields.ETag;
            }
        };
        await Promise.all(twenties.map(one));
    },
    async bulk(ids, show) {
        for await (const { id, status, etag, type, bytes } of bulkPhotos(url, token, ids, size, etags)) {
            if (status === 304) continue;
            show(id, dataUrl(type, bytes));
            etags[id] = etag;
        }
    },
};
const etags = {};

/** Seconds until every face is decoded and a frame with it has been drawn. */
async function measure(faces, ids) {
    const start = performance.now();
    const since = () => (performance.now() - start) / 1000;
    let first;
    const decoded = [];
    const show = (id, source) => {
        const image = faces.setFace(id, source);
        decoded.push(image.decode().then(() => (first ??= since())));
    };
    await ways[way](ids, show);
    await Promise.all(decoded);
    await frame();
    await frame();
    const images = [...document.images];
    const whole = images.filter(({ complete, naturalWidth }) => complete && naturalWidth === 96);
    return { seconds: since(), first: first ?? 0, faces: whole.length };
}

const frame = () => new Promise((done) => requestAnimationFrame(done));
const tell = (what, body = {}) => fetch(`/${what}`, { method: 'POST', body: JSON.stringify(body) });

try {
    const people = await listPeople(url, token);
    const faces = new Faces(document.querySelector('main'));
    faces.show(people);
    for (const pass of ['first', 'again']) {
        await new Promise((done) => setTimeout(done, 700)); // the browser has started and is idle
        await tell('begin', { pass });
        await tell('end', { pass, ...(await measure(faces, people.map(({ id }) => id))) });
    }
    await tell('bye');
} catch (error) {
    await tell('bye', { error: String(error) });
}
