// Finds literals in raw bytes, sixteen positions at a time. Compiled by `npm run kernel` into kernel-bytes.ts.
//
// The caller owns the memory: it lays out tables and bytes and passes addresses. Thirty-two bytes and some may be read, and are
// then ignored, beyond any end: whatever is scanned must lie that far from the end of the memory. Nothing is written but
// `line`, the bounds of the line of the latest find.

const newline: u8 = 10;

/** The bounds of the line around the latest find: its first byte, and its newline or `end`. */
let lineStart: i32 = 0;
let lineEnd: i32 = 0;
export function foundStart(): i32 { return lineStart; }
export function foundEnd(): i32 { return lineEnd; }

/** The sum of sixteen numbers. */
function sumOf(sums: v128): i32 {
  const words = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sums));
  return i32x4.extract_lane(words, 0) + i32x4.extract_lane(words, 1) + i32x4.extract_lane(words, 2) + i32x4.extract_lane(words, 3);
}

/** Newlines from `from` to before `end`. */
export function countNewlines(from: i32, end: i32): i32 {
  const wanted = i8x16.splat(newline);
  let count: i32 = 0;
  let at = from;
  while (at + 64 <= end) {
    // A lane counts to 255 at most.
    const stop = at + (min((end - at) >> 6, 63) << 6);
    let sums = i8x16.splat(0);
    for (; at < stop; at += 64) {
      const a = i8x16.add(i8x16.eq(v128.load(at), wanted), i8x16.eq(v128.load(at, 16), wanted));
      const b = i8x16.add(i8x16.eq(v128.load(at, 32), wanted), i8x16.eq(v128.load(at, 48), wanted));
      sums = i8x16.sub(sums, i8x16.add(a, b));
    }
    count += sumOf(sums);
  }
  for (; at < end; at++) if (load<u8>(at) == newline) count++;
  return count;
}

/** The first newline from `from` on; `end` where there is none before. */
export function nextNewline(from: i32, end: i32): i32 {
  const wanted = i8x16.splat(newline);
  for (let at = from; at < end; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (mask != 0) return min(at + ctz(mask), end);
  }
  return end;
}

/** The first byte of the line that holds `at` and does not begin before `from`. */
export function startOfLine(from: i32, at: i32): i32 {
  while (at > from && load<u8>(at - 1) != newline) at--;
  return at;
}

/** Whether the bytes at `at` are the `length` bytes at `literal`. */
function isAt(at: i32, literal: i32, length: i32): bool {
  for (let index = 0; index < length; index++) {
    if (load<u8>(at + index) != load<u8>(literal + index)) return false;
  }
  return true;
}

function found(from: i32, at: i32, end: i32): i32 {
  lineStart = startOfLine(from, at);
  lineEnd = nextNewline(at, end);
  return at;
}

/** Places from `from` to before `end`, but for up to fifteen at the end, that hold `first`, and `second` at `distance` behind it. */
export function countPairs(from: i32, end: i32, first: u8, second: u8, distance: i32): i32 {
  const one = i8x16.splat(first);
  const two = i8x16.splat(second);
  let count: i32 = 0;
  let at = from;
  while (at + 16 <= end) {
    // A lane counts to 255 at most.
    const stop = at + (min((end - at) >> 4, 255) << 4);
    let sums = i8x16.splat(0);
    for (; at < stop; at += 16) {
      sums = i8x16.sub(sums, v128.and(i8x16.eq(v128.load(at), one), i8x16.eq(v128.load(at + distance), two)));
    }
    count += sumOf(sums);
  }
  return count;
}

/**
 * The first place of the `length` bytes at `literal`, from `from` to before `end`; -1 where there is none. Looks for the
 * bytes at `first` and `second` of it, the two that are likely to be rare.
 */
export function findOne(from: i32, end: i32, literal: i32, length: i32, first: i32, second: i32): i32 {
  const one = i8x16.splat(load<u8>(literal + first));
  const two = i8x16.splat(load<u8>(literal + second));
  const last = end - length;
  let at = from;
  for (; at + 64 <= last; at += 64) {
    const a = v128.and(i8x16.eq(v128.load(at + first), one), i8x16.eq(v128.load(at + second), two));
    const b = v128.and(i8x16.eq(v128.load(at + 16 + first), one), i8x16.eq(v128.load(at + 16 + second), two));
    const c = v128.and(i8x16.eq(v128.load(at + 32 + first), one), i8x16.eq(v128.load(at + 32 + second), two));
    const d = v128.and(i8x16.eq(v128.load(at + 48 + first), one), i8x16.eq(v128.load(at + 48 + second), two));
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    let mask: u64 = <u64>i8x16.bitmask(a) | (<u64>i8x16.bitmask(b) << 16) | (<u64>i8x16.bitmask(c) << 32) | (<u64>i8x16.bitmask(d) << 48);
    while (mask != 0) {
      const place = at + <i32>ctz(mask);
      if (isAt(place, literal, length)) return found(from, place, end);
      mask &= mask - 1;
    }
  }
  for (; at <= last; at++) if (isAt(at, literal, length)) return found(from, at, end);
  return -1;
}

