/**
 * WGSL functions that stand in for built-ins whose errors are too large, or that WGSL lacks. Errors are against float64, as
 * measured over the whole domain by this package's tests. Coefficients of the sine, cosine and arc tangent: Moshier, Cephes.
 *
 * NaN must not be relied on in WGSL (compilers may assume there is none), so each function is finite on its whole domain.
 */
export const functions: string = /* wgsl */ `
const pi = 3.14159265358979f;
const lowest = -3.4e38f;

// atanh's series doubled: log((1+s)/(1-s)) for |s| <= 0.18.
fn logRatio(s: f32) -> f32 {
  let z = s * s;
  return 2 * s * (1 + z * (0.33333333f + z * (0.2f + z * (0.14285715f + z * 0.11111111f))));
}

// log(x); for x <= 0 a number near the lowest one.
fn ln(x: f32) -> f32 {
  if (x < 1.2e-38f) { return lowest; }
  let bits = bitcast<u32>(x);
  var exponent = i32(bits >> 23u) - 127;
  var fraction = bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u);
  if (fraction > 1.41421356f) {
    fraction *= 0.5f;
    exponent += 1;
  }
  return f32(exponent) * 0.69314718f + logRatio((fraction - 1) / (fraction + 1));
}

// log(1 + x) for x >= 0, without forming 1 + x where x is small.
fn ln1p(x: f32) -> f32 {
  if (x < 0.4f) { return logRatio(x / (2 + x)); }
  return ln(1 + x);
}

// x or the nearer bound. By comparisons: min and max bring rules for NaN along, on some devices in a dozen instructions.
fn within(low: f32, x: f32, high: f32) -> f32 {
  let above = select(low, x, x > low);
  return select(high, above, above < high);
}

// e^x, 0 below -87.7 and e^88 above 88. The series in pairs: no step of it waits for many others.
fn exponential(x: f32) -> f32 {
  let y = within(-88f, x, 88f);
  // Rather than round, which brings halves to even numbers: likewise.
  let k = floor(y * 1.44269504f + 0.5f);
  let r = (y - k * 0.693359375f) + k * 2.12194440e-4f;
  let z = r * r;
  let p = 1 + (r + z * ((0.49999993f + r * 0.1666652f) + z * ((0.041668394f + r * 0.0083687804f) + z * 0.0013814467f)));
  // k + 127 are the last bits of a float of this size, and its other bits leave at the top. Of -127 all bits are 0.
  return p * bitcast<f32>(bitcast<u32>(k + 12583039f) << 23u);
}

// The angle in [0, pi] of a sine >= 0 and a cosine, which need not be exactly normalised.
fn angleOf(sine: f32, cosine: f32) -> f32 {
  let size = abs(cosine);
  let steep = sine > size;
  let ratio = min(sine, size) / max(max(sine, size), 1e-37f);
  let far = ratio > 0.41421356f;
  let u = select(ratio, (ratio - 1) / (ratio + 1), far);
  let z = u * u;
  let series = u + u * z * (-0.333329491539f + z * (0.199777106478f + z * (-0.138776856032f + z * 0.0805374449538f)));
  let part = series + select(0, 0.25f * pi, far);
  let acute = select(part, 0.5f * pi - part, steep);
  return select(acute, pi - acute, cosine < 0);
}

fn sineSeries(r: f32) -> f32 {
  let z = r * r;
  return r + r * z * (-0.16666654611f + z * (0.0083321608736f - z * 1.9515295891e-4f));
}

fn cosineSeries(r: f32) -> f32 {
  let z = r * r;
  return 1 - 0.5f * z + z * z * (0.04166664568298827f + z * (-0.001388731625493765f + z * 2.443315711809948e-5f));
}

// sin of (x + quarters right angles).
fn turned(x: f32, quarters: i32) -> f32 {
  let n = floor(x * 0.63661977f + 0.5f);
  let r = ((x - n * 1.5703125f) - n * 4.83751296997e-4f) - n * 7.549789954e-8f;
  let quadrant = (i32(n) + quarters) & 3;
  let value = select(sineSeries(r), cosineSeries(r), (quadrant & 1) == 1);
  return select(value, -value, quadrant > 1);
}

fn sine(x: f32) -> f32 { return turned(x, 0); }
fn cosine(x: f32) -> f32 { return turned(x, 1); }

// base^exponent; whole exponents up to 64 by squaring, which keeps the digits. Broken ones of a base <= 0 give 0.
fn power(base: f32, exponent: f32) -> f32 {
  let size = abs(exponent);
  if ((size <= 64) & (floor(size) == size)) {
    var result = 1f;
    var square = base;
    for (var n = u32(size); n > 0; n >>= 1u) {
      if ((n & 1u) == 1u) { result *= square; }
      square *= square;
    }
    return select(result, 1 / result, exponent < 0);
  }
  let grown = exponential(exponent * ln(abs(base)));
  if (base > 0) { return grown; }
  if ((base == 0) | (floor(size) != size)) { return 0; }
  return select(grown, -grown, floor(0.5f * size) * 2 != size);
}

fn sigmoid(x: f32) -> f32 {
  let e = exponential(-abs(x));
  return select(1f, e, x < 0) / (1 + e);
}

fn softplus(x: f32) -> f32 { return max(x, 0) + ln1p(exponential(-abs(x))); }

// A factor times a slope, where a factor of 0 outweighs any slope.
fn counted(factor: f32, slope: f32) -> f32 { return select(factor * slope, 0, factor == 0); }
`
