// A strict reader of multipart/mixed as docs/bulk.md describes it.
import assert from 'node:assert/strict';

/** The parts of an answer: [{ id, status, headers (lower case), body }...]. */
export function parts({ headers, body }) {
    const [, boundary] = /^multipart\/mixed; boundary=([A-Za-z0-9-]+)$/.exec(headers['content-type']);
    const found = [];
    let at = 0;
    const take = (text) => {
        assert.equal(body.subarray(at, at + text.length).toString('latin1'), text);
        at += text.length;
    };
    for (;;) {
        take(`--${boundary}`);
        if (body[at] === 0x2d) break;
        take('\r\n');
        const end = body.indexOf('\r\n\r\n', at);
        const part = { headers: {} };
        for (const line of body.subarray(at, end).toString('latin1').split('\r\n')) {
            const colon = line.indexOf(': ');
            part.headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
        }
        at = end + 4;
        part.id = decodeURIComponent(part.headers['content-id']);
        part.status = Number(part.headers.status);
        const length = Number(part.headers['content-length']);
        part.body = body.subarray(at, at + length);
        at += length;
        take('\r\n');
        found.push(part);
    }
    take('--\r\n');
    assert.equal(at, body.length, 'nothing follows the closing boundary');
    return found;
}
