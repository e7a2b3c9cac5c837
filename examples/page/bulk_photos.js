// Many photos in one call, in a browser or in Node: docs/bulk.md.

/**
 * Yields { id, status, etag, type, bytes } for each of up to 1,000 ids, in their order, while the answer arrives.
 * `etags` holds by id what is there already: such a photo is 304 without bytes unless it has changed.
 */
export async function* bulkPhotos(url, token, ids, size, etags = {}) {
    const answer = await fetch(`${url}/cameo/v1/photos`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ ids, size, ifNoneMatch: etags }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${(await answer.json()).error.code}`);
    const reader = answer.body.getReader();
    let rest = new Uint8Array(); // what has arrived and is not a whole part yet
    try {
        for (let chunk; !(chunk = await reader.read()).done; ) {
            rest = joined(rest, chunk.value);
            for (let part; (part = firstPart(rest)); rest = rest.subarray(part.end)) yield part.photo;
        }
    } finally {
        await reader.cancel();
    }
    if (!/^--\S+--\r\n$/.test(text(rest))) throw new Error('the answer broke off');
}

/** The part that the bytes begin with, and where it ends; nothing while some of it is missing. */
function firstPart(bytes) {
    const start = headEnd(bytes);
    if (start === 0) return undefined;
    const lines = text(bytes.subarray(0, start)).split('\r\n');
    const head = Object.fromEntries(lines.map((line) => line.split(': ')));
    const end = start + Number(head['Content-Length']);
    if (bytes.length < end + 2) return undefined; // a line break follows
    const photo = {
        id: decodeURIComponent(head['Content-ID']),
        status: Number(head.Status),
        etag: head.ETag,
        type: head['Content-Type'],
        bytes: bytes.subarray(start, end),
    };
    return { photo, end: end + 2 };
}

/** Where the empty line ends; 0 where there is none. */
function headEnd(bytes) {
    let at = bytes.indexOf(13);
    while (at >= 0 && !(bytes[at + 2] === 13 && bytes[at + 3] === 10)) at = bytes.indexOf(13, at + 1);
    return at < 0 ? 0 : at + 4;
}

function joined(one, other) {
    const both = new Uint8Array(one.length + other.length);
    both.set(one);
    both.set(other, one.length);
    return both;
}

const latin1 = new TextDecoder('latin1');
const text = (bytes) => latin1.decode(bytes);
