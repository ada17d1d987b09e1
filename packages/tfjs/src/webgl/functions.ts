/**
 * GLSL functions of four values at a time, in the place of built-ins of which GLSL promises little, and of those that it lacks. There are
 * no branches: every value is computed and one is chosen. Coefficients of the sine and the arc tangent: Moshier, Cephes.
 */
export const functions: string = /* glsl */ `
const float pi = 3.14159265358979;
const vec4 zero = vec4(0.0);
const vec4 one = vec4(1.0);

// atanh's series doubled: log((1+s)/(1-s)) for |s| <= 0.18.
vec4 logRatio(vec4 s) {
  vec4 z = s * s;
  return 2.0 * s * (1.0 + z * (0.33333333 + z * (0.2 + z * (0.14285715 + z * 0.11111111))));
}

// log(x); a number near the lowest one for x <= 0.
vec4 ln(vec4 x) {
  ivec4 bits = floatBitsToInt(x);
  vec4 exponent = vec4((bits >> 23) - 127);
  vec4 fraction = intBitsToFloat((bits & 0x7fffff) | 0x3f800000);
  bvec4 large = greaterThan(fraction, vec4(1.41421356));
  fraction = mix(fraction, 0.5 * fraction, large);
  exponent = mix(exponent, exponent + 1.0, large);
  vec4 value = exponent * 0.69314718 + logRatio((fraction - 1.0) / (fraction + 1.0));
  vec4 known = mix(value, vec4(-3.4e38), lessThan(x, vec4(1.2e-38)));
  return mix(known, x, isnan(x));
}

// log(1 + x) for x >= 0, without forming 1 + x where x is small.
vec4 log1p(vec4 x) {
  return mix(ln(1.0 + x), logRatio(x / (2.0 + x)), lessThan(x, vec4(0.4)));
}

// e^x, 0 below -87 and e^88 above 88.
vec4 exponential(vec4 x) {
  vec4 y = clamp(x, -87.0, 88.0);
  vec4 k = floor(y * 1.44269504 + 0.5);
  vec4 r = (y - k * 0.693359375) + k * 2.12194440e-4;
  vec4 p = 1.0 + r * (1.0 + r * (0.5 + r * (0.16666667 + r * (0.041666667 + r * (0.0083333333 + r * 0.0013888889)))));
  vec4 value = p * intBitsToFloat((ivec4(k) + 127) << 23);
  return mix(mix(value, zero, lessThan(x, vec4(-87.0))), x, isnan(x));
}

// The angle in [0, pi] of a sine >= 0 and a cosine, which need not be exactly normalised.
vec4 angle(vec4 sine, vec4 cosine) {
  vec4 size = abs(cosine);
  vec4 ratio = min(sine, size) / max(max(sine, size), vec4(1e-37));
  bvec4 far = greaterThan(ratio, vec4(0.41421356));
  vec4 u = mix(ratio, (ratio - 1.0) / (ratio + 1.0), far);
  vec4 z = u * u;
  vec4 series = u + u * z * (-0.333329491539 + z * (0.199777106478 + z * (-0.138776856032 + z * 0.0805374449538)));
  vec4 part = series + mix(zero, vec4(0.25 * pi), far);
  vec4 acute = mix(part, 0.5 * pi - part, greaterThan(sine, size));
  vec4 value = mix(acute, pi - acute, lessThan(cosine, zero));
  return mix(value, cosine, isnan(cosine));
}

// 1 for what is no finite number, found by its bits: products and comparisons may lose a NaN.
vec4 notFinite(vec4 x) {
  return vec4(equal(floatBitsToInt(x) & 0x7f800000, ivec4(0x7f800000)));
}

// Rounding may leave [-1, 1] by an ulp, where powers of 1 + cos would be NaN.
vec4 clipped(vec4 cosine) { return mix(clamp(cosine, -one, one), cosine, isnan(cosine)); }

// sin of (x + quarters right angles).
vec4 turned(vec4 x, int quarters) {
  vec4 n = floor(x * 0.63661977 + 0.5);
  vec4 r = ((x - n * 1.5703125) - n * 4.83751296997e-4) - n * 7.549789954e-8;
  vec4 z = r * r;
  ivec4 quadrant = (ivec4(n) + quarters) & 3;
  vec4 odd = 1.0 - 0.5 * z + z * z * (0.04166664568298827 + z * (-0.001388731625493765 + z * 2.443315711809948e-5));
  vec4 even = r + r * z * (-0.16666654611 + z * (0.0083321608736 - z * 1.9515295891e-4));
  vec4 value = mix(even, odd, equal(quadrant & 1, ivec4(1)));
  return mix(value, -value, greaterThan(quadrant, ivec4(1)));
}

vec4 sine(vec4 x) { return turned(x, 0); }
vec4 cosine(vec4 x) { return turned(x, 1); }

// base^exponent; whole exponents up to 64 by squaring, which keeps the digits. Broken ones of a base <= 0 give 0.
vec4 power(vec4 base, vec4 exponent) {
  vec4 size = abs(exponent);
  vec4 whole = one;
  vec4 square = base;
  vec4 rest = min(size, 64.0);
  for (int bit = 0; bit < 7; bit++) {
    vec4 next = floor(0.5 * rest);
    whole = mix(whole, whole * square, greaterThan(rest - 2.0 * next, vec4(0.5)));
    // What no bit is left for may overflow.
    square = mix(square, square * square, greaterThan(next, vec4(0.5)));
    rest = next;
  }
  whole = mix(whole, 1.0 / whole, lessThan(exponent, zero));
  vec4 grown = exponential(exponent * ln(abs(base)));
  vec4 mirrored = mix(-grown, grown, equal(2.0 * floor(0.5 * size), size));
  vec4 below = mix(zero, mirrored, equal(floor(size), size));
  vec4 broken = mix(mix(zero, below, lessThan(base, zero)), grown, greaterThan(base, zero));
  bvec4 isWhole = equal(floor(size), min(size, 64.0));
  return mix(broken, whole, isWhole);
}

vec4 sigmoid(vec4 x) {
  vec4 e = exponential(-abs(x));
  return mix(one, e, lessThan(x, zero)) / (1.0 + e);
}

vec4 softplus(vec4 x) { return max(x, zero) + log1p(exponential(-abs(x))); }
`
