// Reads the reply of the bulk call (docs/bulk.md) part by part, while it arrives.

export interface BulkPhoto {
    /** The id as it was sent. */
    readonly id: string;
    readonly status: number;
    readonly etag: string | undefined;
    readonly type: string | undefined;
    readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Throws where the reply ends before its closing boundary. */
export async function* readBulk(body: ReadableStream<Uint8Array>): AsyncGenerator<BulkPhoto> {
    const reader = body.getReader();
    let rest = new Uint8Array(); // what has arrived and is not a whole part yet
    try {
        for (let chunk; !(chunk = await reader.read()).done; ) {
            rest = joined(rest, chunk.value);
            for (let part; (part = firstPart(rest)); rest = rest.subarray(part.end)) yield part.photo;
        }
    } finally {
        await reader.cancel();
    }
    if (!/^--\S+--\r\n$/.test(text(rest))) throw new TypeError('the reply broke off');
}

/** The part that the bytes begin with, and where it ends; undefined while some of it is missing. */
function firstPart(bytes: Uint8Array<ArrayBuffer>): { photo: BulkPhoto; end: number } | undefined {
    const start = headEnd(bytes);
    if (start === 0) return undefined;
    const lines = text(bytes.subarray(0, start)).split('\r\n');
    const head = new Map(lines.map((line) => line.split(': ') as [string, string]));
    const end = start + Number(head.get('Content-Length'));
    if (bytes.length < end + 2) return undefined; // a line break follows
    const photo = {
        id: decodeURIComponent(head.get('Content-ID') ?? ''),
        status: Number(head.get('Status')),
        etag: head.get('ETag'),
        type: head.get('Content-Type'),
        bytes: bytes.slice(start, end),
    };
    return { photo, end: end + 2 };
}

/** Where the empty line ends; 0 where there is none. */
function headEnd(bytes: Uint8Array): number {
    let at = bytes.indexOf(13);
    while (at >= 0 && !(bytes[at + 2] === 13 && bytes[at + 3] === 10)) at = bytes.indexOf(13, at + 1);
    return at < 0 ? 0 : at + 4;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
    const both = new Uint8Array(one.length + other.length);
    both.set(one);
    both.set(other, one.length);
    return both;
}

const latin1 = new TextDecoder('latin1');
const text = (bytes: Uint8Array): string => latin1.decode(bytes);
