// Results that differ from the reference's, were looked into and follow a rule of Cameo. file: matched with the path below
// the sources.
const known = [
    {
        verdict: 'different',
        file: /gif-test-suite\/(dispose-restore-background|image-(inside|outside|overlap)-bg|images-combine|missing-pixels)\.gif$/,
        why: 'GIF: what the first picture leaves bare is transparent; the reference fills it with the background colour',
    },
    {
        verdict: 'different',
        file: /gif-test-suite\/high-color\.gif$/,
        why: 'GIF: the first picture alone counts, also where others follow without delay',
    },
    {
        verdict: 'different',
        file: /\/unitialized_memory_read\.gif$/,
        why: 'GIF: indices beyond the colour table, for which the format has no colour',
    },
    {
        verdict: 'different',
        file: /\/(exif_imagemagick_orientation|xmp_tags_orientation(_exiftool)?)\.png$/,
        why: 'PNG: orientation in XMP or in a text chunk; only the chunk eXIf counts',
    },
    {
        verdict: 'different',
        file: /\/(bug143608-comment|bug725582-testrotate)\.jpg$/,
        why: 'JPEG: orientation as SLONG; Exif 4.6.4 has SHORT, and no other type counts',
    },
    {
        verdict: 'readable',
        file: /\/testimgari\.jpg$/,
        why: 'JPEG: arithmetic coding is not supported',
    },
    {
        verdict: 'readable',
        file: /\/hopper_bad_exif\.jpg$/,
        why: 'JPEG: a bad Huffman code is damage; the reference continues behind it',
    },
    {
        verdict: 'readable',
        file: /\/badcrc\.png$/,
        why: 'PNG: a wrong checksum is damage',
    },
    {
        verdict: 'readable',
        file: /\/(issue_2811|max-codes)\.gif$/,
        why: 'GIF: codes of 11 bits for a pixel; the format has at most 8, and giflib reads no more',
    },
    {
        verdict: 'readable',
        file: /\/(no_palette|gif_nocolormaps)\.gif$/,
        why: 'GIF: no colour table, so the picture has no colours',
    },
    {
        verdict: 'readable',
        file: /\/label\.heic$/,
        why: 'HEIC: its property ispe says 0x0 pixels',
    },
];

/** Why this result is right although the reference differs, or undefined. */
export function explain(name, { verdict }) {
    return known.find((one) => one.verdict === verdict && one.file.test(name))?.why;
}
