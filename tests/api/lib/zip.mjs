// Reads a zip file whose files are stored without compression: { name: bytes }.
import assert from 'node:assert/strict';

export function filesOfZip(bytes) {
    const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    assert.ok(end >= 0, 'a zip file has an end record');
    const files = {};
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
        assert.equal(bytes.readUInt32LE(at), 0x02014b50, 'an entry of the central directory');
        assert.equal(bytes.readUInt16LE(at + 10), 0, 'stored');
        const [size, nameLength, extraLength, commentLength] = [
            bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32),
        ];
        const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
        const local = bytes.readUInt32LE(at + 42);
        const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
        files[name] = bytes.subarray(begin, begin + size);
        at += 46 + nameLength + extraLength + commentLength;
    }
    return files;
}
