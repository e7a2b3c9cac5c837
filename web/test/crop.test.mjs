import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { cropOf, drag, headerOf, missingSizes, mostSide, pan, turn, wholeView, withSide, zoom, turnedSize } = await load('crop.ts');

const four = (view, how) => how(how(how(how(view))));

test('a new view is the centre square, as the server takes it', () => {
    assert.deepEqual(cropOf(wholeView(900, 601)), { x: 149, y: 0, side: 601, rotate: 0 });
    assert.deepEqual(cropOf(wholeView(48, 100)), { x: 0, y: 26, side: 48, rotate: 0 });
});

test('the header has integers of the turned picture', () => {
    assert.equal(headerOf(cropOf(turn(wholeView(900, 600)))), 'x=0, y=150, side=600, rotate=90');
});

test('the square never leaves the picture', () => {
    const view = withSide(wholeView(900, 600), 300);
    assert.deepEqual(cropOf(pan(view, -5000, -5000)), { x: 0, y: 0, side: 300, rotate: 0 });
    assert.deepEqual(cropOf(pan(view, 5000, 5000)), { x: 600, y: 300, side: 300, rotate: 0 });
    assert.deepEqual(cropOf(pan(turn(view), 5000, 5000)), { x: 300, y: 600, side: 300, rotate: 90 });
});

test('the side is at least 48 and at most the shorter side', () => {
    assert.equal(cropOf(zoom(wholeView(900, 600), 1000)).side, 48);
    assert.equal(cropOf(zoom(wholeView(900, 600), 0.001)).side, 600);
    assert.equal(mostSide(turn(wholeView(900, 600))), 600);
});

test('zoom keeps the point under the pointer', () => {
    const view = withSide(wholeView(1000, 1000), 500);
    const [u, v] = [0.25, 0.75];
    const point = ({ x, y, side }) => [x + u * side, y + v * side];
    const closer = zoom(view, 1.7, u, v);
    assert.ok(closer.side < view.side);
    for (const i of [0, 1]) assert.ok(Math.abs(point(closer)[i] - point(view)[i]) < 1e-9);
});

test('a pinch that begins with the whole picture keeps both points under the fingers', () => {
    const view = wholeView(1600, 1600);
    const at = ({ x, side }, share) => x + share * side;
    const [left, right] = [at(view, 0.4), at(view, 0.6)];
    const one = drag(view, { x: 0.5, y: 0.5 }, { x: 0.45, y: 0.5 }, 1.5); // the left finger moves from 0.4 to 0.3
    const both = drag(one, { x: 0.45, y: 0.5 }, { x: 0.5, y: 0.5 }, 4 / 3); // the right one from 0.6 to 0.7
    for (const [was, is] of [[left, at(both, 0.3)], [right, at(both, 0.7)]]) assert.ok(Math.abs(was - is) < 1e-9);
});

test('a turn shows the same square of the picture, and four turns change nothing', () => {
    const view = pan(withSide(wholeView(900, 600), 200), 37, -21);
    const turned = turn(view);
    assert.deepEqual(turnedSize(turned), { width: 600, height: 900 });
    // The upper left corner of the square in the picture is the upper right one of the turned square.
    assert.deepEqual([turned.y, 600 - turned.x - turned.side], [view.x, view.y]);
    assert.deepEqual(four(view, turn), view);
});

test('rounding gives a square inside the picture, from any view', () => {
    let state = 1;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    for (let i = 0; i < 5000; i++) {
        let view = wholeView(48 + Math.floor(random() * 4000), 48 + Math.floor(random() * 4000));
        for (let step = 0; step < 6; step++) {
            const how = [
                (old) => pan(old, (random() - 0.5) * 3000, (random() - 0.5) * 3000),
                (old) => zoom(old, 0.3 + random() * 3, random(), random()),
                turn,
            ][Math.floor(random() * 3)];
            view = how(view);
        }
        const { x, y, side, rotate } = cropOf(view);
        const { width, height } = turnedSize(view);
        const inside = x >= 0 && y >= 0 && side >= 48 && x + side <= width && y + side <= height;
        assert.ok(inside && [x, y, side].every(Number.isInteger) && rotate % 90 === 0, JSON.stringify(view));
        assert.ok(Math.abs(x - view.x) <= 1 && Math.abs(y - view.y) <= 1 && Math.abs(side - view.side) <= 0.5);
    }
});

test('the sizes that a square is too small for', () => {
    assert.deepEqual(missingSizes(648), []);
    assert.deepEqual(missingSizes(500), [504, 648]);
    assert.deepEqual(missingSizes(48), [64, 96, 120, 240, 360, 432, 504, 648]);
});
