import { bisect } from "simple-statistics";

const bisections = 100;
/** Two units in the last place of an angle near π/2: bisection cannot tell closer angles apart. */
const angleTolerance = 2 ** -51;

/**
 * The quantile of Student's t distribution, the inverse of its cumulative distribution.
 *
 * simple-statistics has a t test but no inverse, so its bisection is run over the angle
 * θ = atan(t / √ν), where the distribution is a finite series of positive terms and the whole line is
 * the interval (−π/2, π/2). The result is good to 1e-8 for probabilities between 1e-4 and 1 − 1e-4.
 *
 * Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
 *
 * @param probability in (0, 1), exclusive
 * @param degreesOfFreedom a whole number, at least 1
 * @throws RangeError when either is out of range
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`a probability is between 0 and 1, not ${probability}`);
  }
  if (!Number.isSafeInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`degrees of freedom are 1, 2, 3, …, not ${degreesOfFreedom}`);
  }
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  const central = 2 * probability - 1;
  const angle = bisect(
    (candidate: number) => centralProbability(candidate, degreesOfFreedom) - central,
    0,
    Math.PI / 2,
    bisections,
    angleTolerance,
  );
  return Math.sqrt(degreesOfFreedom) * Math.tan(angle);
}

/**
 * A(t|ν), the probability that |T| is at most t = √ν tan θ:
 *
 *     ν = 1     2/π θ
 *     ν odd     2/π (θ + sin θ (cos θ + 2/3 cos³ θ + … + (2·4···(ν−3))/(3·5···(ν−2)) cosᵛ⁻² θ))
 *     ν even    sin θ (1 + 1/2 cos² θ + … + (1·3···(ν−3))/(2·4···(ν−2)) cosᵛ⁻² θ)
 */
function centralProbability(angle: number, degreesOfFreedom: number): number {
  const isOdd = degreesOfFreedom % 2 === 1;
  const cosine = Math.cos(angle);
  let power = isOdd ? 1 : 0;
  let term = isOdd ? cosine : 1;
  let series = 0;
  for (; power <= degreesOfFreedom - 2; power += 2) {
    series += term;
    term *= ((power + 1) / (power + 2)) * cosine * cosine;
  }
  const sum = Math.sin(angle) * series;
  return isOdd ? (2 / Math.PI) * (angle + sum) : sum;
}
