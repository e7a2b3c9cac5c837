// A profile photo on a web page: the bytes become an object in memory, and that is the image's source.
export async function showPhoto(image, url, token, owner = 'me', size = '240x240') {
    const photo = await fetch(`${url}/${owner}/photos/${size}/$value`, {
        headers: { Authorization: `Bearer ${token}` },
    });
    if (!photo.ok) throw new Error(`${photo.status} ${(await photo.json()).error.code}`);
    const source = URL.createObjectURL(await photo.blob());
    image.src = source;
    await image.decode();
    URL.revokeObjectURL(source); // the image keeps what it has decoded
}