/**
 * The first place of any of several literals; -1 where there is none. `masks` holds six tables of 16 bytes, for the low and
 * the high half of a literal's first, second and third byte: bit `b` of an entry is set where that half begins a literal of
 * bucket `b`. `buckets` holds, for each of the eight buckets, the address and the count of its literals, each an address
 * and a length. (Teddy, by Geoffrey Langdale: https://github.com/intel/hyperscan.)
 */
export function findAny(from: i32, end: i32, masks: i32, buckets: i32): i32 {
  const low0 = v128.load(masks), high0 = v128.load(masks, 16);
  const low1 = v128.load(masks, 32), high1 = v128.load(masks, 48);
  const low2 = v128.load(masks, 64), high2 = v128.load(masks, 80);
  const half = i8x16.splat(15);
  // What the bytes before say of a literal's first and second byte: nothing begins before `from`.
  let before0 = i8x16.splat(0), before1 = i8x16.splat(0);
  // Of the bytes at `at` it is told where literals begin two before them.
  for (let at = from; at < end + 2; at += 32) {
    const x = v128.load(at), y = v128.load(at, 16);
    const xLow = v128.and(x, half), xHigh = i8x16.shr_u(x, 4);
    const yLow = v128.and(y, half), yHigh = i8x16.shr_u(y, 4);
    const x0 = v128.and(i8x16.swizzle(low0, xLow), i8x16.swizzle(high0, xHigh));
    const y0 = v128.and(i8x16.swizzle(low0, yLow), i8x16.swizzle(high0, yHigh));
    const x1 = v128.and(i8x16.swizzle(low1, xLow), i8x16.swizzle(high1, xHigh));
    const y1 = v128.and(i8x16.swizzle(low1, yLow), i8x16.swizzle(high1, yHigh));
    const x2 = v128.and(i8x16.swizzle(low2, xLow), i8x16.swizzle(high2, xHigh));
    const y2 = v128.and(i8x16.swizzle(low2, yLow), i8x16.swizzle(high2, yHigh));
    const hitsX = v128.and(x2, v128.and(later1(before1, x1), later2(before0, x0)));
    const hitsY = v128.and(y2, v128.and(later1(x1, y1), later2(x0, y0)));
    before0 = y0;
    before1 = y1;
    if (!v128.any_true(v128.or(hitsX, hitsY))) continue;
    const zero = i8x16.splat(0);
    let places: u32 = <u32>i8x16.bitmask(i8x16.ne(hitsX, zero)) | (<u32>i8x16.bitmask(i8x16.ne(hitsY, zero)) << 16);
    while (places != 0) {
      const place = at - 2 + <i32>ctz(places);
      places &= places - 1;
      if (isAnyAt(place, end, masks, buckets)) return found(from, place, end);
    }
  }
  return -1;
}

/** `now`, one place later; its first is the last of `before`. */
function later1(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

function later2(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

/** Whether a literal is at `place`, of the buckets that its three bytes may begin: a lane cannot be chosen at run time. */
function isAnyAt(place: i32, end: i32, masks: i32, buckets: i32): bool {
  const p = <i32>load<u8>(place), q = <i32>load<u8>(place + 1), r = <i32>load<u8>(place + 2);
  let set = <i32>load<u8>(masks + (p & 15)) & <i32>load<u8>(masks + 16 + (p >> 4))
    & <i32>load<u8>(masks + 32 + (q & 15)) & <i32>load<u8>(masks + 48 + (q >> 4))
    & <i32>load<u8>(masks + 64 + (r & 15)) & <i32>load<u8>(masks + 80 + (r >> 4));
  while (set != 0) {
    const bucket = buckets + (ctz(set) << 3);
    set &= set - 1;
    let entry = load<i32>(bucket);
    const stop = entry + (load<i32>(bucket, 4) << 3);
    for (; entry < stop; entry += 8) {
      const length = load<i32>(entry, 4);
      if (place + length <= end && isAt(place, load<i32>(entry), length)) return true;
    }
  }
  return false;
}
