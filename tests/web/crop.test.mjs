// The crop editor: what it shows is what the server stores, to the pixel. docs/web.md, docs/cameo-api.md.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage } from './page.mjs';
import { assertCrop, marked, parseCrop } from './pictures.mjs';
import { standIn, startSite } from './site.mjs';

let site, browser;
before(async () => {
    site = await startSite();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

/** Opens a picture in the editor of a new page. */
async function edit(picture, options = {}) {
    const opened = await openPage(browser, site, { account: 'ada', ...options });
    await opened.page.locator('input[type=file]').first().setInputFiles(picture);
    await opened.page.locator('.crop-area').waitFor();
    return opened;
}

/** Saves, and returns the crop that was sent. */
async function save(page) {
    const [request] = await Promise.all([
        page.waitForRequest((one) => one.method() === 'PUT'),
        page.getByRole('button', { name: 'Save photo' }).click(),
    ]);
    await page.getByRole('status').getByText('The new photo is stored.').waitFor();
    assert.equal(request.headers()['cameo-source'], 'web');
    return parseCrop(request.headers()['cameo-crop']);
}

const press = async (page, ...keys) => {
    for (const key of keys) await page.keyboard.press(key);
};

test('a square of 648 moved by the keyboard is served to the pixel, in every rotation', async () => {
    const picture = marked(1000, 648);
    for (const rotate of [0, 90, 180, 270]) {
        const { page, problems, close } = await edit(picture);
        await press(page, 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', ...Array(rotate / 90).fill('r'));
        const crop = await save(page);
        assert.deepEqual([crop.side, crop.rotate], [648, rotate]);
        if (rotate === 0) assert.deepEqual([crop.x, crop.y], [137, 0]); // 176 - 3 * 2 % of 648
        assertCrop(picture, crop, (await site.photo('ada', '648x648')).bytes);
        assert.deepEqual(problems, []);
        await close();
    }
});

test('what the crop area and the preview show is the square that is stored', async () => {
    const picture = marked(1200, 900);
    const { page, close } = await edit(picture);
    await press(page, 'Shift++', 'Shift+ArrowRight', 'ArrowUp', 'r');
    const shown = await page.locator('.previews canvas').nth(1).evaluate((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return { side: canvas.width, grey: Array.from(data).filter((_, i) => i % 4 === 0) };
    });
    await save(page);
    const { default: jpegjs } = await import('jpeg-js');
    const stored = jpegjs.decode((await site.photo('ada', '240x240')).bytes, { useTArray: true });
    assert.equal(shown.side, 240);
    const off = (move) => {
        let sum = 0;
        for (let y = 2; y < 238; y++) {
            for (let x = 2; x < 238; x++) sum += Math.abs(shown.grey[y * 240 + x] - stored.data[(y * 240 + x + move) * 4]);
        }
        return sum / (236 * 236);
    };
    for (const move of [-1, 1, -240, 240]) assert.ok(off(move) > off(0) * 1.5, `${off(move)} against ${off(0)}`);
    await close();
});

test('drag, wheel and pinch keep what is under the pointer there', async () => {
    const { page, context, close } = await edit(marked(1600, 1600), { touch: true, width: 800 });
    const box = await page.locator('.crop-area').boundingBox();
    const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const device = await context.newCDPSession(page);
    const touch = (type, ...points) => device.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    const apart = (distance) => [
        { x: centre.x - distance, y: centre.y, id: 0 },
        { x: centre.x + distance, y: centre.y, id: 1 },
    ];
    await touch('touchStart', ...apart(50));
    for (const distance of [60, 70, 80, 90, 100]) await touch('touchMove', ...apart(distance));
    await touch('touchEnd');
    const { side, x } = await position(page);
    assert.ok(Math.abs(side - 800) <= 2, `two fingers twice as far apart halve the square: ${side}`);
    assert.ok(Math.abs(x - 400) <= 2, `the middle stays: ${x}`);
    await page.mouse.move(centre.x, centre.y);
    await page.mouse.down();
    await page.mouse.move(centre.x + box.width / 1.18 / 4, centre.y, { steps: 5 });
    await page.mouse.up();
    const moved = await position(page);
    assert.ok(Math.abs(x - moved.x - side / 4) <= 2, `a quarter of the square to the right: ${x} to ${moved.x}`);
    await page.mouse.wheel(0, 300);
    assert.ok((await position(page)).side > side);
    await close();
});

/** The square as the live region tells it. */
async function position(page) {
    await page.waitForTimeout(350);
    const text = (await page.locator('.editor [aria-live]').textContent()).replace(/(?<=\d),(?=\d)/g, '');
    const [, side, x, y] = /Square of (\d+) pixels, (\d+) from the left, (\d+) from the top/.exec(text);
    return { side: Number(side), x: Number(x), y: Number(y) };
}

test('each key and gesture has a button; the live region tells the change', async () => {
    const { page, close } = await edit(marked(1000, 1000));
    await page.getByRole('button', { name: 'Zoom in' }).click();
    assert.deepEqual(await position(page), { side: 800, x: 100, y: 100 });
    await page.getByRole('button', { name: 'Move left' }).click();
    await page.getByRole('button', { name: 'Move up' }).click();
    assert.deepEqual(await position(page), { side: 800, x: 20, y: 20 });
    await page.getByRole('button', { name: 'Move right' }).click();
    await page.getByRole('button', { name: 'Move down' }).click();
    await page.getByRole('button', { name: 'Rotate by 90°' }).click();
    await page.locator('[aria-live]').getByText('rotated by 90 degrees').waitFor();
    await page.getByRole('slider', { name: 'Zoom' }).focus();
    await page.keyboard.press('End');
    assert.equal((await position(page)).side, 48);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.getByRole('button', { name: 'Start over' }).click();
    assert.deepEqual(await position(page), { side: 1000, x: 0, y: 0 });
    await close();
});

test('a square too small for a size names the sizes that will be missing', async () => {
    const { page, close } = await edit(marked(500, 640));
    await page.getByText('The square has 500 pixels. These sizes will be missing: 504 × 504 and 648 × 648.').waitFor();
    await save(page);
    await page.getByText('The picture is too small for 504 × 504 and 648 × 648.').waitFor();
    assert.equal(await page.locator('.sizes li').count(), 7);
    await close();
});

test('more than 4 MB are stored, since the crop goes with them', async () => {
    const picture = marked(1500, 1500);
    picture.buffer = Buffer.concat([picture.buffer, Buffer.alloc(5_000_000)]); // ignored after the end of the picture
    const { page, close } = await edit(picture);
    await save(page);
    await close();
});

test('a picture that the browser cannot show is rendered by the server, and cropped in its own pixels', async () => {
    const picture = marked(2000, 1500);
    const route = (page) =>
        page.addInitScript(() => {
            const real = window.createImageBitmap;
            window.createImageBitmap = (source, ...rest) =>
                source instanceof File ? Promise.reject(new Error('unknown format')) : real(source, ...rest);
        });
    const { page, problems, close } = await edit(picture, { route });
    await press(page, ...Array(8).fill('ArrowLeft'), '+');
    const crop = await save(page);
    assert.ok(crop.side > 1400, 'pixels of the original, not of the preview');
    assert.deepEqual(problems, []);
    await close();
});

test('the orientation of the file: the browser and the server turn it alike', { skip: standIn && 'the stand-in knows no Exif' }, async () => {
    const picture = marked(1000, 648, { orientation: 6 }); // to be turned clockwise by 90 degrees
    const { page, close } = await edit(picture);
    await press(page, 'ArrowUp', 'ArrowUp');
    const crop = await save(page);
    assert.deepEqual([crop.side, crop.rotate], [648, 0]);
    assertCrop(picture, { ...crop, rotate: 90 }, (await site.photo('ada', '648x648')).bytes);
    await close();
});
